"""`rempart validate`: HL7v2 messages and CDA documents at rest, judged one by one."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from rempart.candidate.messages import unreadable
from rempart.cli import file_reports
from rempart.cli.exit_codes import of_files
from rempart.formats.hl7v2.message import MAX_MESSAGE
from rempart.validation.document import validate_bytes
from rempart.validation.report import Report


@dataclass(frozen=True, slots=True)
class Judged:
    """One file of the command line, and what was said of it."""

    path: str
    report: Report
    elapsed_ms: float
    data: bytes = b""


def _edition(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d+(\.\d+)*", value):
        raise click.BadParameter(f"digits and dots are expected (2.1, 1.16), not {value!r}")
    return value


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "output", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option("--edition", callback=_edition, metavar="N.N", help="Edition of the text, instead of the declared one.")
@click.option(
    "--environment",
    type=click.Choice(["test", "production"]),
    default="test",
    show_default=True,
    help="Which INS authorities are expected.",
)
def validate(files: tuple[str, ...], output: str, edition: str | None, environment: str) -> None:
    """Judge HL7v2 messages (MLLP-framed or not) and CDA documents, recognised by their content.

    Exit codes: 0 all conform, 1 one does not, 3 one cannot be read or judged, 2 wrong usage.
    """
    verdicts: set[str] = set()
    for text in _printed(_judge(files, edition, environment), output, verdicts):
        click.echo(text)
    sys.exit(of_files(verdicts))


def _judge(files: Iterable[str], edition: str | None, environment: str) -> Iterator[Judged]:
    for path in files:
        started, data = time.perf_counter(), b""
        try:
            data = _read(Path(path))
            report = validate_bytes(data, edition=edition, environment=environment)
        except OSError as error:
            report = Report("inconnu", "", unreadable=unreadable(error))
        except ValueError as error:
            report = Report("inconnu", "", unreadable=str(error))
        yield Judged(path, report, round((time.perf_counter() - started) * 1000, 1), data)


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
            yield file_reports.text(one.path, one.report, one.data, colour=_colours())
        elif output == "json":
            yield file_reports.json_line(one.path, one.report, one.elapsed_ms)
        else:
            told = file_reports.text(one.path, one.report, one.data)
            seen.append((one.path, one.report, one.elapsed_ms, told))
    if output == "junit":
        yield file_reports.junit(seen)
