"""The catalogue: every requirement of `requirements/`, found by its key or by one of its scenarios."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rempart.catalog.errors import CatalogError
from rempart.catalog.model import Requirement, Scenario
from rempart.catalog.read import Placed, read_file
from rempart.resources import requirements_dir


@dataclass(frozen=True)
class Catalog:
    """Requirements in file order. `places` says where each one is written, by key: `ins.yaml:12`."""

    requirements: tuple[Requirement, ...]
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, dispositif: str, requirement_id: str) -> Requirement | None:
        return next((r for r in self.requirements if r.key == (dispositif, requirement_id)), None)

    def scenario(self, dispositif: str, scenario_id: str) -> Scenario | None:
        """The scénario de conformité of that id in that dispositif, if the catalogue holds it."""
        return next((s for _, s in self._scenarios(dispositif) if s.id == scenario_id), None)

    def requirement_of(self, dispositif: str, scenario_id: str) -> Requirement:
        """The requirement that a scenario proves. KeyError when the catalogue does not hold it."""
        for requirement, scenario in self._scenarios(dispositif):
            if scenario.id == scenario_id:
                return requirement
        raise KeyError(scenario_id)

    def _scenarios(self, dispositif: str) -> list[tuple[Requirement, Scenario]]:
        return [(r, s) for r in self.requirements if r.dispositif == dispositif for s in r.scenarios]


def load(folder: Path | None = None) -> Catalog:
    """The catalogue of `folder` (`requirements/` by default). Raises CatalogError with every mistake of every file."""
    placed: list[Placed] = []
    problems: list[str] = []
    for file in sorted((folder or requirements_dir()).glob("*.yaml")):
        try:
            placed += read_file(file)
        except CatalogError as error:
            problems += error.problems
    problems += _duplicates(placed)
    if not placed and not problems:
        problems = [f"{folder or requirements_dir()}: aucun fichier d'exigences (*.yaml)"]
    if problems:
        raise CatalogError(problems)
    return Catalog(tuple(p.requirement for p in placed), {p.requirement.key: p.place for p in placed})


def _duplicates(placed: list[Placed]) -> list[str]:
    """An id given twice in a dispositif: requirement, scenario or preuve."""
    problems = []
    seen: dict[tuple[str, str], str] = {}
    for p in placed:
        r = p.requirement
        ids = [r.id, *(s.id for s in r.scenarios), *(e.id for s in r.scenarios for e in s.evidence)]
        for item in ids:
            first = seen.setdefault((r.dispositif, item), p.place)
            if first != p.place or ids.count(item) > 1:
                problems.append(f"{p.place}: {r.dispositif} {item} est déjà donné en {first}")
    return list(dict.fromkeys(problems))
