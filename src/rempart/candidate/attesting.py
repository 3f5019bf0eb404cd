"""Writing a deposit, a step at a time: what is on disk is always whole, so an interruption loses nothing."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from pathlib import Path

import yaml

from rempart.candidate.attestations import (
    FILE,
    MAX_FILE,
    Attestation,
    Attestations,
    DepositedFile,
    digest,
    folder_name,
)


class DepositError(Exception):
    """A file cannot be deposited. The message is French."""


def begin(
    attestations: Attestations, preuve: str, dispositifs: tuple[str, ...], apart: bool, day: datetime.date
) -> tuple[Path, Attestation]:
    """The folder of a preuve, and what has been attested of it so far; anew when it was for another version.

    `apart`: the deposit is for one dispositif only, and stands in a folder of its own.
    """
    assert attestations.root is not None
    parts = (*(dispositifs if apart else ()), folder_name(preuve))
    folder = attestations.root.joinpath(*parts)
    found = attestations.find(dispositifs[0], preuve)
    if found.folder == folder and found.state == "incomplete" and found.attestation is not None:
        return folder, found.attestation
    data = {"preuve": preuve, "dispositifs": dispositifs, "candidate": attestations.product, "date": day}
    return folder, Attestation.model_validate(data)


def save(folder: Path, attestation: Attestation) -> None:
    """Written whole or not at all. Raises DepositError."""
    body = attestation.model_dump(mode="json", exclude_none=True)
    body["date"] = attestation.date
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{FILE}.tmp"
        temporary.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), "utf-8")
        os.replace(temporary, folder / FILE)
    except OSError as error:
        raise DepositError(f"écriture impossible dans {folder}: {error.strerror or error}") from error


def add_file(folder: Path, attestation: Attestation, source: Path) -> Attestation:
    """Copies the file, and names it with its SHA-256 in the attestation, which is saved. Raises DepositError."""
    if not source.is_file():
        raise DepositError(f"{source}: ce fichier n'existe pas")
    try:
        if source.stat().st_size > MAX_FILE:
            raise DepositError(f"{source}: plus de {MAX_FILE // 1024**2} Mio")
        folder.mkdir(parents=True, exist_ok=True)
        name = _name(source.name)
        target = folder / name
        if source.resolve() != target.resolve():
            temporary = folder / f".{name}.tmp"
            shutil.copyfile(source, temporary)
            os.replace(temporary, target)
        file = DepositedFile(name=name, sha256=digest(target))
    except OSError as error:
        raise DepositError(f"{source}: copie impossible ({error.strerror or error})") from error
    others = tuple(f for f in attestation.files if f.name != name)
    updated = attestation.model_copy(update={"files": (*others, file)})
    save(folder, updated)
    return updated


def _name(name: str) -> str:
    """A name that every deposit accepts: letters, digits, dot, dash, underscore."""
    cleaned = re.sub(r"[^\w.-]+", "-", name).lstrip(".-")[-150:] or "fichier"
    return f"{cleaned}.fichier" if cleaned == FILE else cleaned
