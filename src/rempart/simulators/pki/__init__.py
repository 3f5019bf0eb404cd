"""The test PKI of the simulated services: made at start, written in one folder, worth nothing outside of it."""

from rempart.simulators.pki.contexts import client_context, server_context
from rempart.simulators.pki.make import Credential, Pki, make

__all__ = ["Credential", "Pki", "client_context", "make", "server_context"]
