"""The PDF of a document: what it declares, and, where a requirement asks for it, its conformance to PDF/A-1."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import pdf_elements
from rempart.formats.pdf.read import PdfError
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.content import content_of, starts
from rempart.validation.cda.context import CdaContext, Element, first
from rempart.validation.registry import rule

_PART = b"pdfaid:part"
_PDF_A_1 = re.compile(rb"""pdfaid:part(?:>\s*1\s*<|\s*=\s*["']1["'])""")


def pdfs(context: CdaContext) -> Iterator[tuple[Element, bytes]]:
    """The PDFs of a document, decoded, with the elements that hold them; what is no PDF has rules of its own."""
    for node in pdf_elements(context.root, context.pdf_sections):
        content = content_of(context, node)
        if content and starts(content, "application/pdf"):
            yield node, content


@rule("CDA-093", families=("cda-document",))
def pdf_a_1(context: CdaContext) -> Iterator[Finding]:
    """Where DOC/va1.01 is declared, every clause of PDF/A-1 that we look at; elsewhere, what the PDF declares."""
    asked = "DOC/va1.01" in context.requirements
    found = 0
    for node, content in pdfs(context):
        found += 1
        yield from _clauses(context, node, content) if asked else _declaration(context, node, content)
    if asked and not found and context.header.level:
        message = "Le document ne contient pas de PDF lisible, que l'exigence demande en PDF/A-1"
        text = context.first("component/nonXMLBody/text")
        node = context.root if text is None else text
        yield context.find("CDA-093", node, "", message, expected="application/pdf")


def _declaration(context: CdaContext, node: Element, content: bytes) -> Iterator[Finding]:
    said = content.find(_PART)  # a regular expression takes ten times as long to find where to begin
    if said < 0 or not _PDF_A_1.search(content, said):
        message = "Le PDF ne se déclare pas PDF/A-1 dans ses métadonnées XMP"
        yield context.find("CDA-093", node, "", message, expected="pdfaid:part = 1", severity=Severity.WARNING)
    if b"/Encrypt" in content:
        yield context.find("CDA-093", node, "", "Le PDF est chiffré", severity=Severity.WARNING)


def _clauses(context: CdaContext, node: Element, content: bytes) -> Iterator[Finding]:
    # The library that reads PDFs is loaded for the documents that need it only.
    from rempart.formats.pdf.pdfa import check

    try:
        breaches = check(content)
    except PdfError as error:
        yield context.find("CDA-093", node, "", f"Le PDF ne peut pas être contrôlé: {error.reason}")
        return
    for breach in breaches:
        message = f"PDF/A-1, {breach.place}: {breach.message}"
        yield context.find("CDA-093", node, "", message, expected=f"ISO 19005-1, {breach.clause}")


@rule("CDA-095", families=("cda-document",))
def language_of_the_content(context: CdaContext) -> Iterator[Finding]:
    """A PDF that says that it is not in French, in a document that does not say so. Read where PDF/A-1 is checked."""
    body = context.first("component/nonXMLBody")
    if "DOC/va1.01" not in context.requirements or body is None or first(body, "languageCode") is not None:
        return
    from rempart.formats.pdf.language import language

    for _, content in pdfs(context):
        said = language(content)
        if said and not said.casefold().startswith("fr"):
            message = "Le PDF n'est pas en français: nonXMLBody/languageCode le dit"
            yield context.find("CDA-095", body, "languageCode", message, expected=said)
