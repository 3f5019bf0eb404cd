"""Where the campaign folder is: the repository root in a checkout, package data in a wheel, or `REMPART_CAMPAIGN`."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


@cache
def campaign_root() -> Path:
    """Folder that holds `conftest.py`, `requirements/`, `features/`, `steps/`, `schemas/` and `reports/templates/`.

    The environment variable `REMPART_CAMPAIGN` names another one, laid out the same way. Raises FileNotFoundError when
    none is there: a broken installation.
    """
    if chosen := os.environ.get("REMPART_CAMPAIGN"):
        return Path(chosen).resolve()
    for folder in (_PACKAGE / "_campaign", _PACKAGE.parent.parent):
        if (folder / "conftest.py").is_file() and (folder / "schemas").is_dir():
            return folder
    raise FileNotFoundError(f"no campaign folder beside {_PACKAGE}: the installation is incomplete")


def is_checkout() -> bool:
    """True in a source checkout, where campaigns are written under `reports/campaigns/`."""
    return campaign_root() != _PACKAGE / "_campaign"


def own_yaml(file: Path) -> Any:
    """The content of a YAML file of ours, by the parser in C where PyYAML has it: the other takes ten times as long."""
    import yaml  # on demand: not all commands read some

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text("utf-8"), Loader=loader)  # noqa: S506 - both loaders are safe ones


def schemas_dir() -> Path:
    return campaign_root() / "schemas"


def requirements_dir() -> Path:
    return campaign_root() / "requirements"


def features_dir() -> Path:
    return campaign_root() / "features"


def templates_dir() -> Path:
    return campaign_root() / "reports" / "templates"


def data_dir() -> Path:
    """The user's own data, never the project's: `REMPART_DATA`, else `rempart/` in the XDG data folder."""
    if chosen := os.environ.get("REMPART_DATA"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_DATA_HOME")
    # the XDG rule: a path that is not absolute is ignored
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "share") / "rempart"


def cache_dir() -> Path:
    """What can be made again: `REMPART_CACHE`, else the platform's: `$XDG_CACHE_HOME/rempart` or `~/.cache/rempart`.

    RuntimeError when the user has no home.
    """
    if chosen := os.environ.get("REMPART_CACHE"):
        return Path(chosen)
    if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "rempart" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rempart"
