"""Paths of candidate.yaml: relative ones start from the folder of that file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo


def resolve(path: Path, info: ValidationInfo) -> Path:
    """`path` from the folder given as `base` in the validation context, else from the current one."""
    base: Path = (info.context or {}).get("base", Path())
    return (base / path.expanduser()).resolve()


def _existing_file(path: Path, info: ValidationInfo) -> Path:
    full = resolve(path, info)
    if not full.is_file():
        raise ValueError(f"fichier introuvable: {full}")
    return full


def _existing_folder(path: Path, info: ValidationInfo) -> Path:
    full = resolve(path, info)
    if not full.is_dir():
        raise ValueError(f"dossier introuvable: {full}")
    return full


NewFolder = Annotated[Path, AfterValidator(resolve)]
ExistingFile = Annotated[Path, AfterValidator(_existing_file)]
ExistingFolder = Annotated[Path, AfterValidator(_existing_folder)]
# Without a value: the folder of candidate.yaml itself.
BaseFolder = Annotated[Path, AfterValidator(_existing_folder), Field(default=Path(), validate_default=True)]
