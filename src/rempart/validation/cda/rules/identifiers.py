"""Identifiers: who assigned them, and OIDs that are some."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from rempart.formats.cda.model import PS_ID_NAT, STRUCT_ID_NAT, V3
from rempart.formats.cda.read import ROOT
from rempart.formats.ins import REGISTERS
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, query, values
from rempart.validation.cda.rules import professionals
from rempart.validation.registry import rule

_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_LONGEST = 64
_VALUES = {name: values(f"descendant-or-self::*/@{name}") for name in ("root", "codeSystem")}
_HOLDERS = {name: query(f"descendant-or-self::*/@{name}/..") for name in ("root", "codeSystem")}
_WITH_RULES_FOR_THEIR_ID = (
    "ClinicalDocument", "patientRole", "parentDocument", "representedCustodianOrganization",
)  # fmt: skip
_AUTHOR = f"{{{V3}}}assignedAuthor"
_STRUCTURES = (f"{{{V3}}}representedOrganization", f"{{{V3}}}receivedOrganization")  # CDA-058 refuses the root there


@rule("CDA-107", families=("cda-document",))
def identifiers(context: CdaContext) -> Iterator[Finding]:
    """An identifier has a root, or says why it has none; some have rules of their own."""
    for node in context.in_header("id"):
        parent = node.getparent()
        if parent is None or node.get("nullFlavor") or _has_own_rule(parent):
            continue
        if not node.get("root") and parent.tag != _AUTHOR:
            message = "Un identifiant porte @root ou un nullFlavor"
            yield context.find("CDA-107", node, "@root", message, expected="un OID")
        elif node.get("root") in (PS_ID_NAT, STRUCT_ID_NAT, *REGISTERS) and not node.get("extension"):
            message = "Un identifiant national porte @extension"
            yield context.find("CDA-107", node, "@extension", message, expected="le préfixe, puis le numéro")
        elif node.get("root") == PS_ID_NAT and parent.tag not in _STRUCTURES and not _signs(parent):
            yield from professionals.shape(context, "CDA-107", node, Severity.WARNING)


def _has_own_rule(holder: Element) -> bool:
    """Authors too, when they are professionals (CDA-051); of the others, CDA-050 wants the root."""
    if holder.tag == _AUTHOR:
        return professionals.kind(holder) == "professional"
    return etree.QName(holder).localname in _WITH_RULES_FOR_THEIR_ID


def _signs(assigned: Element) -> bool:
    """The legal authenticator, whose rule looks at its identifier."""
    parent = assigned.getparent()
    return parent is not None and parent.tag == f"{{{V3}}}legalAuthenticator"


@rule("CDA-124", families=("cda-document",))
def oids(context: CdaContext) -> Iterator[Finding]:
    """Authorities and code systems are OIDs of 64 characters at most; an identifier may be a UUID. In the body, where
    an identifier is often made up, it is a warning, and one per kind of fault."""
    own = {*context.at("id"), *context.at("setId")}
    lost: dict[str, list[Element]] = {}
    for name, all_values in _VALUES.items():
        bad = {v for v in set(all_values(context.root)) if v and not _sound(name, v)}
        for node in _HOLDERS[name](context.root) if bad else ():
            if node.get(name) not in bad or node in own:
                continue
            if _in_header(node):
                yield _not_an_oid(context, node, name, None)
            else:
                lost.setdefault(name, []).append(node)
    for name, nodes in lost.items():
        found = _not_an_oid(context, nodes[0], name, Severity.WARNING)
        yield found.model_copy(update={"count": len(nodes)})


def _in_header(node: Element) -> bool:
    """The body is below `component`, the last child of the document."""
    above = [node, *node.iterancestors()]
    place = next((n for n, e in enumerate(above) if e.tag == ROOT), 1)
    return above[place - 1].tag != f"{{{V3}}}component"


@lru_cache(maxsize=4096)
def _sound(name: str, value: str) -> bool:
    return bool(_OID.fullmatch(value) and len(value) <= _LONGEST) or (name == "root" and bool(_UUID.fullmatch(value)))


def _not_an_oid(context: CdaContext, node: Element, name: str, severity: Severity | None) -> Finding:
    what = "un OID ou un UUID" if name == "root" else "un OID"
    message = f"@{name} n'est pas {what}, de {_LONGEST} caractères au plus, sans zéro en tête"
    return context.find("CDA-124", node, f"@{name}", message, expected=what, severity=severity)
