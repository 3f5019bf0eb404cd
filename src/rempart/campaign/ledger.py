"""Ledger: what happened in one scenario, step by step, and the verdict that follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from rempart.model.exchange import Exchange
from rempart.model.finding import Finding
from rempart.model.inconclusive import Inconclusive
from rempart.model.results import CheckResult, ScenarioResult, StepResult
from rempart.model.verdict import Verdict, of_findings, worst


@dataclass(frozen=True, slots=True)
class Identity:
    """Which scenario this is. `key` is unique in a campaign: dispositif, scénario de conformité, name, row."""

    key: str
    dispositif: str
    scenario_id: str
    requirement_id: str
    name: str
    feature: str
    mandatory: bool = True


@dataclass
class Ledger:
    """Filled by the plugin's hooks and by the judge; read once, at the end."""

    identity: Identity
    steps: list[StepResult] = field(default_factory=list)
    concluded: list[tuple[Verdict, str]] = field(default_factory=list)  # what stopped it, with the reason
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _clock: float = field(default_factory=time.perf_counter)
    _step_clock: float = 0.0
    complete: bool = False  # all steps ran

    def start_step(self, keyword: str, text: str) -> None:
        self.steps.append(StepResult(keyword=keyword, text=text, status="skipped"))
        self._step_clock = time.perf_counter()

    def end_step(self, status: str) -> None:
        if self.steps and self.steps[-1].status == "skipped":
            self.steps[-1].status = status
            self.steps[-1].duration_ms = round((time.perf_counter() - self._step_clock) * 1000, 2)

    @property
    def step(self) -> StepResult:
        """The running step; exchanges outside any step (preparation) go to one of their own."""
        if not self.steps:
            self.steps.append(StepResult(keyword="", text="(préparation)", status="passed"))
        return self.steps[-1]

    def exchange(self, exchange: Exchange) -> None:
        self.step.exchanges.append(exchange.id)

    def check(self, result: CheckResult) -> None:
        self.step.checks.append(result)

    def conclude(self, verdict: Verdict, reason: str) -> None:
        """Something outside the checks decides, at worst: no traffic, an action not offered, a fault of ours."""
        self.concluded.append((verdict, reason))

    @property
    def findings(self) -> list[Finding]:
        return [f for s in self.steps for c in s.checks for f in c.findings]

    def verdict(self) -> tuple[Verdict, str]:
        """Verdict and its French reason. Nothing improves it: what stopped the scenario and what the checks found are
        both counted, and a scenario whose checks judged no evidence concludes nothing."""
        checks = [c for s in self.steps for c in s.checks]
        judged = of_findings(self.findings, evidence=sum(len(c.exchanges) for c in checks))
        if self.concluded:
            # What concluded may have stopped the checks early: only what they found against the scenario counts.
            against = of_findings(self.findings, evidence=1)
            stopped = [v for v, _ in self.concluded]
            if not self.complete and set(stopped) == {Verdict.ATTESTE}:  # cut between two preuves
                stopped.append(Verdict.NON_TESTE)
            verdict = worst([*stopped, against])
        elif not self.complete:
            verdict = worst([judged, Verdict.NON_TESTE])
        else:
            verdict = judged
        return verdict, self._reason(verdict)

    def _reason(self, verdict: Verdict) -> str:
        errors = [f for f in self.findings if f.blocks]
        # A preuve that is attested is no reason for a verdict that another one decides.
        reasons = [r for v, r in self.concluded if v is not Verdict.ATTESTE or verdict is Verdict.ATTESTE]
        if errors:
            first = errors[0]
            more = f" (et {len(errors) - 1} autre(s) écart(s))" if len(errors) > 1 else ""
            reasons.insert(0, f"{first.rule}, {first.location}: {first.message}{more}")
        if not reasons and verdict is Verdict.INDETERMINE:
            blind = [f for f in self.findings if f.blinds]
            reasons = [f"{f.rule}: {f.message}" for f in blind] or ["aucune vérification n'a porté sur une preuve"]
        if not reasons and verdict is Verdict.NON_TESTE:
            reasons = ["le scénario n'a pas été exécuté jusqu'au bout"]
        return " ; ".join(reasons)

    def result(self) -> ScenarioResult:
        """As it stands now: an exchange that comes later, from a simulator's thread, is in no record of it."""
        verdict, reason = self.verdict()
        i = self.identity
        return ScenarioResult(
            key=i.key,
            dispositif=i.dispositif,
            scenario_id=i.scenario_id,
            requirement_id=i.requirement_id,
            name=i.name,
            feature=i.feature,
            mandatory=i.mandatory,
            verdict=verdict,
            reason=reason,
            steps=[step.model_copy(deep=True) for step in self.steps],
            started=self.started,
            duration_ms=round((time.perf_counter() - self._clock) * 1000, 2),
        )

    def journal(self, result: ScenarioResult) -> dict[str, Any]:
        """What the verdict follows from: all of `result` but its conclusions, which a replay reaches again."""
        kept = result.model_dump(
            mode="json",
            include={"started": True, "duration_ms": True, "steps": {"__all__": _STEP}},
        )
        stopped = [[str(verdict), reason] for verdict, reason in self.concluded]
        return {"identity": asdict(self.identity), **kept, "concluded": stopped, "complete": self.complete}


_STEP = {name: True for name in StepResult.model_fields if name != "checks"} | {
    "checks": {"__all__": {name: True for name in CheckResult.model_fields if name != "findings"}}
}


def relive(journal: dict[str, Any], judge: Callable[[CheckResult], list[Finding]]) -> ScenarioResult:
    """The result of a scenario again, from its line of the journal. `judge` gives the findings of a check, or raises
    Inconclusive when it cannot be asked again.

    Raises KeyError, TypeError or ValueError on what is not such a line.
    """
    steps = [StepResult.model_validate(step) for step in journal["steps"]]
    stopped = [(Verdict(verdict), str(reason)) for verdict, reason in journal["concluded"]]
    for step in steps:
        for check in step.checks:
            try:
                check.findings = judge(check)
            except Inconclusive as error:
                stopped.append((Verdict.INDETERMINE, error.reason))
        if any(f.blocks for c in step.checks for f in c.findings):
            step.status = "failed"
    known = {f.name for f in fields(Identity)}
    ledger = Ledger(
        identity=Identity(**{k: v for k, v in journal["identity"].items() if k in known}),
        steps=steps,
        concluded=stopped,
        complete=journal["complete"] is True,
    )
    result = ledger.result().model_dump() | {"started": journal["started"], "duration_ms": journal["duration_ms"]}
    return ScenarioResult.model_validate(result)
