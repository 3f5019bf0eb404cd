"""What an actor of a header may be, and what a professional says: identifier, profession, name, structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import text
from rempart.formats.cda.model import OTHER_AUTHORS, PS_ID_NAT
from rempart.formats.ins import REGISTERS
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select
from rempart.validation.cda.tables import value_set

_SYSTEM_CODES = ("DISPOSITIF", "AUTOMATE", "SNR", "ALIM_AM", "LOGICIEL_DUI")
# What follows each prefix of a PS_IdNat (Source des données métier): the RPPS is sure, the others depend on registers.
_RPPS = re.compile(r"8\d{11}", re.ASCII)
_BARE_RPPS = re.compile(r"1\d{10}", re.ASCII)  # every RPPS begins with 1; what has prefix 1 has a slash
_SHAPES = {
    "0": (r"0[0-9A-Z]{9}", "0 puis l'ADELI, 9 caractères"),
    "1": (r"1[^/\s]+/\S+", "1, l'ADELI du cabinet, /, l'identifiant interne"),
    "3": (r"3[0-9A-Z]{9}/\S+", "3, le FINESS (9), /, l'identifiant interne"),
    "4": (r"4\d{9}/\S+", "4, le SIREN (9), /, l'identifiant interne"),
    "5": (r"5\d{14}/\S+", "5, le SIRET (14), /, l'identifiant interne"),
    "6": (r"6[^/\s]+/\S+", "6, le RPPS du cabinet, /, l'identifiant interne"),
}


def kind(assigned: Element) -> str:
    """`patient`, `system` or `professional`."""
    if any(i.get("root") in REGISTERS for i in select(assigned, "id")):
        return "patient"
    code = first(assigned, "code")
    is_system = code is not None and code.get("codeSystem") == OTHER_AUTHORS and code.get("code") in _SYSTEM_CODES
    return "system" if is_system or first(assigned, "assignedAuthoringDevice") is not None else "professional"


def is_snr(assigned: Element) -> bool:
    """A service numérique référencé, whose structure is known by its SIREN."""
    code = first(assigned, "code")
    return code is not None and code.get("code") == "SNR"


def given(node: Element | None) -> bool:
    """Present, or absent with a reason."""
    return node is not None and bool(node.get("nullFlavor") or node.attrib or text(node))


def national_id(context: CdaContext, rule_id: str, assigned: Element) -> Iterator[Finding]:
    """A professional carries a PS_IdNat, well-formed."""
    ids = [i for i in select(assigned, "id") if i.get("root")]
    national = [i for i in ids if i.get("root") == PS_ID_NAT]
    if ids and not national:
        message = "Un professionnel porte son identifiant national PS_IdNat"
        yield context.find(rule_id, ids[0], "@root", message, expected=PS_ID_NAT)
    for node in national:
        yield from shape(context, rule_id, node)


def shape(context: CdaContext, rule_id: str, node: Element, severity: Severity | None = None) -> Iterator[Finding]:
    """A PS_IdNat: a known prefix, 11 digits after 8; what follows another prefix is only a warning."""
    value = node.get("extension", "")
    if _RPPS.fullmatch(value):
        return
    pattern, expected = _SHAPES.get(value[:1], ("", ""))
    if _BARE_RPPS.fullmatch(value):
        message = "L'identifiant PS_IdNat est un RPPS sans son préfixe 8"
        yield context.find(rule_id, node, "@extension", message, expected=f"8{value}", severity=severity)
    elif not expected:
        wanted = "un préfixe 0, 1, 3, 4, 5, 6 ou 8, puis le numéro; avec 8, 12 chiffres"
        message = "L'identifiant PS_IdNat est mal formé"
        yield context.find(rule_id, node, "@extension", message, expected=wanted, severity=severity)
    elif not re.fullmatch(pattern, value, re.ASCII):
        message = "L'identifiant PS_IdNat n'a pas la forme que dit son préfixe"
        yield context.find(rule_id, node, "@extension", message, expected=expected, severity=Severity.WARNING)


def profession(context: CdaContext, rule_id: str, assigned: Element, *, nullable: bool = True) -> Iterator[Finding]:
    """Its code is in JDV_J01, in the system of the code."""
    node, known = first(assigned, "code"), value_set("jdv-j01")
    null = node is not None and node.get("nullFlavor")
    if node is None or (null and not nullable):
        message = "La profession ou le rôle est obligatoire"
        yield context.find(rule_id, assigned, "code", message, expected="un code de JDV_J01")
    elif null:
        return
    elif node.get("code") not in known:
        message = f"Le code « {node.get('code', '')} » n'est pas dans JDV_J01"
        yield context.find(rule_id, node, "@code", message, expected="un code de JDV_J01")
    elif node.get("codeSystem") != known.systems[node.get("code", "")]:
        message = f"Le système du code « {node.get('code', '')} » n'est pas celui de JDV_J01"
        yield context.find(rule_id, node, "@codeSystem", message, expected=known.systems[node.get("code", "")])


def person_and_structure(context: CdaContext, rule_id: str, assigned: Element) -> Iterator[Finding]:
    """A structure may be null; a person is named."""
    person = first(assigned, "assignedPerson/name")
    if person is None or not given(first(person, "family")):
        node, below = (assigned, "assignedPerson/name/family") if person is None else (person, "family")
        yield context.find(rule_id, node, below, "Le nom du professionnel est obligatoire")
    yield from structure(context, rule_id, assigned, "du professionnel")


def structure(context: CdaContext, rule_id: str, assigned: Element, whose: str) -> Iterator[Finding]:
    """The structure that an actor acts for: identifier and name."""
    parent = first(assigned, "representedOrganization")
    if parent is None:
        message = f"La structure {whose} est obligatoire, avec son identifiant et son nom"
        yield context.find(rule_id, assigned, "representedOrganization", message)
        return
    wanted = {"id": f"L'identifiant de la structure {whose} est obligatoire"}
    wanted["name"] = f"Le nom de la structure {whose} est obligatoire"
    for part, message in wanted.items():
        if not parent.get("nullFlavor") and not given(first(parent, part)):
            yield context.find(rule_id, parent, part, message)
