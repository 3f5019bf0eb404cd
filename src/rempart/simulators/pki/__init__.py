"""The test PKI of the simulated services: made at start, or kept in one folder; worth nothing outside of the tests."""

from rempart.simulators.pki.contexts import client_context, server_context
from rempart.simulators.pki.kept import kept
from rempart.simulators.pki.make import Credential, Pki, make

__all__ = ["Credential", "Pki", "client_context", "kept", "make", "server_context"]
