"""Tolerant pieces of reading: a wrong mail is read as far as it can be, for the rules to judge."""

from __future__ import annotations

import contextlib
import email
import email.policy
import email.utils
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import parseaddr

MAX_MAIL = 100 * 1024 * 1024
_MAX_PARTS = 200


class MailError(ValueError):
    """The bytes cannot be read as a mail. `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    name: str
    data: bytes
    type: str = "application/octet-stream"


def parse(data: bytes) -> EmailMessage:
    if len(data) > MAX_MAIL:
        raise MailError(f"le courriel fait {len(data)} octets, au-delà de la limite de {MAX_MAIL}")
    try:
        message = email.message_from_bytes(data, EmailMessage, policy=email.policy.SMTP)
        parts = sum(1 for _ in message.walk())
    except RecursionError as error:
        raise MailError("le courriel emboîte trop de parties") from error
    if parts > _MAX_PARTS:
        raise MailError(f"le courriel compte {parts} parties, au-delà de la limite de {_MAX_PARTS}")
    if not message.keys():
        raise MailError("ces octets ne sont pas un courriel: aucun en-tête")
    return message


def header(message: Message, name: str) -> str:
    try:
        value = message[name]
    except (ValueError, LookupError, AttributeError, TypeError):  # the parser of addresses gives up on some of them
        value = next((v for n, v in message.raw_items() if n.lower() == name.lower()), "")
    text = str(value).strip() if value is not None else ""
    return text.encode("utf-8", "replace").decode("utf-8")  # raw bytes of the header, kept as surrogates until here


def address(message: Message, name: str) -> str:
    return parseaddr(header(message, name))[1]


def date_of(message: Message) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError):
        return None


def body_of(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    return text_of(part) if part is not None else ""


def text_of(part: Message) -> str:
    """The text of a part, in its set, or as well as can be when that set is unknown."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = payload.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").rstrip("\n")


def enclosed(part: Message) -> Message | None:
    """The message that a message/* part holds."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else None


def attachment_of(part: Message) -> Attachment:
    """A part as a file. An enclosed mail is written anew: not byte for byte, and empty when it cannot be."""
    name = part.get_filename() or ""
    if part.get_content_maintype() != "message":
        data = part.get_payload(decode=True)
        return Attachment(name=name, data=data if isinstance(data, bytes) else b"", type=part.get_content_type())
    inner, data = enclosed(part), b""
    if inner is not None:
        with contextlib.suppress(ValueError, LookupError, TypeError, MessageError):
            data = inner.as_bytes()
    return Attachment(name=name, data=data, type="message/rfc822")
