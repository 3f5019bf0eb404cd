"""The one ZIP layout of a dossier: the same files give the same bytes, and no byte is free.

Written and read by hand rather than by `zipfile`, for the proof asks for more than a reader gives: every byte is either
the content of an entry or follows from the names and contents. No prefix, comment, gap, extra field, date, attribute or
second directory can hide anything (APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16). Any ZIP tool opens it.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
MAX_ENTRY = 0xFFFFFFFE  # bytes of one file, packed or not: beyond, sizes would need a second form
MAX_ENTRIES = 1_000_000
MAX_NAME = 200  # characters of a path inside the dossier
STORED, DEFLATED = 0, 8
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_UTF8, _DATE = 0x0800, 0x0021  # names in UTF-8; 1 January 1980, midnight
_LOCAL_FORM, _LOCAL_SIZE = "<4sHHHHHIIIHH", 30
# What every system can hold as a file name, and nothing that means something to one: no space, no accent, no colon.
_NAME = re.compile(r"(?!.*//)(?!.*\.(?:/|$))[A-Za-z0-9_][A-Za-z0-9_./-]*[A-Za-z0-9_-]|[A-Za-z0-9_]")
_DEVICES = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|/|$)", re.I)


class ArchiveError(Exception):
    """Not a dossier's ZIP, or one that cannot be written. The message is French."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive. `offset` is that of its local header, `data` that of its packed content."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def data(self) -> int:
        return self.offset + _LOCAL_SIZE + len(self.name.encode())

    @property
    def end(self) -> int:
        return self.data + self.packed


def safe_name(name: str) -> bool:
    """A relative path of plain characters, in which no part is empty, `.` or `..` or ends with a dot."""
    parts = name.split("/")
    plain = bool(_NAME.fullmatch(name)) and len(name) <= MAX_NAME and not _DEVICES.search(name)
    return plain and all(p and not p.startswith(".") and not p.startswith("-") for p in parts)


@dataclass
class Writer:
    """Writes entries in the order given, then `close()`. Raises ArchiveError on a name or a size that is not safe."""

    file: BinaryIO
    entries: list[Entry] = field(default_factory=list)

    def add(self, name: str, source: Path | bytes, *, method: int = DEFLATED) -> tuple[str, int]:
        """Adds a file; returns the SHA-256 of its content and its size."""
        if not safe_name(name) or any(e.name == name for e in self.entries[-1:]):
            raise ArchiveError(f"nom de fichier refusé dans le dossier: {name!r}")
        offset = self.file.tell()
        self.file.write(_local(Entry(name, method, 0, 0, 0, offset)))
        total, crc, size, packed = hashlib.sha256(), 0, 0, 0
        packer = zlib.compressobj(9, zlib.DEFLATED, -15) if method == DEFLATED else None
        for chunk in _chunks(source):
            total.update(chunk)
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            packed += self.file.write(packer.compress(chunk) if packer else chunk)
        packed += self.file.write(packer.flush()) if packer else 0
        if max(size, packed) > MAX_ENTRY:
            raise ArchiveError(f"{name}: fichier de {size} octets, trop grand pour le dossier")
        entry = Entry(name, method, crc, packed, size, offset)
        self.file.seek(offset)
        self.file.write(_local(entry))
        self.file.seek(entry.end)
        self.entries.append(entry)
        return total.hexdigest(), size

    def close(self) -> None:
        if len({e.name.casefold() for e in self.entries}) != len(self.entries):
            raise ArchiveError("deux fichiers du dossier portent le même nom, à la casse près")
        self.file.write(directory(self.entries, self.file.tell()))


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield from (source[n : n + CHUNK] for n in range(0, len(source), CHUNK))
        return
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def read_entries(file: BinaryIO) -> tuple[list[Entry], int]:
    """The entries from the first byte on, and where they end. Raises ArchiveError where the layout is not ours."""
    file.seek(0, os.SEEK_END)
    length, offset = file.tell(), 0
    entries: list[Entry] = []
    while True:
        file.seek(offset)
        head = file.read(_LOCAL_SIZE)
        if head[:4] != _LOCAL:
            break
        if len(head) < _LOCAL_SIZE or len(entries) == MAX_ENTRIES:
            raise ArchiveError(f"en-tête de fichier tronqué, ou trop de fichiers, à l'octet {offset}")
        _, _, _, method, _, _, crc, packed, size, name_length, _ = struct.unpack(_LOCAL_FORM, head)
        raw = file.read(min(name_length, MAX_NAME + 1))
        entry = Entry(raw.decode("utf-8", "replace"), method, crc, packed, size, offset)
        if not safe_name(entry.name) or method not in (STORED, DEFLATED) or _local(entry) != head + raw:
            raise ArchiveError(f"en-tête de fichier altéré à l'octet {offset}")
        if entry.end > length or (method == STORED and packed != size):
            raise ArchiveError(f"{entry.name}: tailles incohérentes")
        entries.append(entry)
        offset = entry.end
    return entries, offset


