"""Documents of the record: produced here (CDA N1 or N3), or received from the outside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from datetime import date, datetime

from rempart.formats.cda.model import (
    LOINC,
    PROFESSIONS,
    CdaAuthor,
    CdaDocument,
    CdaImaging,
    CdaPatient,
    Coded,
    InstanceId,
    Organisation,
)
from rempart.formats.cda.paper import ins_pdf, traits
from rempart.formats.cda.write import build
from rempart.reference.document_types import OIDS, document_types
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.settings import AUTHOR, FINESS, ORGANISATION
from rempart.reference.store import Row, Store, now
from rempart.reference.times import instant

HOSPITAL = Organisation(f"1{FINESS}", ORGANISATION)
DOCTOR = CdaAuthor(
    id=AUTHOR.id,
    family=AUTHOR.family,
    given=AUTHOR.given,
    profession=Coded("G15_10/SM26", PROFESSIONS, "Médecin - Qualifié en Médecine Générale (SM)"),
    organisation=HOSPITAL,
)
DICOM, SNOMED = "1.2.840.10008.2.16.4", "2.16.840.1.113883.6.96"


class CannotProduce(ValueError):
    """Why no document can be made, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One row of `documents`: a version of a document."""

    ref: str
    patient: int
    unique_id: str
    set_id: str
    version: int
    type_code: str
    title: str
    level: str
    origin: str
    organisation: str
    cda: bytes
    status: str = "current"
    replaces: str = ""


class Documents:
    """The record's documents, version by version."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def get(self, ref: str) -> Stored | None:
        row = self._store.one("SELECT * FROM documents WHERE ref = ?", ref)
        return _stored(row) if row else None

    def by_id(self, unique_id: str) -> Stored | None:
        row = self._store.one("SELECT * FROM documents WHERE unique_id = ? ORDER BY rowid DESC", unique_id)
        return _stored(row) if row else None

    def same_version(self, set_id: str, version: int) -> Stored | None:
        row = self._store.one("SELECT * FROM documents WHERE set_id = ? AND version = ?", set_id, version)
        return _stored(row) if row else None

    def of(self, patient: Patient) -> list[Stored]:
        return [
            _stored(r) for r in self._store.all("SELECT * FROM documents WHERE patient = ? ORDER BY rowid", patient.id)
        ]

    def keep(self, document: Stored) -> Stored:
        self._store.insert("documents", {f.name: getattr(document, f.name) for f in fields(document)})
        return document

    def mark(self, document: Stored, status: str) -> None:
        self._store.update("documents", {"ref": document.ref}, {"status": status})

    def produce(
        self, patient: Patient, type_code: str, title: str, level: str, previous: Stored | None = None
    ) -> Stored:
        """Write, sign and keep a document, or the next version of one. Raises CannotProduce."""
        unique_id = InstanceId(_oid())
        if previous and self._mutants.on("meme-id-au-remplacement"):
            unique_id = InstanceId.parse(previous.unique_id)
        set_id = previous.set_id if previous and not self._mutants.on("autre-setid-au-remplacement") else _oid()
        document = _cda(patient, type_code, title, level)
        document = document | {
            "id": unique_id,
            "set_id": InstanceId.parse(set_id),
            "version": previous.version + 1 if previous else 1,
            "replaces": InstanceId.parse(previous.unique_id) if previous else None,
        }
        if self._mutants.on("rplc-oublie"):
            document["replaces"] = None
        if self._mutants.on("pdf-absent-du-cda"):
            document["pdf"] = b""
        if self._mutants.on("cda-sans-ins"):
            document["patient"] = _cda_patient(patient, with_ins=False)
        stored = Stored(
            ref=f"DOC-{uuid.uuid4().hex[:12]}",
            patient=patient.id,
            unique_id=str(unique_id),
            set_id=set_id,
            version=previous.version + 1 if previous else 1,
            type_code=type_code,
            title=title,
            level=level,
            origin="DPI",
            organisation=HOSPITAL.id,
            replaces=previous.unique_id if previous else "",
            cda=build(CdaDocument(**document)),  # type: ignore[arg-type]  # the keys are the fields of CdaDocument
        )
        return self.keep(stored)


def _stored(row: Row) -> Stored:
    return Stored(**{f.name: row[f.name] for f in fields(Stored)})


def _oid() -> str:
    """A document identifier that is an OID and nothing else: the DMP takes no extension."""
    return f"2.25.{uuid.uuid4().int}"


def _cda(patient: Patient, type_code: str, title: str, level: str) -> dict[str, object]:
    known = document_types().get(type_code)
    if known is None or known.system not in OIDS:
        raise CannotProduce(f"le type de document {type_code} n'est pas proposé")
    present = now()
    identity = _cda_patient(patient)
    lines = [title, *traits(identity), f"Établi par: {DOCTOR.family}"]
    values: dict[str, object] = {
        "type": Coded(known.code, OIDS[known.system], known.label),
        "title": title[:128],
        "created": present,
        "patient": identity,
        "author": DOCTOR,
        "custodian": HOSPITAL,
        "act_start": _start(patient, present),
        "pdf": ins_pdf(lines, identity, title=title),
        "level": level,
        "text": "\n".join(lines),
    }
    return values | _requested(type_code)


def _start(patient: Patient, present: datetime) -> datetime:
    admitted = instant(patient.admitted)
    return admitted if admitted and admitted <= present else present


def _requested(type_code: str) -> dict[str, object]:
    """The request that a report of biology or imaging answers, and the exam of the latter."""
    if type_code not in ("11502-2", "18748-4"):
        return {}
    values: dict[str, object] = {"order": InstanceId(_oid(), "1")}
    if type_code == "18748-4":
        values["imaging"] = CdaImaging(
            study_uid=_oid(),
            accession=InstanceId(_oid(), "1"),
            act=Coded("24727-0", LOINC, "CT Head W contrast IV"),
            modality=Coded("CT", DICOM, "Tomodensitométrie"),
            region=Coded("774007", SNOMED, "structure de la tête et/ou du cou"),
        )
    return values


def _cda_patient(patient: Patient, *, with_ins: bool = True) -> CdaPatient:
    """The header's patient: the INS only when it is qualifiée, and the same IPP as PID-3."""
    try:
        born = datetime.strptime(patient.birth_date, "%Y%m%d").date()
    except ValueError:
        raise CannotProduce("la date de naissance du patient n'est pas connue au jour près") from None
    if not patient.identifiers:
        raise CannotProduce("le patient n'a pas d'IPP")
    ipp = patient.identifiers[0]
    return CdaPatient(
        ins=InstanceId(patient.ins_oid, patient.ins_value) if patient.qualified and with_ins else None,
        ipp=InstanceId(ipp.authority_id, ipp.value),
        birth_name=patient.birth_name,
        birth_names=patient.birth_names or patient.first_birth_name,
        first_birth_name=patient.first_birth_name,
        used_name=patient.used_name,
        used_first_name=patient.used_first_name,
        sex="M" if patient.sex == "M" else "F" if patient.sex == "F" else "U",
        birth_date=date(born.year, born.month, born.day),
        birth_place=patient.birth_place or "99999",
    )
