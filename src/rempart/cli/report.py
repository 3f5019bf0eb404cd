"""`rempart report`: a campaign's reports, rebuilt from its results and evidence alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rempart.cli.exit_codes import Exit


@click.command()
@click.argument("run_dir", type=click.Path(path_type=Path), metavar="RUN_DIR")
def report(run_dir: Path) -> None:
    """Rebuild the reports of the campaign in RUN_DIR. The candidate is not needed."""
    from rempart.reporting.build import ReportError, build_reports

    try:
        reports = build_reports(run_dir)
    except (ReportError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    for name, path in reports.items():
        click.echo(f"{name + ':':<7} {path}")
