"""The patients and messages that the tests of the reference start from: published test identities."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from rempart.formats.cda.model import CdaAuthor, CdaDocument, CdaPatient, Coded, InstanceId, Organisation
from rempart.formats.cda.write import build as cda
from rempart.formats.hl7v2.cisis import Authority, Envelope, Ins, Party, Patient
from rempart.formats.hl7v2.cisis.header import evn, msh
from rempart.formats.hl7v2.cisis.people import pid_values
from rempart.formats.hl7v2.write import build, segment
from rempart.formats.pdf import minimal_pdf

AUTHORITY = Authority(name="CHU-X", id="1.2.250.1.71.4.2.2.120456789.1")
DOMINIQUE = Patient(
    ipp="IPP", ipp_authority=AUTHORITY, birth_name="PAT-TROIS", first_birth_name="DOMINIQUE",
    birth_names="DOMINIQUE MARIE-LOUISE", sex="F", birth_date="19790328", birth_place="51215",
    ins=Ins(value="279035121518989"),
)  # fmt: skip
RUTH_INS = "277076322082910"
_numbers = itertools.count(1)


def someone(**changes: object) -> Patient:
    """Dominique under an IPP that no other test has."""
    return replace(DOMINIQUE, ipp=f"IPP{next(_numbers)}", **changes)  # type: ignore[arg-type]


def named(patient: Patient) -> dict[str, str]:
    return {"value": patient.ipp, "authority": AUTHORITY.id}


def envelope(sender: str = "GAM", receiver: str = "DPI") -> Envelope:
    return Envelope(
        sender=Party(application=sender, organisation="CHU-X"),
        receiver=Party(application=receiver, organisation="CHU-X"),
        control_id=uuid.uuid4().hex[:20],
        time=datetime.now(UTC),
    )


def adt(event: str, patient: Patient, *more: str, pid: dict[str, str] | None = None) -> bytes:
    """An ADT of ITI-30: `pid` changes fields of PID, `more` are segments after PV1."""
    e = envelope()
    structure = {"A40": "ADT_A39", "A47": "ADT_A30"}.get(event, "ADT_A05")
    values = pid_values(patient) | (pid or {})
    segments = [msh(e, f"ADT^{event}^{structure}", "2.5^FRA^2.11"), evn(e.time), segment("PID", values)]
    return build([*segments, *more] if event in ("A40", "A47") else [*segments, "PV1||N", *more])


def zfa(feeding: str = "", consultation: str = "") -> str:
    return segment("ZFA", {"9.1": feeding, "11.1": consultation})


def oid() -> str:
    return f"2.25.{uuid.uuid4().int}"


def document(patient: Patient, *, version: int = 1, set_id: str = "", replaces: str = "", structure: str = "1120456789",
             unique_id: str = "", **changes: object) -> tuple[bytes, str, str]:  # fmt: skip
    """(CDA, unique id, set id) of a letter about this patient; `changes` are fields of its CdaPatient."""
    unique_id, set_id = unique_id or oid(), set_id or oid()
    hospital = Organisation(structure, "CHU-X")
    day = patient.birth_date
    person = CdaPatient(
        ins=InstanceId(patient.ins.oid, patient.ins.value) if patient.ins else None,
        ipp=InstanceId(AUTHORITY.id, patient.ipp),
        birth_name=patient.birth_name,
        birth_names=patient.birth_names,
        first_birth_name=patient.first_birth_name,
        sex="F",
        birth_date=date(int(day[:4]), int(day[4:6]), int(day[6:])),
        birth_place=patient.birth_place,
    )
    moment = datetime.now(UTC)
    data = cda(
        CdaDocument(
            id=InstanceId(unique_id),
            set_id=InstanceId(set_id),
            version=version,
            type=Coded("11490-0", "2.16.840.1.113883.6.1", "Lettre de liaison à la sortie"),
            title="Lettre de liaison",
            created=moment,
            patient=replace(person, **changes),  # type: ignore[arg-type]
            author=CdaAuthor(
                id="801234567897", family="ADAM", given="Hoda", organisation=hospital,
                profession=Coded("G15_10", "1.2.250.1.213.1.1.4.5", "Médecin"),
            ),
            custodian=hospital,
            act_start=moment,
            pdf=minimal_pdf(["Lettre"]),
            replaces=InstanceId(replaces) if replaces else None,
        )
    )  # fmt: skip
    return data, unique_id, set_id
