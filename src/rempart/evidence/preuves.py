"""Where each preuve stands in a dossier: `preuves/<dispositif>/<section>/<preuve>/…`, and the index of them all.

No rule of the deposit on file names could be read (the answer schema of Convergence is not public): names are kept to
what every system accepts. Letters without accents, digits, `.`, `_`, `-`; at most 60 characters a part, 200 in all.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rempart.model.exchange import Exchange
from rempart.model.results import Preuve, RequirementResult, Results

MAX_PART = 60
INDEX = "preuves/index.csv"
GIVEN = "preuve/"  # protocol of a file that a person has given, its name in `peer`, its preuve in `label`
_REFUSED = re.compile(r"[^A-Za-z0-9._-]+")
_COLUMNS = ("dispositif", "section", "exigence", "preuve", "nature", "statut", "fichier", "sha256", "libellé")
# How a file without a name of its own begins, and what it is then called.
_STARTS = (
    (b"MSH|", ".hl7"),
    (b"\x0bMSH|", ".hl7"),
    (b"%PDF-", ".pdf"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"PK\x03\x04", ".zip"),
    (b"<", ".xml"),
    (b"{", ".json"),
    (b"Contenu ", ".txt"),  # what a redaction leaves
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A preuve, its requirement, and its file in the dossier ("" when there is none)."""

    requirement: RequirementResult
    preuve: Preuve
    path: str
    source: Path | None


def slug(text: str) -> str:
    """A name that any deposit takes: `CDA/HL7.02.01.01` -> `CDA-HL7.02.01.01`, `Identité` -> `Identite`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = _REFUSED.sub("-", plain).strip("-.")
    return name[:MAX_PART].strip("-.") or "sans-nom"


def acceptable(name: str) -> bool:
    """A file name that the dossier keeps as it is."""
    return 0 < len(name) <= MAX_PART and not _REFUSED.search(name) and name == name.strip("-.")


def place(results: Results, run_dir: Path) -> Iterator[Placed]:
    """Each preuve of each requirement, in the order of the results; a line for each file of those that have several."""
    taken: set[str] = set()
    given: dict[str, list[Exchange]] = {}
    for exchange in results.exchanges:
        if exchange.protocol.startswith(GIVEN):
            given.setdefault(exchange.label, []).append(exchange)
    for requirement in results.requirements:
        for preuve in requirement.preuves:
            source = source_of(preuve, run_dir)
            if source is None:
                yield Placed(requirement, preuve, "", None)
                continue
            name = slug(preuve.id)
            folder = f"preuves/{slug(requirement.dispositif)}/{slug(requirement.section or 'sans-section')}/{name}"
            files = {e.sha256: e.peer for e in given.get(preuve.id, []) if _of(e, requirement)}
            first = f"{name}{_extension(files.get(preuve.sha256, source.name), source)}"
            yield Placed(requirement, preuve, _free(f"{folder}/{first}", taken), source)
            for sha256, called in files.items():
                other = run_dir / "evidence" / "objects" / sha256[:2] / sha256
                if sha256 != preuve.sha256 and other.is_file():
                    stem, extension = slug(PurePosixPath(called).stem), _extension(called, other)
                    more = preuve.model_copy(update={"sha256": sha256})
                    yield Placed(requirement, more, _free(f"{folder}/{stem}{extension}", taken), other)


def _of(exchange: Exchange, requirement: RequirementResult) -> bool:
    """A file kept for one scenario is that of its dispositif; one kept at the end stands for both."""
    return not exchange.scenario or exchange.scenario.startswith(f"{requirement.dispositif}::")


def _free(path: str, taken: set[str]) -> str:
    """The path, numbered when it is taken already, whatever the case of its letters."""
    number, start, extension = 2, *_cut(path)
    while path.casefold() in taken:
        path, number = f"{start}-{number}{extension}", number + 1
    taken.add(path.casefold())
    return path


def _cut(path: str) -> tuple[str, str]:
    extension = PurePosixPath(path).suffix
    return path.removesuffix(extension), extension


def source_of(preuve: Preuve, run_dir: Path) -> Path | None:
    """The preuve's file, when it is one and stands inside the campaign's folder."""
    if not preuve.file:
        return None
    path = run_dir / preuve.file
    inside = path.resolve().is_relative_to(run_dir.resolve())
    return path if inside and path.is_file() and not path.is_symlink() else None


def _extension(name: str, source: Path) -> str:
    """That of the name it was given under, else what its first bytes say."""
    suffix = PurePosixPath(name).suffix.lower()
    with source.open("rb") as file:
        start = file.read(8)
    told = next((extension for begin, extension in _STARTS if start.startswith(begin)), ".bin")
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) and told != ".txt" else told


def index(placed: list[Placed]) -> bytes:
    """The index, for a person: CSV with semicolons, read by a spreadsheet as it is."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for p in placed:
        r, e = p.requirement, p.preuve
        row = (r.dispositif, r.section, r.id, e.id, e.kind, e.status, p.path, e.sha256, e.label)
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@" and cell else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
