"""`rempart validate DIR…`: many files. Recorded in a folder with its summary page, or printed in order."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

import click

import rempart
from rempart.bulk.engine import Engine
from rempart.bulk.local import LocalEngine, default_workers
from rempart.bulk.model import BulkError, Options
from rempart.bulk.run import Job, in_order, record
from rempart.bulk.totals import Totals
from rempart.cli.bulk_options import BulkOptions
from rempart.cli.bulk_progress import Progress
from rempart.cli.exit_codes import Exit, of_files
from rempart.model.finding import Finding
from rempart.resources import schemas_dir
from rempart.validation.declared import Declared
from rempart.validation.document import read_bounded
from rempart.validation.report import Report

Told = tuple[str, Report, float, bytes]  # path, report, milliseconds, the file where its text needs it


def validate_many(
    files: Sequence[str], bulk: BulkOptions, *, editions: Sequence[str], declared: Declared, output: str,
    printed: Callable[[Iterator[Told]], Iterator[str]], verdicts: set[str],
) -> Exit:  # fmt: skip
    """Judge `files` and what is in the folders among them; the exit code.

    With `bulk.output` everything goes there; else `printed` makes text of each file, and fills `verdicts`.
    """
    try:
        _check(bulk, editions, output)
        job = job_of(files, bulk, editions, declared)
        with _stoppable():
            if bulk.output:
                return _recorded(job, bulk, bulk.output, output)
            return _streamed(job, printed, verdicts, output)
    except BulkError as error:
        click.echo(f"Error: {error}", err=True)
        return Exit.USAGE if error.usage else Exit.INCONCLUSIVE
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        kept = "; what was recorded is kept, --resume goes on with it" if bulk.output else ""
        click.echo(f"Error: {where}{error.strerror}{kept}", err=True)
        return Exit.INCONCLUSIVE
    except KeyboardInterrupt:
        kept = f"; {bulk.output} keeps what is done, --resume goes on with it" if bulk.output else ""
        click.echo(f"Interrupted{kept}", err=True)
        return Exit.INTERRUPTED


def job_of(files: Sequence[str], bulk: BulkOptions, editions: Sequence[str], declared: Declared) -> Job:
    """The engine is started later, where it is needed. Packs are named now: every worker judges with the same ones."""
    from rempart.validation.packs.selection import default_packs

    if declared.get("packs") is None:
        declared = {**declared, "packs": default_packs()}
    options = Options(
        folder=os.getcwd(),
        version=rempart.__version__,
        edition=editions[0] if editions else None,
        declared=declared,
        timeout=bulk.timeout,
    )
    workers = bulk.workers or default_workers()

    def start() -> Engine:
        if bulk.engine == "local":
            return LocalEngine(workers, options)
        from rempart.bulk.cluster import ClusterEngine

        return ClusterEngine(bulk.scheduler, options)

    return Job(
        paths=files, options=options, judged_with=_judged_with(files, options), workers=workers, engine=bulk.engine,
        start=start,
    )  # fmt: skip


def _judged_with(files: Sequence[str], options: Options) -> dict[str, str]:
    """What two runs share when their results may stand together. Relative paths mean something from one folder only."""
    from rempart.campaign.merge import digest_of

    found = {
        "rempart": rempart.__version__,
        "règles et profils": digest_of(schemas_dir()),
        "édition": options.edition or "celle du fichier",
        **_declared(options.declared),
    }
    return found if all(os.path.isabs(f) for f in files) else {**found, "depuis": options.folder}


def _declared(declared: Declared) -> dict[str, str]:
    """With something else declared, or other packs, the results would be others."""
    found = {
        "environnement": declared.get("environment") or "non déclaré",
        "destination": declared.get("destination") or "",
        "exigences": ", ".join(declared.get("requirements", ())),
        "packs": ", ".join(declared.get("packs") or ()),
    }
    return {name: value for name, value in found.items() if value}


def _check(bulk: BulkOptions, editions: Sequence[str], output: str) -> None:
    if bulk.resume and not bulk.output:
        raise BulkError("--resume goes with --output FOLDER")
    if bulk.engine == "dask" and not bulk.scheduler:
        raise BulkError("--engine dask goes with --scheduler ADDRESS")
    if bulk.scheduler and bulk.engine != "dask":
        raise BulkError("--scheduler goes with --engine dask")
    if bulk.engine == "dask" and bulk.workers is not None:
        raise BulkError("--workers is for the local engine: the cluster has its own")
    if len(editions) > 1:
        raise BulkError("several --edition are for files given one by one")
    if bulk.output and output == "junit":
        raise BulkError("--format junit is not for --output: the folder holds JSON Lines and Parquet")


def _recorded(job: Job, bulk: BulkOptions, folder: Path, output: str) -> Exit:
    from rempart.reporting.bulk_page import write_page

    with Progress(job.paths, without=str(folder)) as progress:
        totals = record(job, folder, resume=bulk.resume, advance=progress.advance)
    page = write_page(folder)
    if output == "json":
        click.echo(json.dumps({"folder": str(folder), **totals.as_dict()}, ensure_ascii=True))
    else:
        for line in _summary(totals, page):
            click.echo(line)
    return of_files({v for v, n in totals.verdicts.items() if n}) if totals.files else Exit.INCONCLUSIVE


def _summary(totals: Totals, page: Path) -> Iterator[str]:
    said = totals.as_dict()
    verdicts = said["verdicts"]
    yield (
        f"{totals.files} fichiers: {verdicts['conforme']} conformes, {verdicts['non_conforme']} non conformes, "
        f"{verdicts['erreur']} en erreur"
    )
    for rule in [r for r in said["rules"] if r["severity"] == "error"][:5]:
        yield f"  {rule['rule']}: {rule['files']} fichiers"
    for reason, count in list(said["reasons"].items())[:3]:
        yield f"  erreur, {count} fichiers: {reason}"
    yield f"Synthèse: {page}"
    if not totals.files:
        yield "Aucun fichier trouvé."


def _streamed(
    job: Job, printed: Callable[[Iterator[Told]], Iterator[str]], verdicts: set[str], output: str
) -> Exit:
    quiet = sys.stdout.isatty()  # a bar would be drawn over the lines
    with nullcontext() if quiet else Progress(job.paths) as progress, closing(_told(job, output)) as told:
        for text in printed(told):
            click.echo(text)
            if progress is not None:
                progress.advance(1)
    if not verdicts:
        click.echo("Aucun fichier trouvé.", err=True)
        return Exit.INCONCLUSIVE
    return of_files(verdicts)


def _told(job: Job, output: str) -> Generator[Told, None, None]:
    with closing(in_order(job)) as lines:
        for line in lines:
            report = Report(
                line["kind"], line["edition"], [Finding.model_validate(f) for f in line["findings"]],
                line["validators"], line["reason"],
            )  # fmt: skip
            yield line["path"], report, line["elapsed_ms"], _bytes(line, output)


def _bytes(line: dict[str, Any], output: str) -> bytes:
    """A text shows the place of each finding: the file is read again, when there is something to show of it."""
    if output == "json" or not line["findings"]:
        return b""
    try:
        return read_bounded(Path(line["path"]))
    except (OSError, ValueError):
        return b""


@contextmanager
def _stoppable() -> Iterator[None]:
    """A service manager's SIGTERM ends a run as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
