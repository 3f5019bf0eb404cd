"""Self-test: the reference passes every automatic scenario, and every scenario catches a defect.

A requirement is covered when it is proven (design, "What keeps it honest"): a campaign on the sound reference, then
one on each mutant of it. A mutant must be found `non_conforme` by exactly the scenarios that `reference/mutants.yaml`
names; any other effect must be written there with its reason.

A mutant is played on every scenario of the requirements that it names, where its effects are; `complete` plays it on
all of its dispositif, which takes several times as long.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from rempart.campaign.launch import pytest_arguments
from rempart.catalog import load as load_catalog
from rempart.model.verdict import Verdict

CAMPAIGN_TIMEOUT = 300


class Mutant(BaseModel):
    """One named defect of the reference.

    Scenarios are named by their scénario de conformité (`CDA/HL7.02.01`: any of those that carry its tag), or exactly
    (`CDA/HL7.02.01::La suppression d'un document est transmise`).
    """

    model_config = ConfigDict(extra="forbid")

    dispositif: str
    description: str
    rules: list[str] = Field(default_factory=list)
    caught_by: list[str] = Field(min_length=1)
    also: dict[str, str] = Field(default_factory=dict)  # scenario -> why it changes too
    beside: dict[str, str] = Field(default_factory=dict)  # requirement -> why it has to be played too


def names(reference: str, scenario: str) -> bool:
    """Does `reference`, as mutants.yaml writes it, name this scenario (`<id>::<name>`)?"""
    return reference in (scenario, scenario.partition("::")[0])


def mutants() -> dict[str, Mutant]:
    """The mutants of the embedded reference, by name."""
    data = yaml.safe_load(files("rempart.reference").joinpath("mutants.yaml").read_text("utf-8"))
    return {name: Mutant.model_validate(body) for name, body in data.items()}


Verdicts = dict[str, Verdict]  # by `<scenario id>::<name>`


@dataclass
class Outcome:
    """What the self-test saw: `problems` is empty when the harness proves itself."""

    mutants: dict[str, Mutant] = field(default_factory=dict)
    baseline: dict[str, Verdicts] = field(default_factory=dict)  # by dispositif
    caught: dict[str, Verdicts] = field(default_factory=dict)  # by mutant
    problems: list[str] = field(default_factory=list)


def named_requirements(mutant: Mutant) -> list[str]:
    """The requirements whose scenarios a mutant names; one that the catalogue does not hold is for `judge_mutant`."""
    catalog = load_catalog()
    ids = [reference.partition("::")[0] for reference in (*mutant.caught_by, *mutant.also)]
    known = [i for i in ids if catalog.scenario(mutant.dispositif, i) is not None]
    return list(dict.fromkeys([*(catalog.requirement_of(mutant.dispositif, i).id for i in known), *mutant.beside]))


def campaign(dispositif: str, mutant: str | None, folder: Path, requirements: Iterable[str] = ()) -> Verdicts:
    """Verdicts of one campaign on the embedded reference, in a process of its own; all of it without `requirements`.

    Raises RuntimeError with its last lines when it leaves no results.
    """
    folder.mkdir(parents=True)
    log, run = folder / "self-test.log", folder / "run"
    # What a person attests is no defect that a mutant could have.
    options = ["--dispositif", dispositif, "--campaign-output", str(run), "--played-only"]
    options += ["--mutant", mutant] if mutant else []
    options += [word for requirement in requirements for word in ("--requirement", requirement)]
    process = _processes().Process(target=_run, args=(options, log))
    process.start()
    process.join(CAMPAIGN_TIMEOUT)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise RuntimeError(f"{mutant or dispositif}: campagne inachevée en {CAMPAIGN_TIMEOUT} s")
    results = run / "results.json"
    if not results.is_file():
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
        raise RuntimeError(f"{mutant or dispositif}: pas de results.json (code {process.exitcode})\n{tail}")
    scenarios = json.loads(results.read_text("utf-8"))["scenarios"]
    return {f"{s['scenario_id']}::{s['name']}": Verdict(s["verdict"]) for s in scenarios}


@cache
def _processes() -> Any:
    """Processes that start with everything imported: a hundred campaigns would pay for it a hundred times."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rempart.campaign.plugin", "rempart.validation.dialogues", "requests"])
    return context


def _run(options: list[str], log: Path) -> None:
    """One campaign, its output in `log`: results.json is what counts."""
    import pytest

    with log.open("w", encoding="utf-8") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    with pytest_arguments(options) as given:
        sys.exit(pytest.main([*given, "-q"]))


