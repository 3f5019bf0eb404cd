"""results.json: parts, catalogue and evidence put together. The only writer of it."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rempart import __version__
from rempart.campaign.parts import Parts
from rempart.campaign.scope import Scope
from rempart.campaign.supplied import Supplied
from rempart.catalog import Evidence, Requirement
from rempart.model.exchange import Exchange
from rempart.model.results import (
    Campaign,
    Preuve,
    RequirementResult,
    Results,
    ScenarioResult,
    Totals,
)
from rempart.model.verdict import Verdict, worst
from rempart.resources import features_dir, requirements_dir, schemas_dir
from rempart.validation.packs.selection import default_packs_in_use

# Kinds that the harness produces by itself; every other preuve still has to be supplied by a person.
PRODUCED_KINDS = {"message_hl7", "log"}


def digest_of(folder: Path) -> str:
    """Short SHA-256 of a folder's files, names and contents: names the version of data that has no number."""
    total = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        total.update(file.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:12]


@cache
def _read_at_start() -> dict[str, str]:
    """What a process reads once, whatever becomes of the files afterwards."""
    return {
        "catalogue": digest_of(requirements_dir()),
        "fonctionnalités": digest_of(features_dir()),
        "règles et profils": digest_of(schemas_dir()),
    }


def versions() -> dict[str, str]:
    """Versions printed in every report: harness, catalogue, features, rules, official packs."""
    return {
        "rempart": __version__,
        **_read_at_start(),
        "packs officiels": ", ".join(default_packs_in_use()) or "aucun",
    }


def merge(parts: Parts, scope: Scope, exchanges: list[Exchange], campaign: Campaign) -> Results:
    """The record of a campaign. Requirements without a selected scenario are listed as `non_teste`, those that the
    candidate does not have to meet as `non_applicable`, each with the reason."""
    scenarios = _seen(parts.scenarios(), scope)
    by_requirement: dict[tuple[str, str], list[ScenarioResult]] = {}
    for scenario in scenarios:
        by_requirement.setdefault((scenario.dispositif, scenario.requirement_id), []).append(scenario)
    requirements = [
        _requirement(r, by_requirement.get((r.dispositif, r.id), []), exchanges, scope) for r in scope.requirements()
    ]
    campaign = campaign.model_copy(update={"finished": campaign.finished or datetime.now(UTC)})
    return Results(
        campaign=campaign,
        requirements=requirements,
        scenarios=scenarios,
        exchanges=exchanges,
        totals=_totals(requirements, scenarios),
        verdict=worst(s.verdict for s in scenarios if s.mandatory),
        problems=parts.problems,
    )


def _seen(scenarios: list[ScenarioResult], scope: Scope) -> list[ScenarioResult]:
    """What a person saw in the preuves of a scénario that the harness plays counts against it, at worst."""
    against = {key: told.against for key, told in scope.supplied.items() if told.against}
    preuves: dict[tuple[str, str], Sequence[Evidence]]
    preuves = {(r.dispositif, s.id): s.evidence for r in scope.requirements() for s in r.scenarios} if against else {}
    found = []
    for s in scenarios:
        told = [against.get((s.dispositif, p.id), "") for p in preuves.get((s.dispositif, s.scenario_id), ())]
        if any(told):
            reason = " ; ".join(filter(None, [s.reason, *told]))
            s = s.model_copy(update={"verdict": worst([s.verdict, Verdict.NON_CONFORME]), "reason": reason})
        found.append(s)
    return found


def _requirement(
    requirement: Requirement, scenarios: list[ScenarioResult], exchanges: list[Exchange], scope: Scope
) -> RequirementResult:
    left_out = scope.left_out.get(requirement.key, "")

    def told(preuve: str) -> Supplied | None:
        return scope.supplied.get((requirement.dispositif, preuve))

    verdict = Verdict.NON_APPLICABLE if left_out else worst(s.verdict for s in scenarios)
    source = requirement.source
    return RequirementResult(
        dispositif=requirement.dispositif,
        id=requirement.id,
        title=requirement.title,
        statement=requirement.statement,
        nature=requirement.nature,
        profile=requirement.profile,
        section=requirement.section,
        official=requirement.official,
        verdict=verdict,
        breakdown=dict(Counter(s.verdict for s in scenarios)),
        scenarios=[s.key for s in scenarios],
        reason=left_out or ("" if scenarios else requirement.not_tested or "hors de la sélection de la campagne"),
        preuves=[
            _preuve(
                p,
                [s for s in scenarios if s.scenario_id == c.id],
                exchanges,
                left_out or scope.left_out.get((requirement.dispositif, c.id), ""),
                told(p.id),
            )
            for c in requirement.scenarios
            for p in c.evidence
        ],
        source=f"{source.document}, édition {source.edition}" + (f", {source.locus}" if source.locus else ""),
        note=requirement.note,
    )


def _preuve(
    evidence: Evidence,
    scenarios: list[ScenarioResult],
    exchanges: list[Exchange],
    left_out: str,
    supplied: Supplied | None,
) -> Preuve:
    """A preuve that is a message or a log is produced by the exchanges of its scenario; the others await a person."""
    what = Preuve(id=evidence.id, kind=evidence.kind, label=evidence.label, status="to_supply")
    if left_out:
        return what.model_copy(update={"status": "not_applicable", "reason": left_out})
    if supplied is not None and supplied.sha256:
        return _with_file(what, "supplied", supplied.sha256)
    keys = {s.key for s in scenarios if s.verdict is Verdict.CONFORME}
    last = next((e for e in reversed(exchanges) if e.scenario in keys and e.protocol == "hl7v2/mllp"), None)
    if evidence.kind in PRODUCED_KINDS and last is not None:
        return _with_file(what, "produced", last.sha256)
    return what.model_copy(update={"reason": supplied.reason if supplied else ""})


def _with_file(preuve: Preuve, status: str, sha256: str) -> Preuve:
    file = f"evidence/objects/{sha256[:2]}/{sha256}"
    return preuve.model_copy(update={"status": status, "file": file, "sha256": sha256})


def _totals(requirements: list[RequirementResult], scenarios: list[ScenarioResult]) -> list[Totals]:
    section_of = {(r.dispositif, r.id): r.section for r in requirements}
    groups: dict[tuple[str, str], Totals] = {}

    def group(dispositif: str, section: str) -> Totals:
        key = (dispositif, section)
        return groups.setdefault(key, Totals(dispositif=dispositif, section=section))

    for r in requirements:
        counts = group(r.dispositif, r.section).requirements
        counts[r.verdict] = counts.get(r.verdict, 0) + 1
    for s in scenarios:
        counts = group(s.dispositif, section_of.get((s.dispositif, s.requirement_id), "")).scenarios
        counts[s.verdict] = counts.get(s.verdict, 0) + 1
    return [groups[key] for key in sorted(groups)]


def write_results(results: Results, run_dir: Path) -> Path:
    """Written whole or not at all: a reader never sees half a record."""
    path = run_dir / "results.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(results.model_dump_json(indent=1), encoding="utf-8")
    os.replace(temporary, path)
    return path
