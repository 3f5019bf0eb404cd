"""A REM as a spreadsheet says it: exigences, their scénarios de conformité and preuves, all as text.

Kept apart from `catalog.model`: these are the document's own words, which no catalogue of ours holds.
"""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field

from rempart.catalog.model import Dispositif
from rempart.catalog.sheets.text import bare

DISPOSITIFS: tuple[str, ...] = get_args(Dispositif)


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RemEvidence(_Item):
    """A preuve. `own`: what only our own exports say of it (`kind`)."""

    id: str
    text: str = ""
    own: dict[str, str] = Field(default_factory=dict)


class RemScenario(_Item):
    """A scénario de conformité."""

    id: str
    text: str = ""
    evidence: tuple[RemEvidence, ...] = ()
    own: dict[str, str] = Field(default_factory=dict)


class RemRequirement(_Item):
    """An exigence. `id` is as the document gives it, with its `SC.`, `DPI.` or `PFI.` prefix.

    The other fields are the document's columns (`columns.yaml`), as text. `own`: what only our own exports say of it.
    """

    id: str
    statement: str = ""
    conditional: str = ""
    profile: str = ""
    section_id: str = ""
    section: str = ""
    block: str = ""
    function: str = ""
    nature: str = ""
    perimeter: str = ""
    comment: str = ""
    history_profile: str = ""
    publication: str = ""
    previous: str = ""
    criticality: str = ""
    order: str = ""
    own: dict[str, str] = Field(default_factory=dict)
    scenarios: tuple[RemScenario, ...] = ()

    @property
    def bare(self) -> str:
        """The id without its prefix, as scénarios, preuves and our catalogue write it."""
        return bare(self.id)


# The columns of an exigence that are plain text, in the model's own order.
PLAIN = tuple(n for n in RemRequirement.model_fields if n not in ("id", "own", "scenarios"))


class Rem(_Item):
    """One edition of the REM of one dispositif. `sha256` is that of the file it was read from."""

    dispositif: str
    edition: str
    requirements: tuple[RemRequirement, ...]
    source: str = ""
    sha256: str = ""
    imported: datetime | None = None

    @property
    def scenarios(self) -> list[RemScenario]:
        return [s for r in self.requirements for s in r.scenarios]

    @property
    def evidence(self) -> list[RemEvidence]:
        return [e for s in self.scenarios for e in s.evidence]
