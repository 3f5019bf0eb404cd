"""results.json: the one record that every report is rebuilt from. Its JSON Schema is `docs/results.schema.json`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from rempart.model.exchange import Exchange
from rempart.model.finding import Finding
from rempart.model.verdict import Verdict

FORMAT = "1.0"
NO_REM = "none"  # the edition that asks for no official wording


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckResult(_Record):
    """One named check over recorded exchanges: replaying it needs `check`, `params` and the bytes, nothing else."""

    check: str
    params: dict[str, Any] = Field(default_factory=dict)
    exchanges: list[str] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)


class StepResult(_Record):
    keyword: str
    text: str
    status: str  # passed | failed | skipped
    duration_ms: float = 0.0
    exchanges: list[str] = Field(default_factory=list)
    checks: list[CheckResult] = Field(default_factory=list)


class ScenarioResult(_Record):
    """One Gherkin scenario (one row of its Exemples), bound to one scénario de conformité of one dispositif."""

    key: str
    dispositif: str
    scenario_id: str
    requirement_id: str
    name: str
    feature: str
    mandatory: bool = True  # false for a préconisation: never fails a campaign
    verdict: Verdict
    reason: str = ""  # French; why it is not simply conforme
    steps: list[StepResult] = Field(default_factory=list)
    started: datetime | None = None
    duration_ms: float = 0.0

    @property
    def findings(self) -> list[Finding]:
        return [f for s in self.steps for c in s.checks for f in c.findings]


class Preuve(_Record):
    """What an editor deposits. `status`: produced, to_supply, supplied, not_applicable."""

    id: str
    kind: str
    label: str
    status: str
    file: str = ""
    sha256: str = ""
    reason: str = ""  # French; why it is still to supply, or not applicable


class OfficialWording(_Record):
    """What the REM that the user has imported says of a requirement: shown beside ours, never instead of it."""

    edition: str
    id: str  # as published, with its prefix
    statement: str
    scenarios: dict[str, str] = Field(default_factory=dict)  # text by id
    preuves: dict[str, str] = Field(default_factory=dict)


class RequirementResult(_Record):
    dispositif: str
    id: str
    title: str
    statement: str
    nature: str
    profile: str
    section: str
    official: bool = True
    verdict: Verdict
    reason: str = ""  # French; why nothing was judged: not applicable, no scenario, not selected
    breakdown: dict[Verdict, int] = Field(default_factory=dict)  # nothing hides behind the worst one
    scenarios: list[str] = Field(default_factory=list)  # keys
    preuves: list[Preuve] = Field(default_factory=list)
    source: str = ""
    note: str = ""
    official_wording: OfficialWording | None = None


class Candidate(_Record):
    name: str
    version: str
    publisher: str = ""
    reference: str = ""  # NIL
    profiles: list[str] = Field(default_factory=list)
    dispositifs: list[str] = Field(default_factory=list)


class Totals(_Record):
    dispositif: str
    section: str
    requirements: dict[Verdict, int] = Field(default_factory=dict)
    scenarios: dict[Verdict, int] = Field(default_factory=dict)


class Campaign(_Record):
    id: str
    started: datetime
    finished: datetime | None = None
    candidate: Candidate
    environment: str = "test"
    versions: dict[str, str] = Field(default_factory=dict)  # harness, catalogue, rules, packs…
    selection: dict[str, list[str]] = Field(default_factory=dict)
    interrupted: bool = False


class Results(_Record):
    format: str = FORMAT
    campaign: Campaign
    requirements: list[RequirementResult]
    scenarios: list[ScenarioResult]
    exchanges: list[Exchange]
    totals: list[Totals]
    verdict: Verdict
    problems: list[str] = Field(default_factory=list)  # what the harness could not do, in French
