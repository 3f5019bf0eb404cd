"""Authors: what each kind of author must say of itself."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first
from rempart.validation.cda.rules import professionals
from rempart.validation.cda.rules.professionals import given, kind
from rempart.validation.cda.tables import value_set
from rempart.validation.registry import rule


@rule("CDA-051", "CDA-052", "CDA-053", "CDA-054", "CDA-055", "CDA-056", "CDA-119", families=("cda-document",))
def authors(context: CdaContext) -> Iterator[Finding]:
    """What each author must say, by kind."""
    for author in context.at("author"):
        assigned = first(author, "assignedAuthor")
        if assigned is None:
            continue
        who = kind(assigned)
        if who == "patient":
            yield from _patient(context, assigned)
        else:
            yield from professionals.profession(context, "CDA-052", assigned, nullable=False)
        if who == "professional":
            yield from professionals.national_id(context, "CDA-051", assigned)
            yield from professionals.person_and_structure(context, "CDA-053", assigned)
        if who == "system":
            yield from _device(context, assigned)
        else:
            yield from _coordinates(context, assigned)
        yield from _function(context, author, who)


@rule("CDA-052", families=("cda-document",))
def authors_in_the_body(context: CdaContext) -> Iterator[Finding]:
    """The author of a section or an entry may be silent about its code; said, it is in JDV_J01 too."""
    above = set(context.in_header("assignedAuthor"))
    for assigned in context.anywhere("assignedAuthor"):
        if assigned not in above and first(assigned, "code") is not None:
            yield from professionals.profession(context, "CDA-052", assigned)


def _device(context: CdaContext, assigned: Element) -> Iterator[Finding]:
    person, device = first(assigned, "assignedPerson"), first(assigned, "assignedAuthoringDevice")
    message = "Un système auteur dit son modèle et son logiciel"
    if device is None and person is None:
        yield context.find("CDA-054", assigned, "assignedAuthoringDevice", message)
    for path in ("manufacturerModelName", "softwareName") if device is not None else ():
        if not given(first(device, path)):
            yield context.find("CDA-054", assigned, f"assignedAuthoringDevice/{path}", message)
    if person is not None:
        expected = "assignedAuthoringDevice"
        yield context.find("CDA-054", person, "", "Un système auteur n'est pas une personne", expected=expected)
    yield from professionals.structure(context, "CDA-054", assigned, "du système auteur")


def _patient(context: CdaContext, assigned: Element) -> Iterator[Finding]:
    for path in ("code", "representedOrganization"):
        node = first(assigned, path)
        if node is not None:
            yield context.find("CDA-055", node, "", f"Un patient auteur ne porte pas {path}")
    if not given(first(assigned, "assignedPerson/name/family")):
        message = "Le nom du patient auteur est obligatoire"
        yield context.find("CDA-055", assigned, "assignedPerson/name/family", message, severity=Severity.ERROR)


def _coordinates(context: CdaContext, assigned: Element) -> Iterator[Finding]:
    """Address and telecom of a person: present, be it with a nullFlavor."""
    for name in ("addr", "telecom"):
        if first(assigned, name) is None:
            message = f"L'auteur ne dit pas son {name}: écrire la raison (nullFlavor) quand il n'est pas connu"
            yield context.find("CDA-119", assigned, name, message)


def _function(context: CdaContext, author: Element, who: str) -> Iterator[Finding]:
    node, known = first(author, "functionCode"), value_set("jdv-j47")
    if node is None or node.get("nullFlavor"):
        return
    code = node.get("code", "")
    if who != "professional":
        yield context.find("CDA-056", node, "", "functionCode ne concerne que les professionnels")
    elif code not in known:
        yield context.find("CDA-056", node, "@code", "Le rôle de l'auteur n'est pas dans JDV_J47", expected="JDV_J47")
    elif node.get("codeSystem") != known.systems[code]:
        message = "Le système du rôle de l'auteur n'est pas celui de JDV_J47"
        yield context.find("CDA-056", node, "@codeSystem", message, expected=known.systems[code])
