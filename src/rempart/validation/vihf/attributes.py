"""What the attributes of a VIHF say: who, of which structure, with which software, about whom, why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from rempart.formats.ins import REGISTERS, is_matricule
from rempart.formats.luhn import is_placeholder, luhn
from rempart.formats.vihf import model as vihf
from rempart.formats.xds.model import INTERNAL_PS
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.vihf.context import VihfContext
from rempart.validation.xds.identity import named_authority, split_cx
from rempart.validation.xds.metadata import known

VIHF = ("vihf",)
_REQUIRED = (
    vihf.VERSION, vihf.STRUCTURE, vihf.SECTOR, vihf.ROLE, vihf.MODE, vihf.PURPOSE, vihf.RESOURCE, vihf.PATIENT,
)  # fmt: skip
_CODED = (vihf.ROLE, vihf.PURPOSE)  # what their elements say is told by their own rules
_SINGLE = tuple(n for n in vihf.NAMES if n not in (vihf.ROLE, vihf.SECRET))
_NATIONAL = re.compile(r"8[0-9]{11}|0[0-9A-Z]{9}")
_INTERNAL = re.compile(INTERNAL_PS)
_STRUCTURE = re.compile(r"1[0-9][0-9A-Z][0-9]{7}|2\d{9}|3\d{14}|4\d{11}\S*|0\w{9,}", re.ASCII)
_NOBODY = re.compile(
    r"(?:admin(?:istrateur)?|anonyme|compte|d[eé]faut|default|dmp|g[eé]n[eé]ri(?:que|c)|guest|invit[eé]|test|user|utilisateur)"
    r"[_.-]*[0-9]{0,2}"  # further digits are the number of somebody
)
_OLD_ACCESS = "1.2.250.1.213.1.1.4.336"
_CONFIDENTIALITY = "1.2.250.1.213.1.1.4.13"
_ADULT = 18


@rule("XDS-079", families=VIHF)
def attributes(context: VihfContext) -> Iterator[Finding]:
    """Present once, under their own names."""
    said = context.vihf
    needs_patient = context.transaction is None or context.transaction.patient
    folded = {n.casefold(): n for n in vihf.NAMES}
    near = {folded[a.name.casefold()]: a.name for a in said.attributes if a.name.casefold() in folded}
    for name in _REQUIRED:
        if name == vihf.PATIENT and not needs_patient:
            continue
        found = said.named(name)
        if not found:
            written = near.get(name, "")
            message = f"L'attribut {name} manque" + (f": « {written} » n'a pas la casse attendue" if written else "")
            yield context.about("XDS-079", name, message, expected=name, actual=written)
        elif not any(a.value or (a.codes and name in _CODED) for a in found):
            yield context.about("XDS-079", name, f"L'attribut {name} est vide")
    for name in _SINGLE:
        found = said.named(name)
        count = len(found) if len(found) > 1 else sum(len(a.values) + len(a.codes) for a in found)
        if count > 1:
            yield context.about("XDS-079", name, f"L'attribut {name} a {count} valeurs, une seule est attendue")


@rule("XDS-083", "XDS-089", families=VIHF)
def modes(context: VihfContext) -> Iterator[Finding]:
    """Authentification_mode, by itself and with the transaction; and what indirect authentication allows."""
    said, mode = context.vihf, context.vihf.mode
    expected = f"{vihf.DIRECT}, {vihf.INDIRECT} ou {vihf.AIR}"
    if mode and mode not in (vihf.DIRECT, vihf.INDIRECT, vihf.AIR):
        message = "Le mode d'authentification est inconnu"
        yield context.about("XDS-083", vihf.MODE, message, expected=expected, actual=mode)
    id_ = context.kind or (context.transaction.id if context.transaction else "")
    if id_ == "TD2.1" and mode == vihf.AIR:
        message = "L'alimentation ne se fait pas en authentification indirecte renforcée"
        yield context.about("XDS-083", vihf.MODE, message, expected=vihf.INDIRECT, actual=mode)
    if id_ in ("TD0.3", "TD3.2") and mode == vihf.INDIRECT:
        message = "La consultation ne se fait pas en authentification indirecte"
        yield context.about("XDS-083", vihf.MODE, message, expected=f"{vihf.AIR} ou {vihf.DIRECT}", actual=mode)
    purpose = said.purpose.code
    # The table of rights lets the certificate of a regulation centre ask for a patient; the PFI only feeds.
    regulating = purpose == vihf.REGULATION and id_ in ("TD0.2", "TD0.5")
    if mode == vihf.INDIRECT and purpose in (vihf.EMERGENCY, vihf.REGULATION) and not regulating:
        yield context.about("XDS-089", vihf.PURPOSE, expected=vihf.NORMAL, actual=purpose)


@rule("XDS-084", families=VIHF)
def user(context: VihfContext) -> Iterator[Finding]:
    """A national identifier, of somebody."""
    name, mode = context.vihf.name_id, context.vihf.mode
    place, expected = "Subject/NameID", "8 et les 11 chiffres du RPPS, ou 0 et l'ADELI"
    if mode != vihf.AIR:
        expected += ", ou 3, le FINESS, « / » et son identifiant interne"
    if not name:
        yield context.find("XDS-084", place, "L'utilisateur n'est pas identifié", expected=expected)
    elif not _NATIONAL.fullmatch(name) and not _INTERNAL.fullmatch(name):
        message = "NameID n'est pas un identifiant de professionnel"
        yield context.find("XDS-084", place, message, expected=expected, actual=name)
    elif _INTERNAL.fullmatch(name) and mode == vihf.AIR:
        message = "Le mode AIR demande l'identifiant national de l'utilisateur, non un identifiant interne"
        yield context.find("XDS-084", place, message, expected=expected, actual=name)
    elif is_generic(name):
        message = "NameID est un identifiant générique: il ne désigne personne"
        yield context.find("XDS-084", place, message, expected=expected, actual=name)
    elif name.startswith("8") and not luhn(name[1:]):
        message = "La clé du RPPS n'est pas juste"
        yield context.find("XDS-084", place, message, actual=name, severity=Severity.WARNING)


def is_generic(name: str) -> bool:
    """One digit repeated, digits in sequence, the word of an account: nobody's identifier."""
    if not _NATIONAL.fullmatch(name):  # an establishment numbers its people as it likes
        return bool(_NOBODY.fullmatch(name.rpartition("/")[2].casefold()))
    return is_placeholder(name[1:])


