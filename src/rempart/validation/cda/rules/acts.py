"""The documented act as the type of the document wants it: imaging reports, requests, documents of the patient."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.model import DICOM, LOINC
from rempart.formats.cda.nodes import PS3
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.cda.models import Act, models
from rempart.validation.cda.rules.professionals import is_snr, kind
from rempart.validation.cda.tables import imaging_acts, value_set
from rempart.validation.registry import rule

# What the translations of an imaging act say, by their qualifier: the value set of each.
_TRANSLATIONS = (
    ("121139", DICOM, "modalité", "jdv-modalite-acquisition"),
    ("39111-0", LOINC, "région anatomique", "jdv-region-anatomique"),
)


@rule("CDA-076", families=("cda-document",))
def imaging_report(context: CdaContext) -> Iterator[Finding]:
    """An imaging report names its request, its exam, its modality and its region."""
    if "type=18748-4" not in context.facts:
        return
    yield from _imaging_orders(context)
    exams = [e for e in context.at("documentationOf/serviceEvent") if first(e, "id") is not None]
    if not exams:
        message = "Aucun acte documenté ne désigne son examen par son studyInstanceUID"
        yield context.find("CDA-076", context.root, "documentationOf/serviceEvent/id", message)
    for exam in exams:
        yield from _imaging_exam(context, exam)


def _imaging_exam(context: CdaContext, exam: Element) -> Iterator[Finding]:
    node = first(exam, "id")
    assert node is not None
    if not node.get("root") or node.get("extension") or len(node.get("root", "")) > 64:
        message = "L'examen est désigné par son studyInstanceUID: @root seul, 64 caractères au plus"
        yield context.find("CDA-076", node, "@extension" if node.get("extension") else "@root", message)
    code = first(exam, "code")
    if code is None:
        message = "L'acte d'imagerie a un code, qui porte sa modalité et sa région anatomique"
        yield context.find("CDA-076", exam, "code", message, expected="un code LOINC d'acte d'imagerie")
        return
    if not (code.get("codeSystem") == LOINC and code.get("code") in imaging_acts()):
        message = "L'acte d'imagerie n'est pas un code LOINC de jdv-code-document-imagerie-cisis"
        yield context.find("CDA-076", code, "@code", message, expected="un code LOINC d'acte d'imagerie")
    for qualifier, system, label, table in _TRANSLATIONS:
        found = _translations(exam, qualifier, system)
        if not found:
            message = f"Le code de l'acte n'a pas de traduction qui dise la {label}"
            yield context.find("CDA-076", exam, "code/translation", message, expected=f"qualifier/name {qualifier}")
        known = value_set(table)
        for node in found:
            if node.get("codeSystem") != known.systems.get(node.get("code", "")):
                message = f"La {label} « {node.get('code', '')} » n'est pas dans {known.name}"
                yield context.find("CDA-076", node, "@code", message, expected=known.name)


def _translations(event: Element, qualifier: str, system: str) -> list[Element]:
    """Translations of the act that carry this qualifier."""
    names = {t: select(t, "qualifier/name") for t in select(event, "code/translation")}
    return [t for t, n in names.items() if any((x.get("code"), x.get("codeSystem")) == (qualifier, system) for x in n)]


def _imaging_orders(context: CdaContext) -> Iterator[Finding]:
    orders = context.at("inFulfillmentOf/order")
    if not orders:
        yield context.find("CDA-076", context.root, "inFulfillmentOf/order", "La demande d'imagerie est obligatoire")
    for order in orders:
        node = first(order, "id")
        if node is None or not (node.get("root") and node.get("extension")):
            message = "Le numéro de la demande porte @root et @extension"
            yield context.find("CDA-076", order, "id/@extension", message)
        accession = order.find(f"{{{PS3}}}accessionNumber")
        if accession is None:
            yield context.find("CDA-076", order, "ps3-20:accessionNumber", "L'accession number est obligatoire")
        elif not accession.get("root"):
            yield context.find("CDA-076", accession, "@root", "L'accession number dit qui l'a attribué")


@rule("CDA-121", families=("cda-document",))
def code_of_the_act(context: CdaContext) -> Iterator[Finding]:
    """Some types of documents impose the code of the documented act; a service numérique référencé gives none."""
    authors = context.at("author/assignedAuthor")
    events = context.at("documentationOf/serviceEvent")
    if any(is_snr(a) for a in authors):
        for code in [c for e in events for c in select(e, "code")]:
            message = "Un service numérique référencé ne code pas l'acte documenté"
            yield context.find("CDA-121", code, "", message, expected="(absent)")
        return
    kinds = {kind(a) for a in authors}
    for act in models().acts:
        concerned = act.type == context.header.type.code if act.type else kinds == {act.author}
        if concerned and events and not any(_is(c, act) for e in events for c in select(e, "code")):
            message = f"Le code de l'acte documenté est celui de {act.label}"
            node, below = _place(events)
            yield context.find("CDA-121", node, below, message, expected=f"{act.code} ({act.system})")


def _is(code: Element, act: Act) -> bool:
    return (code.get("code"), code.get("codeSystem")) == (act.code, act.system)


def _place(events: list[Element]) -> tuple[Element, str]:
    code = first(events[0], "code")
    return (events[0], "code") if code is None else (code, "@code")
