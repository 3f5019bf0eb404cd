"""Mutants: named, single, realistic defects, kept as data. The code asks `mutants.on` where it deviates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rempart.resources import own_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One defect. `caught_by` names the scenarios meant for it; `also`, those that may see it too, and why."""

    name: str
    dispositif: str
    description: str  # French
    rules: tuple[str, ...] = ()
    caught_by: tuple[str, ...]
    also: dict[str, str] = field(default_factory=dict)


@cache
def catalogue() -> dict[str, Mutant]:
    """The mutants of mutants*.yaml, by name. ValueError when two have the same one."""
    data: dict[str, Any] = {}
    for file in sorted(Path(__file__).parent.glob("mutants*.yaml")):
        found = own_yaml(file)
        if twice := sorted(data.keys() & found.keys()):
            raise ValueError(f"{file.name}: {', '.join(twice)} named twice")
        data |= found
    return {
        name: Mutant(
            name=name,
            dispositif=entry["dispositif"],
            description=entry["description"],
            rules=tuple(entry.get("rules", ())),
            caught_by=tuple(entry["caught_by"]),
            also=dict(entry.get("also", {})),
        )
        for name, entry in data.items()
    }


@dataclass(frozen=True, slots=True)
class Mutants:
    """The defects that this process has: one in a self-test, none otherwise."""

    active: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in self.active:
            self._known(name)

    def on(self, name: str) -> bool:
        """True when this defect is active. KeyError on a name that the catalogue does not hold."""
        self._known(name)
        return name in self.active

    def _known(self, name: str) -> None:
        if name not in catalogue():
            raise KeyError(name)
