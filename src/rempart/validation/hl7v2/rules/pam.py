"""PAM FR rules that a field table cannot say: empty Z segments, the forms of A47, roles and legal modes of care.

Movements are entirely told by `pam-2.11-iti31.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.rules.identity import DELETED, ins_places, repetitions
from rempart.validation.registry import rule

_ALL_OPTIONAL = ("ZFA", "ZFP", "ZFV", "ZFM", "ZFD")
_ADMISSIONS = ("ADT^A01", "ADT^A04")


@rule("HL7-166", families=["pam"])
def identity_feed_names_no_visit(context: Context) -> Iterator[Finding]:
    """A28 and A31 carry a PV1 that says N. Its absence is no more than a warning: printed examples have none."""
    if context.message.kind in ("ADT^A28", "ADT^A31") and not context.message.first("PV1"):
        message = "le segment PV1 (PV1-2 = N) est attendu dans ITI-30"
        yield context.find("HL7-166", None, message=message, location="PV1", expected="N", severity=Severity.WARNING)


@rule("HL7-177", families=["pam"])
def corrected_birth_date(context: Context) -> Iterator[Finding]:
    zfd = context.message.first("ZFD")
    pid = context.message.first("PID")
    if zfd and pid and zfd.get("4") == "Y" and ins_places(pid):
        message = "la date de naissance est corrigée (ZFD-4 = Y): aucune INS ne doit être transmise"
        yield context.find("HL7-177", zfd, 4, message, expected="PID-3 sans INS, ou ZFD-4 = N")


@rule("HL7-178", families=["pam"])
def change_of_identifier(context: Context) -> Iterator[Finding]:
    """A47: MRG-1 the former identifier, PID-3 the new one or the deletion of the INS, beside the IPP."""
    pid, mrg = context.message.first("PID"), context.message.first("MRG")
    if context.message.kind != "ADT^A47" or not pid or not mrg or not mrg.repetitions(1):
        return
    deleted = [p for p in repetitions(pid, 3) if pid.get(f"{p}.1") == DELETED]
    yield from _unchanged(context, pid, mrg)
    if ins_places(mrg, 1):
        yield from _ins_change(context, pid, deleted)
    authorities = [mrg.get(f"{p}.4.2") for p in ins_places(mrg, 1)]
    for place in deleted:
        if not authorities:
            message = 'PID-3 supprime un identifiant (""), mais MRG-1 ne porte pas l\'INS à supprimer'
            yield context.find("HL7-178", mrg, 1, message, expected="l'INS supprimée, de type INS")
        elif pid.get(f"{place}.5") != "INS" or not pid.get(f"{place}.4.2"):
            message = "l'INS supprimée garde son autorité et son type: seule sa valeur devient \"\""
            yield context.find("HL7-178", pid, place, message, expected='""^^^nom&OID&ISO^INS')
        elif pid.get(f"{place}.4.2") not in authorities:
            message = "l'INS supprimée n'est pas sous l'autorité de celle de MRG-1"
            yield context.find("HL7-178", pid, f"{place}.4.2", message, expected=" ou ".join(authorities))


def _unchanged(context: Context, pid: Segment, mrg: Segment) -> Iterator[Finding]:
    kept = {_identifier(pid, p) for p in repetitions(pid, 3)}
    for place in repetitions(mrg, 1):
        if _identifier(mrg, place) in kept:
            message = "l'identifiant remplacé est encore dans PID-3: rien ne change"
            yield context.find("HL7-178", mrg, place, message, expected="l'ancien identifiant")


def _ins_change(context: Context, pid: Segment, deleted: list[str]) -> Iterator[Finding]:
    if not deleted and not ins_places(pid):
        message = "MRG-1 porte une INS: PID-3 donne la nouvelle, ou sa suppression"
        yield context.find("HL7-178", pid, 3, message, expected='une INS, ou ""^^^nom&OID&ISO^INS')
    if deleted and len(deleted) == pid.repetitions(3):
        message = "PID-3 garde l'IPP du patient à côté de l'INS supprimée"
        yield context.find("HL7-178", pid, 3, message, expected='IPP~""^^^nom&OID&ISO^INS')


def _identifier(segment: Segment, place: str) -> tuple[str, ...]:
    authority = segment.get(f"{place}.4.2") or segment.get(f"{place}.4.1")
    return (segment.get(f"{place}.1"), authority, segment.get(f"{place}.5"))


@rule("HL7-188", families=["pam"])
def empty_z_segment(context: Context) -> Iterator[Finding]:
    for segment in context.each(*_ALL_OPTIONAL):
        if not any(segment.repetitions(n) for n in range(1, segment.length + 1)):
            yield context.find("HL7-188", segment, message=f"le segment {segment.name} est vide: il ne s'envoie pas")


@rule("HL7-189", families=["pam"])
def legal_modes_are_numbered(context: Context) -> Iterator[Finding]:
    for segment in context.each("ZFS"):
        if segment.get(1) and segment.get(1) != str(segment.occurrence):
            message = "ZFS-1 numérote les modes légaux de soins à partir de 1"
            yield context.find("HL7-189", segment, 1, message, expected=str(segment.occurrence))


@rule("HL7-190", families=["pam"])
def attending_physician(context: Context) -> Iterator[Finding]:
    """A ROL of role ODRP stands behind PID/PD1, so before PV1, when the physician is known: the harness cannot tell."""
    if context.message.kind not in _ADMISSIONS:
        return
    physicians = [s for s in context.each("ROL") if s.get("3.1") == "ODRP"]
    pv1 = context.message.first("PV1")
    for segment in physicians:
        if pv1 and segment.index > pv1.index:
            yield context.find("HL7-190", segment, "3.1", "le médecin traitant (ODRP) suit PID et PD1, avant PV1")
    if not physicians:
        message = "aucun médecin traitant: s'il est connu, un segment ROL (ODRP) suit PID et PD1"
        yield context.find("HL7-190", None, message=message, location="ROL", expected="ROL||UC|ODRP|…")
