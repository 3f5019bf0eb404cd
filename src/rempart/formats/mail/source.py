"""The source of a mail as it came: header fields with their place, then its parts. What is broken is told, not mended.

RFC 5322 and MIME (RFC 2045, 2046) read by the standard library, inside bounds of our own: a mail is hostile input, and
its parser takes time that grows with lines times nested parts.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

from rempart.formats.mail.parts import Part, part_of
from rempart.formats.mail.reading import MAX_FIELDS, MAX_HEAD, MailError, check_bounds

_MAX_DECODED = 8 * 1024  # beyond, a field is left as it is written
_MAX_ADDRESSES = 64 * 1024
_ADDRESS = re.compile(r'(?:[^@\s<>,;]+|"[^"]*")@[^@\s<>,;]+')
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"|\([^()]*\)|=\?[^\s]*\?=')
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_LANGUAGE = re.compile(r"(=\?[^\s?*]{1,40})\*[^\s?*]{1,40}(?=\?[bqBQ]\?)")  # RFC 2231, 5: said in an encoded word
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:From [^\r\n]*\r?\n)?")


@dataclass(frozen=True, slots=True)
class Field:
    """A header field. `raw` is its value as written, unfolded; `value` with its encoded words decoded.

    `start` and `length` are those of the whole field in the mail, in bytes, folded lines included.
    """

    name: str
    raw: bytes
    value: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a mail."""

    fields: tuple[Field, ...]

    def all(self, name: str) -> list[Field]:
        return [f for f in self.fields if f.name.lower() == name.lower()]

    def first(self, name: str) -> Field | None:
        return next(iter(self.all(name)), None)

    def value(self, name: str) -> str:
        """The value of the first such field, "" when there is none."""
        found = self.first(name)
        return found.value if found else ""

    def addresses(self, *names: str) -> list[tuple[str, str]]:
        """Labels and addresses of all these fields, as written: an address may have no @."""
        return [pair for name in names for f in self.all(name) for pair in addresses_of(f)]


@dataclass(frozen=True, slots=True)
class Source(Head):
    """`odd` are lines of the header that are no field, by their place."""

    root: Part
    odd: tuple[tuple[int, int], ...] = ()


def read_head(data: bytes) -> Head:
    """The header alone, whatever follows: for who has to know what a mail is without the price of reading it whole.

    MailError when it has too many fields. A header without end is read as far as our bound.
    """
    return Head(tuple(_head(data[:MAX_HEAD], 0)[0]))


def read_source(data: bytes) -> Source:
    """MailError when the mail is beyond our bounds, or has no header field."""
    start = _START.match(data)
    at = start.end() if start else 0
    check_bounds(data, at)
    fields, odd = _head(data, at)
    if not fields:
        raise MailError("ces octets ne sont pas un courriel: aucun en-tête")
    try:
        message = email.message_from_bytes(_without(data, at, odd), policy=email.policy.compat32)
        root = part_of(message)
    except RecursionError as error:
        raise MailError("le courriel emboîte trop de parties") from error
    return Source(tuple(fields), root, tuple(odd))


def _without(data: bytes, at: int, odd: list[tuple[int, int]]) -> bytes:
    """From `at`, without the lines that are no field: the parser would end the header at the first one."""
    kept = bytearray()
    for start, length in odd:
        if data[start : start + length].strip():
            kept += data[at:start]
            at = start + length
            at += len(data[at : at + 2]) - len(data[at : at + 2].lstrip(b"\r\n"))
    return bytes(kept) + data[at:]


def _head(data: bytes, at: int) -> tuple[list[Field], list[tuple[int, int]]]:
    """Fields in order: a line that begins with white space continues the one before it."""
    fields: list[Field] = []
    odd: list[tuple[int, int]] = []
    begun: tuple[int, int] | None = None  # of the field being read
    for start, end in _lines(data, at):
        line = data[start:end]
        if not line or line == b"\r":
            break
        if line[:1] in b" \t" and begun is not None:
            begun = (begun[0], end)
            if not line.strip():  # obs-FWS: some readers end the header here, and see what follows as the body
                odd.append((start, end - start))
            continue
        if begun is not None:
            fields.append(_field(data, *begun))
        begun = (start, end) if _FIELD.match(line) else None
        if begun is None:
            odd.append((start, end - start))
    if begun is not None:
        fields.append(_field(data, *begun))
    if len(fields) + len(odd) > MAX_FIELDS:
        raise MailError(f"le courriel compte plus de {MAX_FIELDS} en-têtes")
    return fields, odd


def _lines(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Lines from `at`, without their ends."""
    while at < len(data):
        end = data.find(b"\n", at)
        stop = len(data) if end < 0 else end
        yield at, stop - 1 if stop > at and data[stop - 1 : stop] == b"\r" else stop
        at = stop + 1


def _field(data: bytes, start: int, end: int) -> Field:
    name, _, value = data[start:end].partition(b":")
    raw = re.sub(rb"\r?\n(?=[ \t])", b"", value).strip()
    return Field(name.decode("ascii").strip(), raw, decoded(raw), start, end - start)


def decoded(raw: bytes) -> str:
    """The text of a field, RFC 2047 encoded words decoded; what cannot be is left as it is written."""
    text = raw.decode("utf-8", "replace")
    if "=?" not in text or len(text) > _MAX_DECODED:
        return text
    try:
        pieces = decode_header(_LANGUAGE.sub(r"\1", text))
        return "".join(p if isinstance(p, str) else p.decode(c or "ascii", "replace") for p, c in pieces)
    except (HeaderParseError, LookupError, ValueError):
        return text


def is_address(text: str) -> bool:
    """One mailbox at one domain; a quoted mailbox may hold anything."""
    return bool(_ADDRESS.fullmatch(text))


def unread(field: Field) -> bool:
    """Has a field of addresses something in it that gives none? An empty group hides its recipients on purpose."""
    return bool(field.raw) and not field.raw.endswith(b";") and not addresses_of(field)


def unclosed(field: Field) -> bool:
    """Has a field of addresses an angle bracket without the other one? Readers do not agree on what follows."""
    bare = _QUOTED.sub(b"", field.raw)
    return bare.count(b"<") != bare.count(b">")


def addresses_of(field: Field) -> list[tuple[str, str]]:
    """Labels, decoded, and addresses of one field, read before its labels are decoded: they may hold commas."""
    raw = field.raw.decode("utf-8", "replace")
    if len(raw) > _MAX_ADDRESSES:
        return []
    try:
        found = getaddresses([raw])
    except (RecursionError, ValueError):
        return []
    named = ((decoded(label.encode("utf-8", "replace")).strip(), a.strip()) for label, a in found)
    return [pair for pair in named if any(pair)]  # an empty group gives a pair of nothing
