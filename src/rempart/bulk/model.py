"""What is handed to workers and what comes back: plain, picklable, small."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from rempart.validation.declared import Declared

FORMAT = 1  # of results.jsonl and run.json


class BulkError(Exception):
    """The run cannot go on: wrong options, a folder that cannot be used, a cluster that is not there.

    `usage` tells a mistake of the user from what could not be concluded. The message is in the user's language.
    """

    def __init__(self, message: str, *, usage: bool = True) -> None:
        super().__init__(message)
        self.usage = usage


@dataclass(frozen=True, slots=True)
class Item:
    """A file as the walk found it. `path` is shown, and relative to `Options.folder`; -1 when it cannot be looked at.

    `refused` (French) says why it is not opened: a folder that cannot be listed, a pipe.
    """

    path: str
    size: int = -1
    mtime_ns: int = -1
    refused: str = ""

    @property
    def key(self) -> int:
        return key_of(self.path, self.size, self.mtime_ns)


def key_of(path: str, size: int, mtime_ns: int) -> int:
    """What identifies a file for a resumed run, in 64 bits: a content hash would read everything again."""
    text = f"{path}\0{size}\0{mtime_ns}".encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How files are judged. `folder` is where relative paths start, `timeout` seconds for one file, 0 for no limit.

    `version` is that of the harness that asks: a worker of another one must refuse.
    """

    folder: str
    version: str
    edition: str | None = None
    declared: Declared = field(default_factory=lambda: Declared())
    timeout: float = 120.0


Chunk = tuple[Item, ...]
