"""Is a file that a person gives what its preuve asks for? Enough to refuse what nobody could open; never a judgement of
what is shown."""

from __future__ import annotations

import struct

import pypdfium2

from rempart.formats.video import VideoError, read, recognised

# How each kind of picture begins, and what it ends with.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", b"IEND", "PNG"),
    (b"\xff\xd8\xff", b"\xff\xd9", "JPEG"),
    (b"GIF8", b";", "GIF"),
)


def video_problem(data: bytes) -> str:
    """Why this cannot be played as a video, in French; "" when it can, as far as its container says."""
    try:
        video = read(data)
    except VideoError as error:
        return error.reason
    return "" if video.width and video.height else "fichier sans image"


def image_problem(data: bytes) -> str:
    """Why this is not a picture; "" when it is, or a PDF, or a film, which show a screen as well."""
    if data[:5] == b"%PDF-":
        return pdf_problem(data)
    if recognised(data):
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
