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
EDITOR = "éditeur"  # role under which a signed declaration is kept
GIVEN = "preuve/"  # protocol of a file that a person has given, its name in `peer`, its preuve in `label`
_REFUSED = re.compile(r"[^A-Za-z0-9._-]+")
_COLUMNS = ("dispositif", "section", "exigence", "preuve", "nature", "statut", "fichier", "sha256", "libellé")
_STATUS = {"produced": "produite", "supplied": "fournie", "to_supply": "à fournir", "not_applicable": "non applicable"}
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
    """Each preuve of each requirement, in the order of the results; a line for each file of those that have several,
    and for each file of a declaration that a requirement does not apply."""
    taken: set[str] = set()
    given: dict[str, list[Exchange]] = {}
    for exchange in results.exchanges:
        if exchange.protocol.startswith(GIVEN):
            given.setdefault(exchange.label, []).append(exchange)
    for requirement in results.requirements:
        chapter = f"preuves/{slug(requirement.dispositif)}/{slug(requirement.section or 'sans-section')}"
        for preuve in requirement.preuves:
            source = source_of(preuve, run_dir)
            if source is None:
                yield Placed(requirement, preuve, "", None)
                continue
            name = slug(preuve.id)
            files = {e.sha256: e.peer for e in given.get(preuve.id, []) if _of(e, requirement)}
            alone = sum(not called.endswith((".yaml", ".yml")) for called in files.values()) < 2
            for sha256, called in _first(preuve.sha256, files, source.name).items():
                path = source if sha256 == preuve.sha256 else _object(run_dir, sha256)
                if path.is_file():
                    # One file has the name of its preuve; several keep those that their attestation gives them.
                    stem = name if alone and sha256 == preuve.sha256 else slug(PurePosixPath(called).stem)
                    one = preuve.model_copy(update={"sha256": sha256})
                    where = _free(f"{chapter}/{name}/{stem}{_extension(called, path)}", taken)
                    yield Placed(requirement, one, where, path)
        yield from _declared(requirement, given.get(requirement.id, []), chapter, run_dir, taken)


def _first(sha256: str, files: dict[str, str], name: str) -> dict[str, str]:
    """Names by digest, the preuve's own file before the others."""
    return {sha256: files.get(sha256, name)} | files


def _object(run_dir: Path, sha256: str) -> Path:
    return run_dir / "evidence" / "objects" / sha256[:2] / sha256


def _declared(
    requirement: RequirementResult, given: list[Exchange], chapter: str, run_dir: Path, taken: set[str]
) -> Iterator[Placed]:
    """The declaration on honour that the requirement, or some of its scenarios, does not apply, and its signed PDF."""
    for exchange in given:
        path = _object(run_dir, exchange.sha256)
        if exchange.role == EDITOR and _of(exchange, requirement) and path.is_file():
            name = f"{slug(PurePosixPath(exchange.peer).stem)}{_extension(exchange.peer, path)}"
            label = "Déclaration de non-applicabilité, datée et signée"
            told = Preuve(id=requirement.id, kind="declaration", label=label, status="not_applicable")
            where = _free(f"{chapter}/{slug(requirement.id)}-non-applicable/{name}", taken)
            yield Placed(requirement, told.model_copy(update={"sha256": exchange.sha256}), where, path)


def _of(exchange: Exchange, requirement: RequirementResult) -> bool:
    """A file kept for one scenario is that of its dispositif; one kept at the end says in its note whose it is."""
    if exchange.scenario:
        return exchange.scenario.startswith(f"{requirement.dispositif}::")
    return exchange.note in ("", requirement.dispositif)


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
        row = (r.dispositif, r.section, r.id, e.id, e.kind, _STATUS.get(e.status, e.status), p.path, e.sha256, e.label)
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@" and cell else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
