"""The mail itself: what a BAL applicative sends and receives."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr

from rempart.formats.mail.reading import Attachment, address, attachment_of, body_of, date_of, header, html_of, parse

ARCHIVE = "IHE_XDM.ZIP"
SUBJECT_PREFIX = "XDM/1.0/DDM+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One MSSanté mail. Addresses are bare (`a@b.fr`); `archive` is the IHE_XDM.ZIP, other files are `attachments`.

    `ins` fills X-MSS-INS (O, N, "": absent), `cda_codes` X-MSS-CODECDA, `product` X-MSS-NIL, `no_reply` X-MSS-MES.
    `label` is the name shown beside the address of the sender.
    """

    sender: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    message_id: str  # with its angle brackets
    date: datetime | None = None
    reply_to: str = ""
    notify_to: str = ""  # Disposition-Notification-To: asks for an MDN
    return_path: str = ""  # added by the operator that delivers
    product: str = ""
    ins: str = ""
    cda_codes: tuple[str, ...] = ()
    no_reply: bool = False
    archive: bytes | None = None
    attachments: tuple[Attachment, ...] = ()
    label: str = ""
    receipt_to: str = ""  # Return-Receipt-To: asks for a DSN
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    html: str = ""  # the body again

    @property
    def wants_notification(self) -> bool:
        """RFC 8098, 2.1: never automatically when the address of the notification is not the return path."""
        return bool(self.notify_to) and self.return_path.lower() in ("", self.notify_to.lower())


def document_subject(label: str, family: str, given: str, day: str) -> str:
    """`XDM/1.0/DDM+<label> <NOM> <prénom> <JJ/MM/AAAA>`; `day` is AAAAMMJJ."""
    return f"{SUBJECT_PREFIX}{label} {family} {given} {day[6:8]}/{day[4:6]}/{day[:4]}"


def write(mail: Mail) -> bytes:
    """The message as SMTP sends it (CRLF). Raises ValueError on a header that holds a line break."""
    message = EmailMessage(policy=email.policy.SMTP)
    headers = {
        "Return-Path": f"<{mail.return_path}>" if mail.return_path else "",
        "From": formataddr((mail.label, mail.sender)) if mail.label else mail.sender,
        "To": ", ".join(mail.recipients),
        "Reply-To": mail.reply_to,
        "Subject": mail.subject,
        "Date": format_datetime(mail.date) if mail.date else "",
        "Message-ID": mail.message_id,
        "In-Reply-To": mail.in_reply_to,
        "References": " ".join(mail.references),
        "Return-Receipt-To": mail.receipt_to,
        "Disposition-Notification-To": mail.notify_to,
        "X-MSS-NIL": mail.product,
        "X-MSS-INS": mail.ins,
        "X-MSS-CODECDA": ",".join(mail.cda_codes),
        "X-MSS-MES": "FIN" if mail.no_reply else "",
    }
    for name, value in headers.items():
        if value:
            message[name] = value
    message.set_content(mail.body)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    if mail.archive is not None:
        message.add_attachment(mail.archive, maintype="application", subtype="zip", filename=ARCHIVE)
    for attachment in mail.attachments:
        maintype, _, subtype = attachment.type.partition("/")
        message.add_attachment(attachment.data, maintype=maintype, subtype=subtype, filename=attachment.name)
    return message.as_bytes()


def read(data: bytes) -> Mail:
    """The mail, whatever is missing from it. Raises MailError when it is too big or when nothing can be read."""
    message = parse(data)
    archive, others = None, []
    for part in message.iter_attachments() if message.is_multipart() else ():
        found = attachment_of(part)
        if found.name.upper() == ARCHIVE and archive is None:
            archive = found.data
        else:
            others.append(found)
    return Mail(
        sender=address(message, "From"),
        recipients=tuple(a for value in header(message, "To").split(",") if (a := parseaddr(value)[1])),
        subject=header(message, "Subject"),
        body=body_of(message),
        message_id=header(message, "Message-ID"),
        date=date_of(message),
        reply_to=address(message, "Reply-To"),
        notify_to=address(message, "Disposition-Notification-To"),
        return_path=address(message, "Return-Path"),
        product=header(message, "X-MSS-NIL"),
        ins=header(message, "X-MSS-INS"),
        cda_codes=tuple(c for code in header(message, "X-MSS-CODECDA").split(",") if (c := code.strip())),
        no_reply=header(message, "X-MSS-MES") == "FIN",
        archive=archive,
        attachments=tuple(others),
        label=parseaddr(header(message, "From"))[0],
        receipt_to=address(message, "Return-Receipt-To"),
        in_reply_to=header(message, "In-Reply-To"),
        references=tuple(header(message, "References").split()),
        html=html_of(message),
    )
