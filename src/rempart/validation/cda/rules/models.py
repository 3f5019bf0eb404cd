"""What the model that a structured document declares imposes: its type, its sections, the copy of the document."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.model import V3
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element
from rempart.validation.cda.models import Model, models
from rempart.validation.registry import rule


@rule("CDA-097", "CDA-122", "CDA-123", families=("cda-document",))
def declared_models(context: CdaContext) -> Iterator[Finding]:
    """Every declared model that we know has its type, its mandatory sections, and its PDF section where it asks one."""
    body = context.body
    if body is None:
        return
    declared = context.header.templates
    present: set[str] | None = None
    for model in models().models:
        if not any(model.says(t.root, t.extension) for t in declared):
            continue
        if present is None:
            present = {t.get("root", "") for t in body.iter(f"{{{V3}}}templateId") if _of_section(t)}
        yield from _type(context, model)
        yield from _sections(context, body, model, present)
        yield from _pdf(context, body, model)


def _of_section(template: Element) -> bool:
    parent = template.getparent()
    return parent is not None and parent.tag == f"{{{V3}}}section"


def _type(context: CdaContext, model: Model) -> Iterator[Finding]:
    code = context.first("code")
    if model.type and code is not None and code.get("code") != model.type:
        message = f"Le type du document n'est pas celui du modèle {model.name} qu'il déclare"
        yield context.find("CDA-123", code, "@code", message, expected=model.type)


def _sections(context: CdaContext, body: Element, model: Model, present: set[str]) -> Iterator[Finding]:
    for choice in model.sections:
        if not present.intersection(choice):
            message = f"Il manque une section obligatoire du modèle {model.name}"
            below = f"component/section/templateId[@root='{choice[0]}']"
            yield context.find("CDA-122", body, below, message, expected=" ou ".join(choice))


def _pdf(context: CdaContext, body: Element, model: Model) -> Iterator[Finding]:
    count = len(context.pdf_sections) if model.pdf else 1
    if count != 1:
        message = "Ce modèle de document demande une seule section Copie du document"
        yield context.find("CDA-097", body, "component/section", message, expected="1", actual=str(count))
