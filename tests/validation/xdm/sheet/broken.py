"""Archives with one fault of the ZIP or of its layout."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

from validation.cda.sheet.templates import document, patient
from validation.xdm.sheet.archives import (
    METADATA,
    N1_DOCUMENT,
    OTHER,
    SECOND_DOCUMENT,
    entry,
    files,
    metadata,
    name,
    one,
    two,
    zipped,
)

DOC = "IHE_XDM/SUBSET01/DOC0001.XML"


def without(name: str) -> bytes:
    return zipped({n: d for n, d in one().items() if n != name})


def renamed(old: str, new: str) -> bytes:
    return zipped({n.replace(old, new): d for n, d in one().items()})


def also(name: str, data: bytes) -> bytes:
    return zipped([*one().items(), (name, data)])


def symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in one().items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo("IHE_XDM/SUBSET01/LIEN.XML")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _flagged(bit: int) -> bytes:
    """Every general purpose flag, local and central, with one bit more."""
    data = bytearray(zipped(one()))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            flags = struct.unpack_from("<H", data, place + at)[0]
            struct.pack_into("<H", data, place + at, flags | bit)
            place = data.find(mark, place + 4)
    return bytes(data)


def damaged() -> bytes:
    """One byte of the deflated document, changed."""
    data = bytearray(zipped(one(), zipfile.ZIP_STORED))
    place = data.find(b"<title>")
    data[place + 9] ^= 1
    return bytes(data)


def latin1() -> bytes:
    data = also("IHE_XDM/SUBSET01/R0SUM0.TXT", b"x")
    return data.replace(b"R0SUM0", "RéSUMé".encode("latin-1"))


def other_patient() -> dict[str, bytes]:
    stranger = document(
        id=f'<id root="{OTHER}"/>',
        set=f'<setId root="{OTHER}"/>',
        patient=patient().replace("279035121518989", "297022A02077878").replace("19790328", "19970228"),
    )
    described = entry(2, stranger, unique=OTHER).replace("279035121518989", "297022A02077878").replace("19790328", "19970228")
    return files(metadata(entry(1, N1_DOCUMENT), described), N1_DOCUMENT, stranger)


def faulty_document() -> dict[str, bytes]:
    data = N1_DOCUMENT.replace(b'languageCode code="fr-FR"', b'languageCode code="fr-fr"')
    return files(metadata(entry(1, data)), data)


def unreadable_document() -> dict[str, bytes]:
    data = N1_DOCUMENT[:-200]
    return files(metadata(entry(1, data)), data)


BOMB = b"\0" * 30_000_000
# Name: archive, verdict, rule, beginning of the location.
FAULTS: dict[str, tuple[bytes, str, str, str]] = {
    "no INDEX.HTM": (without("INDEX.HTM"), "non_conforme", "XDS-129", "INDEX.HTM"),
    "no README.TXT": (without("README.TXT"), "non_conforme", "XDS-129", "README.TXT"),
    "no METADATA.XML": (without(METADATA), "non_conforme", "XDS-129", "IHE_XDM"),
    "no SUBSET": (renamed("IHE_XDM/SUBSET01/", "IHE_XDM/"), "non_conforme", "XDS-129", "IHE_XDM/METADATA.XML"),
    "no IHE_XDM": (renamed("IHE_XDM/", ""), "non_conforme", "XDS-129", "SUBSET01/METADATA.XML"),
    "SUBSET1": (renamed("SUBSET01", "SUBSET1"), "non_conforme", "XDS-129", "IHE_XDM/SUBSET1/METADATA.XML"),
    "all below a folder": (zipped({f"ENVOI/{n}": d for n, d in one().items()}), "non_conforme", "XDS-129", "INDEX.HTM"),
    "no document": (without(DOC), "non_conforme", "XDS-130", METADATA),
    "document without entry": (zipped(two() | {METADATA: one()[METADATA]}), "non_conforme", "XDM-010", "IHE_XDM/SUBSET01/DOC0002.XML"),
    "second SUBSET without metadata": (also("IHE_XDM/SUBSET02/DOC0001.XML", SECOND_DOCUMENT), "non_conforme", "XDS-129", "IHE_XDM/SUBSET02"),
    "path that climbs": (also("../../DOC9999.XML", b"x"), "non_conforme", "XDM-003", ""),
    "path that climbs from inside": (also("IHE_XDM/SUBSET01/../../../etc/x", b"x"), "non_conforme", "XDM-003", ""),
    "absolute path": (also("/etc/passwd", b"x"), "non_conforme", "XDM-003", ""),
    "drive": (also("C:/x.exe", b"x"), "non_conforme", "XDM-003", ""),
    "symbolic link": (symlink(), "non_conforme", "XDM-003", "IHE_XDM/SUBSET01/LIEN.XML"),
    "duplicate name": (also(DOC, SECOND_DOCUMENT), "non_conforme", "XDM-004", DOC),
    "same name but case": (also("IHE_XDM/SUBSET01/doc0001.xml", b"x"), "non_conforme", "XDM-004", "IHE_XDM/SUBSET01/doc0001.xml"),
    "encrypted": (_flagged(1), "non_conforme", "XDM-005", ""),
    "bzip2": (zipped(one(), zipfile.ZIP_BZIP2), "non_conforme", "XDM-005", ""),
    "damaged": (damaged(), "non_conforme", "XDM-001", DOC),
    "bomb": (also("IHE_XDM/SUBSET01/BOMB.TXT", BOMB), "erreur", "XDM-002", "fichier"),
    "thousands of files": (zipped({**one(), **{f"F{n}": b"" for n in range(3000)}}), "erreur", "XDM-002", "fichier"),
    "truncated": (zipped(one())[:-40], "erreur", "XDM-001", "fichier"),
    "truncated in the middle": (zipped(one())[:2000], "erreur", "XDM-001", "fichier"),
    "no entry at all": (zipped({}), "erreur", "XDS-129", "fichier"),
    "another kind of archive": (zipped({"word/document.xml": b"<w/>"}), "erreur", "XDS-129", "fichier"),
    "another patient": (zipped(other_patient()), "non_conforme", "MSS-022", "IHE_XDM/SUBSET01/DOC0002.XML"),
    "faulty document": (zipped(faulty_document()), "non_conforme", "CDA-019", f"{DOC}!/ClinicalDocument/languageCode/@code"),
    "unreadable document": (zipped(unreadable_document()), "non_conforme", "CDA-001", DOC),
}  # fmt: skip
ADVISED: dict[str, tuple[bytes, str]] = {
    "archive in the archive": (also("IHE_XDM/SUBSET01/AUTRE.ZIP", zipped({"x": b"y"})), "XDM-007"),
    "name in latin-1": (latin1(), "XDM-006"),
    "name in UTF-8": (also("IHE_XDM/SUBSET01/RÉSUMÉ.TXT", b"x"), "XDM-006"),
    "link that leads nowhere": (zipped(one() | {"INDEX.HTM": b'<a href="IHE_XDM/SUBSET01/DOC0002.XML">x</a>'}), "XDM-011"),
    "contentTypeCode without its label": (zipped(one() | {METADATA: one()[METADATA].replace(name("Consultations soins externes").encode(), b"")}), "XDS-016"),
    "lower-case index": (renamed("INDEX.HTM", "index.htm"), "XDS-129"),
}  # fmt: skip