def judge_mutant(name: str, mutant: Mutant, baseline: Verdicts, seen: Verdicts) -> Iterable[str]:
    """French lines: what this mutant shows that is not written in mutants.yaml, and what is written that it does not
    show."""
    changed = {s: v for s, v in seen.items() if v is not baseline.get(s)}
    for reference in mutant.caught_by:
        named = {s: v for s, v in seen.items() if names(reference, s)}
        if not named:
            yield f"{name}: « {reference} » n'est pas un scénario de la campagne"
        elif Verdict.NON_CONFORME not in named.values():
            yield f"{name}: « {reference} » devait le trouver, et ne rend rien de non conforme"
    for reference in mutant.also:
        if not any(names(reference, s) for s in changed):
            yield f"{name}: « {reference} » devait changer aussi, et ne change pas"
    for scenario, verdict in changed.items():
        caught = verdict is Verdict.NON_CONFORME and any(names(r, scenario) for r in mutant.caught_by)
        if not caught and not any(names(r, scenario) for r in mutant.also):
            yield f"{name}: « {scenario} » rend aussi « {verdict.label} », sans que ce soit écrit"
    if Verdict.NON_CONFORME not in seen.values():
        yield f"{name}: SURVIT, aucun scénario ne le trouve"


def run_all(workers: int = 2, only: Iterable[str] = (), *, complete: bool = False) -> Outcome:
    """Campaigns on the sound reference, then on each mutant (or those named in `only`)."""
    chosen = {n: m for n, m in mutants().items() if not set(only) or n in set(only)}
    outcome = Outcome(mutants=chosen)
    outcome.problems += [f"mutant inconnu: {n}" for n in only if n not in chosen]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(workers) as pool:
        root = Path(scratch)
        dispositifs = sorted({m.dispositif for m in chosen.values()})
        for dispositif, verdicts in zip(
            dispositifs, pool.map(lambda d: _safely(outcome, d, None, root / d), dispositifs), strict=True
        ):
            outcome.baseline[dispositif] = verdicts
            outcome.problems += [
                f"référence saine: « {s} » rend « {v.label} »" for s, v in verdicts.items() if v is not Verdict.CONFORME
            ]

        def play(name: str) -> Verdicts:
            about = () if complete else named_requirements(chosen[name])
            return _safely(outcome, chosen[name].dispositif, name, root / f"mutant-{name}", about)

        seen = pool.map(play, chosen)
        for name, verdicts in zip(chosen, seen, strict=True):
            outcome.caught[name] = verdicts
            if verdicts:
                baseline = outcome.baseline[chosen[name].dispositif]
                outcome.problems += judge_mutant(name, chosen[name], baseline, verdicts)
    if not set(only):
        outcome.problems += uncovered(outcome)
    return outcome


def _safely(
    outcome: Outcome, dispositif: str, mutant: str | None, folder: Path, requirements: Iterable[str] = ()
) -> Verdicts:
    try:
        return campaign(dispositif, mutant, folder, requirements)
    except RuntimeError as error:
        outcome.problems.append(str(error))
        return {}


def uncovered(outcome: Outcome) -> Iterable[str]:
    """Automatic scenarios that no mutant proves."""
    table = outcome.mutants
    for dispositif, verdicts in outcome.baseline.items():
        proven = {
            scenario
            for name, seen in outcome.caught.items()
            if table[name].dispositif == dispositif
            for scenario, verdict in seen.items()
            if verdict is Verdict.NON_CONFORME and any(names(r, scenario) for r in table[name].caught_by)
        }
        for scenario in verdicts:
            if scenario not in proven:
                yield f"{dispositif} « {scenario} »: aucun mutant ne prouve ce scénario"


def matrix(outcome: Outcome) -> str:
    """Requirement scenario × mutant, as Markdown: ● caught, ○ also fails (reason written), ? could not conclude."""
    table, lines = outcome.mutants, []
    for dispositif, verdicts in outcome.baseline.items():
        shown = [n for n in outcome.caught if table[n].dispositif == dispositif]
        lines += [f"## {dispositif}: {len(verdicts)} scénarios, {len(shown)} mutants", ""]
        lines += ["| scénario | référence | mutants trouvés |", "| --- | --- | --- |"]
        for scenario, verdict in verdicts.items():
            marks = [
                f"{'●' if any(names(r, scenario) for r in table[n].caught_by) else '○'} {n}"
                for n in shown
                if outcome.caught[n].get(scenario) is Verdict.NON_CONFORME
            ]
            marks += [f"? {n}" for n in shown if outcome.caught[n].get(scenario) is Verdict.INDETERMINE]
            lines.append(f"| {scenario.replace('|', '/')} | {verdict.label} | {', '.join(marks) or '—'} |")
        lines.append("")
    return "\n".join(lines)


def run(workers: int = 2, only: Iterable[str] = (), write: Path | None = None, *, complete: bool = False) -> int:
    """Print the matrix and the problems; 0 when there is none, else 1."""
    outcome = run_all(workers, list(only), complete=complete)
    text = matrix(outcome)
    sys.stdout.write(text + "\n")
    if write:
        write.write_text(text, encoding="utf-8")
    for problem in outcome.problems:
        sys.stdout.write(f"PROBLÈME {problem}\n")
    caught = sum(1 for v in outcome.caught.values() if Verdict.NON_CONFORME in v.values())
    sys.stdout.write(f"{caught} mutants trouvés sur {len(outcome.caught)}, {len(outcome.problems)} problème(s)\n")
    return 1 if outcome.problems else 0
