"""`rempart attest`: what persons still have to deposit, and its deposit, a question at a time."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from rempart.campaign.applicability import applicability
from rempart.campaign.todo import Task, tasks
from rempart.candidate.actions import DPI, PFI
from rempart.candidate.attestations import Attestations
from rempart.candidate.attesting import DepositError
from rempart.candidate.config import Config, ConfigErrors
from rempart.candidate.config import load as load_config
from rempart.catalog import Catalog, CatalogError, load
from rempart.cli.attest_form import Given, deposit, fill
from rempart.cli.exit_codes import Exit


@click.command()
@click.option(
    "--candidate",
    type=click.Path(path_type=Path),
    default="candidate.yaml",
    show_default=True,
    help="Stands beside it.",
)
@click.option("--dispositif", type=click.Choice([DPI, PFI]), help="Only this one; the deposit is then for it alone.")
@click.option("--section", default="", metavar="NAME", help="Only this section (SSI/GEN), or those below (SSI).")
@click.option("--list", "listed", is_flag=True, help="List what is missing, ask nothing.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Of --list.")
@click.option("--preuve", metavar="ID", help="Deposit this one without asking; with --by, --verdict, --file.")
@click.option(
    "--file", "files", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="May be repeated."
)
@click.option("--reference", default="", metavar="TEXT", help="A link or a number, where the preuve is one.")
@click.option("--by", "who", default="", metavar="NAME", help="Who looked, and their function.")
@click.option("--verdict", type=click.Choice(["conforme", "non_conforme"]))
@click.option("--comment", default="", metavar="TEXT")
def attest(
    candidate: Path,
    dispositif: str | None,
    section: str,
    listed: bool,
    output: str,
    preuve: str | None,
    files: tuple[Path, ...],
    reference: str,
    who: str,
    verdict: str | None,
    comment: str,
) -> None:
    """Deposit the preuves that only a person can give, beside candidate.yaml.

    Everything is saved as it is answered: Ctrl-C loses nothing, and the next call takes it up there.

    Exit codes: 0 done, 1 a file is not what it should be, 2 wrong usage, 130 interrupted.
    """
    config, catalog = _settings(candidate)
    attestations = Attestations.beside(candidate, config.candidate.name, config.candidate.version)
    scope = applicability(candidate, config, catalog)
    if scope.problems:
        _refuse("\n".join(scope.problems))
    wanted = [d for d in config.dispositifs if dispositif in (None, d)]
    found = tasks(catalog, scope, attestations, list(wanted), section)
    if dispositif and len(config.dispositifs) > 1:
        found = [replace(task, apart=True) for task in found]
    if preuve:
        task = _named(found, preuve)
        sys.exit(_deposit(attestations, task, Given(who, verdict, files, reference, comment)))
    missing = [task for task in found if not task.done]
    if listed or output == "json":
        click.echo(_as_json(found) if output == "json" else _as_text(found, missing))
    else:
        sys.exit(_ask(attestations, found, missing))


def _settings(candidate: Path) -> tuple[Config, Catalog]:
    try:
        return load_config(candidate), load()
    except (ConfigErrors, CatalogError) as error:
        _refuse(str(error))
        raise AssertionError from error


def _refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(Exit.USAGE)


def _named(found: Sequence[Task], preuve: str) -> Task:
    task = next((t for t in found if preuve in (t.evidence.id, t.evidence.ref)), None)
    if task is None:
        _refuse(f"preuve inconnue, hors des profils ou produite par le harnais: {preuve} (voir rempart attest --list)")
    assert task is not None
    return task


def _deposit(attestations: Attestations, task: Task, given: Given) -> Exit:
    try:
        findings = deposit(attestations, task, given, datetime.date.today())
    except DepositError as error:
        click.echo(str(error), err=True)
        return Exit.USAGE
    click.echo(f"{task.evidence.id}: déposée, {'; '.join(findings) if findings else 'les contrôles passent'}")
    return Exit.NON_CONFORME if any(f.startswith("écart") for f in findings) else Exit.OK


def _ask(attestations: Attestations, found: Sequence[Task], missing: Sequence[Task]) -> Exit:
    click.echo(_count(found, missing))
    who = ""
    try:
        for number, task in enumerate(missing, 1):
            answer, who = fill(attestations, task, f"{number}/{len(missing)}", who, datetime.date.today())
            if answer == "quit":
                break
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrompu: ce qui est déposé est gardé, et repris au prochain appel.")
        return Exit.INTERRUPTED
    except DepositError as error:
        click.echo(str(error), err=True)
        return Exit.USAGE
    return Exit.OK


def _count(found: Sequence[Task], missing: Sequence[Task]) -> str:
    return f"{len(found) - len(missing)} preuve(s) déposée(s) sur {len(found)}, {len(missing)} à déposer"


def _as_text(found: Sequence[Task], missing: Sequence[Task]) -> str:
    lines = [
        f"{task.evidence.id:<22} {', '.join(d[4:7] for d in task.dispositifs):<9} {task.piece.words:<36} "
        f"{task.deposit.reason}"
        for task in missing
    ]
    return "\n".join([*lines, _count(found, missing)])


def _as_json(found: Sequence[Task]) -> str:
    return json.dumps(
        [
            {
                "preuve": t.evidence.id,
                "ref": t.evidence.ref,
                "dispositifs": t.dispositifs,
                "requirement": t.requirement.id,
                "scenario": t.scenario.id,
                "kind": t.evidence.kind,
                "label": t.evidence.label,
                "instruction": t.instruction,
                "record": t.piece.record,
                "state": t.deposit.state,
                "reason": t.deposit.reason,
            }
            for t in found
        ],
        ensure_ascii=False,
        indent=1,
    )
