"""Bytes of messages, in a file that has no name and ends with the simulator: memory does not follow their number."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the bytes of one message are."""

    at: int
    size: int


class Spool:
    """Positions are given to reads and writes themselves: several threads may use it at once."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="rempart-mss-", buffering=0)  # noqa: SIM115  as long as the spool
        self._end = 0

    def keep(self, data: bytes) -> Kept:
        """Called from one thread alone, that of the simulators. Raises OSError when the disk is full."""
        at, view = self._end, memoryview(data)
        while view:
            view = view[os.pwrite(self._file.fileno(), view, at + len(data) - len(view)) :]
        self._end += len(data)
        return Kept(at, len(data))

    def read(self, kept: Kept, limit: int | None = None) -> bytes:
        """The message, or its beginning."""
        size = kept.size if limit is None else min(limit, kept.size)
        return os.pread(self._file.fileno(), size, kept.at)

    def close(self) -> None:
        self._file.close()
