"""`rempart operator`: a campaign played by a person at the terminal, action by action."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from rempart.cli.exit_codes import Exit
from rempart.cli.run import play


@click.command()
@click.option("--candidate", type=click.Path(path_type=Path), default="candidate.yaml", show_default=True)
@click.option("--dispositif", multiple=True, metavar="ID", help="Only this one (repeatable).")
@click.option("--requirement", multiple=True, metavar="ID", help="Only this requirement (repeatable).")
@click.option("--scenario", multiple=True, metavar="ID", help="Only this scenario (repeatable).")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Folder to write to.")
@click.option("--strict", is_flag=True, help="Also fail on scenarios that still await a person.")
def operator(
    candidate: Path,
    dispositif: tuple[str, ...],
    requirement: tuple[str, ...],
    scenario: tuple[str, ...],
    output: Path | None,
    strict: bool,
) -> None:
    """Do on your software what its driver cannot, and type what its screen shows.

    The scenarios that the harness plays, those of `rempart attest` apart: each action that the driver does not offer
    (all of them with `driver: {kind: operator}`) is described at the terminal, and its answer asked for field by field.
    « passer » leaves an action for later, « tout passer » all that follow. Exit codes: those of `rempart run`.
    """
    if problem := _nobody():
        click.echo(problem, err=True)
        sys.exit(Exit.USAGE)
    sys.exit(
        play(
            candidate=candidate,
            dispositif=dispositif,
            requirement=requirement,
            scenario=scenario,
            output=output,
            strict=strict,
            more=("--played-only",),
        )
    )


def _nobody() -> str:
    """Why nobody could answer, in French; "" when somebody can."""
    if os.environ.get("CI"):
        return "la variable CI est définie: personne n'est censé répondre ici"
    try:
        with open("/dev/tty", encoding="utf-8"):
            return ""
    except OSError:
        return "aucun terminal: cette commande s'adresse à la personne qui est devant le logiciel"
