"""Feeding the DMP from a DPI: automatic and held orders, documents of the past, figures."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rempart.candidate.action_types import Outcome, PatientId, Restriction


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(extra="ignore")


class AutomaticSettings(_Asked):
    """Which types leave for the DMP by themselves once validated, and how long an order waits before it leaves.

    An empty list is the manual mode: nothing leaves unless the user sends it.
    """

    type_codes: list[str]
    delay: float = Field(0, ge=0, description="seconds between validation and sending; 0: as the software has it")
    restrictions: dict[str, list[Restriction]] = Field(
        default_factory=dict,
        description="of a document of this type that leaves by itself; a sending of the user says its own",
    )


class HoldRequest(_Asked):
    """`hold`: keep this document's order back; false: let it go."""

    document: str
    hold: bool


class VisibilityRequest(_Asked):
    """What a document already sent to the DMP is to be from now on: the PFI is handed a new version of it."""

    document: str
    hidden_from_patient: bool = False
    hidden_from_representatives: bool = False
    hidden_from_professionals: bool = False
    patient_informed: bool = Field(False, description="the user says that the patient has been told")


class HistorySettings(_Asked):
    """Which documents of the past are fed, and how."""

    service: str = Field("", description="empty: the whole establishment")
    types: dict[str, str] = Field(description="local type of document -> typeCode")
    years: int = Field(5, ge=1, le=20)
    trigger: Literal["manual", "admission", "discharge"] = "manual"
    catch_up: bool = Field(False, description="every patient, not only those who come")
    rate: float = Field(4, gt=0, description="sendings a second, at most")


class HistoryRequest(_Asked):
    patients: list[PatientId]


class Excluded(_Shown):
    """What was left out, and why."""

    patient: PatientId
    document: str = Field("", description="empty: the whole record")
    reason: str


class FedDocument(_Shown):
    patient: PatientId
    document: str
    unique_id: str


class HistoryReport(Outcome):
    sent: list[FedDocument] = Field(default_factory=list)
    excluded: list[Excluded] = Field(default_factory=list)
    seconds: float = Field(0, description="from the first sending to the last")


class IndicatorsRequest(_Asked):
    month: str = Field(description="AAAAMM")


class Indicator(_Shown):
    """A share. `history` is judged; the others are kept in evidence."""

    name: str = Field(
        description="history: closed stays of patients already seen within five years, an earlier document of whom "
        "has fed the DMP; feeding: sendings to the DMP that the DMP has taken"
    )
    numerator: int
    denominator: int


class Indicators(_Shown):
    indicators: list[Indicator] = Field(default_factory=list)
