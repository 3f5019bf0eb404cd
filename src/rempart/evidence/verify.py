"""Verifying a dossier: each byte of it is signed, or follows from what is signed; and who signed."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from pydantic import ValidationError

from rempart.evidence.archive import STORED, ArchiveError, Entry, content, directory, read_entries
from rempart.evidence.certificates import SignatureProblem, problems, trusted
from rempart.evidence.dossier import DossierError, head_digest
from rempart.evidence.manifest import MANIFEST, MAX_MANIFEST, SIGNATURE, Manifest
from rempart.evidence.signature import MAX_SIGNATURE, Signed, check

MAX_TOTAL = 64 * 1024**3  # bytes once unpacked
_MOST = 1_040  # no deflate stream gives more than 1,032 bytes for one


@dataclass
class Verified:
    """What was verified. `problems` (French) is empty when nothing was altered and the signature is right.

    `trusted`: the certificate leads to one of the authorities given; None when none was given.
    """

    manifest: Manifest
    entries: list[Entry]
    problems: list[str] = field(default_factory=list)
    signed: Signed | None = None
    trusted: bool | None = None


def verify(path: Path, anchors: Sequence[x509.Certificate] = ()) -> Verified:
    """Verify a dossier. Raises DossierError when it is not one, or so damaged that nothing can be said of its content.

    Nothing is written, and nothing longer than a chunk is held but the manifest.
    """
    try:
        with path.open("rb") as file:
            return _verify(file, anchors)
    except OSError as error:
        raise DossierError(f"{path}: {error.strerror or error}") from error
    except ArchiveError as error:
        raise DossierError(f"{path}: archive altérée, ou qui n'est pas un dossier de Rempart: {error}") from error


def _verify(file: BinaryIO, anchors: Sequence[x509.Certificate]) -> Verified:
    entries, end = read_entries(file)
    if [e.name for e in entries[-2:]] != [MANIFEST, SIGNATURE] or any(e.method != STORED for e in entries[-2:]):
        raise ArchiveError(f"{MANIFEST} et {SIGNATURE} n'en sont pas les deux derniers fichiers")
    if entries[-2].size > MAX_MANIFEST or entries[-1].size > MAX_SIGNATURE:
        raise ArchiveError("manifeste ou signature trop long")
    raw, signature = (b"".join(content(file, e)) for e in entries[-2:])
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise ArchiveError(f"{MANIFEST} illisible: {error.errors()[0]['msg']}") from error
    found = Verified(manifest, entries[:-2])
    if manifest.canonical() != raw:
        found.problems.append(f"{MANIFEST} n'a pas sa forme canonique")
    _signature(found, raw, signature, anchors)
    expected = directory(entries, end)
    file.seek(end)
    if file.read(len(expected) + 1) != expected:
        found.problems.append("le répertoire de l'archive, ou sa fin, est altéré")
    start = entries[-2].offset
    if (start, head_digest(file, start)) != (manifest.archive.size, manifest.archive.sha256):
        found.problems.append("les octets de l'archive ne sont pas ceux qui ont été signés")
    _files(found, file)
    return found


def _signature(found: Verified, raw: bytes, signature: bytes, anchors: Sequence[x509.Certificate]) -> None:
    try:
        found.signed = signed = check(raw, signature, found.manifest.certificates)
    except SignatureProblem as error:
        found.problems.append(str(error))
        return
    found.problems += [f"à la date de la signature, {p}" for p in problems(signed.certificate, signed.time)]
    if anchors:
        found.trusted = trusted(signed.certificate, signed.others, anchors, signed.time)
        if not found.trusted:
            found.problems.append("le certificat du signataire ne mène à aucune des autorités données")


def _files(found: Verified, file: BinaryIO) -> None:
    """Each file against the manifest: none more, none less, none twice, none else."""
    listed = {f.path: f for f in found.manifest.files}
    if [f.path for f in found.manifest.files] != sorted(listed):
        found.problems.append(f"{MANIFEST}: fichiers en double ou en désordre")
    names = Counter(e.name for e in found.entries)
    found.problems += [f"{name}: en trop, absent du manifeste" for name in names if name not in listed]
    found.problems += [f"{name}: absent de l'archive" for name in listed if name not in names]
    found.problems += [f"{name}: en double" for name, count in names.items() if count > 1]
    if sum(e.size for e in found.entries) > MAX_TOTAL or any(e.size > e.packed * _MOST + 64 for e in found.entries):
        found.problems.append("les tailles annoncées dépassent ce qu'un dossier peut contenir")
        return
    for entry in found.entries:
        if entry.name not in listed:
            continue
        digest = hashlib.sha256()
        try:
            for chunk in content(file, entry):
                digest.update(chunk)
        except ArchiveError as error:
            found.problems.append(str(error))
            continue
        if (digest.hexdigest(), entry.size) != (listed[entry.name].sha256, listed[entry.name].size):
            found.problems.append(f"{entry.name}: altéré, son empreinte n'est pas celle du manifeste")


def extract(path: Path, entries: Sequence[Entry], folder: Path) -> list[str]:
    """Write these entries under a folder; names are safe, for they were read as such. French lines on what could not
    be read: the rest is written."""
    faults = []
    with path.open("rb") as file:
        for entry in entries:
            target = folder / entry.name
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as out:
                    for chunk in content(file, entry):
                        out.write(chunk)
            except ArchiveError as error:
                target.unlink()
                faults.append(str(error))
            except (FileExistsError, NotADirectoryError):
                faults.append(f"{entry.name}: en double")
    return faults


def require_room(entries: Sequence[Entry], folder: Path) -> None:
    """Raises DossierError when these entries would not fit where they are to be unpacked."""
    needed, free = sum(e.size for e in entries), shutil.disk_usage(folder).free
    if needed > min(MAX_TOTAL, free):
        raise DossierError(f"{needed} octets à déballer, {free} libres")
