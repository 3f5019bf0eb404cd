"""`rempart compare A B`: what changed from one campaign to another."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rempart.cli.exit_codes import Exit


@click.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--format", "output", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
def compare(before: Path, after: Path, output: str) -> None:
    """Compare two campaigns, each given by its folder, its results.json or its dossier.zip.

    Exit codes: 0 no regression; 1 a mandatory verdict got worse or is gone, or a blocking finding appeared; 2 wrong
    usage.
    """
    from rempart.reporting.comparison import compare as compared
    from rempart.reporting.comparison_text import as_json, as_markdown, as_text
    from rempart.reporting.load import ReportError, load_record

    try:
        found = compared(load_record(before), load_record(after))
    except ReportError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    if output == "json":
        click.echo(as_json(found))
    else:
        for line in (as_text if output == "text" else as_markdown)(found):
            click.echo(line)
    sys.exit(Exit.NON_CONFORME if found.regressions else Exit.OK)
