"""A run: from paths to a folder of results, or to lines in order. What is written is kept, however it ends."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Container, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from rempart.bulk.engine import Engine, drive
from rempart.bulk.journal import RESULTS, Header, Journal, read_header, read_lines
from rempart.bulk.model import BulkError, Chunk, Options
from rempart.bulk.tables import Tables
from rempart.bulk.totals import Totals
from rempart.bulk.walk import chunks, walk

SUMMARY = "summary.json"
Advance = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is asked. `judged_with` are the versions and options that a resumed run must share."""

    paths: Sequence[str]
    options: Options
    judged_with: dict[str, str]
    workers: int
    engine: str  # local | dask
    start: Callable[[], Engine] = field(repr=False)

    def work(self, *, without: str = "", done: Container[int] = ()) -> Iterator[Chunk]:
        return chunks(walk(self.paths, without=without), done)


def record(job: Job, folder: Path, *, resume: bool, advance: Advance = lambda count: None) -> Totals:
    """Judge everything that is not judged yet, into `folder`; then its tables and totals.

    `advance` is told how many files have just been done, those of earlier runs first. KeyboardInterrupt leaves what is
    done. BulkError when the folder cannot be used.
    """
    header = _prepare(job, folder, resume=resume)
    session: dict[str, Any] = {
        "start": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": 0.0, "files": 0,
        "workers": job.workers, "engine": job.engine, "ended": "interrompu",
    }  # fmt: skip
    header.sessions.append(session)
    started = time.monotonic()
    try:
        with Journal(folder, resume=resume) as journal:
            header.write(folder)
            advance(len(journal.done))
            with closing(judged(job, job.work(without=str(folder), done=journal.done))) as results:
                for lines in results:
                    journal.append(lines)
                    session["files"] += len(lines)
                    advance(len(lines))
        session["ended"] = "complet"
    finally:
        session["seconds"] = round(time.monotonic() - started, 2)
        header.write(folder)
    return conclude(folder)


def conclude(folder: Path) -> Totals:
    """Tables and totals of a folder, from its `results.jsonl` alone: `results.parquet`, `findings.parquet`,
    `summary.json`. BulkError when it holds no run."""
    read_header(folder)
    totals = Totals()
    with Tables(folder) as tables:
        for line in read_lines(folder / RESULTS):
            totals.add(line)
            tables.add(line)
    temporary = folder / f"{SUMMARY}.tmp"
    text = json.dumps(totals.as_dict(), ensure_ascii=False, indent=1)
    temporary.write_text(text, "utf-8", errors="backslashreplace")
    os.replace(temporary, folder / SUMMARY)
    return totals


def judged(job: Job, work: Iterator[Chunk]) -> Generator[list[str], None, None]:
    """Lines as they come. The engine is started when there is something to do, and stopped whatever happens."""
    first = next(work, None)
    if first is None:
        return
    engine = job.start()
    clean = False
    try:
        yield from drive(engine, chain([first], work), job.options)
        clean = True
    finally:
        engine.close(now=not clean)


def in_order(job: Job) -> Generator[dict[str, Any], None, None]:
    """The line of each file, in the order of the walk: what came early waits for what is before it."""
    expected: dict[str, None] = {}
    waiting: dict[str, dict[str, Any]] = {}

    def noted() -> Iterator[Chunk]:
        for chunk in job.work():
            expected.update(dict.fromkeys(item.path for item in chunk))
            yield chunk

    with closing(judged(job, noted())) as results:
        for lines in results:
            for text in lines:
                line = json.loads(text)
                waiting[line["path"]] = line
            while expected and (path := next(iter(expected))) in waiting:
                del expected[path]
                yield waiting.pop(path)


def _prepare(job: Job, folder: Path, *, resume: bool) -> Header:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BulkError(f"{folder}: cannot be written ({error.strerror})") from error
    there = (folder / RESULTS).exists()
    if there and not resume:
        raise BulkError(f"{folder}: holds the results of a run; --resume goes on with it, or name another folder")
    if not there:
        return Header(job.judged_with, list(job.paths))
    header = read_header(folder)
    changed = [
        f"{name}: {header.judged_with.get(name, '-')} then, {job.judged_with.get(name, '-')} now"
        for name in {**header.judged_with, **job.judged_with}
        if header.judged_with.get(name) != job.judged_with.get(name)
    ]
    if changed:
        raise BulkError(f"{folder}: its files were not judged the same way, name another folder ({'; '.join(changed)})")
    header.roots = list(dict.fromkeys([*header.roots, *job.paths]))
    return header
