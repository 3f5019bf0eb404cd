"""What came by MSSanté, in a DPI: what enters by itself, what waits for a person, and what is counted of it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rempart.candidate.action_types import Identity, Ins, Outcome, PatientId

Kind = Literal["new", "replacement", "deletion"]
Operation = Literal[
    "received",
    "waiting",
    "integrated_automatically",
    "integrated_manually",
    "refused",
    "replaced",
    "deletion_received",
    "deleted",
    "discarded",
    "read",
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(extra="ignore")


class MssSettings(_Asked):
    """Which documents handed over by the PFI enter the record without a gesture, and what waits for the user."""

    automatic: bool = Field(True, description="false: every document waits in the work list")
    type_codes: list[str] = Field(default_factory=list, description="types that enter by themselves; empty: all")
    confirm_changes: bool = Field(False, description="the sender's replacements and deletions wait for the user")
    alert_codes: list[str] = Field(
        default_factory=lambda: ["AA", "HH", "LL"],
        description="interpretations of a result of biology (ObservationInterpretation) that the record signals",
    )


class MssMailingSettings(_Asked):
    """Which types leave by MSSanté, through the PFI, for the recipients of the document once it is validated."""

    type_codes: list[str]


class ProposedPatient(_Shown):
    """A patient of the base who may be the one of the document."""

    value: str = Field(description="IPP")
    authority: str = ""
    identity: Identity | None = None


class WorklistItem(_Shown):
    item: str = Field(description="the candidate's own reference of the line")
    unique_id: str = Field(description="ClinicalDocument/id of the document handed over, `root` or `root^extension`")
    kind: Kind
    type_code: str = ""
    title: str = ""
    sender: str = Field("", description="MSSanté address that the document came from")
    received: str = Field("", description="AAAAMMJJ or longer")
    reason: str = Field("", description="why it was not integrated, as the screen says it")
    replaces: str = Field("", description="unique id of the version that it replaces")
    identity: Identity | None = Field(None, description="traits that the document says")
    ins: Ins | None = Field(None, description="INS that the document says")
    search: Identity | None = Field(None, description="what the patient search is filled with when the line is opened")
    proposed: list[ProposedPatient] = Field(default_factory=list)


class Worklist(_Shown):
    items: list[WorklistItem] = Field(default_factory=list)


class ItemRequest(_Asked):
    item: str


class HandleRequest(_Asked):
    """`integrate` files the document as a new one, `replace` puts it in the place of the version held, `delete` removes
    what the sender has deleted, `discard` takes the line off the list."""

    item: str
    decision: Literal["integrate", "replace", "delete", "discard"]
    patient: PatientId | None = Field(None, description="whose record; needed to integrate")


class Handled(Outcome):
    unique_id: str = Field("", description="of the document that is now in the record")


class PeriodRequest(_Asked):
    """Days of reception, both included. Empty: no limit on that side."""

    start: str = Field("", description="AAAAMMJJ")
    end: str = Field("", description="AAAAMMJJ")


class UnreadDocument(_Shown):
    unique_id: str
    type_code: str = ""
    title: str = ""
    received: str = Field("", description="AAAAMMJJ or longer")


class UnreadDocuments(_Shown):
    """Documents that entered by themselves and that nobody has opened."""

    documents: list[UnreadDocument] = Field(default_factory=list)


class TypeCount(_Shown):
    """Of the documents of one type that were received in the period: new ones and versions, deletions apart."""

    type_code: str
    integrated_automatically: int = 0
    integrated_manually: int = 0
    not_integrated: int = 0


class MssStatistics(_Shown):
    statistics: list[TypeCount] = Field(default_factory=list)


class HistoryOfRequest(_Asked):
    unique_id: str = Field(description="ClinicalDocument/id of the document received")


class DocumentOperation(_Shown):
    time: str
    operation: Operation
    detail: str = ""
    user: str = Field("", description="empty: the software by itself")


class DocumentHistory(_Shown):
    """Oldest first."""

    operations: list[DocumentOperation] = Field(default_factory=list)
