"""The operator of the settings, when they name one."""

from __future__ import annotations

from pathlib import Path

from rempart.reference.mss.mailbox import MailboxReader
from rempart.reference.mss.submission import Account, Submission
from rempart.reference.mss.trust import Establishment, Trust
from rempart.reference.mutation import Mutants
from rempart.reference.settings import MAILBOX, Settings


def connect(settings: Settings, mutants: Mutants) -> tuple[Submission, MailboxReader] | None:
    """Where mails are handed over and taken out, under the establishment's certificate; None without an operator."""
    if not settings.mail_host:
        return None
    trust = Trust(Establishment(Path(settings.certificates)), settings.crl_url, mutants)
    account = Account(address=MAILBOX, password=settings.mail_password)
    submission = Submission(settings.mail_host, settings.smtp_port, account, trust, mutants, settings.mail_timeout)
    reader = MailboxReader(settings.mail_host, settings.imap_port, account, trust, mutants, settings.mail_timeout)
    return submission, reader
