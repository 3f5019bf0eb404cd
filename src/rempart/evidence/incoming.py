"""Objects on their way to their files: appended to one file first, for a file of its own takes ten times as long.

    root/incoming-<worker>-<n>.tmp    of each object, a line `<sha256> <size>`, its bytes, a line break

Once `add` has returned, the object is as safe as in a file of its own: a process that is killed loses none. `settle`
makes the files, when there is time for it, and removes what they came from only then.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
_SEGMENT = 256 * 1024 * 1024  # bytes of one of these files: what is twice on disk while it settles
_RECENT = 2048  # objects whose place is known without looking for it
_HEAD = re.compile(rb"([0-9a-f]{64}) (\d{1,12})\n")
_LONGEST_HEAD = 80


class Place(NamedTuple):
    file: Path
    start: int
    size: int

    def read(self) -> bytes:
        with self.file.open("rb") as opened:
            opened.seek(self.start)
            return opened.read(self.size)


class Incoming:
    """The objects that one worker appends. Safe to use from several threads; raises OSError."""

    def __init__(self, root: Path, worker: str) -> None:
        self._root, self._worker = root, worker
        self._lock = Lock()
        self._descriptor, self._number, self._end = -1, 0, 0
        self._file = root
        self._recent: dict[str, Place] = {}
        settle(root, worker)  # of one that was killed

    def add(self, digest: str, data: bytes) -> None:
        head = f"{digest} {len(data)}\n".encode()
        with self._lock:
            if digest in self._recent:
                return
            if self._descriptor < 0 or self._end > _SEGMENT:
                self._next()
            start, length = self._end + len(head), len(head) + len(data) + 1
            try:
                if os.write(self._descriptor, b"".join([head, data, b"\n"])) != length:
                    raise OSError(f"incomplete write to {self._file.name}")
            except OSError:
                os.ftruncate(self._descriptor, self._end)
                raise
            self._end += length
            if len(self._recent) >= _RECENT:
                del self._recent[next(iter(self._recent))]
            self._recent[digest] = Place(self._file, start, len(data))

    def read(self, digest: str) -> bytes | None:
        """The bytes, if they were added lately; `find` has them all."""
        with self._lock:
            place = self._recent.get(digest)
        return place.read() if place else None

    def close(self) -> None:
        """Each object into its file."""
        with self._lock:
            self._end_segment()
            self._recent.clear()
            settle(self._root, self._worker)

    def _next(self) -> None:
        self._end_segment()
        self._end = 0
        while self._descriptor < 0:
            self._number += 1
            self._file = self._root / f"incoming-{self._worker}-{self._number:06d}.tmp"
            with suppress(FileExistsError):  # somebody of the same name is at work here
                self._descriptor = os.open(self._file, _APPEND, 0o666)
                if not (_lock(self._descriptor) and self._file.exists()):  # taken for an old one meanwhile
                    self._end_segment()

    def _end_segment(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lock(descriptor: int) -> bool:
    """For this process as long as it is open; False when another has it."""
    if fcntl is None:  # Windows lets nobody remove a file that is open
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def find(root: Path, digest: str) -> bytes | None:
    """The bytes of an object that has no file yet, whoever appended it."""
    for file in sorted(root.glob("incoming-*.tmp")):
        try:
            if place := _index(file, file.stat().st_size).get(digest):
                return place.read()
        except FileNotFoundError:  # settled meanwhile
            continue
    return None


def settle(root: Path, worker: str = "*") -> None:
    """Make the file of each object that has none, then remove what it came from; what is still being written is left
    alone. Raises OSError."""
    for file in sorted(root.glob(f"incoming-{worker}-*.tmp")):
        with suppress(FileNotFoundError), file.open("rb") as opened:  # another one may settle too
            if not _lock(opened.fileno()):
                continue
            for digest, start, size in _entries(opened):
                with _to_write(root / "objects" / digest[:2] / digest, size) as target:
                    if target is not None:
                        opened.seek(start)
                        target.write(opened.read(size))
            file.unlink()


@contextmanager
def _to_write(path: Path, size: int) -> Iterator[BinaryIO | None]:
    """None when the file is there whole. It may have been cut short in here: what it is made from is still there."""
    try:
        opened = path.open("xb", buffering=0)
    except FileExistsError:
        if path.stat().st_size == size:
            yield None
            return
        opened = path.open("wb", buffering=0)
    except FileNotFoundError:  # one of 256 folders that is soon there
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("xb", buffering=0)
    with opened:
        yield opened


@lru_cache(maxsize=16)
def _index(file: Path, size: int) -> dict[str, Place]:
    """`size`: a file that has grown is read again."""
    with file.open("rb") as opened:
        return {digest: Place(file, start, length) for digest, start, length in _entries(opened)}


def _entries(opened: BinaryIO) -> Iterator[tuple[str, int, int]]:
    """Digest, start and size of the objects that are there whole: the end of the process may have cut the last."""
    at, end = 0, os.fstat(opened.fileno()).st_size
    while True:
        opened.seek(at)
        head = _HEAD.match(opened.read(_LONGEST_HEAD))
        if head is None:
            return
        start, size = at + head.end(), int(head[2])
        at = start + size + 1
        if at > end:
            return
        yield head[1].decode(), start, size
