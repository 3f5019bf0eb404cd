"""`rempart report`: the reports of a campaign, or of many files, rebuilt from what was recorded alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rempart.cli.exit_codes import Exit


@click.command()
@click.argument("run_dir", type=click.Path(path_type=Path), metavar="RUN_DIR")
def report(run_dir: Path) -> None:
    """Rebuild the reports of the campaign in RUN_DIR, or the tables and summary of `validate --output RUN_DIR`.

    The candidate, or the files, are not needed.
    """
    from rempart.bulk.model import BulkError
    from rempart.reporting.build import ReportError, build_reports

    try:
        reports = _of_files(run_dir) if (run_dir / "results.jsonl").is_file() else build_reports(run_dir)
    except (ReportError, BulkError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    for name, path in reports.items():
        click.echo(f"{name + ':':<7} {path}")


def _of_files(folder: Path) -> dict[str, Path]:
    from rempart.bulk.run import conclude
    from rempart.bulk.tables import FILES, FINDINGS
    from rempart.reporting.bulk_page import write_page

    conclude(folder)
    return {"html": write_page(folder), "files": folder / FILES, "finds": folder / FINDINGS}
