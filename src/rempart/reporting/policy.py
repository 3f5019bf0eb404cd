"""gate.yaml: what a pipeline accepts of a campaign, and for how long."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rempart.candidate.yamlfile import read

Text = Annotated[str, Field(min_length=1)]
# What can be asked for: `non_conforme` or `indetermine` is never enough.
Minimum = Literal["conforme", "atteste", "a_attester", "non_teste"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Known(_Section):
    """A blocking finding that is known and accepted until a date. `*` and `?` stand for any characters in patterns."""

    rule: Text
    location: Text = "*"
    scenario: Text = "*"
    dispositif: Literal["HOP-DPI-Va2", "HOP-PFI-Va2"] | None = None
    owner: Text
    reason: Text
    expires: date


class Floor(_Section):
    """The least verdict of one requirement, or of all those of one section (patterns too)."""

    requirement: Text | None = None
    section: Text | None = None
    verdict: Minimum

    @model_validator(mode="after")
    def _one_of_both(self) -> Floor:
        if (self.requirement is None) == (self.section is None):
            raise ValueError("« requirement » ou « section » est attendu, l'un des deux")
        return self


class Policy(_Section):
    """`awaiting_person` and `not_run`: whether a requirement may stay `à attester`, or `non testé`."""

    version: Literal[1]
    dispositifs: Annotated[list[Literal["HOP-DPI-Va2", "HOP-PFI-Va2"]], Field(min_length=1)]
    profiles: Annotated[list[Text], Field(min_length=1)] = ["Général"]
    awaiting_person: Literal["fail", "allow"] = "fail"
    not_run: Literal["fail", "allow"] = "fail"
    minimum: list[Floor] = []
    known_findings: list[Known] = []


def load_policy(path: Path) -> Policy:
    """Raises `candidate.yamlfile.ConfigErrors` with every mistake, each with its line."""
    return read(path, Policy)
