"""The outline of a report: dispositif, section, requirement, scenario. Each scenario stands in it exactly once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from rempart.model.finding import Finding, Severity
from rempart.model.results import RequirementResult, Results, ScenarioResult
from rempart.model.verdict import Verdict, worst

NO_SECTION = "Sans exigence au catalogue"


@dataclass
class NumberedFinding:
    """A finding with its number in its scenario, and the exchanges that the check had before it."""

    number: int
    finding: Finding
    exchanges: list[str]


@dataclass
class ScenarioView:
    record: ScenarioResult
    anchor: str
    findings: list[NumberedFinding]
    exchanges: list[str]  # ids, in order of time


@dataclass
class RequirementView:
    """`record` is None when results.json has scenarios of a requirement that it does not describe."""

    dispositif: str
    id: str
    record: RequirementResult | None
    anchor: str
    scenarios: list[ScenarioView] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # keys it announces that have no entry

    @property
    def verdict(self) -> Verdict:
        return self.record.verdict if self.record else worst(s.record.verdict for s in self.scenarios)


@dataclass
class Count:
    """Verdicts of one dispositif, section or profile."""

    name: str
    anchor: str = ""  # of the section, in a page
    requirements: Counter[Verdict] = field(default_factory=Counter)
    scenarios: Counter[Verdict] = field(default_factory=Counter)


@dataclass
class Outline:
    """Insertion order is results.json's own."""

    requirements: list[RequirementView]
    loose_exchanges: list[str]  # recorded outside any scenario
    section_anchors: dict[tuple[str, str], str] = field(default_factory=dict)

    def sections(self) -> dict[str, dict[str, list[RequirementView]]]:
        """Dispositif -> section -> requirements."""
        tree: dict[str, dict[str, list[RequirementView]]] = {}
        for r in self.requirements:
            tree.setdefault(r.dispositif, {}).setdefault(section_of(r), []).append(r)
        return tree

    def scenarios(self) -> list[ScenarioView]:
        return [s for r in self.requirements for s in r.scenarios]

    def counts(self) -> dict[str, list[Count]]:
        """Totals by dispositif, by section and by profile, recounted from the entries themselves."""
        groups: dict[str, dict[str, Count]] = {"Par dispositif": {}, "Par section": {}, "Par profil": {}}
        tree = self.sections()
        several = len(tree) > 1
        for r in (r for sections in tree.values() for found in sections.values() for r in found):
            section = f"{r.dispositif}: {section_of(r)}" if several else section_of(r)
            profile = (r.record.profile if r.record else "") or "(non précisé)"
            for title, name in zip(groups, (r.dispositif, section, profile), strict=True):
                count = groups[title].setdefault(name, Count(name))
                if title == "Par section":
                    count.anchor = self.section_anchors.get((r.dispositif, section_of(r)), "")
                if r.record:
                    count.requirements[r.verdict] += 1
                count.scenarios.update(s.record.verdict for s in r.scenarios)
        return {title: list(found.values()) for title, found in groups.items()}


def section_of(requirement: RequirementView) -> str:
    return (requirement.record.section if requirement.record else "") or NO_SECTION


def outline(results: Results) -> Outline:
    """Puts each scenario under its own requirement, and each exchange under its scenario."""
    anchors = _Anchors()
    views = {
        (r.dispositif, r.id): RequirementView(r.dispositif, r.id, r, anchors.of("e", r.dispositif, r.id))
        for r in results.requirements
    }
    held: dict[str, list[str]] = {}
    for exchange in results.exchanges:
        held.setdefault(exchange.scenario, []).append(exchange.id)
    order = {exchange.id: n for n, exchange in enumerate(results.exchanges)}
    known = {s.key for s in results.scenarios}
    used: set[str] = set()
    for s in results.scenarios:
        key = (s.dispositif, s.requirement_id)
        if key not in views:
            views[key] = RequirementView(*key, None, anchors.of("e", *key))
        ids = {*held.get(s.key, []), *(e for step in s.steps for e in step.exchanges)}
        used |= ids
        found = sorted((i for i in ids if i in order), key=order.__getitem__)
        views[key].scenarios.append(ScenarioView(s, anchors.of("s", s.key), _numbered(s), found))
    for view in views.values():
        view.missing = [k for k in (view.record.scenarios if view.record else []) if k not in known]
    sections = dict.fromkeys((v.dispositif, section_of(v)) for v in views.values())
    return Outline(
        list(views.values()),
        [e.id for e in results.exchanges if e.id not in used],
        {section: anchors.of("section", *section) for section in sections},
    )


def _numbered(scenario: ScenarioResult) -> list[NumberedFinding]:
    """The gravest first, else in the order of the checks."""
    pairs = [(f, check.exchanges) for step in scenario.steps for check in step.checks for f in check.findings]
    pairs.sort(key=lambda pair: (not pair[0].blocks, list(Severity).index(pair[0].severity)))
    return [NumberedFinding(n, f, ids) for n, (f, ids) in enumerate(pairs, 1)]


class _Anchors:
    """Page anchors: readable, and never given twice."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, *parts: str) -> str:
        name = re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(parts)).strip("-")
        self._given[name] += 1
        return name if self._given[name] == 1 else f"{name}--{self._given[name]}"
