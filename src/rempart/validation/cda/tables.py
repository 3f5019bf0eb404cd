"""Value sets of the CI-SIS with their code systems (`schemas/cda/tables`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from rempart.resources import schemas_dir


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A JDV: its short name (`JDV_J07`), then label and code system of each code."""

    name: str
    labels: dict[str, str]
    systems: dict[str, str]

    def __contains__(self, code: object) -> bool:
        return code in self.labels


@cache
def value_set(name: str) -> ValueSet:
    """`jdv-j07` -> its content. FileNotFoundError when there is no such table."""
    data = yaml.safe_load((schemas_dir() / "cda" / "tables" / f"{name}.yaml").read_text("utf-8"))
    labels = {str(code): str(label) for code, label in data["codes"].items()}
    others = {str(code): str(system) for code, system in data.get("systems", {}).items()}
    systems = {code: others.get(code, data["system"]) for code in labels}
    return ValueSet("_".join(str(data["title"]).split("_")[:2]), labels, systems)
