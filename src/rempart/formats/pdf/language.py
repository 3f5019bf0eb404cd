"""The language that a PDF declares for itself."""

from __future__ import annotations

from rempart.formats.pdf.read import PdfError, open_pdf


def language(data: bytes) -> str:
    """`Lang` of the catalogue (`fr-FR`); "" when it says none or cannot be read."""
    try:
        pdf, _ = open_pdf(data)
    except PdfError:
        return ""
    with pdf:
        try:
            return str(pdf.Root.get("/Lang", ""))
        except Exception:  # the library raises whatever it likes on an object that is none
            return ""
