"""Where installed packs are: `packs/NAME@EDITION` in the user's data folder, never in the project.

Beside the files, `pack.json` says what was installed; the SHA-256 of a published edition are those of the project, so
that a pack and its record cannot be altered together.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rempart.validation.packs.catalogue import Pack, catalogue, manifest, parse_name
from rempart.validation.packs.installed import data_folder, installed_names, packs_store

__all__ = [
    "FILES", "RECORD", "Installed", "StoreError", "data_folder", "find", "installed_names", "newest", "open_pack",
    "packs_store",
]  # fmt: skip

RECORD = "pack.json"
FILES = "files"


@dataclass(frozen=True)
class Installed:
    """A pack in the store. `digests`: what each file must be; `published`: they are those of a known edition."""

    pack: Pack = field(hash=False)
    edition: str
    folder: Path
    origin: str
    published: bool
    digests: dict[str, str] = field(hash=False)
    derived: dict[str, str] = field(hash=False)

    @property
    def label(self) -> str:
        return f"{self.pack.name}@{self.edition}"

    @cached_property
    def stamp(self) -> str:
        """Says which files the pack has: other files, another stamp."""
        return hashlib.sha256(json.dumps([self.digests, self.derived], sort_keys=True).encode()).hexdigest()

    @property
    def root(self) -> Path:
        return self.folder / FILES


class StoreError(ValueError):
    """A pack that is not installed, or whose record cannot be read; the message is French."""


def open_pack(name: str, edition: str) -> Installed:
    """An installed pack. StoreError when it is not there, or not readable as one."""
    folder = packs_store() / f"{name}@{edition}"
    pack = catalogue().get(name)
    if pack is None or not folder.is_dir():
        raise StoreError(f"le pack {name}@{edition} n'est pas installé")
    try:
        record: dict[str, Any] = json.loads((folder / RECORD).read_text("utf-8"))
        derived = {str(k): str(v) for k, v in record["derived"].items()}
        own = {str(k): str(v) for k, v in record["files"].items()}
        origin = str(record["origin"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"le pack {name}@{edition} n'a pas de {RECORD} lisible: {error}") from error
    published = edition in pack.editions
    return Installed(pack, edition, folder, origin, published, manifest(name, edition) if published else own, derived)


def find(text: str) -> Installed:
    """`NAME@EDITION`, or `NAME` for its newest installed edition. StoreError, ValueError (French) if there is none."""
    name, edition = parse_name(text)
    if not edition:
        editions = [n.partition("@")[2] for n in installed_names() if n.startswith(f"{name}@")]
        if not editions:
            raise StoreError(f"le pack {name} n'est pas installé: rempart schemas install {name}")
        edition = newest(name, editions)
    return open_pack(name, edition)


def newest(name: str, editions: list[str]) -> str:
    """The last published edition by its date, else the last by its name."""
    known = catalogue()[name].editions
    return max(editions, key=lambda e: (e in known, known[e].date.isoformat() if e in known else "", e))
