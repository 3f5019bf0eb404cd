"""IMAP4rev1 (RFC 3501) as an operator of MSSanté offers it: STARTTLS, SASL, and what mail clients use every day.

No well-kept server library fits: pymap has no bearer token, and runs as a program of its own.
"""

from rempart.simulators.mssante.imap.session import ImapSession
from rempart.simulators.mssante.imap.turn import ImapTurn

__all__ = ["ImapSession", "ImapTurn"]
