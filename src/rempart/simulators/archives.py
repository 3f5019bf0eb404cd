"""Archives that are wrong on purpose: each function makes one fault in a sound IHE_XDM.ZIP, and no other."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from rempart.formats.xdm.archive import MAX_RATIO, METADATA, SUBSET

ArchiveFault = Callable[[bytes], bytes]
_METADATA = f"{SUBSET}/{METADATA}"
_FIRST = f"{SUBSET}/DOC0001.XML"
_BOMB = MAX_RATIO * 40_000  # bytes of zeros, which weigh a thousandth of that
_ENTITY = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


def cut(archive: bytes) -> bytes:
    """Its end, and its directory with it, did not come."""
    return archive[: len(archive) // 2]


def no_zip(archive: bytes) -> bytes:
    """Something else under its name."""
    return b"Ceci n'est pas une archive."


def empty(archive: bytes) -> bytes:
    """A ZIP without any file."""
    return _written({})


def without_metadata(archive: bytes) -> bytes:
    """Documents that nothing describes."""
    return _changed(archive, {_METADATA: None})


def unreadable_metadata(archive: bytes) -> bytes:
    """METADATA.XML that is no XML."""
    return _changed(archive, {_METADATA: b"<SubmitObjectsRequest>"})


def entity_in_metadata(archive: bytes) -> bytes:
    """METADATA.XML that asks for a file of who reads it."""
    data = _files(archive)[_METADATA]
    return _changed(archive, {_METADATA: re.sub(rb"(<\?xml[^>]*\?>)", rb"\1" + _ENTITY, data, count=1)})


def missing_document(archive: bytes) -> bytes:
    """The metadata name a document that is not there."""
    return _changed(archive, {_FIRST: None})


def altered_document(archive: bytes) -> bytes:
    """A document that is no longer the one whose hash the metadata give."""
    return _changed(archive, {_FIRST: _files(archive)[_FIRST] + b"\n<!-- -->"})


def no_cda(archive: bytes) -> bytes:
    """A document that is no CDA."""
    return _changed(archive, {_FIRST: b"<html><body>Compte rendu</body></html>"})


def climbing_path(archive: bytes) -> bytes:
    """A file that would be written outside of the folder where it is unzipped."""
    return _changed(archive, {"../../DOC0002.XML": b"<a/>"})


def bomb(archive: bytes) -> bytes:
    """A file that weighs nothing until it is inflated."""
    return _changed(archive, {f"{SUBSET}/DOC0009.XML": bytes(_BOMB)})


def nested(archive: bytes) -> bytes:
    """The archive inside of another one, where nothing looks for it."""
    return _written({"IHE_XDM.ZIP": archive})


def spoilt(archive: bytes) -> bytes:
    """A byte of the compressed metadata was changed on the way."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entry = opened.getinfo(_METADATA)
    at = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    return archive[:at] + bytes([archive[at] ^ 0xFF]) + archive[at + 1 :]


def _files(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _changed(archive: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """These files replaced, added, or taken away (None)."""
    files: dict[str, bytes | None] = {**_files(archive), **changes}
    return _written({name: data for name, data in files.items() if data is not None})


def _written(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


# As features name them.
ARCHIVE_FAULTS: dict[str, ArchiveFault] = {
    "coupée": cut,
    "qui n'est pas un ZIP": no_zip,
    "vide": empty,
    "sans métadonnées": without_metadata,
    "dont les métadonnées sont illisibles": unreadable_metadata,
    "dont les métadonnées appellent un fichier": entity_in_metadata,
    "sans son document": missing_document,
    "dont le document est altéré": altered_document,
    "dont le document n'est pas un CDA": no_cda,
    "dont un chemin sort du dossier": climbing_path,
    "qui se gonfle démesurément": bomb,
    "dans une autre archive": nested,
    "abîmée": spoilt,
}