@rule("XDS-086", "XDS-087", families=VIHF)
def structure(context: VihfContext) -> Iterator[Finding]:
    """The sector and the structure of the user."""
    sector = context.vihf.value(vihf.SECTOR)
    if sector:
        code, _, system = sector.partition("^")
        if system != vihf.SECTORS:
            expected = f"code^{vihf.SECTORS}"
            yield context.about("XDS-086", vihf.SECTOR, "Le secteur d'activité n'a pas la forme attendue",
                                expected=expected, actual=sector)  # fmt: skip
        elif (known(("xds/jdv-j61",), code) or {}).get("system") != vihf.SECTORS:
            message = f"Le secteur d'activité « {code[:20]} » n'est pas un secteur de JDV_J61"
            yield context.about("XDS-086", vihf.SECTOR, message, expected="SA01, SA07…", actual=code)
    number = context.vihf.value(vihf.STRUCTURE)
    if number and not _STRUCTURE.fullmatch(number):
        expected = "1 et le FINESS (9 caractères), 3 et le SIRET, 2 et le SIREN"
        yield context.about("XDS-087", vihf.STRUCTURE, expected=expected, actual=number)
    elif number and len(set(number[1:])) == 1:
        message = "L'identifiant de la structure est générique: il n'en désigne aucune"
        yield context.about("XDS-087", vihf.STRUCTURE, message, actual=number)
    elif number and number[0] in "123" and number[1:].isdecimal() and not _key_holds(number):
        message = "La clé du numéro de la structure n'est pas juste"
        yield context.about("XDS-087", vihf.STRUCTURE, message, actual=number, severity=Severity.WARNING)


def _key_holds(number: str) -> bool:
    return luhn(number[1:])


@rule("XDS-088", "XDS-090", families=VIHF)
def purpose(context: VihfContext) -> Iterator[Finding]:
    """normal, bris_de_glace with its reason, centre_15."""
    said, code = context.vihf, context.vihf.purpose
    if not said.named(vihf.PURPOSE):
        return
    yield from context.misnamed("XDS-088", vihf.PURPOSE, "PurposeOfUse")
    modes_ = (vihf.NORMAL, vihf.EMERGENCY, vihf.REGULATION)
    if code.code not in modes_:
        yield context.about("XDS-088", vihf.PURPOSE, expected=" ou ".join(modes_), actual=code.code)
    elif not said.codes(vihf.PURPOSE):
        message = "Le mode d'accès n'est pas un élément PurposeOfUse avec son code"
        yield context.about("XDS-088", vihf.PURPOSE, message, actual=code.code)
    elif code.system != vihf.ACCESS_MODES:
        # The pages of terminology give the other OID (their issue 903): the two texts disagree.
        severity = Severity.WARNING if code.system == _OLD_ACCESS else None
        message = "Le système du mode d'accès n'est pas celui du VIHF"
        yield context.about(
            "XDS-088", vihf.PURPOSE, message, expected=vihf.ACCESS_MODES, actual=code.system, severity=severity
        )
    if code.code == vihf.EMERGENCY and not said.value(vihf.REASON):
        yield context.about("XDS-090", vihf.REASON, expected="le motif")


