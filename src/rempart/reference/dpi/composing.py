"""What a document of the DPI says: its header, its pages, and the mutants that write them wrong."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from rempart.formats.cda.model import (
    LOINC,
    PROFESSIONS,
    CdaAuthor,
    CdaDocument,
    CdaImaging,
    CdaPatient,
    CdaSection,
    Coded,
    InstanceId,
    Organisation,
)
from rempart.formats.cda.paper import ins_pdf, traits
from rempart.formats.cda.write import build
from rempart.formats.pdf import minimal_pdf
from rempart.reference.document_types import OIDS, document_types
from rempart.reference.dpi.feeding.past import told
from rempart.reference.dpi.recipients import Recipient
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.settings import AUTHOR, FINESS, ORGANISATION
from rempart.reference.store import now
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
NOTICE = "Vos données de santé sont traitées par l'hôpital: droits d'accès et de rectification (RGPD)."
REPLACES = "Annule et remplace la version précédente de ce document."
_COLUMNS = 78  # of the PDF
_DISCHARGE = ("11490-0", "34874-8", "57833-6")
SECTION = Coded("48767-8", LOINC, "Commentaire")  # what the user adds
# Published test identity: that of somebody else.
_STRANGER = {
    "ins": InstanceId("1.2.250.1.213.1.4.10", "277076322082910"),
    "birth_name": "NESSI",
    "birth_names": "RUTH ISABELLE",
    "first_birth_name": "RUTH",
}


class CannotProduce(ValueError):
    """Why no document can be made, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user writes: `sections` are (title, text), added to a structured document; `mention` is what the pages
    of a later version say of it."""

    type_code: str
    title: str
    level: str = "N1"
    recipients: tuple[Recipient, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    act_date: str = ""  # AAAAMMJJ, when the act is past
    episode: str = ""
    author_registered: bool = True
    local_type: str = ""
    mention: str = ""

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Wanted:
        values = json.loads(text)
        values["recipients"] = tuple(Recipient(**r) for r in values["recipients"])
        values["sections"] = tuple((title, said) for title, said in values["sections"])
        return cls(**values)


def compose(patient: Patient, wanted: Wanted, notice: str, mutants: Mutants) -> dict[str, Any]:
    """The fields of a CdaDocument, its identifiers apart. Raises CannotProduce."""
    known = document_types().get(wanted.type_code)
    if known is None or known.system not in OIDS:
        raise CannotProduce(f"le type de document {wanted.type_code} n'est pas proposé")
    present = now()
    identity = cda_patient(patient)
    narrative = _narrative()
    values: dict[str, Any] = {
        "type": Coded(known.code, OIDS[known.system], known.label),
        "title": wanted.title[:128],
        "created": present,
        "patient": identity,
        "author": DOCTOR,
        "custodian": HOSPITAL,
        "act_start": _start(patient, present),
        "pdf": _pdf(wanted, identity, known.label, narrative, notice, mutants, present),
        "level": wanted.level,
        "recipients": tuple(r.in_header() for r in wanted.recipients),
        "text": "\n".join(narrative),
    }
    try:
        values = told(values, wanted.act_date, wanted.author_registered, DOCTOR, HOSPITAL, mutants)
    except ValueError:
        raise CannotProduce(f"la date de l'acte n'est pas une date passée: {wanted.act_date}") from None
    if wanted.level == "N3" and wanted.sections:
        values["sections"] = tuple(_sections(wanted, narrative))
    return _mistaken(values | _requested(wanted.type_code), patient, mutants)


def written(document: dict[str, Any], mutants: Mutants) -> bytes:
    """The CDA of these fields."""
    data = build(CdaDocument(**document))
    if mutants.on("ordonnance-annoncee-en-rtf") and document["type"].code == "57833-6":
        data = data.replace(b'mediaType="application/pdf"', b'mediaType="text/rtf"')
    return data


def _narrative() -> list[str]:
    return ["Évolution favorable, sans complication.", "Sortie à domicile, suivi par le médecin traitant."]


def _sections(wanted: Wanted, narrative: Sequence[str]) -> list[CdaSection]:
    own = ("Commentaire", "\n".join(narrative))
    templates = ("2.16.840.1.113883.10.12.201", "1.3.6.1.4.1.19376.1.4.1.2.16", "1.2.250.1.213.1.1.2.73")
    return [
        CdaSection(
            templates=templates if n == 0 else templates[:1],
            code=Coded("55112-7", LOINC, "Commentaire") if n == 0 else SECTION,
            title=title,
            text=text,
        )
        for n, (title, text) in enumerate((own, *wanted.sections))
    ]


def _pdf(
    wanted: Wanted,
    identity: CdaPatient,
    label: str,
    narrative: Sequence[str],
    notice: str,
    mutants: Mutants,
    present: datetime,
) -> bytes:
    """The pages: title and type, traits, author, date, narrative, and the information of the patient at the foot."""
    told = [] if mutants.on("texte-absent-du-pdf") else [*narrative, *(line for s in wanted.sections for line in s)]
    heading = [label, f"Le {present:%d/%m/%Y à %H:%M}", f"Établi par: {DOCTOR.family} {DOCTOR.given}, {HOSPITAL.name}"]
    titled = [] if mutants.on("titre-absent-du-pdf") else [wanted.title]
    lines = [*titled, *_mention(wanted, mutants), *heading, *traits(identity), *told]
    foot = _folded(notice)
    if mutants.on("mention-rgpd-absente"):
        foot = []
    if mutants.on("mention-rgpd-en-haut-de-page"):
        lines, foot = [*foot, *lines], []
    if mutants.on("datamatrix-absent"):
        return minimal_pdf(lines, title=wanted.title, footer=foot)
    if mutants.on("datamatrix-d-une-autre") and identity.ins:
        identity = replace(identity, **_STRANGER)  # type: ignore[arg-type]
    pdf = ins_pdf(lines, identity, title=wanted.title, footer=foot)
    return pdf.replace(b"/OutputIntents", b"/OtherIntents_") if mutants.on("pdf-sans-profil-de-sortie") else pdf


def _mention(wanted: Wanted, mutants: Mutants) -> list[str]:
    """What a corrected document says under its title, of the one that it replaces."""
    if mutants.on("annule-et-remplace-absent"):
        return []
    if mutants.on("annule-et-remplace-des-la-premiere-version"):
        return [REPLACES]
    return [wanted.mention] if wanted.mention else []


def _folded(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= _COLUMNS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _mistaken(values: dict[str, Any], patient: Patient, mutants: Mutants) -> dict[str, Any]:
    recipients: tuple[Any, ...] = values["recipients"]
    if mutants.on("pdf-absent-du-cda"):
        values["pdf"] = b""
    if mutants.on("cda-sans-ins"):
        values["patient"] = cda_patient(patient, with_ins=False)
    if mutants.on("dernier-destinataire-oublie"):
        values["recipients"] = recipients[:-1] if len(recipients) > 1 else recipients
    if mutants.on("destinataires-absents-de-l-en-tete"):
        values["recipients"] = ()
    if mutants.on("documents-de-sortie-du-meme-type") and values["type"].code in _DISCHARGE:
        values["type"] = Coded("34133-9", LOINC, "Synthèse d'épisode de soins")
    return values


def new_oid() -> str:
    """A document identifier that is an OID and nothing else: the DMP takes no extension."""
    return f"2.25.{uuid.uuid4().int}"


def _start(patient: Patient, present: datetime) -> datetime:
    admitted = instant(patient.admitted)
    return admitted if admitted and admitted <= present else present


def _requested(type_code: str) -> dict[str, object]:
    """The request that a report of biology or imaging answers, and the exam of the latter."""
    if type_code not in ("11502-2", "18748-4"):
        return {}
    values: dict[str, object] = {"order": InstanceId(new_oid(), "1")}
    if type_code == "18748-4":
        values["imaging"] = CdaImaging(
            study_uid=new_oid(),
            accession=InstanceId(new_oid(), "1"),
            act=Coded("24727-0", LOINC, "CT Head W contrast IV"),
            modality=Coded("CT", DICOM, "Tomodensitométrie"),
            region=Coded("774007", SNOMED, "structure de la tête et/ou du cou"),
        )
    return values


def cda_patient(patient: Patient, *, with_ins: bool = True) -> CdaPatient:
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
