"""Documents, signed papers and dashboards: they open, and are of a format that an auditor can read."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.files.given import each, is_pdf, is_zip
from rempart.validation.files.texts import decoded
from rempart.validation.files.unzipped import ZipProblem, unzip
from rempart.validation.registry import finding

# What stands in an office document: OOXML, OpenDocument.
_OFFICE = ("[Content_Types].xml", "mimetype")


@check("preuve.paper")
def paper(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a PDF, an office document, an image or a text: [files]."""
    return each(evidence, names, document)


@check("preuve.dashboard")
def dashboard(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """The same: a table, an export or a picture of the screen: [files]."""
    return each(evidence, names, document)


@check("preuve.signed_paper")
def signed_paper(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a PDF that opens. Whether it is signed is for the auditor to see: [files]."""
    return each(evidence, names, signed)


def signed(name: str, data: bytes) -> Iterator[Finding]:
    if is_pdf(data):
        yield from pdf(name, data)
    else:
        yield finding("PRV-010", name, expected="un PDF")


def document(name: str, data: bytes) -> Iterator[Finding]:
    from rempart.validation.files.media import image, is_image

    if is_pdf(data):
        yield from pdf(name, data)
    elif is_image(data):
        yield from image(name, data)
    elif is_zip(data):
        yield from _office(name, data)
    elif decoded(data) is None:
        yield finding("PRV-009", name)


def _office(name: str, data: bytes) -> Iterator[Finding]:
    try:
        inside = unzip(data)
    except ZipProblem as error:
        yield finding("PRV-040", name, error.reason)
        return
    if not any(entry in inside for entry in _OFFICE):
        yield finding("PRV-009", name, "le fichier compressé n'est pas un document bureautique")


def pdf(name: str, data: bytes) -> Iterator[Finding]:
    """It opens without a password and has a page."""
    try:
        with pikepdf.open(io.BytesIO(data)) as opened:
            pages = len(opened.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError) as error:
        yield finding("PRV-008", name, f"le PDF ne s'ouvre pas: {error}")
        return
    if not pages:
        yield finding("PRV-008", name, "le PDF n'a aucune page")


def declares_pdf_a(data: bytes) -> bool:
    """The XMP metadata of the PDF say PDF/A-1. What the file then holds is not verified here."""
    try:
        with pikepdf.open(io.BytesIO(data)) as opened, opened.open_metadata() as metadata:
            return str(metadata.get("pdfaid:part", "")) == "1"
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, KeyError):
        return False
