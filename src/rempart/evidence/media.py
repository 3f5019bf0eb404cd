"""Is a file that a person gives what its preuve asks for? Enough to refuse what nobody could open; never a judgement of
what is shown."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pypdfium2

_BOX = struct.Struct(">I4s")
_MAX_BOXES = 10_000
# How each kind of picture begins, and what it ends with.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", b"IEND", "PNG"),
    (b"\xff\xd8\xff", b"\xff\xd9", "JPEG"),
    (b"GIF8", b";", "GIF"),
)


def video_problem(data: bytes) -> str:
    """Why this cannot be played as a video, in French; "" when it can, as far as its container says."""
    if data[4:8] == b"ftyp":
        return _mp4_problem(data)
    if data[:4] == b"\x1a\x45\xdf\xa3":  # EBML: Matroska and WebM
        whole = b"\x18\x53\x80\x67" in data[:4096] and b"\x16\x54\xae\x6b" in data and b"\x1f\x43\xb6\x75" in data
        return "" if whole else "fichier Matroska ou WebM sans piste ou sans image"
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        whole = struct.unpack_from("<I", data, 4)[0] <= len(data) - 8 and b"movi" in data
        return "" if whole else "fichier AVI tronqué"
    return "ni MP4, ni WebM, ni Matroska, ni AVI"


def _mp4_problem(data: bytes) -> str:
    """Its boxes hold one another up to the end, one holds pictures, and the film has a duration (ISO/IEC 14496-12)."""
    try:
        boxes = dict(_boxes(data, 0, len(data)))
    except ValueError:
        return "fichier MP4 tronqué"
    if b"moov" not in boxes or b"mdat" not in boxes:
        return "fichier MP4 sans film ou sans images"
    try:
        inside = dict(_boxes(data, *boxes[b"moov"]))
    except ValueError:
        return "fichier MP4 tronqué"
    if b"mvhd" not in inside:
        return "fichier MP4 sans en-tête de film"
    start, end = inside[b"mvhd"]
    header = data[start:end]
    form, at = (">IQ", 20) if header[:1] == b"\x01" else (">II", 12)
    if len(header) < at + struct.calcsize(form):
        return "fichier MP4 sans en-tête de film"
    scale, duration = struct.unpack_from(form, header, at)
    return "" if scale and duration else "film d'une durée nulle"


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    for _ in range(_MAX_BOXES):
        if start == end:
            return
        if start + 8 > end:
            raise ValueError("truncated")
        size, kind = _BOX.unpack_from(data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        if size < head or start + size > end:
            raise ValueError("truncated")
        yield kind, (start + head, start + size)
        start += size
    raise ValueError("too many boxes")


def image_problem(data: bytes) -> str:
    """Why this is not a picture; "" when it is, or a PDF, or a film, which show a screen as well."""
    if data[:5] == b"%PDF-":
        return pdf_problem(data)
    if data[4:8] == b"ftyp" or data[:4] == b"\x1a\x45\xdf\xa3":
        return video_problem(data)
    for start, last, kind in _PICTURES:
        if data.startswith(start):
            return "" if last in data[-64:] else f"image {kind} tronquée"
    whole = data[:4] == b"RIFF" and data[8:12] == b"WEBP" and struct.unpack_from("<I", data, 4)[0] <= len(data) - 8
    return "" if whole else "ni PNG, ni JPEG, ni GIF, ni WebP, ni PDF, ni vidéo"


def pdf_problem(data: bytes) -> str:
    """Why this PDF cannot be read; "" when it can."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return "PDF illisible"
    try:
        return "" if len(document) else "PDF sans page"
    finally:
        document.close()
