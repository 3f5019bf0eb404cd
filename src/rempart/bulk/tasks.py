"""What a worker does. In a module of its own: functions of `__main__` would travel with their globals.

Schemas and rules are loaded once per process, by the validators themselves.
"""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import connection
from pathlib import Path

import rempart
from rempart.bulk.model import Chunk, Item, Options
from rempart.model.unreadable import unreadable
from rempart.validation.declared import Declared
from rempart.validation.document import read_bounded, validate_bytes
from rempart.validation.report import Report, line_of


class WrongVersion(Exception):
    """This worker runs another version of Rempart: its verdicts would not be comparable."""


def start_worker() -> None:
    """First thing in a local worker: Ctrl-C is the parent's business, and a worker does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def judge_chunk(chunk: Chunk, options: Options) -> list[str]:
    """One JSON line per file, in order. WrongVersion when this process is another Rempart than the one that asks."""
    if options.version != rempart.__version__:
        raise WrongVersion(f"{rempart.__version__} here, {options.version} there")
    return [judge(item, options) for item in chunk]


def judge(item: Item, options: Options) -> str:
    """The line of one file. Beyond its time limit the process dies: nothing else stops a C library."""
    started = time.perf_counter()
    size, mtime_ns = item.size, item.mtime_ns
    if item.refused:
        report = Report("inconnu", "", unreadable=item.refused)
    else:
        try:
            path = Path(options.folder, item.path)
            found = path.stat()
            size, mtime_ns = found.st_size, found.st_mtime_ns
            with _limited(options.timeout):
                report = _judge(path, options)
        except OSError as error:
            report = Report("inconnu", "", unreadable=unreadable(error))
        except ValueError as error:  # too big; a null character in a name
            report = Report("inconnu", "", unreadable=str(error))
        except MemoryError:
            report = Report("inconnu", "", unreadable="mémoire insuffisante pour juger ce fichier")
        except Exception as error:  # a fault of ours: this file has no verdict, the others have theirs
            report = Report("inconnu", "", unreadable=f"contrôle interrompu par une erreur de Rempart: {error!r}")
    elapsed = round((time.perf_counter() - started) * 1000, 1)
    return encoded(line_of(item.path, report, elapsed) | {"file": {"size": size, "mtime_ns": mtime_ns}})


def lost(item: Item, reason: str, elapsed_ms: float = 0.0) -> str:
    """The line of a file that no worker could judge."""
    report = Report("inconnu", "", unreadable=reason)
    line = line_of(item.path, report, elapsed_ms)
    return encoded(line | {"file": {"size": item.size, "mtime_ns": item.mtime_ns}})


def encoded(line: dict[str, object]) -> str:
    """UTF-8 can write it: a file name that is no text is escaped."""
    text = json.dumps(line, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(line)
    return text


def _judge(path: Path, options: Options) -> Report:
    said: Declared = {**options.declared, "looked_at": datetime.now(UTC)}
    return validate_bytes(read_bounded(path), edition=options.edition, **said)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """faulthandler's watchdog is a thread of C: it ends the process even inside a library that holds the lock."""
    if seconds <= 0 or threading.current_thread() is not threading.main_thread():
        yield
        return
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
