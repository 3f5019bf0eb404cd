"""The section Copie du document of a structured document: its PDF, and how it is announced."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.header import text
from rempart.formats.cda.model import LOINC, V3
from rempart.model.finding import Finding
from rempart.validation.cda.content import content_of, starts
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.registry import rule

_ATTACHED = "1.2.250.1.213.1.1.3.18"  # FR-Document-attache
_KIND = "1.2.250.1.213.1.1.3.48.18"  # FR-Type-document-attache


@rule("CDA-096", families=("cda-document",))
def pdf_copies(context: CdaContext) -> Iterator[Finding]:
    """Each PDF section is complete."""
    for section in context.pdf_sections:
        yield from _pdf_copy(context, section)


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
    yield from _announced(context, section)
    values = section.findall(".//{urn:hl7-org:v3}observationMedia/{urn:hl7-org:v3}value")
    if len(values) != 1:
        message = "La section PDF contient un seul document"
        yield context.find("CDA-096", section, "observationMedia/value", message, expected="1", actual=str(len(values)))
    for value in values:
        yield from _pdf_value(context, value)


def _announced(context: CdaContext, section: Element) -> Iterator[Finding]:
    """The narrative shows the document, and the entry says what it is."""
    if first(section, "text") is None or next(section.iter(f"{{{V3}}}renderMultiMedia"), None) is None:
        message = "Le texte de la section PDF renvoie au document par renderMultiMedia"
        yield context.find("CDA-096", section, "text/renderMultiMedia", message)
    organizer = first(section, "entry/organizer")
    if organizer is None:
        return
    code = first(organizer, "code")
    if code is None or (code.get("code"), code.get("codeSystem")) != ("55107-7", LOINC):
        node, below = (organizer, "code") if code is None else (code, "@code")
        message = "Le code de l'entrée FR-Document-attache est 55107-7 de LOINC"
        yield context.find("CDA-096", node, below, message, expected="55107-7")
    yield from _kind(context, organizer)


def _kind(context: CdaContext, organizer: Element) -> Iterator[Finding]:
    observation = first(organizer, f"component/observation/templateId[@root='{_KIND}']/..")
    if observation is None:
        message = "L'entrée FR-Document-attache dit le type du document"
        yield context.find("CDA-096", organizer, "component/observation", message, expected=_KIND)
        return
    for path, wanted in (("code", "69764-9"), ("value", "55108-5")):
        node = first(observation, path)
        if node is None or (node.get("code"), node.get("codeSystem")) != (wanted, LOINC):
            message = f"FR-Type-document-attache: {path} est {wanted} de LOINC"
            place, below = (observation, path) if node is None else (node, "@code")
            yield context.find("CDA-096", place, below, message, expected=wanted)


def _pdf_value(context: CdaContext, value: Element) -> Iterator[Finding]:
    for attribute, expected in (("mediaType", "application/pdf"), ("representation", "B64")):
        if value.get(attribute) != expected:
            message = f"{attribute} du document joint"
            yield context.find("CDA-096", value, f"@{attribute}", message, expected=expected)
    content = content_of(context, value)
    if content is None or not starts(content, "application/pdf"):
        yield context.find("CDA-096", value, "", "Le document joint n'est pas un PDF en base64", expected="%PDF-")
