"""Videos, screenshots and scans: they open, are of a plausible length and size, and show something."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from rempart.formats.video import VideoError
from rempart.formats.video import read as read_video
from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.files.given import each, is_pdf
from rempart.validation.files.papers import pdf
from rempart.validation.registry import finding

SHORTEST, LONGEST = 5.0, 2 * 3600.0  # seconds
SMALLEST = (640, 360)  # pixels
_MAX_PIXELS = 100_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8", b"II*\0", b"MM\0*", b"BM")


@check("preuve.video")
def videos(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a video: [files]."""
    return each(evidence, names, video)


@check("preuve.screenshots")
def screenshots(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is an image, or a PDF of images: [files]."""
    return each(evidence, names, screenshot)


@check("preuve.recording")
def recordings(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a video, an image or a PDF of images: [files]."""
    return each(evidence, names, recording)


def recording(name: str, data: bytes) -> Iterator[Finding]:
    yield from screenshot(name, data) if is_pdf(data) or is_image(data) else video(name, data)


def video(name: str, data: bytes) -> Iterator[Finding]:
    """A container that opens, with a picture; an unknown length (written as it was recorded) is told, not refused."""
    try:
        found = read_video(data)
    except VideoError as error:
        yield finding("PRV-002", name, f"la vidéo ne s'ouvre pas: {error.reason}")
        return
    if not (found.width and found.height):
        yield finding("PRV-003", name, actual=f"{found.container}, {found.width} × {found.height}")
        return
    yield from _size(name, found.width, found.height)
    if found.seconds is None or not SHORTEST <= found.seconds <= LONGEST:
        actual = "durée inconnue" if found.seconds is None else f"{found.seconds:.1f} s"
        yield finding("PRV-004", name, expected=f"de {SHORTEST:g} s à {LONGEST:g} s", actual=actual)


def is_image(data: bytes) -> bool:
    return data.startswith(_MAGIC)


def screenshot(name: str, data: bytes) -> Iterator[Finding]:
    yield from pdf(name, data) if is_pdf(data) else image(name, data)


def image(name: str, data: bytes) -> Iterator[Finding]:
    """Decoded whole: a file that is cut opens, and shows nothing."""
    try:
        with _strictly(), Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > _MAX_PIXELS:
                yield finding("PRV-006", name, "l'image est démesurée", actual=f"{width} × {height}")
                return
            darkest, lightest = opened.convert("L").getextrema()
    # What Pillow is known to raise on files that are cut, malformed or made to harm.
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        yield finding("PRV-006", name, f"l'image ne s'ouvre pas: {error}")
        return
    if darkest == lightest:
        yield finding("PRV-007", name, "l'image est d'une seule couleur")
    yield from _size(name, width, height)


@contextmanager
def _strictly() -> Iterator[None]:
    """WeasyPrint, once imported, makes Pillow accept cut files in the whole process."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _size(name: str, width: int, height: int) -> Iterator[Finding]:
    if width < SMALLEST[0] or height < SMALLEST[1]:
        wanted = f"{SMALLEST[0]} × {SMALLEST[1]} au moins"
        yield finding("PRV-005", name, expected=wanted, actual=f"{width} × {height}")
