"""What the datatypes of the CI-SIS ask everywhere: null flavours, coordinates, addresses, codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rempart.formats.cda.model import V3
from rempart.formats.cda.nodes import XSI
from rempart.formats.cda.read import ROOT
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element, query
from rempart.validation.registry import rule

_NULL_IN_HEADER = query("*[not(self::v3:component)]/descendant-or-self::*[@nullFlavor]")
_NULLS = ("UNK", "NASK", "ASKU", "NAV", "MSK")
_TELECOM = re.compile(r"(tel|fax|mailto|http|ftp|mllp):\S+")
_TELECOM_USES = {"H", "HP", "HV", "WP", "DIR", "PUB", "EC", "MC", "PG"}
# Elements of type CS, and the event of a frequency, whose system the schema fixes: their code stands alone.
_BARE_CODES = {f"{{{V3}}}{name}" for name in ("realmCode", "languageCode", "statusCode", "signatureCode", "event")}
# Coded, and without code system or label: by the attribute, which takes half the time of looking at all elements.
_LACKING = "descendant::*/@code/parent::v3:*[not(@codeSystem) or not(@displayName)]"
_INCOMPLETE = query(_LACKING)
_INCOMPLETE_OR_WITHOUT_CODE = query(f"{_LACKING} | descendant::v3:code[not(@code)]")
_INSTEAD = (f"{{{V3}}}originalText", f"{{{V3}}}translation")
_ADDRESS_LINE = f"{{{V3}}}streetAddressLine"
_AROUND = (f"{{{V3}}}useablePeriod", f"{{{V3}}}delimiter")  # neither a line nor a component
_ADDRESS_USES = {"H", "HP", "HV", "WP", "TMP"}


@rule("CDA-027", families=("cda-document",))
def null_flavors(context: CdaContext) -> Iterator[Finding]:
    """Five reasons for a missing value; NA is tolerated on participant/time, as in the examples of the text."""
    for node in _NULL_IN_HEADER(context.root):
        flavor = node.get("nullFlavor", "")
        if flavor in _NULLS:
            continue
        parent = node.getparent()
        on_participant = parent is not None and parent.tag == f"{{{V3}}}participant"
        if not (flavor == "NA" and node.tag == f"{{{V3}}}time" and on_participant):
            message = f"Le nullFlavor {flavor} n'est pas admis dans l'en-tête"
            yield context.find("CDA-027", node, "@nullFlavor", message, expected=" ou ".join(_NULLS))


@rule("CDA-066", families=("cda-document",))
def telecoms(context: CdaContext) -> Iterator[Finding]:
    """A scheme, no space, a known use: in the whole document."""
    for node in context.anywhere("telecom"):
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
    """Components, or up to six lines, not both: in the whole document."""
    for node in context.anywhere("addr"):
        parts = [part.tag for part in node.iterchildren(etree.Element) if part.tag not in _AROUND]
        count = parts.count(_ADDRESS_LINE)
        if count > 6:
            message = "Une adresse compte six lignes au plus"
            yield context.find("CDA-067", node, "", message, expected="6", actual=str(count))
        if 0 < count < len(parts):
            message = "Une adresse est faite de lignes ou de composants, pas des deux"
            yield context.find("CDA-067", node, "", message, actual=", ".join(etree.QName(p).localname for p in parts))
        if set(node.get("use", "").split()) - _ADDRESS_USES:
            expected = " ou ".join(sorted(_ADDRESS_USES))
            yield context.find("CDA-067", node, "@use", "L'usage de l'adresse n'est pas connu", expected=expected)


@rule("CDA-102", families=("cda-document",))
def coded_elements(context: CdaContext) -> Iterator[Finding]:
    """A code comes with its system and label. One finding per element name and part of the document."""
    seen: dict[tuple[str, str], list[Element]] = {}
    for node in _incomplete(context):
        missing = next((a for a in ("code", "codeSystem", "displayName") if not node.get(a)), "")
        instead = _INSTEAD if missing == "code" else _INSTEAD[:1]
        if missing and next(node.iterchildren(*instead), None) is None and not _has_own_rule(node, missing):
            seen.setdefault((node.tag, missing), []).append(node)
    for (_, missing), nodes in seen.items():
        message = f"Un élément codé porte code, codeSystem et displayName: {missing} manque"
        found = context.find("CDA-102", nodes[0], f"@{missing}", message)
        yield found.model_copy(update={"count": len(nodes)})


def _incomplete(context: CdaContext) -> list[Element]:
    """Elements, in order, that are coded, not null, and do not have all attributes of a code."""
    without = any(node.get("code") is None for node in context.anywhere("code"))
    found = (_INCOMPLETE_OR_WITHOUT_CODE if without else _INCOMPLETE)(context.root)
    return [node for node in found if node.get("nullFlavor") is None and not _bare(node)]


def _bare(node: Element) -> bool:
    return node.tag in _BARE_CODES or node.get(f"{{{XSI}}}type", "").endswith("CS")


def _has_own_rule(node: Element, missing: str) -> bool:
    """The document's type; the code and system of its confidentiality."""
    parent, name = node.getparent(), etree.QName(node).localname
    if parent is None or parent.tag != ROOT:
        return False
    return name == "code" or missing != "displayName"