def content(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The content, in chunks, never more than the size announced. Raises ArchiveError when it is not what it says."""
    unpacker = zlib.decompressobj(-15) if entry.method == DEFLATED else None
    left, given, crc = entry.packed, 0, 0
    file.seek(entry.data)
    while left > 0:
        raw = file.read(min(CHUNK, left))
        if not raw:
            break
        left -= len(raw)
        for chunk in _unpacked(unpacker, raw, entry):
            given, crc = given + len(chunk), zlib.crc32(chunk, crc)
            if given > entry.size:
                raise ArchiveError(f"{entry.name}: contenu plus long qu'annoncé")
            yield chunk
    finished = unpacker is None or (unpacker.eof and not unpacker.unused_data)
    if given != entry.size or crc != entry.crc or not finished or left:
        raise ArchiveError(f"{entry.name}: contenu altéré")


def _unpacked(unpacker: zlib._Decompress | None, raw: bytes, entry: Entry) -> Iterator[bytes]:
    if unpacker is None:
        yield raw
        return
    try:
        while raw and not unpacker.eof:
            yield unpacker.decompress(raw, CHUNK)
            raw = unpacker.unconsumed_tail
        if raw:
            raise ArchiveError(f"{entry.name}: octets en trop après le contenu")
    except zlib.error as error:
        raise ArchiveError(f"{entry.name}: contenu illisible ({error})") from error


def _local(entry: Entry) -> bytes:
    name = entry.name.encode()
    sizes = (entry.crc, entry.packed, entry.size, len(name), 0)
    return struct.pack(_LOCAL_FORM, _LOCAL, 20, _UTF8, entry.method, 0, _DATE, *sizes) + name


def directory(entries: list[Entry], start: int) -> bytes:
    """All that follows the entries: the central directory and its end, in the longer form (ZIP64) when they need it."""
    records = b"".join(map(_record, entries))
    count, long = len(entries), len(entries) >= 0xFFFF or start + len(records) >= 0xFFFFFFFF
    tail = b""
    if long:
        form = "<4sQHHIIQQQQ"
        tail = struct.pack(form, _END64, 44, 45, 45, 0, 0, count, count, len(records), start)
        tail += struct.pack("<4sIQI", _LOCATOR64, 0, start + len(records), 1)
    few, size, at = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) if long else (count, len(records), start)
    return records + tail + struct.pack("<4sHHHHIIH", _END, 0, 0, few, few, size, at, 0)


def _record(entry: Entry) -> bytes:
    name, far = entry.name.encode(), entry.offset >= 0xFFFFFFFF
    extra = struct.pack("<HHQ", 1, 8, entry.offset) if far else b""
    need, at = (45, 0xFFFFFFFF) if far else (20, entry.offset)
    sizes = (entry.crc, entry.packed, entry.size, len(name), len(extra), 0, 0, 0, 0, at)
    form = "<4sHHHHHHIIIHHHHHII"
    return struct.pack(form, _CENTRAL, need, need, _UTF8, entry.method, 0, _DATE, *sizes) + name + extra
