"""What persons have deposited beside candidate.yaml: one folder for each preuve, its files and what was attested.

    attestations/INS-va1.36.01.01/attestation.yaml      who, when, verdict, comment, version of the candidate, files
    attestations/INS-va1.36.01.01/ecran.png
    attestations/HOP-PFI-Va2/TBB-va1.01.01.01/…         where the two dispositifs do not deposit the same thing

Nothing is believed: a file whose SHA-256 is no longer the attested one, or an attestation of another version, is told.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rempart.candidate.config import DispositifName
from rempart.candidate.yamlfile import ConfigErrors, read

FOLDER = "attestations"
FILE = "attestation.yaml"
MAX_FILE = 512 * 1024 * 1024
_CHUNK = 1 << 20
_NAME = r"^[^/\\\x00-\x1f.][^/\\\x00-\x1f]{0,199}$"
Text = Annotated[str, Field(min_length=1)]
State = Literal["absent", "unreadable", "incomplete", "expired", "altered", "ready"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Product(_Section):
    """The software that was looked at."""

    name: Text
    version: Text


class DepositedFile(_Section):
    name: Annotated[str, Field(pattern=_NAME)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Attestation(_Section):
    """What a person says of one preuve. `reference`: a link or a number, where the preuve is one.

    Without `by` or `verdict` it is begun, not finished: `rempart attest` takes it up there.
    """

    preuve: Text
    dispositifs: tuple[DispositifName, ...] = Field(min_length=1)
    candidate: Product
    by: str = ""
    date: datetime.date
    verdict: Literal["conforme", "non_conforme"] | None = None
    comment: str = ""
    reference: str = ""
    files: tuple[DepositedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Deposit:
    """What stands in the folder of a preuve. `reason` (French) says why it is not ready; `files` are there then."""

    folder: Path
    state: State
    reason: str = ""
    attestation: Attestation | None = None
    files: tuple[Path, ...] = ()


@dataclass
class Attestations:
    """The deposits of one candidate. `root` is None when there is no candidate.yaml to stand beside."""

    root: Path | None
    product: Product
    _known: dict[tuple[str, str], Deposit] = field(default_factory=dict)

    @classmethod
    def beside(cls, candidate: Path | None, name: str, version: str) -> Attestations:
        root = candidate.resolve().parent / FOLDER if candidate is not None else None
        return cls(root, Product(name=name, version=version))

    def find(self, dispositif: str, preuve: str) -> Deposit:
        """The deposit for this dispositif, or else the one that stands for both."""
        key = dispositif, preuve
        if key not in self._known:
            self._known[key] = self._find(dispositif, preuve)
        return self._known[key]

    def _find(self, dispositif: str, preuve: str) -> Deposit:
        nothing = Deposit(Path(), "absent", "rien n'est déposé")
        if self.root is None:
            return nothing
        for folder in (self.root / dispositif / folder_name(preuve), self.root / folder_name(preuve)):
            if (folder / FILE).is_file():
                found = self._read(folder, preuve)
                if found.attestation is None or dispositif in found.attestation.dispositifs:
                    return found
        return nothing

    def _read(self, folder: Path, preuve: str) -> Deposit:
        try:
            attestation = read(folder / FILE, Attestation)
        except ConfigErrors as errors:
            first = errors.errors[0]
            where = f"{folder.name}/{FILE}, ligne {first.line}"
            return Deposit(folder, "unreadable", f"{where}: {first.path + ': ' if first.path else ''}{first.message}")
        state, reason = self._state(folder, attestation, preuve)
        files = tuple(folder / f.name for f in attestation.files) if state == "ready" else ()
        return Deposit(folder, state, reason, attestation, files)

    def _state(self, folder: Path, attestation: Attestation, preuve: str) -> tuple[State, str]:
        if problem := lacking(attestation, preuve, self.product, folder.name):
            return problem
        for file in attestation.files:
            if altered := _altered(folder / file.name, file.sha256):
                return "altered", altered
        return "ready", ""


def lacking(attestation: Attestation, preuve: str, product: Product, folder: str) -> tuple[State, str] | None:
    """Why an attestation does not hold, by what it says alone, its files apart; None when it does."""
    if attestation.preuve != preuve:
        return "unreadable", f"{folder}/{FILE} est celui de la preuve {attestation.preuve}"
    if attestation.candidate != product:
        seen, now = (f"{p.name} {p.version}" for p in (attestation.candidate, product))
        return "expired", f"attestée pour {seen}, à refaire pour {now}"
    if not attestation.by or attestation.verdict is None:
        return "incomplete", "commencée, sans nom ni verdict"
    if not attestation.files and not attestation.reference:
        return "incomplete", "attestée sans fichier"
    return None


def folder_name(preuve: str) -> str:
    """`INS/va1.36.01.01` -> `INS-va1.36.01.01`: a name of folder on every system."""
    return re.sub(r"[^\w.]+", "-", preuve)


def _altered(path: Path, sha256: str) -> str:
    """Why the file is not the attested one; "" when it is."""
    if path.is_symlink() or not path.is_file():
        return f"le fichier {path.name} manque"
    try:
        if path.stat().st_size > MAX_FILE:
            return f"le fichier {path.name} dépasse {MAX_FILE // 1024**2} Mio"
        return "" if digest(path) == sha256 else f"le fichier {path.name} a changé depuis l'attestation"
    except OSError as error:
        return f"le fichier {path.name} est illisible ({error.strerror or error})"


def digest(path: Path) -> str:
    """SHA-256 of a file, read by pieces."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            total.update(piece)
    return total.hexdigest()
