"""Our own YAML files, read once for all: what was read is kept in the user's cache, by the SHA-256 of the files.

Profiles, rules and tables are on the way of every start, and reading their YAML costs more than judging a document.
The cache holds JSON, in a folder that only the user can write: one that others can write is not used, and one
that cannot be written is done without. Another content has another name: nothing is ever out of date.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rempart.resources import cache_dir


def load_yaml(file: Path) -> Any:
    """The content of one of our own YAML files."""
    return load_yaml_files([file])[0]


def load_yaml_files(files: Sequence[Path]) -> list[Any]:
    """The content of each; files that are always wanted together are kept together."""
    texts = [file.read_bytes() for file in files]
    digest = hashlib.sha256(b"".join(hashlib.sha256(text).digest() for text in texts))
    folder = _folder()
    kept = folder / f"{digest.hexdigest()}.json" if folder else None
    if kept and (found := _kept(kept)) is not None and len(found) == len(files):
        return found
    read = [_read(text) for text in texts]
    if kept:
        _keep(kept, read)
    return read


def _read(text: bytes) -> Any:
    """By the C parser where PyYAML has it."""
    import yaml  # on demand: what is kept needs no parser

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text.decode("utf-8"), Loader=loader)  # noqa: S506 - both loaders are safe ones


def _folder() -> Path | None:
    """Where what was read is kept; None where nothing can be, or where someone else could write."""
    try:
        return _own(cache_dir() / "yaml")
    except RuntimeError:  # no home
        return None


@cache
def _own(folder: Path) -> Path | None:
    """The folder, made if need be, when it is the user's alone. Windows, which has no such modes, does without."""
    if not hasattr(os, "getuid"):
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if own else None


def _kept(file: Path) -> list[Any] | None:
    """None when it was never written, or not to its end."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, list) else None


def _keep(file: Path, data: list[Any]) -> None:
    """Under another name first: a reader sees all of it or nothing. What JSON cannot say (dates) is not kept."""
    try:
        body = json.dumps(data, ensure_ascii=False)
        if json.loads(body) != data:  # keys that are numbers
            return
    except (TypeError, ValueError):
        return
    beside = file.with_suffix(f".{os.getpid()}")
    try:
        beside.write_text(body, "utf-8")
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
