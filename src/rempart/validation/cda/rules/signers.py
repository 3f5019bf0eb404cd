"""Who answers for the document: the legal authenticator, and those who sign beside it."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, first
from rempart.validation.cda.rules import professionals
from rempart.validation.cda.rules.professionals import given, kind
from rempart.validation.registry import rule


@rule("CDA-061", families=("cda-document",))
def legal_authenticator(context: CdaContext) -> Iterator[Finding]:
    """A professional who signs says who they are, what they do and where; a patient is named; a system is none."""
    for assigned in context.at("legalAuthenticator/assignedEntity"):
        who = kind(assigned)
        if who == "professional":
            yield from professionals.national_id(context, "CDA-061", assigned)
            yield from professionals.profession(context, "CDA-061", assigned)
            yield from professionals.person_and_structure(context, "CDA-061", assigned)
        elif who == "patient":
            yield from _patient(context, assigned)
        else:
            yield from professionals.structure(context, "CDA-061", assigned, "du système responsable")
            yield from _absent(context, assigned, "assignedPerson", "Un système responsable n'est pas une personne")


def _patient(context: CdaContext, assigned: Element) -> Iterator[Finding]:
    if not given(first(assigned, "assignedPerson/name/family")):
        message = "Le nom du patient responsable est obligatoire"
        yield context.find("CDA-061", assigned, "assignedPerson/name/family", message)
    yield from _absent(context, assigned, "representedOrganization", "Un patient responsable n'a pas de structure")


def _absent(context: CdaContext, assigned: Element, path: str, message: str) -> Iterator[Finding]:
    node = first(assigned, path)
    if node is not None:
        yield context.find("CDA-061", node, "", message, expected="(absent)")


@rule("CDA-062", families=("cda-document",))
def authenticators(context: CdaContext) -> Iterator[Finding]:
    """A cosignatory has a profession of JDV_J01, and only documents of professionals have some."""
    kinds = {kind(a) for a in context.at("author/assignedAuthor")}
    for node in context.at("authenticator"):
        if kinds and "professional" not in kinds:
            message = "Un document du patient ou d'un système n'a pas de cosignataire"
            yield context.find("CDA-062", node, "", message, expected="(absent)")
        assigned = first(node, "assignedEntity")
        if assigned is not None and first(assigned, "code") is not None:
            yield from professionals.profession(context, "CDA-062", assigned)
