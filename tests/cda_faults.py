"""The faults of `validation/cda/faults.yaml`, and what tests can declare about a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cda_edit import Edit
from cda_samples import PATIENT

from rempart.resources import own_yaml

# Keywords of validate_cda, by the name that a fault gives them.
DECLARATIONS: dict[str, dict[str, Any]] = {
    "": {},
    "older edition": {"edition": "1.15"},
    "dmp": {"destination": "dmp"},
    "test": {"environment": "test"},
    "production": {"environment": "production"},
    "now": {"now": datetime(2026, 5, 4, 9, 30, tzinfo=UTC)},
    "patient": {"identity": PATIENT},
    "DOC/va1.01": {"requirements": {"DOC/va1.01"}},
    "DOC/va1.04": {"requirements": {"DOC/va1.04"}},
    "DOC/va1.06": {"requirements": {"DOC/va1.06"}},
    "DMP/HISTO.03": {"requirements": {"DMP/HISTO.03"}},
}


@dataclass(frozen=True)
class Fault:
    rule: str
    edit: Edit
    at: str
    base: str = "n1"
    severity: str = "error"
    declared: str = ""
    schema_too: bool = False

    @property
    def name(self) -> str:
        return " ".join((self.rule, self.base, self.declared, *self.edit))[:110]


def _read(file: Path) -> list[Fault]:
    rows = own_yaml(file)
    return [Fault(**{**row, "edit": tuple(row["edit"])}) for row in rows]


FAULTS = _read(Path(__file__).parent / "validation" / "cda" / "faults.yaml")
