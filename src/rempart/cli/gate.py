"""`rempart gate`: a campaign against the policy of a pipeline."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rempart.cli.exit_codes import Exit

if TYPE_CHECKING:
    from rempart.reporting.gate import Outcome


@click.command()
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--policy", required=True, type=click.Path(path_type=Path), metavar="FILE", help="gate.yaml.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Judge as of that day.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def gate(run: Path, policy: Path, day: datetime | None, output: str) -> None:
    """Pass or fail the campaign RUN (folder, results.json or dossier.zip) by what FILE accepts.

    Exit codes: 0 passes, 1 fails, 2 wrong usage or policy, 3 the campaign could not conclude (1 wins over 3).
    """
    from rempart.candidate.yamlfile import ConfigErrors
    from rempart.reporting.gate import judge
    from rempart.reporting.load import ReportError, load_record
    from rempart.reporting.policy import load_policy

    try:
        outcome = judge(load_record(run), load_policy(policy), (day or datetime.now(UTC)).date())
    except (ReportError, ConfigErrors) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    code = _code(outcome)
    for line in _json(outcome, code) if output == "json" else _text(outcome):
        click.echo(line)
    sys.exit(code)


def _code(outcome: Outcome) -> Exit:
    if any(not r.inconclusive for r in outcome.refusals):
        return Exit.NON_CONFORME
    return Exit.INCONCLUSIVE if outcome.refusals else Exit.OK


def _json(outcome: Outcome, code: Exit) -> Iterator[str]:
    refusals = [{"message": r.message, "inconclusive": r.inconclusive} for r in outcome.refusals]
    told = {"passes": code is Exit.OK, "refusals": refusals, "accepted": outcome.accepted, "ignored": outcome.ignored}
    yield json.dumps(told, ensure_ascii=False)


def _text(outcome: Outcome) -> Iterator[str]:
    yield from (f"refusé: {r.message}" for r in outcome.refusals)
    yield from (f"accepté (écart connu): {text}" for text in outcome.accepted)
    if outcome.ignored:
        yield f"{outcome.ignored} exigence(s) d'autres profils ou préconisations, non examinées"
    count = len(outcome.refusals)
    yield (
        f"Barrière franchie, {len(outcome.accepted)} écart(s) connu(s)."
        if not count
        else f"Barrière fermée: {count} refus."
    )
