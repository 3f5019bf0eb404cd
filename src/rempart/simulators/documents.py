"""The CDA documents that the simulated DPI and the simulated correspondents hand over: small, valid, synthetic."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from rempart.formats.cda.model import (
    LOINC,
    CdaAuthor,
    CdaDocument,
    CdaImaging,
    CdaPatient,
    Coded,
    InstanceId,
    Organisation,
)
from rempart.formats.cda.write import build
from rempart.formats.hl7v2.cisis import Document, Patient
from rempart.formats.pdf import minimal_pdf
from rempart.simulators.patients import AUTHOR, CORRESPONDENT, ESTABLISHMENT

TYPES = {
    "34112-3": "CR hospitalier (séjour)",
    "11488-4": "CR ou fiche de consultation ou de visite",
    "11490-0": "Lettre de liaison à la sortie d'un établissement de soins",
    "18748-4": "CR d'imagerie médicale",
    "11502-2": "CR d'examens biologiques",
    "51851-4": "Document administratif",  # in JDV_J07, not in JDV_J66: no document for the DMP
}
_DOCTOR = Coded("G15_10", "1.2.250.1.213.1.1.4.5", "Médecin")
_HOSPITAL = Organisation(id=f"1{ESTABLISHMENT.id}", name=ESTABLISHMENT.name)

# Who writes the documents of these establishments, and somebody outside of them.
OUR_AUTHOR = CdaAuthor(
    id=AUTHOR.id, family=AUTHOR.family, given=AUTHOR.given, profession=_DOCTOR, organisation=_HOSPITAL
)
COLLEAGUE = CdaAuthor(
    id=CORRESPONDENT.id, family=CORRESPONDENT.family, given=CORRESPONDENT.given, profession=_DOCTOR,
    organisation=Organisation(id="1750000001", name="CLINIQUE-Y"),
)  # fmt: skip


def new_oid() -> str:
    """An OID of its own (UUID arc 2.25): document ids without extension, the only ones that the DMP takes."""
    return f"2.25.{uuid.uuid4().int}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A document in one of its versions: what is sent, and what the next version has to know of it."""

    document: Document
    set_id: str
    number: int


def first_version(
    patient: Patient,
    *,
    type_code: str = "34112-3",
    level: Literal["N1", "N3"] = "N1",
    title: str = "",
    created: datetime | None = None,
    by: CdaAuthor = OUR_AUTHOR,
) -> Version:
    """A new document about this patient, created now or then. Raises KeyError on a type that is not in TYPES."""
    return _version(patient, type_code, level, title or TYPES[type_code], new_oid(), 1, "", created, by)


def next_version(
    before: Version,
    patient: Patient,
    *,
    level: Literal["N1", "N3"] = "N1",
    title: str = "",
    by: CdaAuthor = OUR_AUTHOR,
) -> Version:
    """The version that replaces `before`: same set, new id, RPLC to the old one."""
    old = before.document
    title = title or f"{old.type_label}, version {before.number + 1}"
    return _version(patient, old.type_code, level, title, before.set_id, before.number + 1, old.unique_id, by=by)


def _version(
    patient: Patient,
    type_code: str,
    level: Literal["N1", "N3"],
    title: str,
    set_id: str,
    number: int,
    replaced: str,
    created: datetime | None = None,
    by: CdaAuthor = OUR_AUTHOR,
) -> Version:
    unique_id, now = new_oid(), created or datetime.now(UTC).astimezone().replace(microsecond=0)
    imaging = _imaging() if type_code == "18748-4" else None
    cda = CdaDocument(
        id=InstanceId(unique_id),
        set_id=InstanceId(set_id),
        version=number,
        type=Coded(type_code, LOINC, TYPES[type_code]),
        title=title,
        created=now,
        patient=cda_patient(patient),
        author=by,
        custodian=by.organisation,
        act_start=now,
        pdf=minimal_pdf([title, f"{patient.birth_name} {patient.first_birth_name}"], title=title),
        level=level,
        text=f"{title}: examen sans particularité." if level == "N3" else "",
        replaces=InstanceId.parse(replaced) if replaced else None,
        order=InstanceId(new_oid(), "1") if type_code in ("18748-4", "11502-2") else None,
        imaging=imaging,
    )
    document = Document(
        cda=build(cda),
        unique_id=unique_id,
        type_code=type_code,
        type_label=TYPES[type_code],
        replaced_id=replaced,
    )
    return Version(document=document, set_id=set_id, number=number)


def _imaging() -> CdaImaging:
    """The exam that a report of imaging is about."""
    return CdaImaging(
        study_uid=new_oid(),
        accession=InstanceId(new_oid(), "1"),
        act=Coded("24727-0", LOINC, "CT Head W contrast IV"),
        modality=Coded("CT", "1.2.840.10008.2.16.4", "Tomodensitométrie"),
        region=Coded("774007", "2.16.840.1.113883.6.96", "structure de la tête et/ou du cou"),
    )


def cda_patient(patient: Patient) -> CdaPatient:
    """The same person in CDA: PID-3 and recordTarget have to name the same identifiers."""
    day = patient.birth_date
    return CdaPatient(
        ins=InstanceId(patient.ins.oid, patient.ins.value) if patient.ins else None,
        ipp=InstanceId(patient.ipp_authority.id, patient.ipp),
        birth_name=patient.birth_name,
        birth_names=patient.birth_names or patient.first_birth_name,
        first_birth_name=patient.first_birth_name,
        sex="M" if patient.sex == "M" else "F" if patient.sex == "F" else "U",
        birth_date=date(int(day[:4]), int(day[4:6]), int(day[6:8])),
        birth_place=patient.birth_place,
        used_name=patient.used_name,
        used_first_name=patient.used_first_name,
    )
