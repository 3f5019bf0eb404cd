"""Structures: their national identifiers, and who keeps the document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import text
from rempart.formats.cda.model import STRUCT_ID_NAT
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.cda.rules.professionals import is_snr
from rempart.validation.registry import rule

_DMP_CUSTODIAN = "1.2.250.1.213.4.1"
_SIRENE = "1.3.2"  # the structure of a service numérique référencé
_LENGTHS = {"1": 10, "2": 10, "3": 15}  # of a Struct_IdNat, by its prefix: FINESS, SIREN, SIRET


@rule("CDA-058", families=("cda-document",))
def structure_ids(context: CdaContext) -> Iterator[Finding]:
    """A structure is known by its Struct_IdNat (by its SIREN in the document of a service numérique référencé)."""
    snr = any(is_snr(a) for a in context.at("author/assignedAuthor"))
    for organisation in context.in_header("representedOrganization", "receivedOrganization"):
        ids = [i for i in select(organisation, "id") if not i.get("nullFlavor")]
        national = [i for i in ids if i.get("root") == STRUCT_ID_NAT]
        if ids and not national and not (snr and ids[0].get("root") == _SIRENE):
            message = "Une structure porte son identifiant national Struct_IdNat"
            yield context.find("CDA-058", ids[0], "@root", message, expected=STRUCT_ID_NAT)
        for node in national:
            yield from _form(context, node)
    for node in context.at("custodian/assignedCustodian/representedCustodianOrganization/id"):
        if node.get("root") == STRUCT_ID_NAT:
            yield from _form(context, node)


def _form(context: CdaContext, node: Element) -> Iterator[Finding]:
    value = node.get("extension", "")
    expected = _LENGTHS.get(value[:1])
    if expected and "/" not in value and not re.fullmatch(rf"[0-9A-Z]{{{expected}}}", value):
        message = "L'identifiant de structure n'a pas la forme que dit son préfixe"
        wanted = f"{expected} chiffres ou majuscules"
        yield context.find("CDA-058", node, "@extension", message, expected=wanted, severity=Severity.WARNING)


@rule("CDA-059", families=("cda-document",))
def custodian(context: CdaContext) -> Iterator[Finding]:
    """One identifier: a Struct_IdNat with its number, or the DMP without any, which is then called DMP."""
    path = "custodian/assignedCustodian/representedCustodianOrganization"
    for organisation in context.at(path):
        ids = select(organisation, "id")
        if len(ids) != 1:
            message = "L'organisation qui conserve le document porte un seul identifiant"
            yield context.find("CDA-059", organisation, "id", message, expected="1", actual=str(len(ids)))
            continue
        root, extension = ids[0].get("root", ""), ids[0].get("extension", "")
        if root not in (STRUCT_ID_NAT, _DMP_CUSTODIAN):
            message = "L'identifiant de l'organisation n'est ni un Struct_IdNat ni celui du DMP"
            yield context.find("CDA-059", ids[0], "@root", message, expected=f"{STRUCT_ID_NAT} ou {_DMP_CUSTODIAN}")
        elif bool(extension) is (root == _DMP_CUSTODIAN):
            message = "@extension est obligatoire avec un Struct_IdNat, absent pour le DMP"
            yield context.find("CDA-059", ids[0], "@extension", message)
        elif root == _DMP_CUSTODIAN and text(first(organisation, "name")) != "DMP":
            message = "Le DMP qui conserve le document s'appelle DMP"
            yield context.find("CDA-059", organisation, "name", message, expected="DMP", severity=Severity.WARNING)
