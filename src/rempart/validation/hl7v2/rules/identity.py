"""Identity rules shared by PAM FR and the two volets: the INS, the traits that go with it, the status.

Source: IHE PAM France 2.11, section 6.6; RNIV 01, section 3.2.3. What one field says alone is in `pid-fr.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats import ins
from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.registry import rule

FAMILIES = ("pam", "cda", "lps")
DELETED = '""'
_COG = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)
_EXCLUSIVE = ("VIDE", "PROV", "VALI")  # the statuses of RNIV; the other codes of 0445 may stand beside one of them
_PROVISIONAL_ONLY = ("DOUT", "FICT")


def repetitions(segment: Segment, field: int) -> Iterator[str]:
    """`3[1]`, `3[2]`…: addresses of the repetitions of a field."""
    return (f"{field}[{n}]" for n in range(1, segment.repetitions(field) + 1))


def ins_places(segment: Segment, field: int = 3) -> list[str]:
    """Addresses of the repetitions that hold an INS: typed INS, and not a deletion."""
    places = repetitions(segment, field)
    return [p for p in places if segment.get(f"{p}.5") == "INS" and segment.get(f"{p}.1") not in ("", DELETED)]


def statuses(pid: Segment) -> list[str]:
    return [pid.get(f"{place}.1") for place in repetitions(pid, 32)]


@rule("HL7-037", families=FAMILIES)
def birth_name(context: Context) -> Iterator[Finding]:
    """A birth name (type L) is always sent. A repetition without type is the profile's matter."""
    for pid in context.each("PID"):
        types = [pid.get(f"{place}.7") for place in repetitions(pid, 5)]
        if types and all(types) and "L" not in types:
            message = "le nom de naissance (PID-5, type L) est absent"
            yield context.find("HL7-037", pid, 5, message, expected="une répétition de type L", actual=", ".join(types))


@rule("HL7-039", families=FAMILIES)
def ins_only_when_qualified(context: Context) -> Iterator[Finding]:
    for pid in context.each("PID"):
        if ins_places(pid) and "VALI" not in statuses(pid):
            message = "une INS n'est transmise qu'avec une identité validée: PID-32 ne contient pas VALI"
            yield context.find("HL7-039", pid, 32, message, expected="VALI")


@rule("HL7-169", "HL7-170", "HL7-171", "HL7-172", "HL7-173", families=FAMILIES)
def identifiers(context: Context) -> Iterator[Finding]:
    """Each identifier of PID-3: an INS is well-formed and of its register, no other passes for one."""
    for pid in context.each("PID"):
        for place in repetitions(pid, 3):
            kind, oid, name = pid.get(f"{place}.5"), pid.get(f"{place}.4.2"), pid.get(f"{place}.4.1")
            if kind == "INS":
                yield from _ins_components(context, pid, place, oid)
                if pid.get(f"{place}.1") not in ("", DELETED):
                    yield from _ins_sent(context, pid, place, ins.REGISTERS.get(oid), name)
            elif oid in ins.REGISTERS and kind != "NH":
                message = f"un identifiant sous l'OID {oid} ({ins.REGISTERS[oid].label}) est de type INS"
                yield context.find("HL7-169", pid, f"{place}.5", message, expected="INS")
            if kind in ("NH", "INS"):
                yield from _billing_number(context, pid, place, kind, name)


def _ins_components(context: Context, pid: Segment, place: str, oid: str) -> Iterator[Finding]:
    value = pid.get(f"{place}.1")
    if value not in ("", DELETED) and not ins.is_matricule(value):
        body = value[:13]
        try:
            message, expected = "la clé du matricule INS est fausse", body + ins.key(body)
        except ValueError:
            message, expected = "le matricule INS n'est pas bien formé", "13 caractères et une clé de 2 chiffres"
        if len(value) != 15:
            message, expected = f"le matricule INS a {len(value)} caractères", "15 caractères, clé comprise"
        yield context.find("HL7-169", pid, f"{place}.1", message, expected=expected)
    if oid not in ins.REGISTERS:
        message = "l'autorité d'une INS est un des OID de l'INS"
        yield context.find("HL7-169", pid, f"{place}.4.2", message, expected=" ou ".join(ins.REGISTERS))
    if pid.get(f"{place}.4.3") != "ISO":
        message = "l'OID de l'INS est déclaré ISO"
        yield context.find("HL7-169", pid, f"{place}.4.3", message, expected="ISO")


