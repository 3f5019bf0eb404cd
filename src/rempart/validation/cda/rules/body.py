"""The body: a single content (N1), or sections and the PDF copy in one of them (N3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import decode_base64, pdf_sections
from rempart.formats.cda.model import LOINC
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select, text
from rempart.validation.registry import rule

_STARTS = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\0", b"MM\0*"),
    "text/rtf": (b"{\\rtf",),
}
_PDF_A_1 = re.compile(rb"""pdfaid:part(?:>\s*1\s*<|\s*=\s*["']1["'])""")
_ATTACHED = "1.2.250.1.213.1.1.3.18"  # FR-Document-attache
# Models whose text asks for exactly one PDF section: CR-BIO and EP-MED-DM.
_WITH_PDF = {
    ("1.2.250.1.213.1.1.1.55", "2024.01"),
    ("1.2.250.1.213.1.1.1.39", "2023.01"),
    ("1.2.250.1.213.1.1.1.39", "2024.01"),
}


@rule("CDA-090", families=("cda-document",))
def one_body(context: CdaContext) -> Iterator[Finding]:
    """One body, of one kind."""
    bodies = [b for name in ("nonXMLBody", "structuredBody") for b in select(context.root, f"component/{name}")]
    expected = "nonXMLBody ou structuredBody"
    if not bodies:
        yield context.find("CDA-090", context.root, "component", "Le document n'a pas de corps", expected=expected)
    for extra in bodies[1:]:
        yield context.find("CDA-090", extra, "", "Le document a plus d'un corps", expected=expected)


def _content(node: Element) -> bytes | None:
    """Decoded content; None when it is not base64."""
    try:
        return decode_base64(node.text or "")
    except ValueError:
        return None


@rule("CDA-092", families=("cda-document",))
def content_of_n1(context: CdaContext) -> Iterator[Finding]:
    """The content is base64, not empty, and what its media type says."""
    node = first(context.root, "component/nonXMLBody/text")
    if node is None:
        return
    content, media = _content(node), node.get("mediaType", "")
    if content is None:
        yield context.find("CDA-092", node, "", "Le contenu n'est pas en base64")
    elif not content:
        yield context.find("CDA-092", node, "", "Le contenu est vide")
    elif media in _STARTS and not _starts(content, media):
        message = f"Le contenu n'est pas du type {media} qu'il annonce"
        actual = content[:8].decode("latin-1")
        yield context.find("CDA-092", node, "", message, expected=media, actual=actual)


def _starts(content: bytes, media: str) -> bool:
    """PDF readers look for the mark in the first kilobyte; the others stand first."""
    if media == "application/pdf":
        return b"%PDF-" in content[:1024]
    return content.startswith(_STARTS[media])


@rule("CDA-093", families=("cda-document",))
def pdf_a_1(context: CdaContext) -> Iterator[Finding]:
    """What the PDF declares: PDF/A part 1 in its XMP, no encryption. Its conformance to PDF/A is not proven here."""
    node = first(context.root, "component/nonXMLBody/text[@mediaType='application/pdf']")
    content = _content(node) if node is not None else None
    if node is None or not content or not _starts(content, "application/pdf"):
        return
    severity = None if "DOC/va1.01" in context.requirements else Severity.WARNING
    if not _PDF_A_1.search(content):
        message = "Le PDF ne se déclare pas PDF/A-1 dans ses métadonnées XMP"
        yield context.find("CDA-093", node, "", message, expected="pdfaid:part = 1", severity=severity)
    if b"/Encrypt" in content:
        yield context.find("CDA-093", node, "", "Le PDF est chiffré", severity=severity)


@rule("CDA-096", "CDA-097", families=("cda-document",))
def pdf_copies(context: CdaContext) -> Iterator[Finding]:
    """Each PDF section is complete; the models that ask for one have exactly one."""
    sections = pdf_sections(context.root)
    for section in sections:
        yield from _pdf_copy(context, section)
    asked = {(t.root, t.extension) for t in context.header.templates} & _WITH_PDF
    if asked and len(sections) != 1:
        body = first(context.root, "component/structuredBody")
        message = "Ce modèle de document demande une seule section Copie du document"
        node = context.root if body is None else body
        yield context.find("CDA-097", node, "component/section", message, expected="1", actual=str(len(sections)))


def _pdf_copy(context: CdaContext, section: Element) -> Iterator[Finding]:
    code = first(section, "code")
    if code is None or (code.get("code"), code.get("codeSystem")) != ("55108-5", LOINC):
        message = "Le code de la section PDF est 55108-5 de LOINC"
        yield context.find("CDA-096", section if code is None else code, "code" if code is None else "@code", message)
    title = first(section, "title")
    if text(title) != "Copie du document":
        node, below = (section, "title") if title is None else (title, "")
        yield context.find("CDA-096", node, below, "Le titre de la section PDF", expected="Copie du document")
    attached = select(section, f"entry/organizer/templateId[@root='{_ATTACHED}']")
    if not attached:
        message = "La section PDF n'a pas d'entrée FR-Document-attache"
        yield context.find("CDA-096", section, "entry/organizer", message, expected=_ATTACHED)
    values = section.findall(".//{urn:hl7-org:v3}observationMedia/{urn:hl7-org:v3}value")
    if len(values) != 1:
        message = "La section PDF contient un seul document"
        yield context.find("CDA-096", section, "observationMedia/value", message, expected="1", actual=str(len(values)))
    for value in values:
        yield from _pdf_value(context, value)


def _pdf_value(context: CdaContext, value: Element) -> Iterator[Finding]:
    for attribute, expected in (("mediaType", "application/pdf"), ("representation", "B64")):
        if value.get(attribute) != expected:
            message = f"{attribute} du document joint"
            yield context.find("CDA-096", value, f"@{attribute}", message, expected=expected)
    content = _content(value)
    if content is None or not _starts(content, "application/pdf"):
        yield context.find("CDA-096", value, "", "Le document joint n'est pas un PDF en base64", expected="%PDF-")
