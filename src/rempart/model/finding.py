"""Finding: one observation of a check, with enough in it to act on (design, "Contracts")."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, ClassVar, Self


class Severity(StrEnum):
    ERROR = "error"  # the text requires it
    WARNING = "warning"  # preferred, ambiguous, or the texts contradict each other
    INFO = "info"


class Origin(StrEnum):
    """Who is at fault."""

    CANDIDATE = "candidate"
    HARNESS = "harness"
    REFERENCE = "reference"  # an official rule or file is missing, contradictory or broken


@dataclass(frozen=True, kw_only=True, init=False)
class Finding:
    """One defect, at one place, with the rule and the official text that say so.

    `location` is `OBX[7]-5.1`, an XPath with its line, or the name of a driver answer field.
    `message` is a French sentence for the person who has to mend it.
    """

    # A plain class: judging one file loads no Pydantic. Inside `Results`, Pydantic checks it like the other records,
    # whose methods it has.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

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

    def __init__(
        self,
        *,
        rule: str,
        severity: Severity,
        location: str,
        message: str,
        expected: str = "",
        actual: str = "",
        source: str = "",
        origin: Origin = Origin.CANDIDATE,
        edition: str = "",
        offset: int | None = None,
        length: int | None = None,
        count: int = 1,
    ) -> None:
        # At once: that of a frozen dataclass sets one field after the other, four times as slowly.
        self.__dict__.update(
            rule=rule, severity=severity, location=location, message=message, expected=expected, actual=actual,
            source=source, origin=origin, edition=edition, offset=offset, length=length, count=count,
        )  # fmt: skip

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same with other values."""
        return replace(self, **update)

    def model_dump(self, *, mode: str = "python", exclude_defaults: bool = False) -> dict[str, Any]:
        """Its fields by name; `mode="json"`: severity and origin as they are written."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _DEFAULTS}
        if mode == "json":
            values |= {"severity": str(self.severity), "origin": str(self.origin)}
        if exclude_defaults:
            values = {k: v for k, v in values.items() if v != _DEFAULTS.get(k, ...)}
        return values

    def model_dump_json(self, *, indent: int | None = None) -> str:
        separators = (",", ":") if indent is None else None
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=indent, separators=separators)

    @classmethod
    def model_validate(cls, values: Mapping[str, Any]) -> Self:
        """A finding as `model_dump` wrote it. TypeError, ValueError when it is not one."""
        origin = Origin(values.get("origin", Origin.CANDIDATE))
        return cls(**{**values, "severity": Severity(values["severity"]), "origin": origin})

    @property
    def blocks(self) -> bool:
        """An error of the candidate: the one thing that makes a verdict `non_conforme`."""
        return self.severity is Severity.ERROR and self.origin is Origin.CANDIDATE

    @property
    def blinds(self) -> bool:
        """An error that is not the candidate's: the harness could not conclude."""
        return self.severity is Severity.ERROR and self.origin is not Origin.CANDIDATE


_DEFAULTS = {f.name: f.default for f in fields(Finding)}
ACTUAL_LIMIT = 200


def excerpt(value: str, limit: int = ACTUAL_LIMIT) -> str:
    """A value short enough to print: a base64 document is named by its start and length, never shown whole."""
    return value if len(value) <= limit else f"{value[:limit]}… ({len(value)} caractères)"
