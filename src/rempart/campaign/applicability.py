"""Which requirements the candidate has to meet: its profiles, and what its editor has declared not applicable.

Each one that is left out says why. « Général » is everybody's; a profile is the editor's to declare in candidate.yaml.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from rempart.candidate.config import Config
from rempart.candidate.declarations import Declared, declarations
from rempart.catalog import Catalog, Requirement
from rempart.catalog.model import GENERAL


@dataclass(frozen=True)
class Applicability:
    """`problems`: French lines on what makes the campaign impossible, profiles or declarations that say nothing."""

    profiles: frozenset[str]
    declared: dict[tuple[str, str], Declared] = field(default_factory=dict)  # by dispositif and requirement
    scenarios: dict[tuple[str, str], Declared] = field(default_factory=dict)  # by dispositif and scenario
    problems: tuple[str, ...] = ()

    def left_out(self, requirement: Requirement, *, named: bool = False) -> str:
        """Why the requirement is not judged, in French; "" when it is. One that is asked for by its id (`named`) is
        judged whatever the profiles."""
        declared = self.declared.get(requirement.key)
        if declared and not declared.declaration.scenarios:
            return declared.words
        if requirement.profile not in self.profiles and not named:
            return f"profil « {requirement.profile} » non déclaré dans candidate.yaml"
        return ""

    def left_out_scenario(self, requirement: Requirement, scenario_id: str, *, named: bool = False) -> str:
        """The same for one of its scenarios, which may be declared not applicable alone."""
        alone = self.scenarios.get((requirement.dispositif, scenario_id))
        return self.left_out(requirement, named=named) or (alone.words if alone else "")

    def reasons(
        self, requirements: Iterable[Requirement], named: Callable[[Requirement], bool]
    ) -> dict[tuple[str, str], str]:
        """Of every requirement and every scenario that is left out, by dispositif and id."""
        found = {}
        for r in requirements:
            found[r.key] = self.left_out(r, named=named(r))
            found |= {(r.dispositif, s.id): self.left_out_scenario(r, s.id, named=named(r)) for s in r.scenarios}
        return {key: reason for key, reason in found.items() if reason}


def applicability(candidate: Path | None, config: Config, catalog: Catalog) -> Applicability:
    """What candidate.yaml and the declarations beside it say, held against the catalogue."""
    found, problems = declarations(candidate, datetime.date.today())
    told = of_declarations(config.profiles, found)
    for key, one in told.declared.items():
        known = catalog.get(*key)
        owned = {s.id for s in known.scenarios} if known else set()
        unknown = [key[1]] if known is None else [s for s in one.declaration.scenarios if s not in owned]
        where = one.pdf.with_suffix(".yaml")
        problems += [f"{where}: {i} n'est pas au catalogue de {key[0]} sous {key[1]}" for i in unknown]
    return replace(told, problems=(*_unknown_profiles(config, catalog.requirements), *problems))


def of_declarations(profiles: Iterable[str], found: Iterable[Declared]) -> Applicability:
    """What profiles and declarations alone say: a replay has nothing else."""
    declared = {(str(d), one.declaration.requirement): one for one in found for d in one.declaration.dispositifs}
    scenarios = {(d, s): one for (d, _), one in declared.items() for s in one.declaration.scenarios}
    return Applicability(frozenset({GENERAL, *profiles}), declared, scenarios)


def _unknown_profiles(config: Config, requirements: Iterable[Requirement]) -> Iterable[str]:
    """A misspelt profile would leave requirements out in silence; those of other REM are not known here."""
    known = sorted({GENERAL, *(r.profile for r in requirements)})
    for profile in config.profiles:
        if profile not in known and (near := get_close_matches(profile, known, n=1, cutoff=0.7)):
            yield f"profil inconnu: « {profile} » (« {near[0]} »?)"
