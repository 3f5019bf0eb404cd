"""MSSanté mails that carry an XDM archive, and the notifications that answer them.

Headers and subject: MSSanté reference framework #2 as the REM restates it.
"""

from rempart.formats.mail.dsn import Delivery, Dsn, read_dsn, write_dsn
from rempart.formats.mail.mdn import FAILURE_PREFIX, Mdn, read_mdn, write_mdn, write_receipt
from rempart.formats.mail.message import ARCHIVE, SUBJECT_PREFIX, Mail, document_subject, read, write
from rempart.formats.mail.reading import Attachment, MailError

__all__ = [
    "ARCHIVE",
    "FAILURE_PREFIX",
    "SUBJECT_PREFIX",
    "Attachment",
    "Delivery",
    "Dsn",
    "Mail",
    "MailError",
    "Mdn",
    "document_subject",
    "read",
    "read_dsn",
    "read_mdn",
    "write",
    "write_dsn",
    "write_mdn",
    "write_receipt",
]
