"""SMTP submission (RFC 5321, 6409) as an operator of MSSanté offers it: STARTTLS, AUTH, SIZE, DSN, PIPELINING.

aiosmtpd was tried and does not fit: it refuses the parameters of DSN (555), and closes a connection whose certificate
is refused without the alert that says why.
"""

from rempart.simulators.mssante.smtp.session import SmtpSession
from rempart.simulators.mssante.smtp.turn import Turn

__all__ = ["SmtpSession", "Turn"]
