"""Notifications (MDN, RFC 8098): what the sender of a mail is told of its integration (annex of the LPS volet 1.1)."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from rempart.formats.mail.enclosing import enclosed_in, enclosure, headers_of
from rempart.formats.mail.message import ARCHIVE, read
from rempart.formats.mail.reading import Attachment, attachment_of, enclosed, header, parse, text_of
from rempart.formats.mail.source import Head, read_head

FAILURE_PREFIX = "[KO Intégration système !]"
_PLAIN = email.policy.compat32.clone(linesep="\r\n")  # writes headers as they are given
_SUCCESS = "automatic-action/MDN-sent-automatically; processed"
_DISPLAYED = "manual-action/MDN-sent-manually; displayed"
_ONCE = ("Disposition", "Final-Recipient", "Original-Recipient", "Original-Message-ID")  # RFC 8098, 3.1
_FAILED = re.compile(r"processed/error:\s*(?P<code>[^^]*)\^?(?P<label>.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mdn:
    """A notification. An empty `error_code` means processed; `repeated` are fields found more than once."""

    subject: str
    original_message_id: str
    final_recipient: str
    original_recipient: str = ""
    disposition: str = ""
    error_code: str = ""
    error_label: str = ""
    text: str = ""
    repeated: tuple[str, ...] = ()
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
        **_conversation(read_head(original)),
    }
    _set(report, head | ({"X-MSS-NIL": product} if product else {}))
    outcome = f"Échec de l'intégration: {error[0]} {error[1]}" if error else "Les documents ont été intégrés."
    report.attach(MIMEText(f"{outcome}\r\n\r\n{mail.body}", "plain", "utf-8", policy=_PLAIN))
    disposition = f"{_SUCCESS}/Error: {error[0]}^{error[1]}" if error else _SUCCESS
    report.attach(_notification(mailbox, mail.message_id, disposition))
    report.attach(enclosure(original))
    zipped = (Attachment(name=ARCHIVE, data=mail.archive, type="application/zip"),) if mail.archive else ()
    for attachment in (*zipped, *mail.attachments):
        part = MIMEApplication(attachment.data, attachment.type.partition("/")[2], policy=_PLAIN)
        part.add_header("Content-Disposition", "attachment", filename=_one_line(attachment.name))
        report.attach(part)
    return enclosed_in(report.as_bytes(policy=_PLAIN), original)


def write_receipt(original: bytes, *, mailbox: str, message_id: str, date: datetime, product: str = "") -> bytes | None:
    """The receipt that a person lets go on reading `original` in `mailbox`; None when the mail asks for none.

    RFC 8098: displayed, sent by hand, with the headers of the mail. Raises MailError on a header that cannot be read.
    """
    head = read_head(original)
    asked = head.addresses("Disposition-Notification-To")
    if not asked:
        return None
    report = MIMEMultipart("report", report_type="disposition-notification", policy=_PLAIN)
    own, subject = head.value("Message-ID"), head.value("Subject")
    fields = {
        "From": mailbox,
        "To": asked[0][1],
        "Subject": f"Lu: {subject}",
        "Date": format_datetime(date),
        "Message-ID": message_id,
        **_conversation(head),
        "Auto-Submitted": "auto-replied",
    }
    _set(report, fields | ({"X-MSS-NIL": product} if product else {}))
    told = f"Le courriel « {subject} » a été affiché par {mailbox}."
    report.attach(MIMEText(told, "plain", "utf-8", policy=_PLAIN))
    report.attach(_notification(mailbox, own, _DISPLAYED))
    report.attach(headers_of(original))
    return report.as_bytes(policy=_PLAIN)


def _conversation(original: Head) -> dict[str, str]:
    """What ties an answer to the mail that it answers (RFC 5322, 3.6.4)."""
    own = original.value("Message-ID")
    return {"In-Reply-To": own, "References": " ".join([*original.value("References").split(), own]).strip()}


def _notification(mailbox: str, message_id: str, disposition: str) -> Message:
    inner = Message(policy=_PLAIN)
    fields = {
        "Original-Recipient": f"rfc822; {mailbox}",
        "Final-Recipient": f"rfc822; {mailbox}",
        "Original-Message-ID": message_id,
        "Disposition": disposition,
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
        repeated=tuple(n for n in _ONCE if len(fields.get_all(n, ())) > 1),
        attachments=tuple(attachments),
    )


def _recipient(fields: Message, name: str) -> str:
    """`rfc822; a@b.fr` without its type."""
    return header(fields, name).rpartition(";")[2].strip()
