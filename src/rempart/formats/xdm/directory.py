"""The directory at the end of a ZIP, bounded before zipfile reads it whole; and its refusals, in French."""

from __future__ import annotations

import struct

from rempart.formats.xdm.model import XdmError

MAX_ENTRIES = 200
_DIRECTORY_LIMIT = 256 * 1024
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _END64_SIZE, _LOCATOR64_SIZE = 22, 56, 20
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF  # the true value stands in the 64-bit record


def bounded(data: bytes) -> bytes:
    """The archive without its comment, which may hold what looks like a directory.

    Raises XdmError when there is no directory, or when it announces more than a mail holds (APPNOTE 4.3.14 to 4.3.16:
    a writer in one pass may use the 64-bit records whatever the size).
    """
    if data[:2] != b"PK" and data.rfind(_END) > 0:
        raise XdmError("des octets précèdent l'archive: un lecteur n'y voit pas de ZIP, un autre un programme")
    end = _end(data)
    if end < 0 or len(data) < end + _END_SIZE:
        cut = "elle est tronquée: son répertoire manque" if data.startswith(b"PK\x03\x04") else "ce n'en est pas une"
        raise XdmError(f"la pièce jointe n'est pas une archive ZIP entière, {cut}")
    disks = struct.unpack_from("<HH", data, end + 4)
    if any(disks) and _FULL16 not in disks:
        raise XdmError("l'archive est en plusieurs volumes")
    count, size = _announced(data, end)
    if count > MAX_ENTRIES or size > _DIRECTORY_LIMIT:
        raise XdmError(f"l'archive annonce {count} entrées, au-delà de la limite de {MAX_ENTRIES}", dangerous=True)
    return data[: end + _END_SIZE - 2] + b"\0\0"


def announced(data: bytes) -> int:
    """Entries that the directory of a `bounded` archive says to hold: some readers believe it, others count."""
    return _announced(data, len(data) - _END_SIZE)[0]


def _announced(data: bytes, end: int) -> tuple[int, int]:
    """Entries and octets of the directory, from the 64-bit record where the plain one says to look there."""
    count, size, offset = struct.unpack_from("<HLL", data, end + 10)
    return _wide(data, end, (count, size)) if count == _FULL16 or _FULL32 in (size, offset) else (count, size)


def _end(data: bytes) -> int:
    """Where the end record is: the last whose comment ends with the file, else the last that looks like one."""
    last = place = data.rfind(_END)
    while place >= 0 and len(data) - place <= _END_SIZE + _FULL16:
        if len(data) - place >= _END_SIZE:
            (comment,) = struct.unpack_from("<H", data, place + 20)
            if place + _END_SIZE + comment == len(data):
                return place
        place = data.rfind(_END, 0, place)
    return last


def _wide(data: bytes, end: int, narrow: tuple[int, int]) -> tuple[int, int]:
    """Entries and octets that the 64-bit record announces; the narrow ones where no locator leads to it."""
    locator = end - _LOCATOR64_SIZE
    if locator < 0 or data[locator : locator + 4] != _LOCATOR64:
        return narrow
    (place,) = struct.unpack_from("<Q", data, locator + 8)
    if place + _END64_SIZE > locator or data[place : place + 4] != _END64:
        raise XdmError("l'archive est illisible: son répertoire 64 bits n'est pas où elle le dit")
    count, size = struct.unpack_from("<QQ", data, place + 32)
    return count, size


def damage(error: Exception) -> str:
    """What keeps an archive or an entry from being read, as zipfile found it."""
    said = str(error)
    if "CRC-32" in said:
        return "son contenu n'est pas celui que sa somme de contrôle (CRC-32) annonce"
    if "differ" in said:
        return "son nom n'est pas le même dans le répertoire et devant son contenu"
    if isinstance(error, EOFError):
        return "son contenu est coupé"
    if isinstance(error, UnicodeDecodeError):
        return "un nom de fichier annoncé en UTF-8 n'en est pas"
    if any(word in said for word in ("directory", "header", "magic number", "offset")):
        return "son répertoire ne mène pas à son contenu"
    return f"son contenu ne se décompresse pas ({said[:100]})"
