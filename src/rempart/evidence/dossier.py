"""Building a dossier: the record, its evidence, its reports and each preuve at its place, in one signed archive."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from rempart import __version__
from rempart.evidence.archive import CHUNK, DEFLATED, STORED, Writer, safe_name
from rempart.evidence.certificates import PrivateKey
from rempart.evidence.manifest import MANIFEST, SIGNATURE, Archive, File, Manifest, is_report
from rempart.evidence.preuves import INDEX, index, place
from rempart.evidence.redaction import Redaction
from rempart.evidence.signature import fingerprint, sign
from rempart.model.results import Results

_FOLDERS = ("evidence", "attestations")
_PACKED = {".zip", ".mp4", ".mov", ".webm", ".mkv", ".png", ".jpg", ".jpeg", ".xlsx"}  # compressed already


class DossierError(Exception):
    """A dossier cannot be built or read. The message is French."""


def build(
    run_dir: Path,
    results: Results,
    output: Path,
    key: PrivateKey,
    certificates: list[x509.Certificate],
    redaction: Redaction | None = None,
) -> Manifest:
    """Write the dossier, whole or not at all. The same campaign gives the same bytes but for the signature.

    Raises DossierError, ArchiveError for a name that cannot stand in it, OSError.
    """
    placed = list(place(results, run_dir))
    sources: dict[str, Path | bytes] = dict(files_of(run_dir))
    sources |= {p.path: p.source for p in placed if p.source is not None}
    sources[INDEX] = index(placed)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=output.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            writer = Writer(file)
            files = _add(writer, sources, redaction, redaction.files(run_dir) if redaction else {})
            manifest = Manifest(
                campaign=results.campaign.id,
                rempart=__version__,
                redacted=redaction is not None,
                archive=_head(file),
                certificates=[fingerprint(c.public_bytes(Encoding.DER)) for c in certificates],
                files=files,
            )
            signed = manifest.canonical()
            writer.add(MANIFEST, signed, method=STORED)
            writer.add(SIGNATURE, sign(signed, key, certificates), method=STORED)
            writer.close()
        Path(temporary).chmod(0o644)
        os.replace(temporary, output)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return manifest


def _add(
    writer: Writer, sources: dict[str, Path | bytes], redaction: Redaction | None, originals: dict[str, list[str]]
) -> list[File]:
    """Every file in the order of its name; what was redacted is listed with the digests of its originals."""
    files = []
    for name in sorted(sources):
        method = STORED if Path(name).suffix in _PACKED else DEFLATED
        sha256, size = writer.add(name, sources[name], method=method)
        before = originals.get(name) or (redaction.objects.get(sha256, []) if redaction else [])
        files.append(File(path=name, size=size, sha256=sha256, originals=before))
    return files


def files_of(run_dir: Path) -> Iterator[tuple[str, Path]]:
    """What of a campaign's folder goes into its dossier: record, reports, evidence, attestations. No link, nothing
    hidden, nothing half written."""
    top = [p for p in run_dir.iterdir() if is_report(p.name)]
    deep = [p for folder in _FOLDERS for p in (run_dir / folder).rglob("*")]
    for path in sorted([*top, *deep]):
        name = path.relative_to(run_dir).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix != ".tmp":
            if not safe_name(name):
                raise DossierError(
                    f"{name}: nom refusé dans un dossier (lettres sans accent, chiffres, . _ - seulement)"
                )
            yield name, path


def _head(file: BinaryIO) -> Archive:
    """What was written so far; the file is left at its end."""
    size = file.tell()
    digest = head_digest(file, size)
    file.seek(size)
    return Archive(size=size, sha256=digest)


def head_digest(file: BinaryIO, size: int) -> str:
    """SHA-256 of the first `size` bytes of an open file."""
    total, left = hashlib.sha256(), size
    file.seek(0)
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        total.update(chunk)
        left -= len(chunk)
    return total.hexdigest()
