"""`rempart self-test`: the reference passes, and every mutant of it is caught by the scenarios meant for it."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("self-test")
@click.option(
    "-n", "--workers", type=click.IntRange(1, 64), default=8, show_default=True, help="Campaigns at a time: they wait."
)
@click.option("--only", multiple=True, metavar="MUTANT", help="Only this mutant (repeatable).")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the matrix too.")
@click.option(
    "--complete", is_flag=True, help="Play each mutant on all of its dispositif, not only on the requirements it names."
)
def self_test(workers: int, only: tuple[str, ...], write: Path | None, complete: bool) -> None:
    """Run a campaign on the reference and on each mutant; exit 1 when one survives or a scenario proves nothing."""
    from rempart.campaign import selftest

    sys.exit(selftest.run(workers, list(only), write, complete=complete))
