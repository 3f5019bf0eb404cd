"""Pages as a reader sees them: the data matrices drawn on them, and their text.

A page is drawn within bounds of pixels and of work: what it asks is counted before the drawing library sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rempart.formats import datamatrix
from rempart.formats.pdf.content import Contents, resources_of
from rempart.formats.pdf.read import PdfError, open_pdf

if TYPE_CHECKING:
    import pypdfium2

_SCALES = (2.0, 4.0)  # 144 then 288 dots per inch: a module of a third of a millimetre needs the second one
_MOST_PIXELS = 12_000_000
_MOST_CHARACTERS = 20_000
_FOOT = 0.2  # of the height of the page
_ENDS = 3  # pages read at each end: the code may stand on a separate last page


@dataclass(frozen=True, slots=True)
class Seen:
    """What is read on a page: its number from 1, the text of its data matrices, its text, that of its foot."""

    page: int
    codes: list[str] = field(default_factory=list)
    text: str = ""
    foot: str = ""  # the text of the lowest fifth


def pages_seen(data: bytes) -> list[Seen]:
    """The first and last pages. PdfError when they cannot be drawn within bounds."""
    import pypdfium2

    _check_work(data)
    try:
        document = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise PdfError("le PDF ne s'affiche pas") from error
    try:
        count = len(document)
        return [_seen(document, index) for index in sorted(_indexes(count))]
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise PdfError("une page du PDF ne s'affiche pas") from error
    finally:
        document.close()


def _indexes(count: int) -> set[int]:
    return {*range(min(_ENDS, count)), *range(max(count - _ENDS, 0), count)}


def _check_work(data: bytes) -> None:
    """PdfError when drawing these pages would take ages."""
    pdf, _ = open_pdf(data)
    with pdf:
        contents = Contents()
        try:
            for index in sorted(_indexes(len(pdf.pages))):
                page = pdf.pages[index].obj
                contents.cost(page, resources_of(page))
        except PdfError:
            raise
        except Exception as error:  # the library raises whatever it likes on an object that is none
            raise PdfError("une page du PDF ne se lit pas") from error


def _seen(document: pypdfium2.PdfDocument, index: int) -> Seen:
    page = document[index]
    try:
        codes: list[str] = []
        for scale in _SCALES:
            if codes or page.get_width() * page.get_height() * scale * scale > _MOST_PIXELS:
                break
            codes = _codes(page, scale)
        return Seen(index + 1, codes, _text(page), _foot(page))
    finally:
        page.close()


def _codes(page: Any, scale: float) -> list[str]:
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        pixels = memoryview(bitmap.buffer).cast("B").cast("B", (bitmap.height, bitmap.stride))
        return datamatrix.decode(pixels)
    finally:
        bitmap.close()


def _text(page: Any) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_range(0, min(words.count_chars(), _MOST_CHARACTERS)))
    finally:
        words.close()


def _foot(page: Any) -> str:
    words = page.get_textpage()
    try:
        found = words.get_text_bounded(bottom=0, top=page.get_height() * _FOOT)
        return str(found)[:_MOST_CHARACTERS]
    finally:
        words.close()
