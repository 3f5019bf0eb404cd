"""The PDF of a document: what it declares."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.cda.content import content_of, starts
from rempart.validation.cda.context import CdaContext, first
from rempart.validation.registry import rule

_PDF_A_1 = re.compile(rb"""pdfaid:part(?:>\s*1\s*<|\s*=\s*["']1["'])""")


@rule("CDA-093", families=("cda-document",))
def pdf_a_1(context: CdaContext) -> Iterator[Finding]:
    """What the PDF declares: PDF/A part 1 in its XMP, no encryption. Its conformance to PDF/A is not proven here."""
    node = first(context.root, "component/nonXMLBody/text[@mediaType='application/pdf']")
    content = content_of(node) if node is not None else None
    if node is None or not content or not starts(content, "application/pdf"):
        return
    severity = None if "DOC/va1.01" in context.requirements else Severity.WARNING
    if not _PDF_A_1.search(content):
        message = "Le PDF ne se déclare pas PDF/A-1 dans ses métadonnées XMP"
        yield context.find("CDA-093", node, "", message, expected="pdfaid:part = 1", severity=severity)
    if b"/Encrypt" in content:
        yield context.find("CDA-093", node, "", "Le PDF est chiffré", severity=severity)
