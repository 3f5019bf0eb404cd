"""How each scénario de conformité of the catalogue is covered, read from the features that carry it.

automatic       the harness plays it, and judges what is exchanged
semi-automatic  a person plays it, and the harness judges what the files say (a message, a mail, a VIHF, a form…)
attestation     a person plays it and attests it ; the harness sees that the files are what they should be
none            no feature carries it: a gap, and a failure
An exigence without scénario is not testable, for the reason that the catalogue gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rempart.catalog import Catalog, FeatureScenario, Requirement, Scenario, trace
from rempart.validation.files.pieces import piece_of

Level = Literal["automatic", "semi-automatic", "attestation", "none"]
LEVELS: tuple[Level, ...] = ("automatic", "semi-automatic", "attestation", "none")
LABELS = {
    "automatic": "automatiques",
    "semi-automatic": "semi-automatiques",
    "attestation": "attestés",
    "none": "sans couverture",
}


@dataclass
class Section:
    """One section of one dispositif. `levels` counts scénarios, `machine` those that a person plays today and that a
    machine could judge alone; `untestable` gives the reason of each exigence that has no scénario."""

    dispositif: str
    name: str
    official: bool
    requirements: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    machine: int = 0
    untestable: dict[str, str] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "dispositif": self.dispositif,
            "section": self.name,
            "official": self.official,
            "requirements": self.requirements,
            "scenarios": {level: self.levels[level] for level in LEVELS},
            "could_be_automatic": self.machine,
            "not_testable": self.untestable,
            "gaps": self.gaps,
        }


def coverage(catalog: Catalog, features: Path | None = None) -> list[Section]:
    """Sections in the order of dispositif and name; those of the programme's rules apart from the REM's."""
    traced = trace(catalog, features)
    found: dict[tuple[str, bool, str], Section] = {}
    for requirement in catalog.requirements:
        key = requirement.dispositif, not requirement.official, requirement.section
        section = found.setdefault(key, Section(key[0], key[2], requirement.official))
        section.requirements += 1
        _count(section, requirement, traced)
    return [found[key] for key in sorted(found)]


def _count(section: Section, requirement: Requirement, traced: dict[tuple[str, str], list[FeatureScenario]]) -> None:
    if requirement.not_tested or not requirement.scenarios:
        section.untestable[requirement.id] = requirement.not_tested
        if not requirement.not_tested:
            section.gaps.append(requirement.id)
        return
    for scenario in requirement.scenarios:
        level = level_of(scenario, traced[requirement.dispositif, scenario.id])
        section.levels[level] += 1
        section.machine += level not in ("automatic", "none") and scenario.verification == "automatic"
        if level == "none":
            section.gaps.append(scenario.id)


def level_of(scenario: Scenario, features: Iterable[FeatureScenario]) -> Level:
    """The best of the features that carry it."""
    played = [not f.attested for f in features]
    if not played:
        return "none"
    if any(played):
        return "automatic"
    judged = any(piece_of(e.kind, e.media).content for e in scenario.evidence)
    return "semi-automatic" if judged else "attestation"


def totals(sections: Iterable[Section]) -> Counter[str]:
    """Counts of all sections together: `requirements`, each level, `machine`, `untestable`, `gaps`."""
    total: Counter[str] = Counter()
    for section in sections:
        total.update(section.levels)
        total["requirements"] += section.requirements
        total["machine"] += section.machine
        total["untestable"] += len(section.untestable)
        total["gaps"] += len(section.gaps)
    return total
