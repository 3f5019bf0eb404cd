"""Self-test: the reference passes every automatic scenario, and every scenario catches a defect.

A requirement is covered when it is proven (design, "What keeps it honest"): a campaign on the sound reference, then
one on each mutant of it. A mutant must be found `non_conforme` by exactly the scenarios that `reference/mutants.yaml`
names; any other effect must be written there with its reason.

A mutant is played on every scenario of the requirements that it names, where its effects are; `complete` plays it on
all of its dispositif, which takes several times as long.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from rempart.campaign.stage import Stage, Verdicts
from rempart.catalog import Catalog
from rempart.catalog import load as load_catalog
from rempart.model.verdict import Verdict
from rempart.resources import own_yaml


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
    # The same, seen when all of the dispositif is played, and only then looked for; `MSS/` is all those that begin so.
    elsewhere: dict[str, str] = Field(default_factory=dict)
    beside: dict[str, str] = Field(default_factory=dict)  # requirement -> why it has to be played too


def names(reference: str, scenario: str) -> bool:
    """Does `reference`, as mutants.yaml writes it, name this scenario (`<id>::<name>`)?"""
    if reference.endswith("/"):
        return scenario.startswith(reference)
    return reference in (scenario, scenario.partition("::")[0])


def mutants() -> dict[str, Mutant]:
    """The mutants of the embedded reference, by name."""
    told = sorted(Path(str(files("rempart.reference"))).glob("mutants*.yaml"))
    return {name: Mutant.model_validate(body) for file in told for name, body in own_yaml(file).items()}


@dataclass
class Outcome:
    """What the self-test saw: `problems` is empty when the harness proves itself."""

    mutants: dict[str, Mutant] = field(default_factory=dict)
    baseline: dict[str, Verdicts] = field(default_factory=dict)  # by dispositif
    caught: dict[str, Verdicts] = field(default_factory=dict)  # by mutant
    problems: list[str] = field(default_factory=list)


def named_requirements(mutant: Mutant, catalog: Catalog) -> list[str]:
    """The requirements whose scenarios a mutant names; one that the catalogue does not hold is for `judge_mutant`."""
    ids = [reference.partition("::")[0] for reference in (*mutant.caught_by, *mutant.also)]
    known = [i for i in ids if catalog.scenario(mutant.dispositif, i) is not None]
    return list(dict.fromkeys([*(catalog.requirement_of(mutant.dispositif, i).id for i in known), *mutant.beside]))


def judge_mutant(
    name: str, mutant: Mutant, baseline: Verdicts, seen: Verdicts, *, complete: bool = False
) -> Iterable[str]:
    """French lines: what this mutant shows that is not written in mutants.yaml, and what is written that it does not
    show. `complete`: it was played on all of its dispositif."""
    also = [*mutant.also, *(mutant.elsewhere if complete else ())]
    changed = {s: v for s, v in seen.items() if v is not baseline.get(s)}
    for reference in mutant.caught_by:
        named = {s: v for s, v in seen.items() if names(reference, s)}
        if not named:
            yield f"{name}: « {reference} » n'est pas un scénario de la campagne"
        elif Verdict.NON_CONFORME not in named.values():
            yield f"{name}: « {reference} » devait le trouver, et ne rend rien de non conforme"
    for reference in also:
        if not any(names(reference, s) for s in changed):
            yield f"{name}: « {reference} » devait changer aussi, et ne change pas"
    for scenario, verdict in changed.items():
        caught = verdict is Verdict.NON_CONFORME and any(names(r, scenario) for r in mutant.caught_by)
        if not caught and not any(names(r, scenario) for r in also):
            yield f"{name}: « {scenario} » rend aussi « {verdict.label} », sans que ce soit écrit"
    if Verdict.NON_CONFORME not in seen.values():
        yield f"{name}: SURVIT, aucun scénario ne le trouve"


def run_all(workers: int = 2, only: Iterable[str] = (), *, complete: bool = False) -> Outcome:
    """Campaigns on the sound reference, then on each mutant (or those named in `only`)."""
    chosen = {n: m for n, m in mutants().items() if not set(only) or n in set(only)}
    outcome = Outcome(mutants=chosen)
    outcome.problems += [f"mutant inconnu: {n}" for n in only if n not in chosen]
    catalog = load_catalog()
    with Stage() as stage, ThreadPoolExecutor(workers) as pool:

        def play(dispositif: str, mutant: str | None = None) -> Verdicts:
            about = named_requirements(chosen[mutant], catalog) if mutant and not complete else ()
            try:
                return stage.play(dispositif, mutant, about)
            except RuntimeError as error:
                outcome.problems.append(str(error))
                return {}

        # The sound ones first: they are the longest, and nothing can be judged without them.
        sound = {d: pool.submit(play, d) for d in sorted({m.dispositif for m in chosen.values()})}
        defective = {n: pool.submit(play, m.dispositif, n) for n, m in chosen.items()}
        outcome.baseline = {d: verdicts.result() for d, verdicts in sound.items()}
        outcome.caught = {n: verdicts.result() for n, verdicts in defective.items()}
    for verdicts in outcome.baseline.values():
        outcome.problems += [
            f"référence saine: « {s} » rend « {v.label} »" for s, v in verdicts.items() if v is not Verdict.CONFORME
        ]
    for name, verdicts in outcome.caught.items():
        if verdicts:
            mutant = chosen[name]
            baseline = outcome.baseline[mutant.dispositif]
            outcome.problems += judge_mutant(name, mutant, baseline, verdicts, complete=complete)
    if not set(only):
        outcome.problems += uncovered(outcome)
    return outcome


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
