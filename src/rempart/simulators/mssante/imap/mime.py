"""A message cut in its parts by position: IMAP gives them back byte for byte, as they came."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser

_MAX_HEAD = 64 << 10  # beyond, a header is not interpreted
_MAX_CONTENT_TYPE = 8 << 10  # its parameters are read in quadratic time
_MAX_DEPTH = 20
_MAX_PARTS = 200
_MAX_BLANKS = 200  # after a boundary, on its line
_BLANK = re.compile(rb"\r?\n\r?\n")
_NO_BOUNDARY = re.compile(r"[^\x20-\x7e]")


@dataclass(slots=True)
class Entity:
    """A message or one of its parts: its header from `start`, its content from `body` to `end`.

    `children`: of a multipart; `inner`: the message that a message/rfc822 holds.
    """

    data: bytes = field(repr=False)
    start: int
    body: int
    end: int
    headers: Message
    children: list[Entity] = field(default_factory=list)
    inner: Entity | None = None

    @property
    def type(self) -> str:
        return self.headers.get_content_type()

    def header(self) -> bytes:
        """With the blank line that ends it."""
        return self.data[self.start : self.body]

    def content(self) -> bytes:
        return self.data[self.body : self.end]

    def part(self, path: tuple[int, ...]) -> Entity | None:
        """`(1, 2)` is part 1.2; a message that is not composed is its own part 1."""
        here, whole = self, True  # a message, of which the first part is itself when it is not composed
        for number in path:
            if not whole and here.inner:
                here, whole = here.inner, True
            if 0 < number <= len(here.children):
                here = here.children[number - 1]
            elif here.children or not whole or number != 1:
                return None
            whole = False
        return here

    def walk(self) -> Iterator[Entity]:
        yield self
        for child in [*self.children, *([self.inner] if self.inner else [])]:
            yield from child.walk()


def read(data: bytes) -> Entity:
    """Whatever the bytes are: what cannot be cut is one part."""
    return _entity(data, 0, len(data), 0, [0])


def _entity(data: bytes, start: int, end: int, depth: int, count: list[int]) -> Entity:
    count[0] += 1
    found = _BLANK.search(data, start, end)
    body = found.end() if found else end
    if data.startswith((b"\r\n", b"\n"), start, end):  # no header at all
        body = start + (2 if data.startswith(b"\r\n", start) else 1)
    entity = Entity(data, start, body, end, _headers(data[start : min(body, start + _MAX_HEAD)]))
    if depth < _MAX_DEPTH and count[0] < _MAX_PARTS:
        if entity.type == "message/rfc822":
            entity.inner = _entity(data, body, end, depth + 1, count)
        elif entity.type.startswith("multipart/"):
            for first, last in _cut(data, body, end, _boundary(entity.headers)):
                if count[0] >= _MAX_PARTS:
                    break
                entity.children.append(_entity(data, first, last, depth + 1, count))
    return entity


def _headers(block: bytes) -> Message:
    headers = BytesHeaderParser(policy=email.policy.compat32).parsebytes(block)
    if len(str(headers.get("Content-Type", ""))) > _MAX_CONTENT_TYPE:
        del headers["Content-Type"]
    return headers


def _boundary(headers: Message) -> bytes:
    try:
        boundary = headers.get_boundary("")
    except (ValueError, LookupError, TypeError):
        return b""
    return b"" if _NO_BOUNDARY.search(boundary) else boundary.encode()


def _cut(data: bytes, body: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where each part starts and ends, between lines that hold the boundary and nothing else (RFC 2046, 5.1.1)."""
    mark, start = b"--" + boundary, -1
    at = data.find(mark, body, end) if boundary else -1
    while at >= 0:
        after = at + len(mark)
        last = data.startswith(b"--", after)
        line_end = data.find(b"\n", after, min(end, after + _MAX_BLANKS))
        stop = end if line_end < 0 else line_end + 1
        alone = not data[after + 2 * last : min(stop, after + _MAX_BLANKS)].strip()
        if alone and (at == body or data.startswith(b"\n", at - 1)):
            if start >= 0:
                yield start, max(start, at - (2 if data.startswith(b"\r", max(at - 2, start)) else 1))
            if last:
                return
            start = stop
        at = data.find(mark, after, end)
    if 0 <= start < end:
        yield start, end
