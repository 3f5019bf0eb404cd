"""Patients, professionals, structures and recipients, and the fields they fill: PID, PV1, PRT, XCN, XON.

Data types follow the French constraints (CX, HD, XPN, XCN, XON of "Constraints on HL7 v2.5 data types" 1.8.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rempart.formats.hl7v2.cisis.header import timestamp
from rempart.formats.hl7v2.write import segment

TEST_INS_OID = "1.2.250.1.213.1.4.10"
PROFESSIONALS_OID, STRUCTURES_OID = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
_NIA_OID = "1.2.250.1.213.1.4.9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """CX-4: an OID with type ISO, or a FINESS with type M (entité juridique) or N (entité géographique).

    PID-3 has to be equal to the identifiers of the CDA, whose roots are OIDs: prefer ISO.
    """

    name: str
    id: str
    type: str = "ISO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ins:
    """Matricule INS, 15 characters with its key. The default root is the one of the test environment."""

    value: str
    oid: str = TEST_INS_OID

    @property
    def authority(self) -> Authority:
        return Authority(name=f"ASIP-SANTE-INS-{'NIA' if self.oid == _NIA_OID else 'NIR'}", id=self.oid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Dates as AAAAMMJJ; `birth_names` is the whole list of first names, space separated; `account` is the NDA."""

    ipp: str
    ipp_authority: Authority
    birth_name: str
    first_birth_name: str
    ins: Ins | None = None
    used_name: str = ""
    used_first_name: str = ""
    birth_names: str = ""
    sex: str = "U"
    birth_date: str = ""
    birth_place: str = ""  # COG code
    status: str = "VALI"  # table 0445
    status_attributes: tuple[str, ...] = ()  # HOMA, FICT, DOUT
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """PV1. `class_` is table 0004 of PAM FR: E, I, N, O, R, V; `number` is required unless N."""

    class_: str
    unit: str = ""
    number: str = ""
    authority: Authority | None = None  # of the number; the patient's IPP authority when None
    admitted: datetime | None = None
    discharged: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """`id` with its national prefix (8 + RPPS, 0 + ADELI) is of type IDNPS."""

    id: str
    family: str
    given: str
    id_type: str = "IDNPS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """An establishment (FINEG, FINEJ, IDNST), or a unit of one (UF, SRV), which then names its FINESS in `within`."""

    name: str
    id: str
    id_type: str = "FINEG"
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecipient:
    """One MSSanté address and whose it is: a professional, the patient, a structure, or an application."""

    address: str
    professional: Professional | None = None
    patient: Patient | None = None
    structure: Structure | None = None
    application: str = ""


def cx(at: str, value: str, authority: Authority, kind: str) -> dict[str, str]:
    """An identifier at `3[2]`: value, authority in three sub-components, type of table 0203."""
    return {
        f"{at}.1": value,
        f"{at}.4.1": authority.name,
        f"{at}.4.2": authority.id,
        f"{at}.4.3": authority.type,
        f"{at}.5": kind,
    }


def pid_values(patient: Patient) -> dict[str, str]:
    """PID after PAM FR 2.11. The INS is written whenever the patient carries one: the status is the caller's matter."""
    p = patient
    values = {"1.1": "1"} | cx("3[1]", p.ipp, p.ipp_authority, "PI")
    if p.ins:
        values |= cx("3[2]", p.ins.value, p.ins.authority, "INS")
    values |= {"5[1].1": p.birth_name, "5[1].2": p.first_birth_name, "5[1].3": p.birth_names, "5[1].7": "L"}
    if p.used_name:
        values |= {"5[2].1": p.used_name, "5[2].2": p.used_first_name or p.first_birth_name, "5[2].7": "D"}
    values |= {"7.1": p.birth_date, "8.1": p.sex}
    if p.birth_place:
        values |= {"11[1].7": "BDL", "11[1].9": p.birth_place}
    if p.account:
        values |= cx("18[1]", p.account, p.ipp_authority, "AN")
    for n, code in enumerate((p.status, *p.status_attributes), 1):
        values[f"32[{n}].1"] = code
    return values


def pid(patient: Patient) -> str:
    return segment("PID", pid_values(patient))


def pv1_values(visit: Visit, patient: Patient) -> dict[str, str]:
    values = {"1.1": "1", "2.1": visit.class_}
    if visit.unit:
        values["3.1"] = visit.unit
    if visit.number:
        values |= cx("19[1]", visit.number, visit.authority or patient.ipp_authority, "VN")
    if visit.admitted:
        values["44.1"] = timestamp(visit.admitted)
    if visit.discharged:
        values["45.1"] = timestamp(visit.discharged)
    return values


def pv1(visit: Visit, patient: Patient) -> str:
    return segment("PV1", pv1_values(visit, patient))


def xcn(at: str, who: Professional) -> dict[str, str]:
    return {
        f"{at}.1": who.id,
        f"{at}.2": who.family,
        f"{at}.3": who.given,
        f"{at}.9.1": "ASIP-SANTE-PS",
        f"{at}.9.2": PROFESSIONALS_OID,
        f"{at}.9.3": "ISO",
        f"{at}.10": "D",
        f"{at}.13": who.id_type,
    }


def _xcn_patient(at: str, patient: Patient) -> dict[str, str]:
    if not patient.ins:
        raise ValueError("a patient recipient is named by an INS (PRT-5.1)")
    a = patient.ins.authority
    return {
        f"{at}.1": patient.ins.value,
        f"{at}.2": patient.birth_name,
        f"{at}.3": patient.first_birth_name,
        f"{at}.9.1": a.name,
        f"{at}.9.2": a.id,
        f"{at}.9.3": a.type,
        f"{at}.10": "L",
        f"{at}.13": "INS",
    }


def _xon(at: str, structure: Structure) -> dict[str, str]:
    values = {f"{at}.1": structure.name, f"{at}.7": structure.id_type, f"{at}.10": structure.id}
    if structure.within:
        return values | {f"{at}.6.1": structure.within}
    return values | {f"{at}.6.1": "ASIP-SANTE-ST", f"{at}.6.2": STRUCTURES_OID, f"{at}.6.3": "ISO"}


_PARTICIPATIONS = {"SB": "Send by", "RCT": "Result Copies To", "REPLY": "Reply To"}


def _prt(code: str, values: dict[str, str], address: str = "") -> str:
    head = {"2.1": "UC", "4.1": code, "4.2": _PARTICIPATIONS[code], "4.3": "participation"}
    mail = {"15.3": "X.400", "15.4": address} if address else {}
    return segment("PRT", head | values | mail)


def sender_prt(who: Professional | None, where: Structure | None, device: str = "", address: str = "") -> str:
    """SB: who asks for the publication. The address is for the LPS volet only."""
    values = xcn("5", who) if who else {}
    values |= _xon("8", where) if where else {}
    values |= {"10.1": device} if device else {}
    return _prt("SB", values, address)


def recipient_prt(recipient: MailRecipient) -> str:
    """RCT: one per recipient, whoever it is."""
    values: dict[str, str] = {}
    if recipient.professional:
        values |= xcn("5", recipient.professional)
    if recipient.patient:
        values |= _xcn_patient("5", recipient.patient)
    if recipient.structure:
        values |= _xon("8", recipient.structure)
    if recipient.application:
        values["10.1"] = recipient.application
    return _prt("RCT", values, recipient.address)


def reply_prt(address: str) -> str:
    return _prt("REPLY", {}, address)
