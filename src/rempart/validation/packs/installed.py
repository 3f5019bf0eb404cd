"""Where packs are installed, and which are: all that judging a document needs to know where there are none."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path


def data_folder() -> Path:
    """`REMPART_DATA`, else the platform's: `$XDG_DATA_HOME/rempart` or `~/.local/share/rempart`."""
    if chosen := os.environ.get("REMPART_DATA"):
        return Path(chosen)
    if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "rempart" / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "rempart"


def packs_store() -> Path:
    return data_folder() / "packs"


def installed_names() -> list[str]:
    """`NAME@EDITION` of what is installed, readable or not, sorted."""
    try:
        with os.scandir(_store(*(os.environ.get(name) for name in _CHOICES))) as entries:
            found = [e.name for e in entries if "@" in e.name and not e.name.startswith(".") and e.is_dir()]
    except OSError:
        return []
    return sorted(found)


# All that `data_folder` depends on: paths are slow to make, and each document asks.
_CHOICES = ("REMPART_DATA", "XDG_DATA_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE")


@lru_cache(maxsize=8)
def _store(*choices: str | None) -> str:
    return str(packs_store())
