"""Where packs are installed, and which are: all that judging a document needs to know where there are none."""

from __future__ import annotations

import os
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
        found = [p.name for p in packs_store().iterdir() if p.is_dir() and not p.name.startswith(".")]
    except OSError:
        return []
    return sorted(name for name in found if "@" in name)
