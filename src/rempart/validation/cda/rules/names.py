"""Names of the persons and structures of the header; those of the patient are in `patient`."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rempart.formats.cda.header import text
from rempart.formats.cda.model import V3
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, select
from rempart.validation.cda.tables import value_set
from rempart.validation.registry import rule

_PERSONS = ("assignedPerson", "associatedPerson", "relatedPerson", "informationRecipient")  # a guardian has BR, CL, SP
_PARTS = {name: f"{{{V3}}}{name}" for name in ("family", "given", "prefix", "suffix")}
_STRUCTURES = ("representedOrganization", "receivedOrganization", "scopingOrganization", "guardianOrganization")


@rule("CDA-057", families=("cda-document",))
def titles_of_persons(context: CdaContext) -> Iterator[Finding]:
    """Civility in JDV_J245, title in JDV_J246; StructurationMinimale reads the text."""
    for name, table in (("prefix", "jdv-j245"), ("suffix", "jdv-j246")):
        for node in context.in_header(name):
            if text(node) and text(node) not in value_set(table):
                expected = " ou ".join(value_set(table).labels)
                message = f"« {text(node)} » n'est pas dans {value_set(table).name}"
                yield context.find("CDA-057", node, "", message, expected=expected, actual=text(node))


@rule("CDA-108", families=("cda-document",))
def single_names(context: CdaContext) -> Iterator[Finding]:
    """One name, one family in it, and the other parts at most once."""
    for person in context.in_header(*_PERSONS):
        names = select(person, "name")
        yield from _repeated(context, names)
        for name in names:
            yield from _parts(context, name, signs=_signs(person))
    for structure in context.in_header(*_STRUCTURES):
        yield from _repeated(context, select(structure, "name"))


def _signs(person: Element) -> bool:
    """An author or the legal authenticator: CDA-053 and CDA-061 ask for their name."""
    role = person.getparent()
    actor = None if role is None else role.getparent()
    return actor is not None and actor.tag in (f"{{{V3}}}author", f"{{{V3}}}legalAuthenticator")


def _parts(context: CdaContext, name: Element, *, signs: bool) -> Iterator[Finding]:
    parts = [part.tag for part in name.iterchildren(etree.Element)]
    for part, tag in _PARTS.items():
        count = parts.count(tag)
        if count > 1:
            yield from _repeated(context, select(name, part))
        if part == "family" and not count and not name.get("nullFlavor") and not signs:
            yield context.find("CDA-108", name, part, "Le nom d'une personne a un élément family")


def _repeated(context: CdaContext, found: list[Element]) -> Iterator[Finding]:
    for extra in found[1:]:
        yield context.find("CDA-108", extra, "", "Cet élément du nom est répété", expected="une fois")