@rule("XDS-091", "XDS-092", families=VIHF)
def patient(context: VihfContext) -> Iterator[Finding]:
    """urn:dmp, and one patient by their INS."""
    said = context.vihf
    resource = said.value(vihf.RESOURCE)
    if resource and resource != "urn:dmp":
        message = "La ressource n'est pas le DMP"
        yield context.about("XDS-091", vihf.RESOURCE, message, expected="urn:dmp", actual=resource)
    if said.patient:
        for message, severity in patient_faults(said.patient, context.environment):
            expected = "matricule^^^&OID&ISO^NH"
            yield context.about(
                "XDS-091", vihf.PATIENT, message, expected=expected, actual=said.patient, severity=severity
            )
    if not said.named(vihf.SECRET):
        return
    texts = [v for a in said.named(vihf.SECRET) for v in a.values if v] + [c.code for c in said.codes(vihf.SECRET)]
    if not texts or any(t.partition("^")[0] != vihf.HIDDEN_FROM_PARENTS for t in texts):
        yield context.about("XDS-092", vihf.SECRET, expected=vihf.HIDDEN_FROM_PARENTS, actual=", ".join(texts))
    elif systems := [s for s in _secret_systems(said) if s != _CONFIDENTIALITY]:
        message = "Le système de la connexion secrète n'est pas celui de la confidentialité du DMP"
        yield context.about("XDS-092", vihf.SECRET, message, expected=_CONFIDENTIALITY, actual=", ".join(systems))
    elif (age := _age(context)) is not None and age >= _ADULT:
        message = f"La connexion secrète est celle d'un mineur, le patient a au moins {age} ans"
        yield context.about("XDS-092", vihf.SECRET, message)


def _secret_systems(said: vihf.Vihf) -> list[str]:
    """Those that are written, beside the code or in its element."""
    texts = [v.partition("^")[2] for a in said.named(vihf.SECRET) for v in a.values]
    return [s for s in (*texts, *(c.system for c in said.codes(vihf.SECRET))) if s]


def patient_faults(value: str, environment: str | None) -> Iterator[tuple[str, Severity | None]]:
    """What is wrong with the CX of an INS."""
    parts = split_cx(value)
    if parts is None:
        yield "Le patient n'est pas désigné sous la forme d'une INS", None
        return
    matricule, root, kind, rest = parts
    register = REGISTERS.get(root)
    if register is None:
        yield "Le patient n'est pas désigné par une INS: l'OID n'est pas celui d'un de ses registres", None
        return
    if kind != "NH":
        yield f"Une INS est de type NH dans le VIHF, et non « {kind} »", None
    if named_authority(value):
        yield "L'autorité d'une INS est son OID seul, sans le nom que HL7v2 écrit devant", None
    if rest:
        yield "Rien ne suit le type de l'identifiant du patient", Severity.WARNING
    if environment and register.environment != environment:
        yield f"L'INS est du registre {register.label}, dans un contexte de {environment}", None
    if not is_matricule(matricule):
        yield "Le matricule INS n'a pas 15 caractères avec une clé juste", None


def _age(context: VihfContext) -> int | None:
    """Years between the birth and the assertion: by the documents, or at least so many by the matricule."""
    try:
        now = datetime.strptime(context.vihf.issued[:10], "%Y-%m-%d").date()
        if context.birth:
            born = datetime.strptime(context.birth[:8], "%Y%m%d").date()
            return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
        # Its two digits are those of a year of this century, or of the one before when that is still to come.
        return (now.year - int(context.vihf.patient[1:3])) % 100 - 1
    except ValueError:
        return None


@rule("XDS-093", "XDS-095", "XDS-097", families=VIHF)
def names(context: VihfContext) -> Iterator[Finding]:
    """The user by name, the software by name, version and homologation."""
    said = context.vihf
    if said.mode in (vihf.INDIRECT, vihf.AIR) and not said.value(vihf.SUBJECT):
        yield context.about("XDS-093", vihf.SUBJECT, expected="le nom et le prénom")
    for name in (vihf.SOFTWARE, vihf.SOFTWARE_VERSION, vihf.HOMOLOGATION):
        if not said.value(name):
            what = "est vide" if said.named(name) else "manque"
            yield context.about("XDS-095", name, f"L'attribut {name} {what}")
    version = said.value(vihf.VERSION)
    if version and version not in ("3.0", "4.0"):
        yield context.about("XDS-097", vihf.VERSION, expected="3.0 ou 4.0", actual=version)
