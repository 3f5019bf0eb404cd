"""Installing a pack: everything is checked in a folder aside, which then takes its place at once, or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rempart.validation.packs.catalogue import Pack, catalogue, manifest
from rempart.validation.packs.derive import derived_files
from rempart.validation.packs.integrity import Problem
from rempart.validation.packs.source import open_source, read_all
from rempart.validation.packs.store import FILES, RECORD, Installed, open_pack, packs_store

_FORMAT = 1


@dataclass
class Refused(Exception):
    """The files are not those of the edition: what is missing or altered."""

    problems: list[Problem]


def install(name: str, edition: str, source: Path, origin: str) -> Installed:
    """Install `name`@`edition` from a folder or a ZIP; `origin` is what is recorded of where it came from.

    A known edition must have exactly the files of its manifest: `Refused` says which are not. Any other is taken as it
    is, and its SHA-256 recorded. Raises SourceError for a source that is unsafe or is not this pack, DeriveError for
    one that is damaged, OSError.
    """
    pack = catalogue()[name]
    store = packs_store()
    store.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".part-", dir=store))
    try:
        _fill(staged, pack, edition, source, origin)
        _replace(staged, store / f"{name}@{edition}")
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return open_pack(name, edition)


def remove(folder: Path) -> None:
    """Take a pack away: at once for those who look, then its files. OSError when it is not there."""
    gone = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        folder.rename(gone / "old")
    finally:
        shutil.rmtree(gone, ignore_errors=True)


def _fill(staged: Path, pack: Pack, edition: str, source: Path, origin: str) -> None:
    expected = manifest(pack.name, edition) if edition in pack.editions else None
    made = {d.file for d in pack.derived}
    first = next(iter(sorted(expected))) if expected else _entry(pack)
    files = staged / FILES
    digests: dict[str, str] = {}
    with open_source(source, pack, first) as found:
        wanted = {n: r for n, r in found.items() if expected is None or n in expected}
        for name, data in read_all(wanted):
            digests[name] = hashlib.sha256(data).hexdigest()
            target = files / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    if expected is not None:
        problems = [Problem("absent", n) for n in expected if n not in digests]
        problems += [Problem("modifié", n) for n, d in digests.items() if expected[n] != d]
        if problems:
            raise Refused(sorted(problems, key=lambda p: p.path))
    derived = {}
    for name, data in derived_files(pack, files).items():
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_bytes(data)
        derived[name] = hashlib.sha256(data).hexdigest()
    own = {} if expected is not None else {n: d for n, d in digests.items() if n not in made or n not in derived}
    record = {"format": _FORMAT, "pack": pack.name, "edition": edition, "origin": origin, "files": own}
    text = json.dumps({**record, "derived": derived}, ensure_ascii=False, indent=1)
    (staged / RECORD).write_text(text, encoding="utf-8")


def _entry(pack: Pack) -> str:
    """The file that shows where a pack starts: its schema, unless the installer makes it."""
    for derived in pack.derived:
        if derived.file == pack.schema_file:
            return derived.source
    return pack.schema_file


def _replace(staged: Path, target: Path) -> None:
    """Put the new folder in place of an older one, which is moved away first."""
    old = staged.with_name(f"{staged.name}-old")
    with suppress(FileNotFoundError):
        target.rename(old)
    try:
        staged.rename(target)
    except OSError:
        with suppress(FileNotFoundError):
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
