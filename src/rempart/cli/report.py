"""`rempart report`: a campaign's reports, rebuilt from its results and evidence alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rempart.cli.exit_codes import Exit

CHOICES = ["html", "pdf", "xlsx", "junit", "md", "all"]


@click.command()
@click.argument("run_dir", type=click.Path(path_type=Path), metavar="RUN_DIR")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(CHOICES),
    help="Repeatable. Default: what a campaign writes: html, junit, md.",
)
def report(run_dir: Path, formats: tuple[str, ...]) -> None:
    """Rebuild the reports of the campaign in RUN_DIR. The candidate is not needed.

    html, junit and md are written by each campaign; pdf (paged, for signature) and xlsx are on demand.
    """
    from rempart.reporting.build import FORMATS, USUAL, ReportError, build_reports

    wanted = list(FORMATS) if "all" in formats else list(dict.fromkeys(formats)) or list(USUAL)
    try:
        reports = build_reports(run_dir, wanted)
    except (ReportError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    for name, path in reports.items():
        click.echo(f"{name + ':':<7} {path}")
