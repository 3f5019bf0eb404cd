"""Tolerant pieces of reading: a wrong mail is read as far as it can be, for the rules to judge."""

from __future__ import annotations

import contextlib
import email
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import parseaddr

MAX_MAIL = 100 * 1024 * 1024
MAX_PARTS = 200
MAX_HEAD = 256 * 1024  # header fields of the mail
MAX_LINES = 2_000_000  # a mail of MAX_MAIL in base64 has 1.4 million
MAX_MULTIPARTS = 50
MAX_WORK = 12_000_000  # lines times composed parts: the parser looks for each boundary on every line
MAX_FIELDS = 1000  # of the mail, and of each part
MAX_MARKS = 20_000  # lines that may be the boundary of a part
_MAX_PARAMETERS = 8 * 1024  # Content-Type and Content-Disposition: their parameters are read in quadratic time
_MAX_FIELD = 16 * 1024  # beyond, a field is not interpreted: the parser of addresses is quadratic
_MANY_FIELDS = re.compile(rb"\n--[^\n]*+\n(?:(?:[!-9;-~]++[ \t]*+:|[ \t])[^\n]*+\n){%d}" % MAX_FIELDS)
_PARAMETERS = re.compile(rb"\ncontent-(?:type|disposition)[ \t]*+:[^\n]*+(?:\n[ \t][^\n]*+)*+")
# Codecs of Python that are no set of characters: some take quadratic time.
_NO_CHARSETS = ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7")
END_OF_HEAD = re.compile(rb"\n\r?\n|\r\r")


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


def check_bounds(data: bytes, at: int = 0) -> None:
    """MailError when reading the mail that starts at `at` would cost more than a mail is worth."""
    if len(data) > MAX_MAIL:
        raise MailError(f"le courriel fait {len(data)} octets, au-delà de la limite de {MAX_MAIL}")
    lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    if lines > MAX_LINES:
        raise MailError(f"le courriel compte plus de {MAX_LINES} lignes")
    lower = b"\n" + data.lower()  # patterns below start with a line: ten times as fast as looking at every byte
    composed = lower.count(b"multipart/")
    if composed > MAX_MULTIPARTS or composed * lines > MAX_WORK:
        raise MailError(f"le courriel compte trop de parties composées ({composed} pour {lines} lignes)")
    if data.count(b"\n--") > MAX_MARKS or lower.count(b"\nfinal-recipient") > MAX_FIELDS:
        raise MailError("le courriel compte trop de parties, ou de destinataires dans un rapport de remise")
    if any(_MANY_FIELDS.match(data, mark) for mark in _places(data, b"\n--")):
        raise MailError(f"une partie du courriel compte plus de {MAX_FIELDS} en-têtes")
    for start in _places(lower, b"\ncontent-"):
        field = _PARAMETERS.match(lower, start)
        if field and len(field[0]) > _MAX_PARAMETERS:
            raise MailError(f"un en-tête Content-Type ou Content-Disposition dépasse {_MAX_PARAMETERS} octets")
    if END_OF_HEAD.search(data, at, at + MAX_HEAD + 4) is None and len(data) - at > MAX_HEAD:
        raise MailError(f"les en-têtes du courriel dépassent la limite de {MAX_HEAD} octets")


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def parse(data: bytes) -> EmailMessage:
    check_bounds(data)
    try:
        message = email.message_from_bytes(data, EmailMessage, policy=email.policy.SMTP)
        parts = _count(message)
    except RecursionError as error:
        raise MailError("le courriel emboîte trop de parties") from error
    if parts > MAX_PARTS:
        raise MailError(f"le courriel compte {parts} parties, au-delà de la limite de {MAX_PARTS}")
    if not message.keys():
        raise MailError("ces octets ne sont pas un courriel: aucun en-tête")
    return message


def _count(message: Message) -> int:
    """Parts; the groups of a delivery report, one for each recipient, are fields and no parts."""
    payload = written_payload(message)
    if not isinstance(payload, list) or message.get_content_type() == "message/delivery-status":
        return 1
    return 1 + sum(_count(part) for part in payload if isinstance(part, Message))


def header(message: Message, name: str) -> str:
    raw = next((v for n, v in message.raw_items() if n.lower() == name.lower()), "")
    try:
        value = message[name] if len(raw) <= _MAX_FIELD else raw
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # the parser of addresses gives up
        value = raw
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


def html_of(message: EmailMessage) -> str:
    """The HTML that follows the plain text of a body, "" when there is none."""
    part = message.get_body(preferencelist=("html",))
    return text_of(part) if part is not None and message.get_body(preferencelist=("plain",)) is not None else ""


def text_of(part: Message) -> str:
    """The text of a part, in its set, or as well as can be when that set is unknown."""
    payload = part.get_payload(decode=True)
    return decoded_text(part, payload) if isinstance(payload, bytes) else ""


def decoded_text(part: Message, payload: bytes) -> str:
    """These bytes in the set that the part declares."""
    charset = charset_of(part) or "utf-8"
    try:
        text = payload.decode("utf-8" if charset.replace("-", "_") in _NO_CHARSETS else charset, "replace")
    except (LookupError, ValueError):
        text = payload.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").rstrip("\n")


def charset_of(part: Message) -> str:
    """The set of characters that a part declares, in lower case, without the comment that may follow; "" without it."""
    return part.get_content_charset("").partition("(")[0].strip()


def written_payload(message: Message) -> object:
    """The parts of a message, or its content as it is written: get_payload() would decode it with whatever codec the
    mail names, some of which take quadratic time, or fail."""
    return vars(message).get("_payload")


def charset_problems(part: Message, payload: bytes) -> list[str]:
    """What keeps a reader from reading this text in the set that it declares. French."""
    charset = charset_of(part)
    if charset == "utf-7":
        return []
    if charset.replace("-", "_") in _NO_CHARSETS:
        return [f"jeu de caractères inconnu: « {charset} »"]
    try:
        payload.decode(charset or "utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(payload) and error.reason == "unexpected end of data":
            return []  # cut by who calls
        return [f"le texte n'est pas en {charset}, alors qu'il l'annonce" if charset else "le jeu de caractères manque"]
    except (LookupError, ValueError):
        return [f"jeu de caractères inconnu: « {charset[:40]} »"]
    return []


def enclosed(part: Message) -> Message | None:
    """The message that a message/* part holds."""
    payload = written_payload(part)
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
