"""WebM and MKV: elements of EBML (RFC 8794) and Matroska (RFC 9559), read far enough to know length and picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rempart.formats.video.read import Video, VideoError

_MAGIC = b"\x1a\x45\xdf\xa3"
_EBML, _DOCTYPE, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_SCALE, _DURATION, _ENTRY, _VIDEO, _WIDTH, _HEIGHT = 0x2AD7B1, 0x4489, 0xAE, 0xE0, 0xB0, 0xBA
_MAX_ELEMENTS = 20_000


@dataclass(frozen=True, slots=True)
class _Element:
    id: int
    start: int
    end: int


def recognised(data: bytes) -> bool:
    return data.startswith(_MAGIC)


def read(data: bytes) -> Video:
    """Raises VideoError when the file has no segment or says nothing of its tracks."""
    top = list(_elements(data, 0, len(data)))
    header = next(e for e in top if e.id == _EBML)
    kind = next((data[e.start : e.end] for e in _elements(data, header.start, header.end) if e.id == _DOCTYPE), b"")
    segment = next((e for e in top if e.id == _SEGMENT), None)
    if segment is None:
        raise VideoError("aucun segment: l'enregistrement a été coupé")
    scale, length, width, height = 1_000_000, 0.0, 0, 0
    for part in _elements(data, segment.start, segment.end):
        if part.id == _INFO:
            inside = {e.id: e for e in _elements(data, part.start, part.end)}
            scale = _integer(data, inside[_SCALE]) if _SCALE in inside else scale
            length = _real(data, inside[_DURATION]) if _DURATION in inside else length
        elif part.id == _TRACKS:
            width, height = _picture(data, part)
        elif part.id == _CLUSTER:
            break  # what follows is the recording itself
    else:
        raise VideoError("aucune image: l'enregistrement a été coupé")
    return Video("WebM" if kind == b"webm" else "Matroska", length * scale / 1e9 or None, width, height)


def _picture(data: bytes, tracks: _Element) -> tuple[int, int]:
    found = (0, 0)
    for entry in (e for e in _elements(data, tracks.start, tracks.end) if e.id == _ENTRY):
        for video in (e for e in _elements(data, entry.start, entry.end) if e.id == _VIDEO):
            sizes = {
                e.id: _integer(data, e) for e in _elements(data, video.start, video.end) if e.id in (_WIDTH, _HEIGHT)
            }
            found = max(found, (sizes.get(_WIDTH, 0), sizes.get(_HEIGHT, 0)))
    return found


def _elements(data: bytes, start: int, end: int) -> Iterator[_Element]:
    """The elements that stand side by side in [start, end). A size that is not said goes to the end."""
    for _ in range(_MAX_ELEMENTS):
        if start >= end:
            return
        identifier, start = _vint(data, start, end, keep_marker=True)
        size, start = _vint(data, start, end, keep_marker=False)
        stop = end if size < 0 else min(start + size, end)
        yield _Element(identifier, start, stop)
        start = stop
    raise VideoError(f"plus de {_MAX_ELEMENTS} éléments")


def _vint(data: bytes, start: int, end: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number of variable length and where it ends; -1 for the size that says « unknown » (all ones)."""
    first = data[start] if start < end else 0
    length = 9 - first.bit_length()
    if not first or length > (4 if keep_marker else 8) or start + length > end:
        raise VideoError(f"élément illisible à l'octet {start}")
    value = int.from_bytes(data[start : start + length], "big")
    if not keep_marker:
        value &= (1 << 7 * length) - 1
        value = -1 if value == (1 << 7 * length) - 1 else value
    return value, start + length


def _integer(data: bytes, element: _Element) -> int:
    if element.end - element.start > 8:
        raise VideoError("un nombre de plus de 8 octets")
    return int.from_bytes(data[element.start : element.end], "big")


def _real(data: bytes, element: _Element) -> float:
    form = {4: ">f", 8: ">d"}.get(element.end - element.start)
    if form is None:
        raise VideoError("une durée qui n'a ni 4 ni 8 octets")
    (value,) = struct.unpack(form, data[element.start : element.end])
    return float(value) if 0 <= value < 1e15 else 0.0  # nan is neither
