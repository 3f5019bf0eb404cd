"""Compiled schemas on disk, in the user's cache folder: reading one back costs a hash of its files instead of a build.

A cached stylesheet is used only when every file it was made from still has the SHA-256 it had, and every document it
names is still there (or still absent).
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from rempart.resources import cache_dir
from rempart.validation.schematron.compile import COMPILER, compile_schema
from rempart.validation.schematron.compiled import Compiled
from rempart.validation.schematron.read import locate, read_schema

_FOLDER = "schematron"


def compiled(root: Path, entry: str) -> Compiled:
    """The stylesheet of `root`/`entry`, from the disk when it is the same. SchematronError when it cannot be made."""
    root = root.resolve()
    file = _file(root, entry)
    if (kept := _read(file)) and _current(kept, root):
        return kept
    made = compile_schema(read_schema(root, entry))
    _write(file, made)
    return made


def _file(root: Path, entry: str) -> Path:
    key = hashlib.sha256(json.dumps([COMPILER, str(root), entry]).encode()).hexdigest()
    return cache_dir() / _FOLDER / f"{key[:32]}.json"


def _read(file: Path) -> Compiled | None:
    """None when there is none, or none that can be trusted to be whole."""
    try:
        digest, _, body = file.read_text("utf-8").partition("\n")
        if digest != hashlib.sha256(body.encode()).hexdigest():
            return None
        return Compiled.of_json(json.loads(body))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, made: Compiled) -> None:
    """Whole or not at all; a cache that cannot be written only costs time."""
    body = json.dumps(made.as_json(), ensure_ascii=True)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".part-")
        with os.fdopen(handle, "w", encoding="utf-8") as output:
            output.write(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")
        os.replace(name, file)
    except OSError:
        return


def _current(kept: Compiled, root: Path) -> bool:
    try:
        same = all(_digest(root / name) == digest for name, digest in kept.inputs.items())
    except OSError:
        return False
    folder = (root / kept.entry).parent
    there = all((root / path).is_file() for path in kept.documents.values())
    return same and there and not any(locate(folder / name, root) for name in kept.absent)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
