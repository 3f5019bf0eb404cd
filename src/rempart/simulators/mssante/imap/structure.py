"""ENVELOPE and BODYSTRUCTURE (RFC 3501, 7.4.2): what a client shows of a message before it fetches it."""

from __future__ import annotations

import contextlib
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses

from rempart.simulators.mssante.imap.grammar import quoted
from rempart.simulators.mssante.imap.mime import Entity

_MAX_ADDRESSES = 64 << 10
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def envelope(headers: Message) -> bytes:
    """Header fields as they are written: encoded words are the client's to decode."""
    sender = _addresses(headers, "From")
    fields = [
        quoted(_value(headers, "Date")), quoted(_value(headers, "Subject")), sender,
        _addresses(headers, "Sender", sender), _addresses(headers, "Reply-To", sender), _addresses(headers, "To"),
        _addresses(headers, "Cc"), _addresses(headers, "Bcc"), quoted(_value(headers, "In-Reply-To")),
        quoted(_value(headers, "Message-ID")),
    ]  # fmt: skip
    return b"(" + b" ".join(fields) + b")"


def structure(entity: Entity, *, extended: bool) -> bytes:
    """BODYSTRUCTURE, or BODY without its extensions."""
    if entity.children:
        return _composed(entity, extended=extended)
    main, _, sub = entity.type.partition("/")
    content = entity.content()
    fields = [
        quoted(main.upper()), quoted(sub.upper()), _parameters(entity.headers, "Content-Type"),
        quoted(_value(entity.headers, "Content-ID")), quoted(_value(entity.headers, "Content-Description")),
        quoted((_value(entity.headers, "Content-Transfer-Encoding") or "7BIT").upper()), b"%d" % len(content),
    ]  # fmt: skip
    if entity.inner:
        fields += [envelope(entity.inner.headers), structure(entity.inner, extended=extended)]
    if entity.inner or main == "text":
        fields.append(b"%d" % content.count(b"\n"))
    if extended:
        fields += [quoted(_value(entity.headers, "Content-MD5")), *_extensions(entity.headers)]
    return b"(" + b" ".join(fields) + b")"


def _composed(entity: Entity, *, extended: bool) -> bytes:
    parts = b"".join(structure(c, extended=extended) for c in entity.children)
    fields = [parts, quoted(entity.type.partition("/")[2].upper())]
    if extended:
        fields += [_parameters(entity.headers, "Content-Type"), *_extensions(entity.headers)]
    return b"(" + b" ".join(fields) + b")"


def _extensions(headers: Message) -> list[bytes]:
    kind = (headers.get_content_disposition() or "").upper() if headers.get("Content-Disposition") else ""
    disposition = b"NIL"
    if kind:
        disposition = b"(" + quoted(kind) + b" " + _parameters(headers, "Content-Disposition") + b")"
    return [disposition, quoted(_value(headers, "Content-Language")), quoted(_value(headers, "Content-Location"))]


def _parameters(headers: Message, name: str) -> bytes:
    found: list[tuple[str, str]] = []
    with contextlib.suppress(*_UNREADABLE):
        pairs = headers.get_params(failobj=[], header=name)
        found = [(k, collapse_rfc2231_value(v)) for k, v in pairs[1:]]
    if not found:
        return b"NIL"
    return b"(" + b" ".join(quoted(k.upper()) + b" " + quoted(v) for k, v in found) + b")"


def _value(headers: Message, name: str) -> str | None:
    """On one line; None when there is no such field."""
    raw = next((v for n, v in headers.raw_items() if n.lower() == name.lower()), None)
    return None if raw is None else " ".join(str(raw).split())


def _addresses(headers: Message, name: str, otherwise: bytes = b"NIL") -> bytes:
    raw = _value(headers, name)
    if not raw or len(raw) > _MAX_ADDRESSES:
        return otherwise
    pairs: list[tuple[str, str]] = []
    with contextlib.suppress(*_UNREADABLE):
        pairs = [p for p in getaddresses([raw]) if any(p)]
    if not pairs:
        return otherwise
    return b"(" + b"".join(_address(label, address) for label, address in pairs) + b")"


def _address(label: str, address: str) -> bytes:
    mailbox, _, host = address.rpartition("@")
    name = quoted(label) if label else b"NIL"
    return b"(" + b" ".join([name, b"NIL", quoted(mailbox or address), quoted(host if mailbox else "")]) + b")"
