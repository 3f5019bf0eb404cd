"""A mail given back inside of a report: whole, as it came, or its header alone."""

from __future__ import annotations

import email.policy
import uuid
from email.message import Message
from email.mime.nonmultipart import MIMENonMultipart

_PLAIN = email.policy.compat32.clone(linesep="\r\n")
_HERE = f"original-{uuid.uuid4()}"


def enclosure(original: bytes) -> Message:
    """The part of the original mail, whose bytes `enclosed_in` puts there once the report is written: the email package
    cannot write back every mail that it can read, and the sender is owed the mail as it came."""
    part = MIMENonMultipart("message", "rfc822", policy=_PLAIN)
    part["Content-Transfer-Encoding"] = "7bit" if original.isascii() else "8bit"
    part.set_payload(_HERE)
    return part


def enclosed_in(report: bytes, original: bytes) -> bytes:
    """The report that holds an `enclosure`, with the mail in its place."""
    return report.replace(_HERE.encode(), original, 1)


def headers_of(original: bytes) -> Message:
    """The part of the header of the original mail (RFC 6522)."""
    part = MIMENonMultipart("text", "rfc822-headers", policy=_PLAIN)
    head = original.partition(b"\r\n\r\n")[0] + b"\r\n"
    if not head.isascii():
        part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(head.decode("ascii", "surrogateescape"))
    return part
