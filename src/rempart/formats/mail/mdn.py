"""Notifications (MDN, RFC 8098): what the sender of a mail is told of its integration (annex of the LPS volet 1.1)."""

from __future__ import annotations

import email.policy
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from rempart.formats.mail.message import ARCHIVE, read
from rempart.formats.mail.reading import Attachment, attachment_of, enclosed, header, parse, text_of

FAILURE_PREFIX = "[KO Intégration système !]"
_PLAIN = email.policy.compat32.clone(linesep="\r\n")  # writes headers as they are given
_HERE = f"original-{uuid.uuid4()}"
_SUCCESS = "automatic-action/MDN-sent-automatically; processed"
_FAILED = re.compile(r"processed/error:\s*(?P<code>[^^]*)\^?(?P<label>.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mdn:
    """A notification. An empty `error_code` means processed."""

    subject: str
    original_message_id: str
    final_recipient: str
    original_recipient: str = ""
    disposition: str = ""
    error_code: str = ""
    error_label: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()


def write_mdn(
    original: bytes,
    *,
    mailbox: str,
    message_id: str,
    date: datetime,
    error: tuple[str, str] | None = None,
    product: str = "",
) -> bytes | None:
    """The notification about `original`, sent by `mailbox`; None when none may be sent.

    `error` is (code, label) of the ACK of the LPS, `product` fills X-MSS-NIL. Raises MailError when `original` cannot
    be read.
    """
    mail = read(original)
    if not mail.wants_notification:
        return None
    report = MIMEMultipart("report", report_type="disposition-notification", policy=_PLAIN)
    head = {
        "From": mailbox,
        "To": mail.notify_to,
        "Subject": (f"{FAILURE_PREFIX}[{error[0]}] " if error else "") + mail.subject,
        "Date": format_datetime(date),
        "Message-ID": message_id,
        "In-Reply-To": mail.message_id,
    }
    _set(report, head | ({"X-MSS-NIL": product} if product else {}))
    outcome = f"Échec de l'intégration: {error[0]} {error[1]}" if error else "Les documents ont été intégrés."
    report.attach(MIMEText(f"{outcome}\r\n\r\n{mail.body}", "plain", "utf-8", policy=_PLAIN))
    report.attach(_notification(mailbox, mail.message_id, error))
    report.attach(_placeholder(original))
    zipped = (Attachment(name=ARCHIVE, data=mail.archive, type="application/zip"),) if mail.archive else ()
    for attachment in (*zipped, *mail.attachments):
        part = MIMEApplication(attachment.data, attachment.type.partition("/")[2], policy=_PLAIN)
        part.add_header("Content-Disposition", "attachment", filename=_one_line(attachment.name))
        report.attach(part)
    return report.as_bytes(policy=_PLAIN).replace(_HERE.encode(), original, 1)


def _placeholder(original: bytes) -> Message:
    """The part of the original mail. Its bytes take the place of `_HERE` at the end: the email package cannot write
    back every mail that it can read, and the sender is owed the mail as it came."""
    part = MIMENonMultipart("message", "rfc822", policy=_PLAIN)
    part["Content-Transfer-Encoding"] = "7bit" if original.isascii() else "8bit"
    part.set_payload(_HERE)
    return part


def _notification(mailbox: str, message_id: str, error: tuple[str, str] | None) -> Message:
    inner = Message(policy=_PLAIN)
    fields = {
        "Original-Recipient": f"rfc822; {mailbox}",
        "Final-Recipient": f"rfc822; {mailbox}",
        "Original-Message-ID": message_id,
        "Disposition": f"{_SUCCESS}/Error: {error[0]}^{error[1]}" if error else _SUCCESS,
    }
    _set(inner, fields)
    part = MIMENonMultipart("message", "disposition-notification", policy=_PLAIN)
    part.set_payload([inner])
    return part


def _set(message: Message, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        line = _one_line(value)
        message[name] = line if line.isascii() else Header(line, "utf-8", header_name=name).encode()


def _one_line(text: str) -> str:
    """What comes from a received mail must not become a header of its own."""
    return re.sub(r"[\r\n\0]+", " ", text)


def read_mdn(data: bytes) -> Mdn | None:
    """The notification, or None when this mail has not the part that makes it one, whatever type it announces.

    Raises MailError when it cannot be read at all.
    """
    message = parse(data)
    fields: Message | None = None
    text, attachments = "", []
    for part in message.iter_parts():
        if part.get_content_type() == "message/disposition-notification":
            fields = enclosed(part)
        elif part.get_content_disposition() == "attachment":
            attachments.append(attachment_of(part))
        elif part.get_content_type() == "text/plain" and not text:
            text = text_of(part)
    if fields is None:
        return None
    disposition = header(fields, "Disposition")
    failed = _FAILED.search(disposition)
    return Mdn(
        subject=header(message, "Subject"),
        original_message_id=header(fields, "Original-Message-ID"),
        final_recipient=_recipient(fields, "Final-Recipient"),
        original_recipient=_recipient(fields, "Original-Recipient"),
        disposition=disposition,
        error_code=failed["code"].strip() if failed else "",
        error_label=failed["label"].strip() if failed else "",
        text=text,
        attachments=tuple(attachments),
    )


def _recipient(fields: Message, name: str) -> str:
    """`rfc822; a@b.fr` without its type."""
    return header(fields, name).rpartition(";")[2].strip()
