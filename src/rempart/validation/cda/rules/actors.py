"""Authors, authenticators, custodian, recipients: who they are, and what each kind of actor must say of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.model import OTHER_AUTHORS, PS_ID_NAT, STRUCT_ID_NAT, V3
from rempart.formats.ins import REGISTERS
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, first, select, text
from rempart.validation.cda.tables import value_set
from rempart.validation.registry import rule

_SYSTEM_CODES = ("DISPOSITIF", "AUTOMATE", "SNR", "ALIM_AM", "LOGICIEL_DUI")
_DMP_CUSTODIAN = "1.2.250.1.213.4.1"
_SIRENE = "1.3.2"  # the structure of a service numérique référencé
_PS_PREFIXES = "0134568"
_LENGTHS = {"1": 10, "2": 10, "3": 15}  # of a Struct_IdNat, by its prefix: FINESS, SIREN, SIRET


def kind(assigned: Element) -> str:
    """`patient`, `system` or `professional`."""
    if any(i.get("root") in REGISTERS for i in select(assigned, "id")):
        return "patient"
    code = first(assigned, "code")
    is_system = code is not None and code.get("codeSystem") == OTHER_AUTHORS and code.get("code") in _SYSTEM_CODES
    return "system" if is_system or first(assigned, "assignedAuthoringDevice") is not None else "professional"


def _given(node: Element | None) -> bool:
    """Present, or absent with a reason."""
    return node is not None and bool(node.get("nullFlavor") or node.attrib or text(node))


@rule("CDA-051", "CDA-052", "CDA-053", "CDA-054", "CDA-055", "CDA-056", families=("cda-document",))
def authors(context: CdaContext) -> Iterator[Finding]:
    """What each author must say, by kind."""
    for author in select(context.root, "author"):
        assigned = first(author, "assignedAuthor")
        if assigned is None:
            continue
        who = kind(assigned)
        if who == "patient":
            yield from _patient_author(context, assigned)
        else:
            yield from _code(context, "CDA-052", assigned, nullable=False)
        if who == "professional":
            yield from _national_id(context, "CDA-051", assigned)
            yield from _person_and_structure(context, "CDA-053", assigned)
        if who == "system":
            yield from _device(context, assigned)
        yield from _function(context, author, who)


@rule("CDA-052", families=("cda-document",))
def authors_in_the_body(context: CdaContext) -> Iterator[Finding]:
    """The author of a section or an entry may be silent about its code; said, it is in JDV_J01 too."""
    for body in select(context.root, "component"):
        for assigned in body.iter(f"{{{V3}}}assignedAuthor"):
            if first(assigned, "code") is not None:
                yield from _code(context, "CDA-052", assigned)


def _national_id(context: CdaContext, rule_id: str, assigned: Element) -> Iterator[Finding]:
    ids = [i for i in select(assigned, "id") if i.get("root")]
    national = [i for i in ids if i.get("root") == PS_ID_NAT]
    if ids and not national:
        message = "Un professionnel porte son identifiant national PS_IdNat"
        yield context.find(rule_id, ids[0], "@root", message, expected=PS_ID_NAT)
    for node in national:
        value = node.get("extension", "")
        if value[:1] not in _PS_PREFIXES or not value or (value[0] == "8" and not re.fullmatch(r"\d{12}", value)):
            expected = "un préfixe 0, 1, 3, 4, 5, 6 ou 8, puis le numéro; avec 8, 12 chiffres"
            yield context.find(rule_id, node, "@extension", "L'identifiant PS_IdNat est mal formé", expected=expected)


def _code(context: CdaContext, rule_id: str, assigned: Element, *, nullable: bool = True) -> Iterator[Finding]:
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


def _person_and_structure(context: CdaContext, rule_id: str, assigned: Element) -> Iterator[Finding]:
    """A structure may be null; a person is named."""
    wanted = (
        ("assignedPerson/name", "family", "Le nom du professionnel est obligatoire"),
        ("representedOrganization", "id", "L'identifiant de la structure du professionnel est obligatoire"),
        ("representedOrganization", "name", "Le nom de la structure du professionnel est obligatoire"),
    )
    for path, part, message in wanted:
        parent = first(assigned, path)
        masked = parent is not None and parent.get("nullFlavor") and part != "family"
        if parent is None and part != "name":
            yield context.find(rule_id, assigned, f"{path}/{part}", message)
        elif parent is not None and not masked and not _given(first(parent, part)):
            yield context.find(rule_id, parent, part, message)


def _device(context: CdaContext, assigned: Element) -> Iterator[Finding]:
    for path in ("manufacturerModelName", "softwareName"):
        if not _given(first(assigned, f"assignedAuthoringDevice/{path}")):
            message = "Un système auteur dit son modèle et son logiciel"
            yield context.find("CDA-054", assigned, f"assignedAuthoringDevice/{path}", message)
    person = first(assigned, "assignedPerson")
    if person is not None:
        yield context.find("CDA-054", person, "", "Un système auteur n'est pas une personne")


def _patient_author(context: CdaContext, assigned: Element) -> Iterator[Finding]:
    for path in ("code", "representedOrganization"):
        node = first(assigned, path)
        if node is not None:
            yield context.find("CDA-055", node, "", f"Un patient auteur ne porte pas {path}")


def _function(context: CdaContext, author: Element, who: str) -> Iterator[Finding]:
    node = first(author, "functionCode")
    if node is None or node.get("nullFlavor"):
        return
    if who != "professional":
        yield context.find("CDA-056", node, "", "functionCode ne concerne que les professionnels")
    elif node.get("code") not in value_set("jdv-j47"):
        yield context.find("CDA-056", node, "@code", "Le rôle de l'auteur n'est pas dans JDV_J47", expected="JDV_J47")


@rule("CDA-058", families=("cda-document",))
def structure_ids(context: CdaContext) -> Iterator[Finding]:
    """A structure is known by its Struct_IdNat (by its SIREN when it publishes a service numérique référencé)."""
    for organisation in context.in_header("representedOrganization", "receivedOrganization"):
        ids = [i for i in select(organisation, "id") if not i.get("nullFlavor")]
        national = [i for i in ids if i.get("root") == STRUCT_ID_NAT]
        if ids and not national and ids[0].get("root") != _SIRENE:
            message = "Une structure porte son identifiant national Struct_IdNat"
            yield context.find("CDA-058", ids[0], "@root", message, expected=STRUCT_ID_NAT)
        for node in national:
            yield from _length(context, node)


def _length(context: CdaContext, node: Element) -> Iterator[Finding]:
    value = node.get("extension", "")
    expected = _LENGTHS.get(value[:1])
    if expected and len(value) != expected and "/" not in value:
        message = "L'identifiant de structure n'a pas la longueur que dit son préfixe"
        wanted = f"{expected} caractères"
        yield context.find("CDA-058", node, "@extension", message, expected=wanted, severity=Severity.WARNING)


@rule("CDA-059", families=("cda-document",))
def custodian(context: CdaContext) -> Iterator[Finding]:
    """One identifier: a Struct_IdNat with its number, or the DMP without any."""
    path = "custodian/assignedCustodian/representedCustodianOrganization"
    for organisation in select(context.root, path):
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


@rule("CDA-061", families=("cda-document",))
def legal_authenticator(context: CdaContext) -> Iterator[Finding]:
    """A professional who signs says who they are, what they do and where."""
    for assigned in select(context.root, "legalAuthenticator/assignedEntity"):
        if kind(assigned) == "professional":
            yield from _national_id(context, "CDA-061", assigned)
            yield from _code(context, "CDA-061", assigned)
            yield from _person_and_structure(context, "CDA-061", assigned)


@rule("CDA-063", families=("cda-document",))
def informant(context: CdaContext) -> Iterator[Finding]:
    """A professional or a relative, one of them."""
    for node in select(context.root, "informant"):
        count = len(select(node, "assignedEntity")) + len(select(node, "relatedEntity"))
        if count != 1:
            message = "Un informateur est un professionnel ou un proche, un seul des deux"
            expected = "assignedEntity ou relatedEntity"
            yield context.find("CDA-063", node, "", message, expected=expected, actual=str(count))


@rule("CDA-065", families=("cda-document",))
def recipients(context: CdaContext) -> Iterator[Finding]:
    """A document that the requirement says is addressed names at least one recipient."""
    if "DOC/va1.06" not in context.requirements:
        return
    named = any(r.family or r.organisation or r.organisation_id for r in context.header.recipients)
    if not named:
        message = "Le document ne nomme aucun destinataire"
        yield context.find("CDA-065", context.root, "informationRecipient", message, expected="un nom ou une structure")
