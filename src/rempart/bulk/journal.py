"""`results.jsonl`: the record of a run, and its journal. One line per file, appended whole.

A killed process loses nothing that was appended: the lines are the system's. What a power failure may lose, a few
seconds of work between two fsync, is judged again by the next run. `run.json` says what the lines were judged with.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from rempart.bulk.model import FORMAT, BulkError, key_of

RESULTS, RUN = "results.jsonl", "run.json"
_FSYNC = 5.0  # seconds
_LONGEST = 64 * 1024 * 1024  # bytes of a line that is read back


@dataclass
class Header:
    """`run.json`: `judged_with` must be the same for a resumed run (versions, edition, environment)."""

    judged_with: dict[str, str]
    roots: list[str]
    sessions: list[dict[str, Any]] = field(default_factory=list)  # start, seconds, files, workers, engine, ended

    def write(self, folder: Path) -> None:
        """Whole or not at all."""
        content = {"format": FORMAT, "judged_with": self.judged_with, "roots": self.roots, "sessions": self.sessions}
        temporary = folder / f"{RUN}.tmp"
        text = json.dumps(content, ensure_ascii=False, indent=1)
        temporary.write_text(text, "utf-8", errors="backslashreplace")
        os.replace(temporary, folder / RUN)


def read_header(folder: Path) -> Header:
    """BulkError when the folder holds no run that can be read."""
    try:
        data = json.loads((folder / RUN).read_text("utf-8"))
        if data["format"] != FORMAT:
            raise BulkError(f"{folder / RUN}: format {data['format']}, this version reads format {FORMAT}")
        return Header(data["judged_with"], data["roots"], data["sessions"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BulkError(f"{folder}: no run that can be read ({RUN}: {error})") from error


class Journal:
    """Open for appending, alone. `done` are the keys of the files that need not be judged again."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self.path = folder / RESULTS
        self.done: set[int] = set()
        if resume:
            self.done = mend(self.path)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        _lock(self._file, folder)
        self._synced = time.monotonic()

    def append(self, lines: list[str]) -> None:
        data = memoryview("".join(f"{line}\n" for line in lines).encode("utf-8"))
        while data:
            data = data[os.write(self._file, data) :]
        if time.monotonic() - self._synced > _FSYNC:
            self._sync()

    def _sync(self) -> None:
        os.fsync(self._file)
        self._synced = time.monotonic()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._sync()
        os.close(self._file)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Each whole line that is one of ours; others are passed over: `mend` has dropped them from a resumed run."""
    for _, line in _read(path):
        if line is not None:
            yield line


def mend(path: Path) -> set[int]:
    """Drop a torn last line, lines that are none, and those of files that have changed since; the keys of the others.

    A file that is no longer there keeps its line: it was judged.
    """
    if not path.exists():
        return set()
    keys: set[int] = set()
    whole, dropped = 0, False
    for raw, line in _read(path):
        if line is None or _stale(line):
            dropped = True
            continue
        keys.add(_key(line))
        whole += len(raw)
    if dropped:
        _rewrite(path)
    return keys


def _rewrite(path: Path) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as out:
        for raw, line in _read(path):
            if line is not None and not _stale(line):
                out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)


def _read(path: Path) -> Iterator[tuple[bytes, dict[str, Any] | None]]:
    with path.open("rb") as file:
        while raw := file.readline(_LONGEST):
            line = None
            if raw.endswith(b"\n"):
                try:
                    line = json.loads(raw)
                except ValueError:
                    line = None
            yield raw, line if isinstance(line, dict) and _is_ours(line) else None


def _is_ours(line: dict[str, Any]) -> bool:
    file = line.get("file")
    known = isinstance(file, dict) and {"size", "mtime_ns"} <= set(file)
    return known and isinstance(line.get("path"), str) and isinstance(line.get("findings"), list)


def _key(line: dict[str, Any]) -> int:
    return key_of(line["path"], line["file"]["size"], line["file"]["mtime_ns"])


def _stale(line: dict[str, Any]) -> bool:
    try:
        found = os.stat(line["path"])
    except (OSError, ValueError):
        return False
    file = line["file"]
    return (found.st_size, found.st_mtime_ns) != (file["size"], file["mtime_ns"]) and file["size"] >= 0


def _lock(file: int, folder: Path) -> None:
    """Two runs in one folder would judge each file twice. The lock falls with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise BulkError(f"{folder}: another run is writing its results there") from error
