"""Finding: one observation of a check, with enough in it to act on (design, "Contracts")."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    ERROR = "error"  # the text requires it
    WARNING = "warning"  # preferred, ambiguous, or the texts contradict each other
    INFO = "info"


class Origin(StrEnum):
    """Who is at fault."""

    CANDIDATE = "candidate"
    HARNESS = "harness"
    REFERENCE = "reference"  # an official rule or file is missing, contradictory or broken


class Finding(BaseModel):
    """One defect, at one place, with the rule and the official text that say so.

    `location` is `OBX[7]-5.1`, an XPath with its line, or the name of a driver answer field.
    `message` is a French sentence for the person who has to mend it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    severity: Severity
    location: str
    message: str
    expected: str = ""
    actual: str = ""
    source: str = ""
    origin: Origin = Origin.CANDIDATE
    edition: str = ""
    offset: int | None = None  # byte offset in the evidence, when known
    length: int | None = None  # bytes at fault from there; 0 where something is missing
    count: int = 1  # how many times the same defect was seen

    @property
    def blocks(self) -> bool:
        """An error of the candidate: the one thing that makes a verdict `non_conforme`."""
        return self.severity is Severity.ERROR and self.origin is Origin.CANDIDATE

    @property
    def blinds(self) -> bool:
        """An error that is not the candidate's: the harness could not conclude."""
        return self.severity is Severity.ERROR and self.origin is not Origin.CANDIDATE


ACTUAL_LIMIT = 200


def excerpt(value: str, limit: int = ACTUAL_LIMIT) -> str:
    """A value short enough to print: a base64 document is named by its start and length, never shown whole."""
    return value if len(value) <= limit else f"{value[:limit]}… ({len(value)} caractères)"
