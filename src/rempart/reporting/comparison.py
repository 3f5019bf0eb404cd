"""Two records of one candidate: what changed by requirement, scenario and finding, and what is a regression.

A regression is what a team would want to be stopped by: a mandatory requirement or scenario whose verdict got worse or
that is no longer there, or a blocking finding that was not. A préconisation never is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.model.finding import Finding
from rempart.model.results import RequirementResult, Results, ScenarioResult
from rempart.model.verdict import Verdict

# `non_applicable` is neutral: it is neither better nor worse than conforming.
_RANK = {
    Verdict.NON_APPLICABLE: 0,
    Verdict.CONFORME: 0,
    Verdict.ATTESTE: 1,
    Verdict.A_ATTESTER: 2,
    Verdict.NON_TESTE: 3,
    Verdict.INDETERMINE: 4,
    Verdict.NON_CONFORME: 5,
}


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """Of a requirement or a scenario. `before` or `after` is None when only one record has it."""

    kind: str  # requirement | scenario
    dispositif: str
    id: str
    title: str
    before: Verdict | None
    after: Verdict | None
    regression: bool
    reason: str = ""  # why it is what it now is


@dataclass(frozen=True, slots=True)
class FindingChange:
    """Seen `before` times, then `after`; `finding` is the latest of them."""

    scenario: str
    dispositif: str
    finding: Finding
    before: int
    after: int
    regression: bool


@dataclass
class Comparison:
    before: Results
    after: Results
    requirements: list[VerdictChange] = field(default_factory=list)
    scenarios: list[VerdictChange] = field(default_factory=list)
    findings: list[FindingChange] = field(default_factory=list)

    @property
    def regressions(self) -> int:
        verdicts = sum(c.regression for c in (*self.requirements, *self.scenarios))
        return verdicts + sum(c.regression for c in self.findings)

    @property
    def versions(self) -> dict[str, tuple[str, str]]:
        """Versions that are not the same: two harnesses may not judge alike."""
        a, b = self.before.campaign.versions, self.after.campaign.versions
        return {n: (a.get(n, ""), b.get(n, "")) for n in dict.fromkeys([*a, *b]) if a.get(n) != b.get(n)}


def compare(before: Results, after: Results) -> Comparison:
    """Changes in the order of `after`, then what it no longer has."""
    found = Comparison(before, after)
    old_r = {(r.dispositif, r.id): r for r in before.requirements}
    new_r = {(r.dispositif, r.id): r for r in after.requirements}
    for r_key in dict.fromkeys([*new_r, *old_r]):
        if change := _requirement(old_r.get(r_key), new_r.get(r_key)):
            found.requirements.append(change)
    old_s = {s.key: s for s in before.scenarios}
    new_s = {s.key: s for s in after.scenarios}
    for key in dict.fromkeys([*new_s, *old_s]):
        if change := _scenario(old_s.get(key), new_s.get(key)):
            found.scenarios.append(change)
        found.findings += _findings(old_s.get(key), new_s.get(key))
    return found


def _requirement(old: RequirementResult | None, new: RequirementResult | None) -> VerdictChange | None:
    known = new or old
    assert known is not None
    before, after = (old.verdict if old else None), (new.verdict if new else None)
    if before is after:
        return None
    worse = known.nature != "préconisation" and _worse(before, after)
    return VerdictChange("requirement", known.dispositif, known.id, known.title, before, after, worse)


def _scenario(old: ScenarioResult | None, new: ScenarioResult | None) -> VerdictChange | None:
    known = new or old
    assert known is not None
    before, after = (old.verdict if old else None), (new.verdict if new else None)
    if before is after:
        return None
    return VerdictChange(
        "scenario",
        known.dispositif,
        known.scenario_id,
        known.name,
        before,
        after,
        known.mandatory and _worse(before, after),
        new.reason if new else "",
    )


def _worse(before: Verdict | None, after: Verdict | None) -> bool:
    """What is gone is worse than anything that was judged; what is new is judged for itself."""
    if after is None:
        return before not in (Verdict.NON_TESTE, Verdict.NON_APPLICABLE)
    if before is None:
        return after in (Verdict.NON_CONFORME, Verdict.INDETERMINE)
    return _RANK[after] > _RANK[before]


def _findings(old: ScenarioResult | None, new: ScenarioResult | None) -> Iterator[FindingChange]:
    known = new or old
    assert known is not None
    before, after = _counted(old), _counted(new)
    last = {_key(f): f for s in (old, new) if s for f in s.findings}
    for key in dict.fromkeys([*after, *before]):
        if before[key] != after[key]:
            finding = last[key]
            appeared = not before[key] and finding.blocks and known.mandatory
            yield FindingChange(known.scenario_id, known.dispositif, finding, before[key], after[key], appeared)


# Identifiers that Rempart draws for each campaign (documents, messages): the same place has another one next time.
_DRAWN = re.compile(r"\b2\.25\.\d{20,}")


def _key(f: Finding) -> tuple[str, str, str]:
    return f.rule, _DRAWN.sub("2.25.…", f.location), f.severity.value


def _counted(scenario: ScenarioResult | None) -> Counter[tuple[str, str, str]]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for f in scenario.findings if scenario else []:
        counts[_key(f)] += f.count
    return counts
