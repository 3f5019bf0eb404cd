"""Files and folders of the command line, one file after another: a folder of a million is never listed whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice

from rempart.bulk.model import Chunk, Item
from rempart.model.unreadable import unreadable

_BLOCK = 10_000  # names of a folder sorted together: bounded memory, and small folders in order
_MOST_FILES, _MOST_BYTES = 16, 8 * 1024 * 1024


def walk(paths: Iterable[str], *, without: str = "") -> Iterator[Item]:
    """Each file below `paths`, and each path that is no folder, once. `without` is a folder left out: the results.

    Links to files are followed, links to folders are not: they may turn in circles.
    """
    roots = _distinct(paths)
    skipped = os.path.realpath(without) if without else ""
    for path in roots:
        if os.path.isdir(path):
            yield from _folder(path, skipped)
        else:
            yield _item(path)


def count(paths: Iterable[str], *, without: str = "") -> Iterator[int]:
    """How many files, as they are counted: names only."""
    skipped = os.path.realpath(without) if without else ""
    for path in _distinct(paths):
        if not os.path.isdir(path):
            yield 1
            continue
        todo = [path]
        while todo:
            try:
                with os.scandir(todo.pop()) as entries:
                    found = 0
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            if not _is(entry.path, skipped):
                                todo.append(entry.path)
                        elif not _linked_folder(entry):
                            found += 1
                    yield found
            except OSError:
                yield 1  # it has its line too


def chunks(items: Iterable[Item], done: Container[int] = ()) -> Iterator[Chunk]:
    """Items in small groups, those of `done` (keys) left out. The first ones are smaller: all workers start at once."""
    group: list[Item] = []
    size, most = 0, 1
    for item in items:
        if done and item.key in done:
            continue
        group.append(item)
        size += max(item.size, 0)
        if len(group) >= most or size >= _MOST_BYTES:
            yield tuple(group)
            group, size, most = [], 0, min(most * 2, _MOST_FILES)
    if group:
        yield tuple(group)


def _distinct(paths: Iterable[str]) -> Sequence[str]:
    """Without the paths given twice, nor those inside a folder that is given too."""
    kept: dict[str, str] = {}
    for path in paths:
        kept.setdefault(os.path.realpath(path), path)
    folders = [real for real in kept if os.path.isdir(real)]
    inside = {r for r in kept for f in folders if r != f and r.startswith(f.rstrip(os.sep) + os.sep)}
    return [path for real, path in kept.items() if real not in inside]


def _folder(top: str, skipped: str) -> Iterator[Item]:
    todo = [top]
    while todo:
        path = todo.pop()
        below: list[str] = []
        try:
            with os.scandir(path) as entries:
                while block := sorted(islice(entries, _BLOCK), key=lambda e: e.name):
                    for entry in block:
                        if entry.is_dir(follow_symlinks=False):
                            if not _is(entry.path, skipped):
                                below.append(entry.path)
                        elif not _linked_folder(entry):
                            yield _item(entry.path)
        except OSError as error:
            yield Item(path, refused=unreadable(error))
        todo += reversed(below)


def _linked_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and entry.is_dir()


def _is(path: str, skipped: str) -> bool:
    return bool(skipped) and os.path.realpath(path) == skipped


def _item(path: str) -> Item:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return Item(path)  # reading it will say why
    if stat.S_ISREG(found.st_mode):
        return Item(path, found.st_size, found.st_mtime_ns)
    return Item(path, refused="ce n'est pas un fichier ordinaire (tube, socket ou périphérique)")
