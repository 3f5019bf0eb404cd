"""Those who take part without writing or signing: informants, recipients, participants."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.model import PROFESSIONS
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.registry import rule

_FUNCTIONS = "2.16.840.1.113883.5.88"  # ParticipationFunction: PCP, the médecin traitant


@rule("CDA-063", families=("cda-document",))
def informant(context: CdaContext) -> Iterator[Finding]:
    """A professional or a relative, one of them."""
    for node in context.at("informant"):
        count = len(select(node, "assignedEntity")) + len(select(node, "relatedEntity"))
        if count != 1:
            message = "Un informateur est un professionnel ou un proche, un seul des deux"
            expected = "assignedEntity ou relatedEntity"
            yield context.find("CDA-063", node, "", message, expected=expected, actual=str(count))


@rule("CDA-064", families=("cda-document",))
def participants(context: CdaContext) -> Iterator[Finding]:
    """A professional has an identifier, a prescription its date, the médecin traitant the code of that role."""
    for node in context.at("participant"):
        entity, time = first(node, "associatedEntity"), first(node, "time")
        code = first(entity, "code")
        professional = code is not None and code.get("codeSystem") == PROFESSIONS
        if entity is not None and professional and first(entity, "id") is None:
            message = "Un participant professionnel porte un identifiant"
            yield context.find("CDA-064", entity, "id", message, expected="un PS_IdNat, ou un nullFlavor")
        if node.get("typeCode") == "REF" and time is not None and not _dated(time):
            message = "La date de la prescription est la fin de participation/time"
            yield context.find("CDA-064", time, "high", message, expected="time/high")
        yield from _attending(context, node)


def _dated(time: Element) -> bool:
    return bool(time.get("nullFlavor") or time.get("value")) or first(time, "high") is not None


def _attending(context: CdaContext, node: Element) -> Iterator[Finding]:
    function = first(node, "functionCode")
    if function is None or function.get("code") != "PCP":
        return
    if node.get("typeCode") != "INF":
        message = "Le médecin traitant (PCP) est un participant de type INF"
        yield context.find("CDA-064", node, "@typeCode", message, expected="INF")
    if function.get("codeSystem") != _FUNCTIONS:
        message = "Le système du rôle PCP"
        yield context.find("CDA-064", function, "@codeSystem", message, expected=_FUNCTIONS)


@rule("CDA-065", families=("cda-document",))
def recipients(context: CdaContext) -> Iterator[Finding]:
    """A document that the requirement says is addressed names at least one recipient."""
    if "DOC/va1.06" not in context.requirements:
        return
    named = any(r.family or r.organisation or r.organisation_id for r in context.header.recipients)
    if not named:
        message = "Le document ne nomme aucun destinataire"
        yield context.find("CDA-065", context.root, "informationRecipient", message, expected="un nom ou une structure")
