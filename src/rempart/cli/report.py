"""`rempart report`: the reports of a campaign, or of many files, rebuilt from what was recorded alone."""

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
@click.option("--redact", is_flag=True, help="Into a folder of its own, identities replaced by pseudonyms.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Of --redact; RUN_DIR-redacted by default."
)
def report(run_dir: Path, formats: tuple[str, ...], redact: bool, output: Path | None) -> None:
    """Rebuild the reports of the campaign in RUN_DIR, or the tables and summary of `validate --output RUN_DIR`.

    The candidate, or the files, are not needed. html, junit and md are written by each campaign; pdf (paged, for
    signature) and xlsx are on demand.
    """
    from rempart.bulk.model import BulkError
    from rempart.evidence.store import EvidenceError
    from rempart.reporting.build import FORMATS, USUAL, ReportError, build_reports

    if output is not None and not redact:
        raise click.UsageError("--output ne vaut qu'avec --redact: les autres rapports sont écrits dans RUN_DIR")
    wanted = list(FORMATS) if "all" in formats else list(dict.fromkeys(formats)) or list(USUAL)
    try:
        if (run_dir / "results.jsonl").is_file():
            if redact or formats:
                raise click.UsageError("--redact and --format are for campaigns: this folder holds results of files")
            reports = _of_files(run_dir)
        else:
            reports = build_reports(_redacted(run_dir, output) if redact else run_dir, wanted)
    except (ReportError, BulkError, EvidenceError, OSError) as error:
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


def _redacted(run_dir: Path, output: Path | None) -> Path:
    """The folder that holds the redacted record and evidence; taken away again when it cannot be whole."""
    from rempart.evidence.redaction import discard, prepare, redact
    from rempart.reporting.build import load_results

    results = load_results(run_dir)
    target = output or run_dir.with_name(f"{run_dir.resolve().name}-redacted")
    prepare(target)
    try:
        redact(run_dir, results, target)
    except BaseException:
        discard(target)
        raise
    return target
