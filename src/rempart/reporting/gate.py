"""The gate: a record against a policy. It may accept what is known; it never turns a verdict into another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from rempart.model.finding import Finding
from rempart.model.results import RequirementResult, Results, ScenarioResult
from rempart.model.verdict import Verdict
from rempart.reporting.policy import Known, Policy

_RANK = {v: n for n, v in enumerate((Verdict.NON_TESTE, Verdict.A_ATTESTER, Verdict.ATTESTE, Verdict.CONFORME))}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`inconclusive`: not the candidate's fault; the pipeline has to be mended, not the software."""

    message: str  # French
    inconclusive: bool = False


@dataclass
class Outcome:
    refusals: list[Refusal] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)  # French: what would fail without the policy
    ignored: int = 0  # requirements of profiles that the policy does not ask for


def judge(results: Results, policy: Policy, today: date) -> Outcome:
    """Everything that fails, not only the first thing. `today` decides what has expired."""
    outcome = Outcome()
    used: set[int] = set()
    waived = {s.key for s in results.scenarios if _waived(s, policy, today, used)}
    outcome.refusals += [Refusal(text, inconclusive=True) for text in _whole(results)]
    outcome.refusals += [Refusal(f"dispositif non jugé: {d}") for d in policy.dispositifs if not _judged(results, d)]
    declared = {r.profile for r in results.requirements}
    outcome.refusals += [
        Refusal(f"profil « {p} »: aucune exigence de ce profil dans la campagne")
        for p in policy.profiles
        if p not in declared
    ]
    by_key = {s.key: s for s in results.scenarios}
    for r in results.requirements:
        floor = _floor(r, policy)
        if r.dispositif not in policy.dispositifs:
            continue
        if floor is None and (r.profile not in policy.profiles or r.nature == "préconisation"):
            outcome.ignored += 1
            continue
        scenarios = [by_key[k] for k in r.scenarios if k in by_key]
        outcome.refusals += _requirement(r, scenarios, policy, waived, floor)
    outcome.refusals += _orphans(results, policy, waived)
    outcome.refusals += _entries(results, policy, today, used)
    outcome.accepted = [_accepted(by_key[k]) for k in by_key if k in waived]
    return outcome


def _whole(results: Results) -> Iterator[str]:
    if results.campaign.interrupted:
        yield "la campagne a été interrompue"
    if not results.scenarios:
        yield "la campagne n'a aucun scénario"
    yield from (f"anomalie de la campagne: {p}" for p in results.problems)


def _judged(results: Results, dispositif: str) -> bool:
    return any(s.dispositif == dispositif for s in results.scenarios)


def _waived(scenario: ScenarioResult, policy: Policy, today: date, used: set[int]) -> bool:
    """Non conforming only by findings that are all known and not expired. Entries that match anything are `used`."""
    blocking = [f for f in scenario.findings if f.blocks]
    covered = []
    for f in blocking:
        found = [n for n, k in enumerate(policy.known_findings) if _matches(k, scenario, f)]
        used.update(found)
        covered.append(any(policy.known_findings[n].expires >= today for n in found))
    return scenario.verdict is Verdict.NON_CONFORME and bool(covered) and all(covered)


def _matches(known: Known, scenario: ScenarioResult, finding: Finding) -> bool:
    return (
        known.rule == finding.rule
        and known.dispositif in (None, scenario.dispositif)
        and _like(scenario.scenario_id, known.scenario)
        and _like(finding.location, known.location)
    )


def _like(text: str, pattern: str) -> bool:
    """`*` and `?` only: brackets are part of HL7 places (`OBX[2]-5`)."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _floor(r: RequirementResult, policy: Policy) -> Verdict | None:
    """The highest of the floors that name this requirement."""
    floors = [
        Verdict(f.verdict)
        for f in policy.minimum
        if (f.requirement and _like(r.id, f.requirement)) or (f.section and _like(r.section, f.section))
    ]
    return max(floors, key=_RANK.__getitem__, default=None)


def _requirement(
    r: RequirementResult, scenarios: list[ScenarioResult], policy: Policy, waived: set[str], floor: Verdict | None
) -> Iterator[Refusal]:
    if r.verdict is Verdict.NON_APPLICABLE:
        return
    name = f"{r.dispositif} {r.id}"
    for s in scenarios:
        if s.verdict is Verdict.NON_CONFORME and s.key not in waived:
            yield Refusal(f"{name}: {s.scenario_id} non conforme: {s.reason}")
        elif s.verdict is Verdict.INDETERMINE:
            yield Refusal(f"{name}: {s.scenario_id} indéterminé: {s.reason}", inconclusive=True)
    rest = [s.verdict for s in scenarios if s.key not in waived and s.verdict in _RANK]
    lowest = min(rest, key=_RANK.__getitem__) if rest else None if scenarios else Verdict.NON_TESTE
    if lowest is None:
        return
    if floor is not None:
        if _RANK[lowest] < _RANK[floor]:
            yield Refusal(f"{name}: {lowest.label}, au moins « {floor.label} » est exigé")
    elif lowest is Verdict.A_ATTESTER and policy.awaiting_person == "fail":
        yield Refusal(f"{name}: à attester par une personne")
    elif lowest is Verdict.NON_TESTE and policy.not_run == "fail":
        yield Refusal(f"{name}: non testé")


def _orphans(results: Results, policy: Policy, waived: set[str]) -> Iterator[Refusal]:
    """Scenarios that no requirement of the record holds are judged all the same: nothing slips between two lists."""
    held = {k for r in results.requirements for k in r.scenarios}
    for s in results.scenarios:
        if s.key not in held and s.mandatory and s.dispositif in policy.dispositifs and s.key not in waived:
            name = f"{s.dispositif} {s.scenario_id}, sans exigence au catalogue"
            if s.verdict not in (Verdict.CONFORME, Verdict.ATTESTE, Verdict.NON_APPLICABLE):
                yield Refusal(f"{name}: {s.verdict.label}: {s.reason}", s.verdict is Verdict.INDETERMINE)


def _entries(results: Results, policy: Policy, today: date, used: set[int]) -> Iterator[Refusal]:
    """An entry that has expired, or that matches nothing any more: the list must say what is, not what was."""
    for n, known in enumerate(policy.known_findings):
        name = f"écart connu n° {n + 1} ({known.rule} {known.location}, {known.scenario}; {known.owner})"
        if known.expires < today:
            yield Refusal(f"{name}: accepté jusqu'au {known.expires:%d/%m/%Y}, date passée")
        if n not in used:
            played = any(_like(s.scenario_id, known.scenario) for s in results.scenarios)
            why = "ne correspond plus à aucun constat: à retirer" if played else "son scénario n'a pas été joué"
            yield Refusal(f"{name}: {why}")


def _accepted(s: ScenarioResult) -> str:
    rules = ", ".join(dict.fromkeys(f"{f.rule} {f.location}" for f in s.findings if f.blocks))
    return f"{s.dispositif} {s.scenario_id}: {rules}"
