"""A ZIP read in memory as the hostile input that it is: bounded in entries, in size and in ratio."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

MAX_ENTRIES = 2_000
MAX_TOTAL = 256 * 1024 * 1024  # once inflated
MAX_RATIO = 200
_FREE = 4 * 1024 * 1024  # below this, the ratio says nothing
_CHUNK = 1 << 16


class ZipProblem(ValueError):
    """The archive cannot be read safely. `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of the archive by name. Raises ZipProblem when it is broken, encrypted, climbs or inflates too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise ZipProblem(f"plus de {MAX_ENTRIES} fichiers dans l'archive")
            found: dict[str, bytes] = {}
            left = min(MAX_TOTAL, max(_FREE, MAX_RATIO * len(data)))
            for entry in entries:
                if entry.is_dir():
                    continue
                found[_safe(entry)] = content = _inflate(archive, entry, left)
                left -= len(content)
            return found
    except ZipProblem:
        raise
    # What zipfile is known to raise on broken or unknown archives, besides its own errors.
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        struct.error,
        ValueError,
    ) as error:
        raise ZipProblem(f"l'archive est illisible: {error}") from error


def _safe(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise ZipProblem(f"chemin interdit dans l'archive: « {name[:200]} »")
    if entry.flag_bits & 0x1:
        raise ZipProblem("l'archive est chiffrée")
    return name


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    out = bytearray()
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            out += piece
            if len(out) > left:
                raise ZipProblem(f"« {entry.filename[:200]} » se décompresse au-delà de la limite")
    return bytes(out)
