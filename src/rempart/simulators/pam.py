"""Messages of IHE PAM, French extension 2.11, as an administrative system (GAP, GAM) writes them.

Structures and actions of the events: sections 2 and 5 of the extension; ITI TF-2, 3.30 and 3.31.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from rempart.formats.hl7v2.cisis import Envelope, Ins, Patient, Structure, Visit, timestamp
from rempart.formats.hl7v2.cisis.header import evn, msh
from rempart.formats.hl7v2.cisis.people import cx, pid_values, pv1_values
from rempart.formats.hl7v2.write import Values, build, segment

VERSION = "2.5^FRA^2.11"  # MSH-12: a minor 2.11.x is never sent
PROFILE = ("2.11", "IHE_FRANCE-2.11-PAM")  # MSH-21, as the published examples have it
DELETE = '""'

# Event -> (structure, ZBE-4). Events of ITI-30, and A44, A49, have no movement.
EVENTS = {
    "A28": ("ADT_A05", ""),
    "A31": ("ADT_A05", ""),
    "A47": ("ADT_A30", ""),
    "A40": ("ADT_A39", ""),
    "A05": ("ADT_A05", "INSERT"),
    "A38": ("ADT_A38", "CANCEL"),
    "A01": ("ADT_A01", "INSERT"),
    "A04": ("ADT_A01", "INSERT"),
    "A11": ("ADT_A09", "CANCEL"),
    "A06": ("ADT_A06", "INSERT"),
    "A07": ("ADT_A06", "INSERT"),
    "A02": ("ADT_A02", "INSERT"),
    "A12": ("ADT_A12", "CANCEL"),
    "A03": ("ADT_A03", "INSERT"),
    "A13": ("ADT_A01", "CANCEL"),
    "A54": ("ADT_A54", "INSERT"),
    "A55": ("ADT_A52", "CANCEL"),
    "A21": ("ADT_A21", "INSERT"),
    "A52": ("ADT_A52", "CANCEL"),
    "A22": ("ADT_A21", "INSERT"),
    "A53": ("ADT_A52", "CANCEL"),
    "Z99": ("ADT_A01", "UPDATE"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """ZFA: `feeding` NA, IO (opposed) or INO; `consultation` NA, INC or IC (consents); "" leaves a field out.

    `dmp` is ACTIF, FERME or INEXISTANT. `time` is when all of it was collected.
    """

    time: datetime
    feeding: str = ""
    consultation: str = ""
    dmp: str = "ACTIF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """ZBE. `id` is kept by cancellations and corrections; `cancels` (ZBE-6) names the event that they are about.

    `time` is when it took effect; `nature` is ZBE-9; `unit` a UF that names its FINESS géographique in `within`.
    """

    id: str
    time: datetime
    unit: Structure
    nature: str = "HMS"
    cancels: str = ""


def create(patient: Patient, envelope: Envelope, consent: Consent | None = None) -> bytes:
    """A28."""
    return _identity("A28", patient, envelope, consent)


def update(patient: Patient, envelope: Envelope, consent: Consent | None = None) -> bytes:
    """A31: traits, status, or an identifier newly assigned, such as the first INS."""
    return _identity("A31", patient, envelope, consent)


def change_ins(patient: Patient, old: Ins, envelope: Envelope) -> bytes:
    """A47: the patient, with the new INS, and the INS that it replaces."""
    return _change(pid_values(patient), old, envelope)


def delete_ins(patient: Patient, envelope: Envelope, status: str) -> bytes:
    """A47 with `""` in the place of the INS; `status` is the one that remains. Raises ValueError without an INS."""
    if not patient.ins:
        raise ValueError("this patient has no INS to delete")
    values = pid_values(replace(patient, status=status)) | {"3[2].1": DELETE}
    return _change(values, patient.ins, envelope)


def merge(kept: Patient, absorbed: Patient, envelope: Envelope) -> bytes:
    """A40: the second patient disappears into the first."""
    mrg = cx("1[1]", absorbed.ipp, absorbed.ipp_authority, "PI")
    values = pid_values(kept)
    return _message("A40", envelope, [_pid(values, envelope), segment("MRG", mrg)])


def movement(
    event: str, patient: Patient, visit: Visit, move: Movement, envelope: Envelope, consent: Consent | None = None
) -> bytes:
    """Any event of EVENTS that carries a ZBE. The patient needs an `account` (PID-18), the visit a unit and a number.

    Raises KeyError on another event.
    """
    action = EVENTS[event][1]
    if not action:
        raise KeyError(event)
    pv1 = pv1_values(visit, patient) | {"51.1": "V"}
    unit = {"1": move.unit.name, "7": "UF", "10": move.unit.id}
    unit |= {"6.1": patient.ipp_authority.name, "6.2": move.unit.within, "6.3": "N"}
    zbe = {"1.1": move.id, "1.2": patient.ipp_authority.name, "1.3": patient.ipp_authority.id, "1.4": "ISO"}
    zbe |= {"2.1": timestamp(move.time), "4.1": action, "5.1": "N", "6.1": move.cancels, "9.1": move.nature}
    zbe |= {f"{field}.{at}": value for field in (7, 8) for at, value in unit.items()}
    segments = [_pid(pid_values(patient), envelope), segment("PV1", pv1), segment("ZBE", zbe), *_zfa(consent)]
    return _message(event, envelope, segments, occurred=move.time)


def _identity(event: str, patient: Patient, envelope: Envelope, consent: Consent | None) -> bytes:
    pv1 = segment("PV1", {"2.1": "N"})  # and nothing else: no encounter is told by ITI-30
    return _message(event, envelope, [_pid(pid_values(patient), envelope), pv1, *_zfa(consent)])


def _change(pid: dict[str, str], old: Ins, envelope: Envelope) -> bytes:
    mrg = segment("MRG", cx("1[1]", old.value, old.authority, "INS"))
    return _message("A47", envelope, [_pid(pid, envelope), mrg])


def _pid(values: Values, envelope: Envelope) -> str:
    return segment("PID", {**values, "33.1": timestamp(envelope.time)})


def _zfa(consent: Consent | None) -> Iterable[str]:
    """Only the last known state; a date beside each choice that was collected."""
    if not consent:
        return ()
    at = timestamp(consent.time)
    values = {"1.1": consent.dmp, "2.1": at}
    for field, choice in ((9, consent.feeding), (11, consent.consultation)):
        if choice:
            values[f"{field}.1"] = choice
        if choice not in ("", "NA"):
            values[f"{field + 1}.1"] = at
    return (segment("ZFA", values),)


def _message(event: str, envelope: Envelope, segments: Iterable[str], occurred: datetime | None = None) -> bytes:
    head = msh(envelope, f"ADT^{event}^{EVENTS[event][0]}", VERSION, PROFILE)
    when = evn(envelope.time, {"6.1": timestamp(occurred or envelope.time)})
    return build([head, when, *segments], envelope.charset)
