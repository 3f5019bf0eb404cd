"""Consulting the DMP: what is asked of a DPI, and what its screens show."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rempart.candidate.action_types import DisplayedHeader, Outcome, PatientId, PatientRequest

Access = Literal["normal", "bris_de_glace", "centre_15"]
Change = Literal["mask", "unmask", "show_to_patient", "show_to_representatives", "archive", "unarchive", "delete"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(extra="ignore")


class User(_Asked):
    """A professional who signs in. The candidate knows them beforehand: docs/candidate.md lists those of the tests."""

    id: str = Field(description="national identifier as the VIHF has it: 8 then the RPPS, 12 digits")
    family: str
    given: str
    profession: str = Field("10", description="TRE_G15: 10 médecin, 60 infirmier…")
    speciality: str = Field("", description="savoir-faire, as SM26; mandatory for a doctor or a pharmacist")


class SessionRequest(_Asked):
    user: User


class ConsultRequest(PatientRequest):
    """Open the DMP of a patient. `reason` is what the user types in bris de glace."""

    access: Access = "normal"
    reason: str = ""


class DmpCriteria(_Asked):
    """Criteria of a search (TD3.1). Empty: no such criterion. Dates as AAAAMMJJ, of the local time (Europe/Paris)."""

    type_codes: list[str] = Field(default_factory=list)
    class_codes: list[str] = Field(default_factory=list)
    format_codes: list[str] = Field(default_factory=list)
    practice_settings: list[str] = Field(default_factory=list)
    facility_types: list[str] = Field(default_factory=list)
    created_from: str = ""
    created_to: str = ""
    service_from: str = ""
    service_to: str = ""
    author: str = Field("", description="family name of an author")
    submitted_from: str = Field("", description="since when documents were put in")
    order_number: str = Field("", description="number of the imaging order, as `number^^^&OID&ISO`")
    invisible_to_patient: bool = Field(False, description="only those that the patient cannot see yet")
    with_archived: bool = False
    with_replaced: bool = False


class DmpListRequest(PatientRequest):
    criteria: DmpCriteria = DmpCriteria()


class DmpDocument(_Shown):
    """One line of the list of the DMP, as the screen shows it."""

    unique_id: str
    title: str = ""
    type_code: str = ""
    class_code: str = ""
    created: str = Field("", description="local time, AAAAMMJJ or longer")
    service_start: str = Field("", description="local time, AAAAMMJJ or longer")
    author: str = ""
    organisation: str = ""
    masked: bool = False
    invisible_to_patient: bool = False
    invisible_to_representatives: bool = False
    archived: bool = False
    replaced: bool = False
    from_patient: bool = Field(False, description="shown as put in by the patient")
    integrated: bool = Field(False, description="shown as already held by the DPI")


class DmpDocuments(Outcome):
    documents: list[DmpDocument] = Field(default_factory=list)


class DmpDocumentRequest(_Asked):
    patient: PatientId
    unique_id: str


class ViewedDmpDocument(Outcome):
    """A document of the DMP, opened without being integrated."""

    shown: Literal["dmp", "local", "none"] = Field("none", description="which copy is on the screen")
    already_integrated: bool = Field(False, description="the user is told that the DPI holds it")
    warning: str = Field("", description="what the user is warned of before reading")
    header: DisplayedHeader | None = None
    pdf_text: str = ""
    text: str = ""


class ImportRequest(_Asked):
    patient: PatientId
    unique_ids: list[str]


class ImportedDocument(_Shown):
    unique_id: str
    outcome: Literal["done", "refused", "already"]
    reason: str = ""


class Imported(Outcome):
    documents: list[ImportedDocument] = Field(default_factory=list)


class ChangeRequest(DmpDocumentRequest):
    """`confirmed`: the user confirmed what the software asked. Without it, nothing may leave."""

    change: Change
    confirmed: bool = True


class Changed(Outcome):
    confirmation: str = Field("", description="the question that the user is asked, when one is")
    documents: list[str] = Field(default_factory=list, description="uniqueIds that the user is told were changed")


class WebRequest(PatientRequest):
    page: Literal["TableauDeBord", "DossierPatient"]


class WebPage(Outcome):
    url: str = Field("", description="the address that the browser opens (TD0.9)")


class PrefetchSettings(_Asked):
    """Which documents are fetched beforehand, and how long they stay."""

    type_codes: list[str] = Field(default_factory=list, description="empty: every type")
    service_from: str = Field("", description="AAAAMMJJ; empty: any date")
    days_kept: int = Field(ge=1, le=3650)


class PrefetchRequest(_Asked):
    patients: list[PatientId]


class PrefetchedDocument(_Shown):
    patient: PatientId
    unique_id: str
    until: str = Field("", description="when it will be erased, AAAAMMJJ or longer")


class Prefetched(Outcome):
    documents: list[PrefetchedDocument] = Field(default_factory=list)
    skipped: list[str] = Field(default_factory=list, description="why a patient was left out, a line each")


class CountedSettings(_Asked):
    """The types whose new documents are counted on opening a record, for a place of the establishment."""

    level: Literal["structure", "service", "speciality"] = "structure"
    place: str = ""
    type_codes: list[str]
