"""MSSanté, simulated: an operator of the espace de confiance, its mailboxes, its refusals, and its bad days."""

from rempart.simulators.mssante.events import EndedSession, Fetched, ReceivedMail
from rempart.simulators.mssante.mailbox import Mailbox
from rempart.simulators.mssante.operator import SimulatedOperator
from rempart.simulators.mssante.service import Settings
from rempart.simulators.mssante.wire import Limits

__all__ = ["EndedSession", "Fetched", "Limits", "Mailbox", "ReceivedMail", "Settings", "SimulatedOperator"]
