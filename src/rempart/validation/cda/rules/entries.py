"""Sections and entries of a structured body, as far as the text speaks of all models."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.model import V3
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, first, values
from rempart.validation.registry import rule

_IDS = values("descendant::*/@ID")
_REFERENCE = f"{{{V3}}}reference"


@rule("CDA-100", families=("cda-document",))
def sections(context: CdaContext) -> Iterator[Finding]:
    """A section has code, title and text (or sections below); an originalText refers to something that exists."""
    body = context.body
    if body is None:
        return
    for section in context.in_body("section"):
        for name in ("code", "title", "text"):
            if first(section, name) is None and not (name == "text" and first(section, "component") is not None):
                yield context.find("CDA-100", section, name, f"Une section a un élément {name}")
    yield from _references(context, body)


def _references(context: CdaContext, body: Element) -> Iterator[Finding]:
    references = [node for text in context.in_body("originalText") for node in text.iterchildren(_REFERENCE)]
    media = context.in_body("renderMultiMedia")
    targets = set(_IDS(body)) if references or media else set()
    lost = [node for node in references if node.get("value", "").removeprefix("#") not in targets]
    if lost:
        message = "originalText renvoie à un passage qui n'existe pas"
        found = context.find("CDA-100", lost[0], "@value", message, expected="l'ID d'un élément du document")
        yield found.model_copy(update={"count": len(lost)})
    for node in media:
        if not targets.issuperset(node.get("referencedObject", "").split()):
            message = "renderMultiMedia renvoie à une image ou à un document qui n'existe pas"
            yield context.find("CDA-100", node, "@referencedObject", message, expected="l'ID d'une observationMedia")
