"""The ZIP around it: written always the same, read as the hostile input that a mail attachment is."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePosixPath

from rempart.formats.xdm.metadata import read_metadata, write_metadata
from rempart.formats.xdm.model import Submission, XdmError

ARCHIVE_NAME = "IHE_XDM.ZIP"
SUBSET = "IHE_XDM/SUBSET01"
METADATA = "METADATA.XML"

MAX_ARCHIVE = 64 * 1024 * 1024
MAX_ENTRIES = 200
MAX_TOTAL = 256 * 1024 * 1024  # once inflated
MAX_RATIO = 200  # beyond 1 MB: no clinical document inflates so much
_FREE = 1024 * 1024
_DIRECTORY_LIMIT = 256 * 1024
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


def read(data: bytes) -> Submission:
    """The submission and its documents, in memory: nothing is written to disk.

    Raises XdmError when this is no archive, when it is dangerous (paths that climb, bombs, DOCTYPE), or when its
    metadata are missing, several, or name files that are not there.
    """
    files = _inflate(data)
    found = [n for n in files if PurePosixPath(n).name.upper() == METADATA]
    if len(found) != 1:
        raise XdmError(f"{len(found)} fichier(s) {METADATA} dans l'archive, un seul attendu")
    folder = PurePosixPath(found[0]).parent
    beside = {str(PurePosixPath(n).relative_to(folder)): d for n, d in files.items() if _within(n, folder)}
    return read_metadata(files[found[0]], beside)


def _within(name: str, folder: PurePosixPath) -> bool:
    return PurePosixPath(name).is_relative_to(folder)


def _inflate(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_ARCHIVE:
        raise XdmError(f"l'archive fait {len(data)} octets, au-delà de la limite de {MAX_ARCHIVE}")
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise XdmError(f"l'archive compte {len(entries)} entrées, au-delà de la limite de {MAX_ENTRIES}")
            files: dict[str, bytes] = {}
            left = MAX_TOTAL
            for entry in entries:
                _check_entry(entry, files)
                if not entry.is_dir():
                    files[entry.filename] = _read_entry(archive, entry, left)
                    left -= len(files[entry.filename])
            return files
    # What zipfile is known to raise on broken or unknown archives, besides its own errors.
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        struct.error,
    ) as error:
        raise XdmError(f"l'archive est illisible: {error}") from error
    except (UnicodeDecodeError, ValueError) as error:
        if isinstance(error, XdmError):
            raise
        raise XdmError(f"l'archive est illisible: {error}") from error


def _check_directory(data: bytes) -> None:
    """The directory is read whole by zipfile: bound it before. 64-bit archives have no place in a mail."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise XdmError("la pièce jointe n'est pas une archive ZIP")
    count, size = struct.unpack_from("<HL", data, end + 10)
    if count > MAX_ENTRIES or size > _DIRECTORY_LIMIT:
        raise XdmError(f"l'archive annonce {count} entrées, au-delà de la limite de {MAX_ENTRIES}")


def _check_entry(entry: zipfile.ZipInfo, files: dict[str, bytes]) -> None:
    # `orig_filename` is what stands in the archive: zipfile cuts names at a null character.
    name = entry.orig_filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0] or ".." in parts:
        raise XdmError(f"chemin interdit dans l'archive: « {name[:200]} »")
    if entry.filename in files:
        raise XdmError(f"l'archive contient deux fois « {name[:200]} »")
    if entry.flag_bits & 0x1:
        raise XdmError("l'archive est chiffrée")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise XdmError(f"compression {entry.compress_type} inconnue dans l'archive")


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Inflated by pieces: the sizes that the archive declares are not believed."""
    out = bytearray()
    ceiling = min(left, max(_FREE, MAX_RATIO * entry.compress_size))
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            out += piece
            if len(out) > ceiling:
                raise XdmError(
                    f"« {entry.filename[:200]} » se décompresse au-delà de la limite: bombe de décompression"
                )
    return bytes(out)
