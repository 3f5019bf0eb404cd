"""What would make a dossier refused, or harm somebody, told before it is signed.

An error stops the build unless it is forced; a warning does not. Where each comes from:
error: evidence missing or altered, no journal (nobody could replay), empty or unreadable file, name that the deposit
refuses, matricule that is no published test identity, certificate that cannot sign;
warning: preuve still to be supplied, expired attestation, address, telephone or professional that is not of the tests,
file that takes another name in the dossier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509

from rempart.evidence.archive import MAX_NAME, safe_name
from rempart.evidence.certificates import PrivateKey, name, problems
from rempart.evidence.dossier import DossierError, files_of
from rempart.evidence.journal import CAMPAIGN, read_journals
from rempart.evidence.media import image_problem, pdf_problem, video_problem
from rempart.evidence.personal import MATRICULE_KIND, Trace, traces
from rempart.evidence.preuves import place
from rempart.evidence.store import EvidenceError, read_object
from rempart.formats.video import recognised
from rempart.model.finding import excerpt
from rempart.model.results import Results

MAX_SCANNED = 64 * 1024 * 1024  # bytes of one file looked at for personal data
_SHOWN = 5
_WRITTEN = (b"preuve: ", b"Contenu ")  # the attestation beside the files, what a redaction leaves of one
_VIDEO, _IMAGE = {"video"}, {"screenshot", "demonstration"}


class Level(StrEnum):
    ERROR = "erreur"
    WARNING = "avertissement"


@dataclass(frozen=True, slots=True)
class Remark:
    """`subject`: what it is about; `message`: a French sentence. `forcible`: may be passed over with --force."""

    level: Level
    subject: str
    message: str
    forcible: bool = True

    def __str__(self) -> str:
        return f"{self.level}: {self.subject}: {self.message}"


def lint(run_dir: Path, results: Results) -> list[Remark]:
    """Everything but the certificate, errors first. Raises OSError when the folder cannot be read."""
    found = [*_evidence(run_dir, results), *_names(run_dir), *_preuves(run_dir, results), *_personal(run_dir, results)]
    return sorted(found, key=lambda r: r.level is not Level.ERROR)


def lint_certificate(certificate: x509.Certificate, key: PrivateKey | None, now: datetime) -> list[Remark]:
    """A signature that would be wrong: never passed over."""
    subject = f"certificat {name(certificate.subject)}"
    return [Remark(Level.ERROR, subject, p, forcible=False) for p in problems(certificate, now, key)]


def _evidence(run_dir: Path, results: Results) -> Iterator[Remark]:
    seen: set[str] = set()
    for exchange in results.exchanges:
        if exchange.sha256 in seen:
            continue
        seen.add(exchange.sha256)
        try:
            read_object(run_dir / "evidence", exchange.sha256)
        except EvidenceError as error:
            yield Remark(Level.ERROR, f"échange {exchange.id}", str(error))
    try:
        complete = len(read_journals(run_dir / "evidence").of(CAMPAIGN)) == 1
    except EvidenceError:
        complete = False
    if not complete:
        yield Remark(Level.ERROR, "journal", "absent ou incomplet: personne ne pourra rejouer ces verdicts")


def _names(run_dir: Path) -> Iterator[Remark]:
    try:
        for path, _ in files_of(run_dir):
            if not safe_name(path):  # said by files_of, which stops there
                yield Remark(Level.ERROR, path, "nom refusé", forcible=False)
    except DossierError as error:
        yield Remark(Level.ERROR, "nom de fichier", str(error), forcible=False)
    for file in sorted(p for p in run_dir.iterdir() if p.is_file()):
        if len(file.name) > MAX_NAME:
            yield Remark(Level.WARNING, file.name[:60], "nom trop long: laissé hors du dossier")


# -- preuves -----------------------------------------------------------------------------------------------------------


def _preuves(run_dir: Path, results: Results) -> Iterator[Remark]:
    missing: dict[tuple[str, str], list[str]] = {}
    for placed in place(results, run_dir):
        r, preuve = placed.requirement, placed.preuve
        if preuve.status == "to_supply":
            if r.official:  # a rule of the programme has no chapter of a deposit
                missing.setdefault((r.dispositif, r.section), []).append(preuve.id)
            if preuve.reason:  # an attestation that is there and does not hold: of another version, altered, unfinished
                yield Remark(Level.WARNING, f"{r.dispositif} preuve {preuve.id}", preuve.reason)
        elif placed.source is not None:
            yield from _file(f"{r.dispositif} preuve {preuve.id}", preuve.kind, placed.source)
        elif preuve.status in ("produced", "supplied"):
            told = f"absent du dossier de campagne: {excerpt(preuve.file, 120)}" if preuve.file else "sans fichier"
            yield Remark(Level.ERROR, f"{r.dispositif} preuve {preuve.id}", f"fichier {told}" if preuve.file else told)
    for (dispositif, section), ids in sorted(missing.items()):
        more = f" et {len(ids) - _SHOWN} autres" if len(ids) > _SHOWN else ""
        told = f"{len(ids)} preuve(s) à fournir, le chapitre ne sera pas instruit: {', '.join(ids[:_SHOWN])}{more}"
        yield Remark(Level.WARNING, f"{dispositif} {section}", told)


def _file(subject: str, kind: str, source: Path) -> Iterator[Remark]:
    data = source.read_bytes()
    if not data:
        yield Remark(Level.ERROR, subject, "fichier vide")
    elif data.startswith(_WRITTEN):
        return
    elif data[:5] == b"%PDF-":
        if fault := pdf_problem(data):
            yield Remark(Level.ERROR, subject, fault)
    elif kind in _VIDEO or (kind in _IMAGE and recognised(data)):
        if fault := video_problem(data):
            yield Remark(Level.ERROR, subject, f"vidéo illisible: {fault}")
    elif kind in _IMAGE and (fault := image_problem(data)):
        yield Remark(Level.ERROR, subject, f"copie d'écran illisible: {fault}")


# -- personal data -----------------------------------------------------------------------------------------------------


def _personal(run_dir: Path, results: Results) -> Iterator[Remark]:
    """One remark for each identity, with where it stands: the same one is in every message of a scenario."""
    names: dict[str, str] = {}
    for exchange in results.exchanges:
        names.setdefault(exchange.sha256, f"échange {exchange.id}")
    found: dict[Trace, list[str]] = {}
    try:
        files = list(files_of(run_dir))
    except DossierError:  # told already
        files = []
    for path, file in files:
        with file.open("rb") as opened:
            data = opened.read(MAX_SCANNED)
        for trace in traces(data):
            found.setdefault(trace, []).append(names.get(file.name, path))
    for trace in sorted(found, key=lambda t: (t.kind, t.value)):
        where = found[trace]
        more = f" et {len(where) - _SHOWN} autres" if len(where) > _SHOWN else ""
        level = Level.ERROR if trace.kind == MATRICULE_KIND else Level.WARNING
        told = f"{trace.kind} qui n'est pas une donnée de test publiée ({trace.shown})"
        yield Remark(level, ", ".join(where[:_SHOWN]) + more, told)
