"""multipart/related cut into its parts (RFC 2046, 2387), as the hostile input that it is.

Nothing is decoded beyond what is asked, nothing is copied twice, and what is odd is a fault that the reader is told of:
a missing end, a part without its blank line, an identifier twice.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rempart.formats.soap.model import SoapError

MAX_PARTS, MAX_HEAD = 100, 16 * 1024
_BOUNDARY = re.compile(r"[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]")
_AFTER_MARK = re.compile(rb"(--)?[ \t]*(?=\r?\n|\Z)")
_PARAMETER = re.compile(r';\s*([\w*.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))', re.ASCII)
_FIELD = re.compile(r"([!#-'*+.^-z|~\w-]+)[ \t]*:[ \t]*(.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. Header names are lower case; `content` is decoded from its Content-Transfer-Encoding."""

    headers: dict[str, str]
    content: bytes

    @property
    def id(self) -> str:
        """Its Content-ID, without the angle brackets."""
        return self.headers.get("content-id", "").strip().removeprefix("<").removesuffix(">")

    @property
    def type(self) -> str:
        return media_type(self.headers.get("content-type", ""))[0]


@dataclass(frozen=True, slots=True)
class Multipart:
    """The parts in their order, and what is odd about them (French)."""

    parts: tuple[Part, ...]
    faults: tuple[str, ...] = ()
    cut: bool = False  # the last delimiter is missing: nobody knows what followed

    def named(self, content_id: str) -> list[Part]:
        return [p for p in self.parts if p.id == content_id]


def media_type(value: str) -> tuple[str, dict[str, str]]:
    """`multipart/related; boundary="a"` -> its type and parameters, names in lower case."""
    kind, _, _ = value.partition(";")
    found = {m[1].lower(): re.sub(r"\\(.)", r"\1", m[2]) if m[2] is not None else m[3]
             for m in _PARAMETER.finditer(value)}  # fmt: skip
    return kind.strip().lower(), found


def split_head(data: bytes, start: int = 0, end: int | None = None) -> tuple[dict[str, str], int]:
    """Header fields from `start`, before `end`, and where the content begins: after the first blank line.

    Raises SoapError when there is no blank line within bounds, or a line is no field.
    """
    window = data[start : start + MAX_HEAD if end is None else min(end, start + MAX_HEAD)]
    if window.startswith((b"\r\n", b"\n")):
        return {}, start + (2 if window.startswith(b"\r\n") else 1)
    blank = re.search(rb"\r?\n\r?\n", window)
    if blank is None:
        raise SoapError(f"aucune ligne vide ne suit les en-têtes, dans les {MAX_HEAD} premiers octets")
    text = re.sub(r"\r?\n[ \t]+", " ", window[: blank.start()].decode("latin-1"))
    headers: dict[str, str] = {}
    for line in re.split(r"\r?\n", text):
        read = _FIELD.fullmatch(line)
        if read is None:
            raise SoapError(f"cette ligne n'est pas un en-tête: « {line[:80]} »")
        headers.setdefault(read[1].lower(), read[2].strip())
    return headers, start + blank.end()


def split_multipart(data: bytes, boundary: str) -> Multipart:
    """Raises SoapError when `data` cannot be cut at `boundary`, or has more than MAX_PARTS parts."""
    if not _BOUNDARY.fullmatch(boundary):
        raise SoapError("la frontière (boundary) du message en plusieurs parties est absente ou n'est pas permise")
    parts: list[Part] = []
    faults: list[str] = []
    found, cut = _delimiter(data, boundary, 0), False
    if found is None:
        raise SoapError(f"la frontière « {boundary[:70]} » annoncée n'est pas dans le message")
    while not found.last:
        start = found.end + (2 if data.startswith(b"\r\n", found.end) else 1)
        following = _delimiter(data, boundary, found.end)
        end = following.start if following else len(data)
        if len(parts) == MAX_PARTS:
            raise SoapError(f"le message a plus de {MAX_PARTS} parties")
        parts.append(_part(data, start, end, faults, len(parts) + 1))
        if following is None:
            cut = True
            faults.append("la frontière de fin manque: le message est coupé")
            break
        found = following
    ids = [p.id for p in parts if p.id]
    faults += [f"deux parties ont le même Content-ID « {i[:80]} »" for i in dict.fromkeys(ids) if ids.count(i) > 1]
    return Multipart(tuple(parts), tuple(faults), cut)


class _Delimiter(NamedTuple):
    """`start` is before the line break that belongs to it, `end` before the one that follows; `last`: it has `--`."""

    start: int
    end: int
    last: bool


def _delimiter(data: bytes, boundary: str, floor: int) -> _Delimiter | None:
    """The next line from `floor` on that is a delimiter. Found by its text, then looked at: a pattern that is tried at
    each line of a document of 100 kB costs more than all the rest of reading it."""
    mark, at = b"--" + boundary.encode("ascii"), floor
    while (found := data.find(mark, at)) >= 0:
        rest = _AFTER_MARK.match(data, found + len(mark))
        start = found - 1 if found else 0
        if rest and (found == 0 or (start >= floor and data[start] == 0x0A)):
            start -= start > floor and data[start - 1] == 0x0D
            return _Delimiter(start, rest.end(), bool(rest[1]))
        at = found + 1
    return None


def _part(data: bytes, start: int, end: int, faults: list[str], number: int) -> Part:
    try:
        headers, at = split_head(data, start, max(end, start))
    except SoapError as error:
        faults.append(f"partie {number}: {error.reason}")
        return Part(headers={}, content=data[start:end])
    encoding = headers.get("content-transfer-encoding", "binary").lower()
    content = data[at : max(at, end)]
    if encoding == "base64":
        try:
            content = base64.b64decode(re.sub(rb"\s+", b"", content), validate=True)
        except (binascii.Error, ValueError):
            faults.append(f"partie {number}: le contenu n'est pas en base64 comme il le dit")
    elif encoding == "quoted-printable":
        content = quopri.decodestring(content)
    elif encoding not in ("binary", "8bit", "7bit"):
        faults.append(f"partie {number}: l'encodage de transfert « {encoding[:40]} » est inconnu")
    return Part(headers=headers, content=content)


def write_multipart(parts: Sequence[Part], boundary: str) -> bytes:
    """The parts, as they are. ValueError when the boundary is in one of them, or is not permitted."""
    mark = b"--" + boundary.encode("ascii")
    if not _BOUNDARY.fullmatch(boundary) or any(mark in p.content for p in parts):
        raise ValueError(f"{boundary!r} cannot separate these parts")
    out = bytearray()
    for part in parts:
        head = "".join(f"{name.title()}: {value}\r\n" for name, value in part.headers.items())
        out += mark + b"\r\n" + head.encode("latin-1") + b"\r\n" + part.content + b"\r\n"
    return bytes(out + mark + b"--\r\n")
