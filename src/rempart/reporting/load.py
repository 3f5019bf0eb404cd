"""The record of a campaign, wherever it is: its folder, its results.json, or a dossier.zip."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pydantic import ValidationError

from rempart.model.results import Results

MAX_RECORD = 1024 * 1024 * 1024
NAME = "results.json"


class ReportError(Exception):
    """There is no campaign to report, or its record cannot be read. The message is French."""


def load_results(run_dir: Path) -> Results:
    """`results.json` of a campaign. Raises ReportError when it is missing or is not one."""
    return parse_results(_bytes(run_dir / NAME), run_dir / NAME)


def load_record(path: Path) -> Results:
    """From a campaign's folder, a results.json or a dossier.zip. Raises ReportError."""
    if path.is_dir():
        return load_results(path)
    if path.suffix.lower() == ".zip":
        return parse_results(_from_zip(path), path)
    return parse_results(_bytes(path), path)


def parse_results(data: bytes, place: Path) -> Results:
    """The record in these bytes; `place` is named in the ReportError."""
    try:
        return Results.model_validate_json(data)
    except ValidationError as error:
        raise ReportError(f"{place}: résultats illisibles: {error.errors()[0]['msg']}") from error


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_RECORD:
            raise ReportError(f"{path}: résultats démesurés ({path.stat().st_size} octets)")
        return path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror or error}") from error


def _from_zip(path: Path) -> bytes:
    """Bounded by what is really unpacked: what an archive says of itself proves nothing."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(NAME) as entry:
            data = entry.read(MAX_RECORD + 1)
    except KeyError as error:
        raise ReportError(f"{path}: aucun {NAME} dans cette archive") from error
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ReportError(f"{path}: dossier illisible: {error}") from error
    if len(data) > MAX_RECORD:
        raise ReportError(f"{path}: résultats démesurés")
    return data