def _ins_sent(
    context: Context, pid: Segment, place: str, register: ins.Register | None, name: str
) -> Iterator[Finding]:
    """An INS that is not a deletion: no dates, and an authority that the OID decides, of the right environment."""
    for component in ("7", "8"):
        if pid.get(f"{place}.{component}"):
            yield context.find("HL7-170", pid, f"{place}.{component}", expected="(vide)")
    if register is None:
        return
    if name not in (*register.names, ins.BILLING_NAME):
        yield context.find("HL7-171", pid, f"{place}.4.1", expected=" ou ".join(register.names))
    if register.environment != context.environment:
        message = f"l'OID {register.oid} ({register.label}) n'est pas celui d'un environnement de " + (
            "test" if context.environment == ins.Environment.TEST else "production"
        )
        expected = " ou ".join(r.oid for r in ins.REGISTERS.values() if r.environment == context.environment)
        yield context.find("HL7-172", pid, f"{place}.4.2", message, expected=expected)


def _billing_number(context: Context, pid: Segment, place: str, kind: str, name: str) -> Iterator[Finding]:
    """NH and INS share an OID: the type and the authority's name tell them apart."""
    if kind == "NH" and name in (ins.NIR_NAME, ins.NIA_NAME):
        message = "un identifiant de l'INS est déclaré comme NIR de facturation (NH)"
        yield context.find("HL7-173", pid, f"{place}.5", message, expected="INS")
    elif kind == "INS" and name == ins.BILLING_NAME:
        message = "le NIR de facturation est déclaré comme INS"
        yield context.find("HL7-173", pid, f"{place}.4.1", message, expected=ins.NIR_NAME)


@rule("HL7-174", families=FAMILIES)
def traits_with_an_ins(context: Context) -> Iterator[Finding]:
    for pid in context.each("PID"):
        if ins_places(pid):
            yield from _names(context, pid)
            if pid.get("7") in ("", DELETED):
                message = "la date de naissance est obligatoire avec une INS"
                yield context.find("HL7-174", pid, 7, message, expected="AAAAMMJJ")
            if pid.get("8") in ("", DELETED, "U"):
                message = "le sexe rendu par INSi est obligatoire avec une INS"
                yield context.find("HL7-174", pid, 8, message, expected="F ou M")
            yield from _birth_place(context, pid)


def _names(context: Context, pid: Segment) -> Iterator[Finding]:
    for place in repetitions(pid, 5):
        if pid.get(f"{place}.7") != "L":
            continue
        for component, what in (("1", "le nom de naissance"), ("2", "le premier prénom")):
            if pid.get(f"{place}.{component}") in ("", DELETED):
                message = f"{what} est obligatoire avec une INS"
                yield context.find("HL7-174", pid, f"{place}.{component}", message, expected=what)
        if pid.get(f"{place}.3") in ("", DELETED):  # asked for by the prose, missing from published messages
            message = "la liste des prénoms rendue par INSi accompagne l'INS"
            severity = Severity.WARNING
            yield context.find("HL7-174", pid, f"{place}.3", message, expected="les prénoms", severity=severity)


def _birth_place(context: Context, pid: Segment) -> Iterator[Finding]:
    births = [p for p in repetitions(pid, 11) if pid.get(f"{p}.7") == "BDL"]
    if not births:
        message = "le lieu de naissance (adresse de type BDL) est obligatoire avec une INS"
        yield context.find("HL7-174", pid, 11, message, expected="^^^^^^BDL^^code COG")
    for place in births:
        if not _COG.fullmatch(pid.get(f"{place}.9")):
            message = "le lieu de naissance est donné par son code COG: 5 caractères, 99999 s'il est inconnu"
            yield context.find("HL7-174", pid, f"{place}.9", message, expected="un code COG")


@rule("HL7-175", families=FAMILIES)
def status_combinations(context: Context) -> Iterator[Finding]:
    for pid in context.each("PID"):
        found = statuses(pid)
        for attribute in _PROVISIONAL_ONLY:
            if attribute in found and "PROV" not in found:
                place = f"32[{found.index(attribute) + 1}]"
                message = f"l'attribut {attribute} n'est permis qu'avec le statut PROV"
                yield context.find("HL7-175", pid, place, message, expected=f"PROV~{attribute}")
        if all(a in found for a in _PROVISIONAL_ONLY):
            message = "une identité n'est pas à la fois douteuse et fictive"
            yield context.find("HL7-175", pid, 32, message, expected="DOUT ou FICT")
        exclusive = [s for s in _EXCLUSIVE if s in found]
        if len(exclusive) > 1:
            message = f"les statuts {' et '.join(exclusive)} s'excluent"
            yield context.find("HL7-175", pid, 32, message, expected="un seul statut")
