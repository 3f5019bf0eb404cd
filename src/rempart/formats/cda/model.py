"""The words of a CDA document in the CI-SIS: identifiers, people, and what our own documents are written from.

OIDs and codes: CI-SIS, volet Structuration minimale 1.16.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

V3 = "urn:hl7-org:v3"
SDTC = "urn:hl7-org:sdtc"

PS_ID_NAT = "1.2.250.1.71.4.2.1"
STRUCT_ID_NAT = "1.2.250.1.71.4.2.2"
LOINC = "2.16.840.1.113883.6.1"
DICOM = "1.2.840.10008.2.16.4"
PROFESSIONS = "1.2.250.1.213.1.1.4.5"  # TRE_R95 and R38: codes G15_…
OTHER_AUTHORS = "1.2.250.1.213.1.1.4.6"
PDF_SECTION = "1.2.250.1.213.1.1.2.243"  # FR-Document-PDF-copie

Level = Literal["N1", "N3", ""]


@dataclass(frozen=True, slots=True)
class InstanceId:
    """An HL7 `II`: the OID of who assigned the identifier, and the identifier."""

    root: str
    extension: str = ""

    def __str__(self) -> str:
        """`root` or `root^extension`, as XDS and HL7v2 write a document identifier."""
        return f"{self.root}^{self.extension}" if self.extension else self.root

    @classmethod
    def parse(cls, text: str) -> InstanceId:
        root, _, extension = text.partition("^")
        return cls(root, extension)


XDS_SD = InstanceId("1.3.6.1.4.1.19376.1.2.20")  # IHE ITI: what an N1 document says that it is


IHE_MEDICAL_DOCUMENT = InstanceId("1.3.6.1.4.1.19376.1.5.3.1.1.1")  # IHE PCC: no section imposed


@dataclass(frozen=True, slots=True)
class Coded:
    code: str
    system: str = ""
    label: str = ""


HOSPITAL_SECTOR = Coded("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Etablissement de santé")  # JDV_J04
PUBLIC_HOSPITAL = Coded("SA01", "1.2.250.1.71.4.2.4", "Etablissement public de santé")  # JDV_J02


@dataclass(frozen=True, slots=True)
class Organisation:
    """A structure by its Struct_IdNat: `1` + FINESS, `2` + SIREN, `3` + SIRET."""

    id: str
    name: str
    root: str = STRUCT_ID_NAT


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaPatient:
    """The patient as the header names them. `birth_date` is written to the day."""

    ins: InstanceId | None
    ipp: InstanceId
    birth_name: str
    birth_names: str  # all birth first names, space separated
    first_birth_name: str
    sex: Literal["M", "F", "U"]
    birth_date: date
    birth_place: str  # COG code, 5 characters
    used_name: str = ""
    used_first_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaAuthor:
    """A professional: author and legal authenticator of our documents."""

    id: str  # PS_IdNat: `8` + RPPS
    family: str
    given: str
    profession: Coded  # JDV_J01
    organisation: Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalPerson:
    """The structure as an author of its own, through its software: a person who has left the register cannot answer."""

    organisation: Organisation
    kind: Coded  # JDV_J01, a code of OTHER_AUTHORS
    model: str
    software: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaRecipient:
    """An intended recipient: a professional, an organisation, or a professional of an organisation."""

    family: str = ""
    given: str = ""
    id: str = ""  # PS_IdNat
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaImaging:
    """What an imaging report (18748-4) adds to the header: the exam, its modality, its region, the accession number."""

    study_uid: str  # studyInstanceUID: an OID of at most 64 characters
    accession: InstanceId
    act: Coded  # LOINC
    modality: Coded  # DICOM
    region: Coded  # SNOMED CT


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaSection:
    """A section of a structured document: what it conforms to, what it is, its narrative, a line per paragraph."""

    templates: tuple[str, ...]
    code: Coded
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CdaDocument:
    """What one of our own documents says. Times are aware: CDA hours always carry an offset.

    `act_start` may be known to the day only; `legal_person` is the structure, author beside the person.
    """

    id: InstanceId
    set_id: InstanceId
    version: int
    type: Coded  # JDV_J07
    title: str
    created: datetime
    patient: CdaPatient
    author: CdaAuthor
    custodian: Organisation
    act_start: datetime | date
    pdf: bytes
    level: Literal["N1", "N3"] = "N1"
    sector: Coded = HOSPITAL_SECTOR  # JDV_J04
    facility: Coded = PUBLIC_HOSPITAL  # JDV_J02
    recipients: tuple[CdaRecipient, ...] = ()
    replaces: InstanceId | None = None  # RPLC: the version that this one replaces
    order: InstanceId | None = None  # the request that the document answers: biology, imaging
    imaging: CdaImaging | None = None
    text: str = ""  # N3: the narrative of its text section
    sections: tuple[CdaSection, ...] = ()  # N3: in place of that text section
    templates: tuple[InstanceId, ...] = (IHE_MEDICAL_DOCUMENT,)  # N3: the model it declares
    legal_person: LegalPerson | None = None
