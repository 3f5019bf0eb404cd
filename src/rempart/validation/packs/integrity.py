"""Whether an installed pack still is what it was: every file hashed again, and nothing more than they."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from rempart.validation.packs.derive import DeriveError, make
from rempart.validation.packs.store import Installed


@dataclass(frozen=True)
class Problem:
    """A file of a pack that is not as published."""

    kind: Literal["absent", "modifié", "en trop"]
    path: str


def verify(installed: Installed) -> list[Problem]:
    """Files that are missing, altered (a link is) or too many, by path."""
    expected = {**installed.digests, **_derived(installed)}
    problems = []
    present = set()
    for path in installed.root.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(installed.root).as_posix()
        present.add(name)
        if name not in expected:
            problems.append(Problem("en trop", name))
        elif path.is_symlink() or _digest(path) != expected[name]:
            problems.append(Problem("modifié", name))
    problems += [Problem("absent", name) for name in expected if name not in present]
    return sorted(problems, key=lambda p: p.path)


@cache
def verified(installed: Installed) -> tuple[Problem, ...]:
    """The same once in the life of a process: what the packs are used after."""
    return tuple(verify(installed))


def _derived(installed: Installed) -> dict[str, str]:
    """Digests of the derived files, made again: the record of the installation is not what is trusted."""
    found = {}
    for derived in installed.pack.derived:
        if derived.file in installed.derived:
            try:
                found[derived.file] = hashlib.sha256(make(derived, installed.root)).hexdigest()
            except (DeriveError, OSError):
                found[derived.file] = ""  # its source is named as absent or altered
    return found


def _digest(path: Path) -> str:
    """ "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
