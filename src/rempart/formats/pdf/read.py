"""Reading the PDF of somebody else, which is hostile input: bounded before a library sees it.

A small file may unfold into gigabytes: its compressed streams are unfolded here first, into nothing, with a bound. What
is beyond a bound is refused with its reason, never half read.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

MAX_BYTES = 48 * 1024 * 1024
MAX_STREAM = 64 * 1024 * 1024  # unfolded
MAX_UNFOLDED = 256 * 1024 * 1024  # all streams of a file together
MAX_OBJECTS = 100_000
_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY = 1024  # bytes before `stream` in which its filters are looked for
_FLATE = re.compile(rb"/Fl(?:ateDecode)?\b")
_CHUNK = 1024 * 1024


class PdfError(ValueError):
    """The PDF cannot be read, or not within bounds. `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def open_pdf(data: bytes) -> tuple[pikepdf.Pdf, str]:
    """The document, and what is wrong with its cross-reference table ("" when nothing is).

    PdfError when it is encrypted with a password, too large, or cannot be read even by rebuilding its table.
    """
    import pikepdf

    check_bounds(data)
    trouble = ""
    try:
        pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True, attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise PdfError("le PDF est chiffré et demande un mot de passe") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        trouble = _said(error)
        pdf = _rebuilt(data)
    if len(pdf.objects) > MAX_OBJECTS:
        raise PdfError(f"le PDF compte plus de {MAX_OBJECTS} objets")
    return pdf, trouble


def _rebuilt(data: bytes) -> pikepdf.Pdf:
    import pikepdf

    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise PdfError("le PDF est chiffré et demande un mot de passe") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise PdfError(f"le PDF est illisible: {_said(error)}") from error


def _said(error: Exception) -> str:
    """Without the name of a file that is none, nor the address of what stands for it, another one at each run."""
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return re.sub(r"^(stream <[^>]*>|\S*): ", "", first)[:200]


def check_bounds(data: bytes) -> None:
    """PdfError when the file, or what its streams unfold into, is too large."""
    if len(data) > MAX_BYTES:
        raise PdfError(f"le PDF fait {len(data)} octets, au-delà de la limite de {MAX_BYTES}")
    total = 0
    for match in _STREAM.finditer(data):
        start = max(data.rfind(b"obj", 0, match.start()), match.start() - _DICTIONARY, 0)
        filters = len(_FLATE.findall(data, start, match.start()))
        if not filters:
            continue
        size = _unfolded(data, match.end(), MAX_UNFOLDED - total, again=filters > 1)
        total += size
        if size >= MAX_STREAM or total >= MAX_UNFOLDED:
            raise PdfError("un flux compressé du PDF se déplie au-delà de la limite")


def _unfolded(data: bytes, start: int, budget: int, *, again: bool) -> int:
    """How many bytes come out of a Flate stream, at most the limit; twice when it is compressed twice."""
    limit = min(MAX_STREAM, budget)
    first, second = zlib.decompressobj(), zlib.decompressobj()
    size, view, at = 0, memoryview(data), start
    try:
        while not first.eof and at < len(data) and size < limit:
            out = first.decompress(view[at : at + _CHUNK], limit - size)
            at += _CHUNK
            size += len(out)
            while first.unconsumed_tail and size < limit:
                more = first.decompress(first.unconsumed_tail, limit - size)
                size, out = size + len(more), out + more if again else more
            if again:
                size = max(size, len(second.decompress(out, limit)))
                if second.unconsumed_tail:
                    return limit
    except zlib.error:
        pass  # what is no Flate stream is found by who reads it
    return size
