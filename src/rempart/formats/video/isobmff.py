"""MP4 and MOV: boxes of ISO/IEC 14496-12 (and QuickTime), read far enough to know length and size of the picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rempart.formats.video.read import Video, VideoError

_FIRST = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip")
_MAX_BOXES = 20_000  # a fragmented recording has one or two a second


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int  # of its content
    end: int


def recognised(data: bytes) -> bool:
    """A QuickTime file may begin with any of these boxes; an MP4 begins with `ftyp`."""
    return data[4:8] in _FIRST


def read(data: bytes) -> Video:
    """Raises VideoError when the file has no complete `moov`: a recording that was cut cannot be played."""
    top = list(_boxes(data, 0, len(data)))
    movie = next((b for b in top if b.kind == b"moov"), None)
    if movie is None:
        raise VideoError("l'en-tête du film (moov) manque: l'enregistrement a été coupé")
    if not any(b.kind == b"mdat" for b in top):
        raise VideoError("aucune image (mdat): l'enregistrement a été coupé")
    inside = list(_boxes(data, movie.start, movie.end))
    seconds = _length(data, inside)
    width = height = 0
    for track in (b for b in inside if b.kind == b"trak"):
        found = _picture(data, track)
        if found[0] * found[1] > width * height:
            width, height = found
    brand = next((data[b.start : b.start + 4] for b in top if b.kind == b"ftyp"), b"qt  ")
    return Video("MOV" if brand == b"qt  " else "MP4", seconds, width, height)


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """The boxes that stand side by side in [start, end). Raises VideoError where a size cannot be."""
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            content = start + 16
        elif size == 0:
            size = end - start  # to the end of the file
        if size < content - start or start + size > end:
            name = kind.decode("latin-1")
            raise VideoError(f"la boîte « {name} » annonce {size} octets, le fichier n'en a plus que {end - start}")
        yield _Box(kind, content, start + size)
        start += size
    raise VideoError(f"plus de {_MAX_BOXES} boîtes")


def _length(data: bytes, movie: list[_Box]) -> float | None:
    """Seconds of `mvhd`; of `mehd` when the film is in fragments, whose header says 0."""
    header = next((b for b in movie if b.kind == b"mvhd"), None)
    if header is None:
        raise VideoError("l'en-tête du film (mvhd) manque")
    scale, length = _timed(data, header)
    if not length:
        for extends in (b for b in movie if b.kind == b"mvex"):
            for box in (b for b in _boxes(data, extends.start, extends.end) if b.kind == b"mehd"):
                length = _number(data, box.start + 4, 8 if data[box.start : box.start + 1] == b"\1" else 4, box.end)
    return length / scale if length and scale else None


def _timed(data: bytes, box: _Box) -> tuple[int, int]:
    """Time scale and length of `mvhd`, in its version 0 (32 bits) or 1 (64 bits)."""
    if data[box.start : box.start + 1] == b"\1":
        return _number(data, box.start + 20, 4, box.end), _number(data, box.start + 24, 8, box.end)
    return _number(data, box.start + 12, 4, box.end), _number(data, box.start + 16, 4, box.end)


def _picture(data: bytes, track: _Box) -> tuple[int, int]:
    """Width and height of a track in pixels, from the fixed-point numbers that end `tkhd`; (0, 0) for sound."""
    header = next((b for b in _boxes(data, track.start, track.end) if b.kind == b"tkhd"), None)
    if header is None:
        return 0, 0
    return _number(data, header.end - 8, 4, header.end) >> 16, _number(data, header.end - 4, 4, header.end) >> 16


def _number(data: bytes, start: int, size: int, end: int) -> int:
    if start < 0 or start + size > end:
        raise VideoError("un en-tête est trop court")
    return int.from_bytes(data[start : start + size], "big")
