"""`rempart validate`: HL7v2 messages and CDA documents at rest, judged one by one, or a folder of them as one story."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from rempart.candidate.messages import unreadable
from rempart.cli import file_reports
from rempart.cli.exit_codes import of_files
from rempart.formats.hl7v2.message import MAX_MESSAGE
from rempart.model.finding import Finding
from rempart.validation.editions import Declared, differences, validate_editions
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


# Requirements that a rule of documents waits for.
_DECLARABLE = ("DOC/va1.01", "DOC/va1.04", "DOC/va1.06", "DMP/HISTO.03")


def _requirements(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value not in _DECLARABLE:
            raise click.BadParameter(f"no rule depends on {value!r}; those that one does: {', '.join(_DECLARABLE)}")
    return values


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
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
@click.option(
    "--environment",
    type=click.Choice(["test", "production"]),
    default="test",
    show_default=True,
    help="Which INS authorities are expected.",
)
@click.option(
    "--destination",
    type=click.Choice(["dmp"]),
    help="Where CDA documents are bound: what the DMP adds is checked.",
)
@click.option(
    "--requirement",
    "requirements",
    callback=_requirements,
    multiple=True,
    metavar="ID",
    help="A REM requirement that CDA documents illustrate: DOC/va1.01 (PDF/A-1), DOC/va1.04 (INS datamatrix), "
    "DOC/va1.06 (recipients), DMP/HISTO.03 (date of the act). Repeatable.",
)
def validate(
    files: tuple[str, ...],
    stories: tuple[Path, ...],
    output: str,
    editions: tuple[str, ...],
    environment: str,
    destination: str | None,
    requirements: tuple[str, ...],
) -> None:
    """Judge HL7v2 messages (MLLP-framed or not) and CDA documents, recognised by their content.

    --story DIR also checks a folder of captured messages as one story: movements, documents, acknowledgements, consent;
    and its CDA documents as one set: identifiers, versions, N1 and N3 of one content.

    Exit codes: 0 all conform, 1 one does not, 3 one cannot be read or judged, 2 wrong usage.
    """
    if not files and not stories:
        raise click.UsageError("a FILE or --story DIR is expected")
    verdicts: set[str] = set()
    declared: Declared = {"environment": environment, "destination": destination, "requirements": requirements}
    judged = chain(_judge(files, editions, declared), *(_tell(s, editions, declared) for s in stories))
    for text in _printed(judged, output, verdicts):
        click.echo(text)
    sys.exit(of_files(verdicts))


def _judge(files: Iterable[str], editions: Sequence[str], declared: Declared) -> Iterator[Judged]:
    for path in files:
        started, data = time.perf_counter(), b""
        try:
            data = _read(Path(path))
            reports = validate_editions(data, editions, **declared)
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


def _read(path: Path) -> bytes:
    """OSError when it cannot be read, ValueError (French) when it is too big to be."""
    with path.open("rb") as file:
        data = file.read(MAX_MESSAGE + 1)
    if len(data) > MAX_MESSAGE:
        raise ValueError(f"fichier au-delà de {MAX_MESSAGE // 1024 // 1024} Mio")
    return data


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
