"""Replay: every finding and verdict of a campaign again, from its evidence alone.

The journal says which scenarios were selected, which checks were asked of which exchanges and what stopped a scenario;
the bytes come from the store, the findings from the checks of this installation, the verdicts from the one reducer.
results.json has no part in it: it is what the outcome is compared with.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rempart.campaign.differences import Difference, differences
from rempart.campaign.ledger import Identity, relive
from rempart.campaign.merge import merge, versions
from rempart.campaign.official import Quotes
from rempart.campaign.parts import Parts
from rempart.campaign.person import PROTOCOL
from rempart.campaign.retold import Retold
from rempart.campaign.scope import Scope
from rempart.catalog import Catalog, load
from rempart.catalog.features import read_features
from rempart.evidence.journal import CAMPAIGN, COLLECTED, SCENARIO, Journals, read_journals
from rempart.evidence.redaction import Redaction, read_redaction
from rempart.evidence.store import EvidenceError, load_exchanges, read_object
from rempart.model.exchange import Exchange
from rempart.model.finding import Finding
from rempart.model.inconclusive import Inconclusive
from rempart.model.results import Campaign, CheckResult, Results
from rempart.validation.checks import run_check

_NUMBER = re.compile(r"(.*)-(\d+)")


class ReplayError(Exception):
    """There is nothing to replay: no results, no journal, or not one of this format. The message is French."""


@dataclass
class Replay:
    """What a replay found. `faults`: evidence that is missing, altered or not what was recorded (French)."""

    scenarios: int = 0
    checks: int = 0
    findings: int = 0
    exchanges: int = 0
    differences: list[Difference] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    not_replayed: Counter[str] = field(default_factory=Counter)  # check name -> how many, on redacted evidence
    not_read: int = 0  # scenarios whose attestations a redaction has taken out

    @property
    def identical(self) -> bool:
        return not (self.differences or self.faults or self.not_replayed or self.not_read)


def replay(run_dir: Path) -> Replay:
    """Replays the campaign in a folder. Raises ReplayError when there is nothing that can be replayed."""
    stated = _stated(run_dir)
    root = run_dir / "evidence"
    redaction = read_redaction(run_dir)
    told = Replay()
    try:
        journals = read_journals(root, chained=redaction is None)
        exchanges = load_exchanges(root, told.faults.append)
    except EvidenceError as error:
        raise ReplayError(str(error)) from error
    last = journals.of(CAMPAIGN)
    if len(last) != 1:
        raise ReplayError(
            f"{root}: aucun journal de campagne complet: campagne interrompue avant ses résultats, ou produite par "
            "une version de Rempart qui n'en tenait pas"
        )
    told.faults = [f for f in told.faults if f not in last[0].get("problems", [])]
    told.faults += _faults(journals, last[0], exchanges, redacted=redaction is not None)
    told.exchanges = len(exchanges)
    court = Court(root, exchanges, redaction, _findings_of(stated), told)
    court.read_all()
    try:
        replayed = _again(journals, last[0], court, load())
    except (KeyError, TypeError, ValueError) as error:
        raise ReplayError(f"{root}: journal illisible: {type(error).__name__}: {error}") from error
    told.scenarios = len(replayed.scenarios)
    told.differences = differences(stated, replayed)
    told.warnings += _versions(stated.campaign)
    return told


def _stated(run_dir: Path) -> Results:
    path = run_dir / "results.json"
    try:
        return Results.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ReplayError(f"{path}: {error.strerror or error}") from error
    except ValidationError as error:
        raise ReplayError(f"{path}: résultats illisibles: {error.errors()[0]['msg']}") from error


@dataclass
class Court:
    """Asks the checks again. A redacted exchange cannot be judged: its findings are taken as stated, and counted."""

    root: Path
    exchanges: list[Exchange]
    redaction: Redaction | None
    stated: dict[str, list[Finding]]
    told: Replay

    def __post_init__(self) -> None:
        self.known = {e.id: e for e in self.exchanges}
        self.lost: set[str] = set()  # ids of exchanges whose bytes are missing or altered

    def read_all(self) -> None:
        """Every recorded byte, judged or not, is the one that was recorded."""
        seen: dict[str, int] = {}
        for exchange in self.exchanges:
            try:
                if exchange.sha256 not in seen:
                    seen[exchange.sha256] = len(read_object(self.root, exchange.sha256))
                if seen[exchange.sha256] != exchange.size:
                    fault = f"{exchange.size} octets annoncés, {seen[exchange.sha256]} conservés"
                    self.told.faults.append(f"échange {exchange.id}: {fault}")
            except EvidenceError as error:
                self.lost.add(exchange.id)
                self.told.faults.append(f"échange {exchange.id}: {error}")

    def readable(self) -> list[Exchange]:
        """Those whose bytes are the recorded ones; the others are faults already."""
        return [e for e in self.exchanges if e.id not in self.lost]

    def read(self, exchange: Exchange) -> bytes:
        return read_object(self.root, exchange.sha256)

    def withholds(self, scenario: str) -> bool:
        """A redaction has taken out what a person attested in this scenario: its conclusions are taken as stated."""
        if self.redaction is None:
            return False
        given = [e for e in self.exchanges if e.scenario == scenario and e.protocol == PROTOCOL]
        hidden = any(e.sha256 in self.redaction.objects for e in given)
        self.told.not_read += hidden
        return hidden

    def judge(self, where: str, check: CheckResult) -> list[Finding]:
        self.told.checks += 1
        if self.redaction is not None and self._hidden(where, check):
            self.told.not_replayed[check.check] += 1
            return self.stated.get(where, [])
        if missing := [e for e in check.exchanges if e not in self.known or e in self.lost]:
            raise self._impossible(where, check, f"sans {', '.join(missing)}")
        try:
            evidence = [read_object(self.root, self.known[e].sha256) for e in check.exchanges]
            found = run_check(check.check, evidence, check.params)
        except Exception as error:  # an unknown check, parameters of another version: a fault to show, never a verdict
            reason = "inconnu de cette version" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"
            raise self._impossible(where, check, reason) from error
        self.told.findings += len(found)
        return found

    def _impossible(self, where: str, check: CheckResult, reason: str) -> Inconclusive:
        """Told, and the scenario concludes nothing: what cannot be looked at again never passes."""
        self.told.faults.append(f"{where}: contrôle {check.check} impossible: {reason}")
        return Inconclusive(f"contrôle {check.check} impossible à rejouer: {reason}")

    def _hidden(self, where: str, check: CheckResult) -> bool:
        assert self.redaction is not None
        if where in self.redaction.checks:
            return True
        return any(e in self.known and self.known[e].sha256 in self.redaction.objects for e in check.exchanges)


def _again(journals: Journals, last: dict[str, Any], court: Court, catalog: Catalog) -> Results:
    parts = Parts(problems=list(last["problems"]))
    # as written, not as this machine would: the clock and the versions are those of the campaign
    campaign = Campaign.model_validate(last["campaign"])
    features = read_features() if court.redaction is None else []  # steps are redacted too
    persons = Retold(campaign, court.readable(), court.read, features, court.told.faults)
    for body in journals.of(COLLECTED):
        for one in body["identities"]:
            identity = Identity(**one)
            parts.collected[identity.key] = identity
    for body in journals.of(SCENARIO):
        key, numbers = body["identity"]["key"], iter(range(1, 1_000_000))
        if not court.withholds(key):
            body = body | {"concluded": persons.concluded(body)}
        result = relive(body, lambda check, k=key, n=numbers: court.judge(f"{k} #{next(n)}", check))  # type: ignore[misc]
        parts.results[key] = result
    scope = Scope.read(catalog, last["scope"])
    if court.redaction is None:
        left_out = persons.left_out(catalog, scope.dispositifs)
        supplied = persons.supplied(catalog, scope.dispositifs, scope.supplied)
        scope = replace(scope, left_out=left_out, supplied=supplied)
    merged = merge(parts, scope, court.exchanges, campaign)
    return Quotes.read(last["quotes"]).put_in(merged)


def _findings_of(results: Results) -> dict[str, list[Finding]]:
    """Stated findings by scenario and rank of the check in it, as `Court.judge` names them."""
    found = {}
    for scenario in results.scenarios:
        for number, check in enumerate((c for s in scenario.steps for c in s.checks), 1):
            found[f"{scenario.key} #{number}"] = check.findings
    return found


def _faults(journals: Journals, last: dict[str, Any], exchanges: list[Exchange], *, redacted: bool) -> list[str]:
    """What shows that a line of the evidence was taken away, added or changed."""
    faults = [p for p in journals.problems if p not in last.get("broken", [])]
    for file, head in last.get("heads", {}).items():
        if not redacted and journals.heads.get(file) != head:
            faults.append(f"{file}: ne finit pas comme à la fin de la campagne")
    for file in journals.heads:
        if file not in last.get("heads", {}) and file != "journal-campaign.jsonl":
            faults.append(f"{file}: inconnu du journal de la campagne")
    if last.get("exchanges") != len(exchanges):
        faults.append(f"{last.get('exchanges')} échanges à la fin de la campagne, {len(exchanges)} conservés")
    return faults + _gaps(exchanges)


def _gaps(exchanges: list[Exchange]) -> list[str]:
    """Exchanges are numbered from 1 without a hole by each worker."""
    numbers: dict[str, list[int]] = {}
    for exchange in exchanges:
        if match := _NUMBER.fullmatch(exchange.id):
            numbers.setdefault(match[1], []).append(int(match[2]))
    faults = []
    for worker, found in sorted(numbers.items()):
        expected = set(range(1, max(found) + 1))
        faults += [f"échange {worker}-{n:06d}: absent" for n in sorted(expected - set(found))[:20]]
        faults += [f"échange {worker}-{n:06d}: en double" for n, count in Counter(found).items() if count > 1]
    return faults


def _versions(campaign: Campaign) -> list[str]:
    now = versions()
    return [
        f"{name}: campagne jouée avec {campaign.versions.get(name) or '(non indiqué)'}, rejouée avec {now[name]}; "
        "un écart peut venir de là"
        for name in now
        if campaign.versions.get(name) != now[name]
    ]


def as_json(told: Replay) -> str:
    """One JSON object, for a machine."""
    shown = {
        "identical": told.identical,
        "scenarios": told.scenarios,
        "checks": told.checks,
        "findings": told.findings,
        "exchanges": told.exchanges,
        "differences": [{"subject": d.subject, "stated": d.stated, "replayed": d.replayed} for d in told.differences],
        "faults": told.faults,
        "warnings": told.warnings,
        "not_replayed": dict(told.not_replayed),
        "attestations_not_read": told.not_read,
    }
    return json.dumps(shown, ensure_ascii=False, indent=1)
