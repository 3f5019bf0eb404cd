"""The ZIP around it: written always the same, read as the hostile input that a mail attachment is."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from rempart.formats.xdm.directory import MAX_ENTRIES, announced, bounded, damage
from rempart.formats.xdm.metadata import read_metadata
from rempart.formats.xdm.model import Submission, XdmError
from rempart.formats.xdm.write import write_metadata

ARCHIVE_NAME = "IHE_XDM.ZIP"
SUBSET = "IHE_XDM/SUBSET01"
METADATA = "METADATA.XML"

MAX_ARCHIVE = 64 * 1024 * 1024
MAX_TOTAL = 256 * 1024 * 1024  # once inflated
MAX_RATIO = 200  # beyond 1 MB: no clinical document inflates so much
_FREE = 1024 * 1024
_CHUNK = 1 << 16
_EPOCH = (1980, 1, 1, 0, 0, 0)
_INDEX = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Documents de santé</title></head><body>
<h1>Documents de santé</h1><ul>{items}</ul></body></html>
"""
_README = "Archive de documents de sante au format IHE XDM.\r\nLes documents sont dans IHE_XDM/SUBSET01.\r\n"


def write(submission: Submission) -> bytes:
    """The archive; documents without a `uri` become DOC0001.XML, DOC0002.XML… The same input gives the same bytes."""
    documents = tuple(replace(d, uri=d.uri or f"DOC{n:04d}.XML") for n, d in enumerate(submission.documents, 1))
    items = "".join(f'<li><a href="{SUBSET}/{d.uri}">{d.uri}</a></li>' for d in documents)
    files = {
        "INDEX.HTM": _INDEX.format(items=items).encode(),
        "README.TXT": _README.encode(),
        f"{SUBSET}/{METADATA}": write_metadata(replace(submission, documents=documents)),
    }
    files |= {f"{SUBSET}/{d.uri}": d.data for d in documents}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


FaultKind = Literal["path", "duplicate", "case", "encrypted", "encoding", "damaged"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one entry, which was left out unless it is only badly named. `reason` is French."""

    kind: FaultKind
    name: str
    reason: str


@dataclass(slots=True)
class Opened:
    """The files of an archive, by name, and the entries that are at fault. Folders are not files."""

    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(data: bytes) -> Submission:
    """The submission and its documents, in memory: nothing is written to disk.

    Raises XdmError when this is no archive, when it is dangerous (paths that climb, bombs, DOCTYPE), or when its
    metadata are missing, several, or name files that are not there.
    """
    opened = open_archive(data)
    for fault in opened.faults:
        if fault.kind not in ("case", "encoding"):  # names that only some systems mind
            raise XdmError(fault.reason)
    files = opened.files
    found = [n for n in files if PurePosixPath(n).name.upper() == METADATA]
    if len(found) != 1:
        raise XdmError(f"{len(found)} fichier(s) {METADATA} dans l'archive, un seul attendu")
    return read_metadata(files[found[0]], beside(found[0], files))


def beside(name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Files in the folder of `name` or below, by their path from there: what a URI names."""
    folder = PurePosixPath(name).parent
    return {
        str(PurePosixPath(n).relative_to(folder)): d
        for n, d in files.items()
        if PurePosixPath(n).is_relative_to(folder)
    }


def open_archive(data: bytes) -> Opened:
    """Every entry that can be read safely, in memory.

    Raises XdmError when this is no archive, cannot be read to its end, or goes beyond what a mail holds.
    """
    if len(data) > MAX_ARCHIVE:
        raise XdmError(f"l'archive fait {len(data)} octets, au-delà de la limite de {MAX_ARCHIVE}", dangerous=True)
    whole = bounded(data)
    try:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return _read_entries(archive, whole)
    except (
        # What zipfile is known to raise on broken or unknown archives, besides its own errors.
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        struct.error,
    ) as error:
        raise XdmError(f"l'archive est illisible: {damage(error)}") from error
    except (UnicodeDecodeError, ValueError) as error:
        if isinstance(error, XdmError):
            raise
        raise XdmError(f"l'archive est illisible: {damage(error)}") from error


def _read_entries(archive: zipfile.ZipFile, data: bytes) -> Opened:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise XdmError(
            f"l'archive compte {len(entries)} entrées, au-delà de la limite de {MAX_ENTRIES}", dangerous=True
        )
    opened = Opened()
    if (said := announced(data)) != len(entries):
        reason = (
            f"le répertoire annonce {said} entrées et en compte {len(entries)}: certains en verront moins"
        )
        opened.faults.append(Fault("damaged", "fichier", reason))
    folded: set[str] = set()
    left = MAX_TOTAL
    for entry in entries:
        if (fault := _fault(entry, opened.files, folded)) is not None:
            opened.faults.append(fault)
            if fault.kind not in ("case", "encoding"):
                continue
        if entry.is_dir():
            continue
        folded.add(_folded(entry.filename))
        try:
            opened.files[entry.filename] = _read_entry(archive, entry, left)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            reason = f"l'archive est illisible: « {entry.filename[:200]} » est abîmé: {damage(error)}"
            opened.faults.append(Fault("damaged", entry.filename, reason))
            continue
        if (size := len(opened.files[entry.filename])) != entry.file_size:
            reason = f"« {entry.filename[:200]} » fait {size} octets, et l'archive en annonce {entry.file_size}"
            opened.faults.append(Fault("damaged", entry.filename, reason))
        left -= len(opened.files[entry.filename])
    return opened


def _fault(entry: zipfile.ZipInfo, files: dict[str, bytes], folded: set[str]) -> Fault | None:
    # `orig_filename` is what stands in the archive: zipfile cuts names at a null character.
    name = entry.orig_filename
    shown = name[:200]
    parts = name.split("/")
    if not name:
        return Fault("path", "fichier", "un fichier de l'archive n'a pas de nom")
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0] or ".." in parts:
        return Fault("path", shown, f"chemin interdit dans l'archive: « {shown} »")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Fault("path", shown, f"« {shown} » est un lien, qui mène hors de l'archive")
    if entry.filename in files:
        return Fault("duplicate", shown, f"l'archive contient deux fois « {shown} »")
    if entry.flag_bits & 0x1:
        return Fault("encrypted", shown, f"l'archive est chiffrée: « {shown} » ne peut être lu")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Fault("encrypted", shown, f"compression {entry.compress_type} inconnue dans l'archive: « {shown} »")
    if _folded(entry.filename) in folded:
        return Fault("case", shown, f"« {shown} » ne diffère d'un autre fichier que par la casse")
    if not name.isascii():
        declared = "annoncé en UTF-8" if entry.flag_bits & 0x800 else "dont l'encodage n'est pas annoncé"
        return Fault("encoding", shown, f"nom de fichier hors de l'ASCII, {declared}: « {shown} »")
    return None


def _folded(name: str) -> str:
    """What two systems may take for the same file."""
    return str(PurePosixPath(name)).casefold()


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Inflated by pieces: the sizes that the archive declares are not believed."""
    out = bytearray()
    ceiling = min(left, max(_FREE, MAX_RATIO * entry.compress_size))
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            out += piece
            if len(out) > ceiling:
                raise XdmError(
                    f"« {entry.filename[:200]} » se décompresse au-delà de la limite: bombe de décompression",
                    dangerous=True,
                )
    return bytes(out)
