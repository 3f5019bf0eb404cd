"""Delivery status notifications (RFC 3464): what an operator tells of a delivery, recipient by recipient."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from rempart.formats.mail.enclosing import enclosed_in, enclosure, headers_of
from rempart.formats.mail.reading import header, parse, written_payload

ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
REPORT = "delivery-status"
_COMMENT = re.compile(r"\([^()]*\)")  # RFC 3464, 2.1.1: as in the header of a mail
_PLAIN = email.policy.compat32.clone(linesep="\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a mail for one recipient. `status` is `5.1.1` (RFC 3463), `diagnostic` the server's answer.

    `original` is the recipient as the sender named it (ORCPT), "" when it did not.
    """

    recipient: str
    action: str
    status: str
    diagnostic: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dsn:
    """A report. `original_message_id` is read in the mail, or the headers, that it gives back: "" without them."""

    reporting: str
    deliveries: tuple[Delivery, ...]
    original_message_id: str = ""
    envelope_id: str = ""


def write_dsn(
    dsn: Dsn,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    original: bytes = b"",
    full: bool = False,
) -> bytes:
    """The report as an operator sends it; `original` is the mail that it is about, of which it gives back the headers,
    or everything when it is `full`."""
    report = MIMEMultipart("report", report_type=REPORT, policy=_PLAIN)
    report["From"], report["To"] = sender, recipient
    report["Subject"] = f"Rapport de remise: {', '.join(dict.fromkeys(d.action for d in dsn.deliveries))}"
    report["Date"], report["Message-ID"] = format_datetime(date), message_id
    report["Auto-Submitted"] = "auto-replied"
    told = "\r\n".join(f"{d.recipient}: {d.action} ({d.status}) {d.diagnostic}".rstrip() for d in dsn.deliveries)
    report.attach(MIMEText(told, "plain", "utf-8", policy=_PLAIN))
    status = MIMENonMultipart("message", REPORT, policy=_PLAIN)
    status.set_payload([_group(_of_mail(dsn)), *(_group(_of_recipient(d)) for d in dsn.deliveries)])
    report.attach(status)
    if original:
        report.attach(enclosure(original) if full else headers_of(original))
    written = report.as_bytes(policy=_PLAIN)
    return enclosed_in(written, original) if full else written


def _of_mail(dsn: Dsn) -> dict[str, str]:
    return {"Reporting-MTA": f"dns; {dsn.reporting}", "Original-Envelope-Id": dsn.envelope_id}


def _of_recipient(one: Delivery) -> dict[str, str]:
    return {
        "Original-Recipient": f"rfc822; {one.original}" if one.original else "",
        "Final-Recipient": f"rfc822; {one.recipient}",
        "Action": one.action,
        "Status": one.status,
        "Diagnostic-Code": f"smtp; {one.diagnostic}" if one.diagnostic else "",
    }


def _group(fields: dict[str, str]) -> Message:
    group = Message(policy=_PLAIN)
    for name, value in fields.items():
        if value:
            group[name] = " ".join(value.split())
    return group


def read_dsn(data: bytes) -> Dsn | None:
    """The report, or None when this mail has not the part that makes it one, whatever type it announces.

    Raises MailError when it cannot be read at all.
    """
    message = parse(data)
    groups: list[Message] | None = None
    original = ""
    for part in message.iter_parts():
        kind = part.get_content_type()
        payload = written_payload(part)
        if kind == "message/delivery-status":
            groups = [g for g in payload if isinstance(g, Message)] if isinstance(payload, list) else []
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            original = original or _message_id(part)
    if groups is None:
        return None
    first = groups[0] if groups else Message()
    return Dsn(
        reporting=_typed(first, "Reporting-MTA"),
        envelope_id=header(first, "Original-Envelope-Id"),
        deliveries=tuple(_delivery(g) for g in groups[1:] if g.keys()),
        original_message_id=original,
    )


def _delivery(group: Message) -> Delivery:
    return Delivery(
        recipient=_typed(group, "Final-Recipient"),
        original=_typed(group, "Original-Recipient"),
        action=_COMMENT.sub("", header(group, "Action")).strip().lower(),
        status=_COMMENT.sub("", header(group, "Status")).strip().partition(" ")[0],
        diagnostic=_typed(group, "Diagnostic-Code"),
    )


def _typed(group: Message, name: str) -> str:
    """`rfc822; a@b.fr` without its type."""
    return header(group, name).partition(";")[2].strip()


def _message_id(part: EmailMessage | Message) -> str:
    payload = written_payload(part)
    inner = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(inner, Message):
        return header(inner, "Message-ID")
    text = part.get_payload(decode=True)
    if not isinstance(text, bytes):
        return ""
    return header(email.message_from_bytes(text[:65536]), "Message-ID")
