"""What the datatypes of the CI-SIS ask everywhere: null flavours, identifiers, times, addresses, codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rempart.formats.cda.model import PS_ID_NAT, STRUCT_ID_NAT, V3
from rempart.formats.cda.nodes import XSI
from rempart.formats.cda.read import ROOT
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.cda.rules.encounter import principal_event
from rempart.validation.cda.times import before, parse_time
from rempart.validation.registry import rule

_NULLS = ("UNK", "NASK", "ASKU", "NAV", "MSK")
_TELECOM = re.compile(r"(tel|fax|mailto|http|https|ftp|mllp):\S+")
_TELECOM_USES = {"H", "HP", "HV", "WP", "DIR", "PUB", "EC", "MC", "PG"}
# Elements of type CS: their code stands alone.
_BARE_CODES = {"realmCode", "languageCode", "statusCode", "signatureCode"}
_INSTEAD = (f"{{{V3}}}originalText", f"{{{V3}}}translation")
_WITH_RULES_FOR_THEIR_ID = (
    "ClinicalDocument", "patientRole", "assignedAuthor", "parentDocument", "representedCustodianOrganization",
)  # fmt: skip


@rule("CDA-027", families=("cda-document",))
def null_flavors(context: CdaContext) -> Iterator[Finding]:
    """Five reasons for a missing value; NA is tolerated on participant/time, as in the examples of the text."""
    for node in context.header_elements:
        flavor = node.get("nullFlavor")
        if flavor is None or flavor in _NULLS:
            continue
        parent = node.getparent()
        on_participant = parent is not None and parent.tag == f"{{{V3}}}participant"
        if not (flavor == "NA" and node.tag == f"{{{V3}}}time" and on_participant):
            message = f"Le nullFlavor {flavor} n'est pas admis dans l'en-tête"
            yield context.find("CDA-027", node, "@nullFlavor", message, expected=" ou ".join(_NULLS))


@rule("CDA-107", families=("cda-document",))
def identifiers(context: CdaContext) -> Iterator[Finding]:
    """An identifier has a root, or says why it has none; some have rules of their own."""
    for node in context.in_header("id"):
        parent = node.getparent()
        if parent is None or etree.QName(parent).localname in _WITH_RULES_FOR_THEIR_ID:
            continue
        if node.get("nullFlavor"):
            continue
        if not node.get("root"):
            message = "Un identifiant porte @root ou un nullFlavor"
            yield context.find("CDA-107", node, "@root", message, expected="un OID")
        elif node.get("root") in (PS_ID_NAT, STRUCT_ID_NAT) and not node.get("extension"):
            message = "Un identifiant national porte @extension"
            yield context.find("CDA-107", node, "@extension", message, expected="le préfixe, puis le numéro")


@rule("CDA-066", families=("cda-document",))
def telecoms(context: CdaContext) -> Iterator[Finding]:
    """A scheme, no space, a known use."""
    for node in context.in_header("telecom"):
        value = node.get("value", "")
        if not value and not node.get("nullFlavor"):
            yield context.find("CDA-066", node, "@value", "Une coordonnée a une valeur, ou un nullFlavor")
        elif value and not _TELECOM.fullmatch(value):
            message = "Une coordonnée commence par tel:, fax:, mailto:, http:, ftp: ou mllp: et n'a pas d'espace"
            yield context.find("CDA-066", node, "@value", message, expected="tel:0100000000")
        if set(node.get("use", "").split()) - _TELECOM_USES:
            expected = " ou ".join(sorted(_TELECOM_USES))
            yield context.find("CDA-066", node, "@use", "L'usage de la coordonnée n'est pas connu", expected=expected)


@rule("CDA-067", families=("cda-document",))
def addresses(context: CdaContext) -> Iterator[Finding]:
    """Components, or up to six lines: not both."""
    for node in context.in_header("addr"):
        parts = [etree.QName(c).localname for c in node.iterchildren(etree.Element)]
        count = parts.count("streetAddressLine")
        if count > 6:
            message = "Une adresse compte six lignes au plus"
            yield context.find("CDA-067", node, "", message, expected="6", actual=str(count))
        if 0 < count < len(parts):
            message = "Une adresse est faite de lignes ou de composants, pas des deux"
            yield context.find("CDA-067", node, "", message, actual=", ".join(parts))


def _times(context: CdaContext) -> Iterator[Element]:
    yield from context.root.iter(f"{{{V3}}}effectiveTime", f"{{{V3}}}time", f"{{{V3}}}birthTime")


@rule("CDA-072", families=("cda-document",))
def intervals(context: CdaContext) -> Iterator[Finding]:
    """An interval does not end before it starts: instants are compared, not digits."""
    for node in _times(context):
        low, high = first(node, "low"), first(node, "high")
        if low is None or high is None:
            continue
        start, end = parse_time(low.get("value", "")), parse_time(high.get("value", ""))
        if start and end and before(end, start):
            message = "L'intervalle finit avant de commencer"
            yield context.find("CDA-072", high, "@value", message, expected=f"à partir de {low.get('value')}")


@rule("CDA-080", families=("cda-document",))
def hours_have_an_offset(context: CdaContext) -> Iterator[Finding]:
    """An hour carries its offset; the times that have a rule of their own are left to it."""
    judged = _judged_elsewhere(context)
    for node in _times(context):
        for part in (node, *select(node, "low"), *select(node, "high"), *select(node, "center")):
            moment = parse_time(part.get("value", ""))
            if moment and moment.has_hour and not moment.offset and part not in judged:
                message = "Une heure porte son décalage par rapport au temps universel"
                yield context.find("CDA-080", part, "@value", message, expected=f"{moment.digits}±ZZzz")


def _judged_elsewhere(context: CdaContext) -> set[Element]:
    stay = "componentOf/encompassingEncounter/effectiveTime"
    paths = ("effectiveTime", "author/time", "legalAuthenticator/time", stay, f"{stay}/low", f"{stay}/high")
    found = {e for path in paths for e in select(context.root, path)}
    found.update(select(context.root, "recordTarget/patientRole/patient/birthTime"))
    event = principal_event(context)
    return found | set(select(event, "effectiveTime/low") if event is not None else ())


@rule("CDA-102", families=("cda-document",))
def coded_elements(context: CdaContext) -> Iterator[Finding]:
    """A code comes with its system and label. One finding per element name and part of the document."""
    seen: dict[tuple[str, str], list[Element]] = {}
    for node in context.root.iter(f"{{{V3}}}*"):
        code = node.get("code")
        if (code is None and node.tag != f"{{{V3}}}code") or node.get("nullFlavor") or _bare(node):
            continue
        missing = next((a for a in ("code", "codeSystem", "displayName") if not node.get(a)), "")
        instead = _INSTEAD if missing == "code" else _INSTEAD[:1]
        if missing and next(node.iterchildren(*instead), None) is None and not _has_own_rule(node, missing):
            seen.setdefault((node.tag, missing), []).append(node)
    for (_, missing), nodes in seen.items():
        message = f"Un élément codé porte code, codeSystem et displayName: {missing} manque"
        found = context.find("CDA-102", nodes[0], f"@{missing}", message)
        yield found.model_copy(update={"count": len(nodes)})


def _bare(node: Element) -> bool:
    return etree.QName(node).localname in _BARE_CODES or node.get(f"{{{XSI}}}type", "").endswith("CS")


def _has_own_rule(node: Element, missing: str) -> bool:
    """The document's type; the code and system of its confidentiality."""
    parent, name = node.getparent(), etree.QName(node).localname
    if parent is None or parent.tag != ROOT:
        return False
    return name == "code" or missing != "displayName"
