"""`rempart validate`: messages, documents, archives and mails at rest, one by one, by the folder, or as one story."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click

from rempart.cli import file_reports
from rempart.cli.bulk_options import BulkOptions, bulk_of, bulk_options
from rempart.cli.declared_options import declared_of, declared_options
from rempart.cli.exit_codes import of_files
from rempart.formats.hl7v2.message import MAX_MESSAGE
from rempart.model.finding import Finding
from rempart.model.unreadable import unreadable
from rempart.validation.declared import Declared
from rempart.validation.document import read_bounded
from rempart.validation.editions import differences, validate_editions
from rempart.validation.report import STORY, Report


@dataclass(frozen=True, slots=True)
class Judged:
    """One file of the command line, and what one edition said of it; `own`, when several did, is what differs."""

    path: str
    report: Report
    elapsed_ms: float
    data: bytes = b""
    own: Sequence[Finding] | None = None


def _editions(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"\d+(\.\d+)*", value):
            raise click.BadParameter(f"digits and dots are expected (2.1, 1.16), not {value!r}")
    return values


@click.command()
@click.argument("files", nargs=-1, metavar="FILE|DIR...")
@click.option(
    "--story",
    "stories",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of captured messages, checked as one story. Repeatable.",
)
@click.option("--format", "output", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option(
    "--edition",
    "editions",
    callback=_editions,
    multiple=True,
    metavar="N.N",
    help="Edition of the text, instead of the declared one. Several show what differs.",
)
@declared_options
@bulk_options
def validate(
    files: tuple[str, ...],
    stories: tuple[Path, ...],
    output: str,
    editions: tuple[str, ...],
    **others: Any,
) -> None:
    """Judge HL7v2 messages (MLLP-framed or not), CDA documents, XDM archives, mails, SOAP messages of the DMP and VIHF
    assertions, recognised by their content.

    DIR stands for every file below it: several processes judge them; --output FOLDER records the results.

    --story DIR also checks a folder of captured messages as one story: movements, documents, acknowledgements, consent.

    Exit codes: 0 all conform, 1 one does not, 3 one cannot be read or judged, 2 wrong usage, 130 interrupted.
    """
    if not files and not stories:
        raise click.UsageError("a FILE, a DIR or --story DIR is expected")
    verdicts: set[str] = set()
    declared, bulk = declared_of(others), bulk_of(others)
    if bulk.concern(files):
        if stories or not files:
            raise click.UsageError("--story is judged apart from folders and their options")
        sys.exit(_many(files, bulk, output, editions, declared))
    judged = chain(_judge(files, editions, declared), *(_tell(s, editions, declared) for s in stories))
    for text in _printed(judged, output, verdicts):
        click.echo(text)
    sys.exit(of_files(verdicts))


def _many(files: Sequence[str], bulk: BulkOptions, output: str, editions: Sequence[str], declared: Declared) -> int:
    from rempart.cli.bulk import Told, validate_many  # on demand: one file alone starts no worker

    verdicts: set[str] = set()

    def printed(told: Iterator[Told]) -> Iterator[str]:
        return _printed((Judged(path, report, ms, data) for path, report, ms, data in told), output, verdicts)

    return validate_many(
        files, bulk, editions=editions, declared=declared, output=output, printed=printed, verdicts=verdicts
    )


def _judge(files: Iterable[str], editions: Sequence[str], declared: Declared) -> Iterator[Judged]:
    for path in files:
        started, data = time.perf_counter(), b""
        try:
            data = read_bounded(Path(path), MAX_MESSAGE)
            said: Declared = {**declared, "looked_at": datetime.now(UTC)}
            reports = validate_editions(data, editions, **said)
        except OSError as error:
            reports = [Report("inconnu", "", unreadable=unreadable(error))]
        except ValueError as error:
            reports = [Report("inconnu", "", unreadable=str(error))]
        yield from _compared(path, reports, data, started)


def _tell(folder: Path, editions: Sequence[str], declared: Declared) -> Iterator[Judged]:
    # Imported on demand: most files are judged alone.
    from rempart.validation.hl7v2.story import validate_story

    started = time.perf_counter()
    try:
        for one in validate_story(folder, editions=editions, **declared):
            yield from _compared(str(folder / one.label), one.reports, one.data, started)
            started = time.perf_counter()
    except OSError as error:
        yield Judged(str(folder), Report(STORY, "", unreadable=unreadable(error)), 0)


def _compared(path: str, reports: Sequence[Report], data: bytes, started: float) -> Iterator[Judged]:
    elapsed = round((time.perf_counter() - started) * 1000, 1)
    own = differences(reports) if len(reports) > 1 else [None]
    for report, findings in zip(reports, own, strict=True):
        yield Judged(path, report, elapsed, data, findings)


def _colours() -> bool:
    """On a terminal only, and where NO_COLOR does not refuse them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _printed(judged: Iterable[Judged], output: str, verdicts: set[str]) -> Iterator[str]:
    """Text and JSON as files are judged; JUnit, one document, at the end."""
    seen = []
    for one in judged:
        verdicts.add(one.report.verdict)
        if output == "text":
            yield file_reports.text(one.path, one.report, one.data, own=one.own, colour=_colours())
        elif output == "json":
            yield file_reports.json_line(one.path, one.report, one.elapsed_ms, one.own)
        else:
            name = one.path if one.own is None else f"{one.path} (édition {one.report.edition})"
            told = file_reports.text(one.path, one.report, one.data, own=one.own)
            seen.append((name, one.report, one.elapsed_ms, told))
    if output == "junit":
        yield file_reports.junit(seen)
