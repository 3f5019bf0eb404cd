"""The catalogue: every requirement of `requirements/`, found by its key or by one of its scenarios."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from rempart.catalog.errors import CatalogError
from rempart.catalog.model import Requirement, Scenario
from rempart.catalog.read import MAX_SIZE, Placed, read_file
from rempart.resources import requirements_dir


@dataclass(frozen=True)
class Catalog:
    """Requirements in file order. `places` says where each one is written, by key: `ins.yaml:12`."""

    requirements: tuple[Requirement, ...]
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, dispositif: str, requirement_id: str) -> Requirement | None:
        return self._by_key.get((dispositif, requirement_id))

    def scenario(self, dispositif: str, scenario_id: str) -> Scenario | None:
        """The scénario de conformité of that id in that dispositif, if the catalogue holds it."""
        found = self._scenarios.get((dispositif, scenario_id))
        return found[1] if found else None

    def requirement_of(self, dispositif: str, scenario_id: str) -> Requirement:
        """The requirement that a scenario proves. KeyError when the catalogue does not hold it."""
        return self._scenarios[dispositif, scenario_id][0]

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Requirement]:
        return {r.key: r for r in self.requirements}

    @cached_property
    def _scenarios(self) -> dict[tuple[str, str], tuple[Requirement, Scenario]]:
        return {(r.dispositif, s.id): (r, s) for r in self.requirements for s in r.scenarios}


def load(folder: Path | None = None) -> Catalog:
    """The catalogue of `folder` (`requirements/` by default). Raises CatalogError with every mistake of every file."""
    root = folder or requirements_dir()
    return _load(root, tuple((file, _digest(file)) for file in sorted(root.rglob("*.yaml"))))


def _digest(file: Path) -> bytes:
    """Of what the file holds; what cannot be read is told when it is."""
    try:
        with file.open("rb") as opened:
            return hashlib.sha256(opened.read(MAX_SIZE + 1)).digest()
    except OSError:
        return b""


@lru_cache(maxsize=2)
def _load(root: Path, files: tuple[tuple[Path, bytes], ...]) -> Catalog:
    """Files that hold what they did are not read again: a catalogue is not modified."""
    placed: list[Placed] = []
    problems: list[str] = []
    for file, _ in files:
        try:
            placed += read_file(file, file.relative_to(root).as_posix())
        except CatalogError as error:
            problems += error.problems
    problems += _duplicates(placed)
    if not placed and not problems:
        problems = [f"{root}: aucun fichier d'exigences (*.yaml)"]
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
