"""Our catalogue as a REM: the same shape as an imported one, so that both are compared, written and read alike."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from rempart.catalog.model import Requirement
from rempart.catalog.sheets.model import Rem, RemEvidence, RemRequirement, RemScenario
from rempart.catalog.sheets.text import clean

# Said by the columns of every layout; all other fields travel in columns of ours, whatever the catalogue comes to hold.
_REQUIREMENT = {"id", "id_source", "dispositif", "statement", "section", "profile", "nature", "scenarios"}
_SCENARIO = {"id", "summary", "evidence"}
_EVIDENCE = {"id", "label"}


def rem_of(requirements: Iterable[Requirement], dispositif: str, *, edition: str = "catalogue Rempart") -> Rem:
    """The requirements of one dispositif, nothing of them lost."""
    found = tuple(_requirement(r) for r in requirements if r.dispositif == dispositif)
    return Rem(dispositif=dispositif, edition=edition, requirements=found, source="Rempart")


def _requirement(r: Requirement) -> RemRequirement:
    return RemRequirement(
        id=r.id_source,
        statement=clean(r.statement),
        section=clean(r.section),
        profile=clean(r.profile),
        nature=r.nature.upper(),
        conditional="NON" if r.profile == "Général" else "OUI",
        own=_own(r, _REQUIREMENT),
        scenarios=tuple(
            RemScenario(
                id=s.id,
                text=clean(s.summary),
                own=_own(s, _SCENARIO),
                evidence=tuple(RemEvidence(id=e.id, text=clean(e.label), own=_own(e, _EVIDENCE)) for e in s.evidence),
            )
            for s in r.scenarios
        ),
    )


def _own(item: BaseModel, said: set[str]) -> dict[str, str]:
    """Fields that no official column has. A text stands as it is, anything else as JSON; defaults are left out."""
    values: dict[str, Any] = item.model_dump(mode="json", exclude=said, exclude_defaults=True)
    return {
        name: clean(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for name, value in values.items()
        if value not in ("", None)
    }
