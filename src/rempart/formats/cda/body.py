"""Bodies of our documents: a PDF alone (N1), or a text section and the PDF in its own section (N3).

PDF section: FR-Document-PDF-copie, CI-SIS sections and entries of the 2024 models.
"""

from __future__ import annotations

import base64

from rempart.formats.cda.model import LOINC, PDF_SECTION, CdaDocument, CdaSection, Coded
from rempart.formats.cda.nodes import XSI, Node, coded, node

_PDF_COPY = Coded("55108-5", LOINC, "Copie du document")
_MEDIA_ID = "document-pdf"


def body(document: CdaDocument) -> Node:
    """`component` of a ClinicalDocument."""
    if document.level == "N1":
        return node("component", node("nonXMLBody", _b64("text", document.pdf)))
    own = document.sections or (_comment(document.text or document.title),)
    sections = [*(_section(s) for s in own), _pdf_section(document.pdf)]
    return node("component", node("structuredBody", *(node("component", s) for s in sections)))


def _b64(name: str, pdf: bytes) -> Node:
    text = base64.b64encode(pdf).decode("ascii")
    return node(name, text, mediaType="application/pdf", representation="B64")


def _comment(text: str) -> CdaSection:
    """FR-Commentaire-non-code: the one section of the CI-SIS that asks for nothing but its text."""
    templates = ("2.16.840.1.113883.10.12.201", "1.3.6.1.4.1.19376.1.4.1.2.16", "1.2.250.1.213.1.1.2.73")
    code = Coded("55112-7", LOINC, "Commentaire")
    return CdaSection(templates=templates, code=code, title="Commentaire", text=text)


def _section(section: CdaSection) -> Node:
    return node(
        "section",
        *(node("templateId", root=t) for t in section.templates),
        coded("code", section.code),
        node("title", section.title),
        node("text", *(node("paragraph", line) for line in section.text.splitlines())),
    )


def _pdf_section(pdf: bytes) -> Node:
    media = node("observationMedia", _b64("value", pdf), classCode="OBS", moodCode="EVN", ID=_MEDIA_ID)
    organizer = node(
        "organizer",
        node("templateId", root="1.2.250.1.213.1.1.3.18"),  # FR-Document-attache
        node("id", nullFlavor="NAV"),
        coded("code", Coded("55107-7", LOINC, "Document attaché")),
        node("statusCode", code="completed"),
        node("component", _kind_of_document()),
        node("component", media),
        classCode="CLUSTER",
        moodCode="EVN",
    )
    return node(
        "section",
        node("templateId", root=PDF_SECTION),
        coded("code", _PDF_COPY),
        node("title", "Copie du document"),
        node("text", node("renderMultiMedia", referencedObject=_MEDIA_ID)),
        node("entry", organizer),
    )


def _kind_of_document() -> Node:
    """FR-Type-document-attache."""
    value = coded("value", _PDF_COPY)
    value.set(f"{{{XSI}}}type", "CD")
    templates = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48", "1.2.250.1.213.1.1.3.48.18")
    return node(
        "observation",
        *(node("templateId", root=t) for t in templates),
        node("id", nullFlavor="NAV"),
        coded("code", Coded("69764-9", LOINC, "Type de document")),
        node("text", node("reference", value=f"#{_MEDIA_ID}")),
        node("statusCode", code="completed"),
        node("effectiveTime", nullFlavor="NAV"),
        value,
        classCode="OBS",
        moodCode="EVN",
    )
