"""Value sets of the CI-SIS with their code systems (`schemas/cda/tables`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rempart.resources import schemas_dir
from rempart.validation.registry import load_yaml


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
    data = load_yaml(schemas_dir() / "cda" / "tables" / f"{name}.yaml")
    labels = {str(code): str(label) for code, label in data["codes"].items()}
    others = {str(code): str(system) for code, system in data.get("systems", {}).items()}
    systems = {code: others.get(code, data["system"]) for code in labels}
    return ValueSet("_".join(str(data["title"]).split("_")[:2]), labels, systems)


@cache
def imaging_acts() -> frozenset[str]:
    """The LOINC codes that an imaging report gives its act (jdv-code-document-imagerie-cisis)."""
    return frozenset((schemas_dir() / "cda" / "tables" / "loinc-imagerie.txt").read_text("ascii").split())
