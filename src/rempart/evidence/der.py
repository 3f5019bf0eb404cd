"""Just enough DER (X.690) to hold a CMS signature to its bytes: read strictly, write back, compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER, OCTETS, NULL, OID, SEQUENCE, SET, CONTEXT_0 = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31, 0xA0
_LONGEST = 4  # bytes of a length: a signature is small


class DerError(ValueError):
    """These bytes are not DER, or not what was expected of them."""


@dataclass(frozen=True, slots=True)
class Value:
    """A tag and its content. `whole` is the encoding it was read from."""

    tag: int
    content: bytes
    whole: bytes

    def inside(self, *tags: int) -> list[Value]:
        """The values it is made of. With `tags`, exactly these. Raises DerError."""
        found = list(_values(self.content))
        if tags and tuple(v.tag for v in found) != tags:
            raise DerError(f"tags {[hex(v.tag) for v in found]} instead of {[hex(t) for t in tags]}")
        return found


def read(data: bytes, tag: int) -> Value:
    """The one value that `data` is, of this tag. Raises DerError."""
    found = list(_values(data))
    if len(found) != 1 or found[0].tag != tag:
        raise DerError("not one value of the expected tag")
    return found[0]


def encode(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _values(data: bytes) -> Iterator[Value]:
    at = 0
    while at < len(data):
        start, tag = at, data[at]
        if tag & 0x1F == 0x1F or at + 2 > len(data):
            raise DerError("unexpected tag or end")
        length, at = data[at + 1], at + 2
        if length >= 0x80:
            many = length & 0x7F
            if not 1 <= many <= _LONGEST or at + many > len(data):
                raise DerError("unexpected form of length")
            length, at = int.from_bytes(data[at : at + many], "big"), at + many
        content = data[at : at + length]
        at += length
        if len(content) != length or encode(tag, content) != data[start:at]:
            raise DerError("not the one encoding of its content")
        yield Value(tag, content, data[start:at])
