"""check: every clause that we look at, file first, then objects, pages, fonts, annotations, metadata."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pikepdf

from rempart.formats.pdf.pdfa import colours, file, interactive, metadata, objects, pages
from rempart.formats.pdf.pdfa.clauses import Breach
from rempart.formats.pdf.read import open_pdf

MOST = 100  # breaches told of one file


def check(data: bytes) -> list[Breach]:
    """The breaches found, at most MOST. PdfError when the file cannot be read within bounds."""
    pdf, trouble = open_pdf(data)
    found: list[Breach] = []
    with pdf:
        try:
            for breach in islice(_all(data, pdf, trouble), MOST):
                found.append(breach)
        except Exception as error:  # the library raises whatever it likes on an object that is none
            message = f"l'examen s'arrête sur une structure illisible ({type(error).__name__})"
            found.append(Breach("6.1", "fichier", message))
    return found


def _all(data: bytes, pdf: pikepdf.Pdf, trouble: str) -> Iterator[Breach]:
    yield from file.check(data, pdf, trouble)
    if pdf.is_encrypted:
        return  # what follows is in the clear only for who has the key
    yield from metadata.check(pdf)
    intent, broken = colours.output_intent(pdf)
    yield from broken
    yield from objects.check(pdf)
    yield from interactive.check(pdf)
    yield from pages.check(pdf, intent)
