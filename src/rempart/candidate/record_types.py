"""What an open record shows of the DMP, before any gesture."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Sending = Literal["none", "pending", "held", "fed", "failed", "cancelled"]  # of a document to the DMP


class _Shown(BaseModel):
    model_config = ConfigDict(extra="ignore")


class CountedType(_Shown):
    label: str
    count: int
    type_codes: list[str] = Field(default_factory=list)


class DmpNotice(_Shown):
    """What the open record says of a document that came from the DMP."""

    unique_id: str = Field(description="the copy that the DPI holds")
    kind: Literal["newer_version", "deleted"]
    newer: str = Field("", description="uniqueId of the newer version")


class DmpState(_Shown):
    """What an open record shows of the DMP before any gesture."""

    state: Literal["authorised", "not_authorised", "closed", "absent", "unknown"]
    detail: str = Field("", description="what the screen says besides: refused access, unreachable service…")
    mon_espace_sante: bool | None = None
    new_documents: list[CountedType] = Field(default_factory=list)
    last_fed: str = Field("", description="when a document was last put in, AAAAMMJJ or longer")
    notices: list[DmpNotice] = Field(default_factory=list)


class MssNotice(_Shown):
    """What the open record says of a document that came by MSSanté: its sender has replaced or deleted it."""

    unique_id: str = Field(description="the version that the DPI holds")
    kind: Literal["replacement", "deletion"]
    newer: str = Field("", description="unique id of the new version")
    item: str = Field("", description="the line of the work list where the user sees and validates it")


class EpisodeChoice(_Shown):
    """The patient's choice on consulting, for one episode of care."""

    episode: str
    choice: Literal["not_informed", "not_opposed", "opposed", "emergency"]
    reason: str = Field("", description="of the emergency access")
