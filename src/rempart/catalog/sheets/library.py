"""Imported REMs, kept in the user's data folder: the official wording is never part of the project.

<data>/rem/<dispositif>/<edition>.json
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import ValidationError

from rempart.catalog.sheets.errors import SheetError
from rempart.catalog.sheets.model import DISPOSITIFS, Rem
from rempart.resources import data_dir

MAX_SIZE = 64 * 1024 * 1024
_NAME = re.compile(r"[\w][\w .+-]{0,99}")


class Library:
    """The REMs of one folder, the user's own by default."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root if root is not None else data_dir() / "rem"

    def path(self, dispositif: str, edition: str) -> Path:
        """Where an edition is kept. Raises SheetError when the name would be no file name."""
        if dispositif not in DISPOSITIFS:
            raise SheetError(f"dispositif inconnu: {dispositif} (connus: {', '.join(DISPOSITIFS)})")
        if not _NAME.fullmatch(edition) or edition.endswith((" ", ".")):
            raise SheetError(
                f"nom d'édition refusé: {edition!r}: lettres, chiffres, espaces, « - », « _ », « . » et « + », "
                "100 caractères au plus (--name)"
            )
        return self.root / dispositif / f"{edition}.json"

    def save(self, rem: Rem) -> Path:
        """Whole or not at all. An edition of the same name is replaced."""
        path = self.path(rem.dispositif, rem.edition)
        temporary = path.with_suffix(".tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(rem.model_dump_json(indent=1) + "\n", "utf-8")
            os.replace(temporary, path)
        except OSError as error:
            raise SheetError(f"{path}: écriture impossible: {error.strerror or error}") from None
        return path

    def load(self, dispositif: str, edition: str) -> Rem:
        """Raises SheetError, naming the editions there are, when this one is not there or is not readable."""
        path = self.path(dispositif, edition)
        if not path.is_file():
            known = ", ".join(e for d, e in self.editions() if d == dispositif) or "aucune"
            raise SheetError(f"édition inconnue de {dispositif}: {edition} (importées: {known})")
        try:
            if path.stat().st_size > MAX_SIZE:
                raise SheetError(f"{path}: fichier démesuré")
            return Rem.model_validate_json(path.read_bytes())
        except OSError as error:
            raise SheetError(f"{path}: lecture impossible: {error.strerror or error}") from None
        except ValidationError as error:
            raise SheetError(f"{path}: édition illisible, réimportez-la: {error.errors()[0]['msg']}") from None

    def remove(self, dispositif: str, edition: str) -> Path:
        """Raises SheetError when it is not there."""
        path = self.path(dispositif, edition)
        try:
            path.unlink()
        except FileNotFoundError:
            raise SheetError(f"édition inconnue de {dispositif}: {edition}") from None
        except OSError as error:
            raise SheetError(f"{path}: suppression impossible: {error.strerror or error}") from None
        return path

    def editions(self) -> list[tuple[str, str]]:
        """(dispositif, edition), sorted."""
        return [(d, f.stem) for d in DISPOSITIFS for f in sorted((self.root / d).glob("*.json"))]

    def latest(self, dispositif: str, *, other_than: str = "") -> Rem | None:
        """The one that was imported last; None when there is none. Raises SheetError when one is not readable."""
        found = [self.load(d, e) for d, e in self.editions() if d == dispositif and e != other_than]
        return max(found, key=lambda r: (r.imported.isoformat() if r.imported else "", r.edition), default=None)
