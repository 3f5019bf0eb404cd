"""Sound archives as other writers make them: 64-bit records, streams, comments, attributes."""

from __future__ import annotations

import io
import struct
import zipfile

from validation.xdm.sheet.archives import (
    METADATA,
    N1,
    N1_DOCUMENT,
    OTHER,
    SECOND_DOCUMENT,
    coded,
    entry,
    files,
    metadata,
    one,
    slot,
    two,
    zipped,
)


class _Stream(io.BytesIO):
    """What cannot go back: sizes follow the content (Java, .NET)."""

    def seekable(self) -> bool:
        return False


def streamed() -> bytes:
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in one().items():
            archive.writestr(name, data)
    return out.getvalue()


def wide_entries() -> bytes:
    """64-bit sizes before each content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in one().items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(data)
    return out.getvalue()


def wide_directory(data: bytes, count: int | None = None) -> bytes:
    """The directory announced by a 64-bit record, as writers in one pass do; `count` entries if it lies."""
    end = data.rfind(b"PK\x05\x06")
    entries, size, offset = struct.unpack_from("<HLL", data, end + 10)
    said = count or entries
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, said, said, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    full = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + record + locator + full


def commented(comment: bytes) -> bytes:
    out = io.BytesIO(zipped(one()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = comment
    return out.getvalue()


def of_windows() -> bytes:
    """Attributes and folders as a Windows archiver writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"IHE_XDM/": b"", "IHE_XDM/SUBSET01/": b"", **one()}.items():
            info = zipfile.ZipInfo(name, (2026, 3, 10, 10, 20, 0))
            info.create_system, info.external_attr = 0, 0x10 if name.endswith("/") else 0x20
            info.compress_type = zipfile.ZIP_DEFLATED
            info.extra = b"" if name.endswith("/") else struct.pack("<HHLHHQQQ", 10, 32, 0, 1, 24, *[133 * 10**15] * 3)
            archive.writestr(info, data)
    return out.getvalue()


def pointed(uri: str, name: str = "DOC0001.XML") -> bytes:
    """A URI that is the name of the file in another writing."""
    made = files(metadata(entry(1, N1_DOCUMENT).replace(">DOC0001.XML<", f">{uri}<")), N1_DOCUMENT)
    return zipped(
        {
            n.replace("DOC0001.XML", name): d.replace(b"SUBSET01/DOC0001.XML", b"SUBSET01/" + name.encode())
            for n, d in made.items()
        }
    )


ZIPS: dict[str, bytes] = {
    "streamed": streamed(),
    "64-bit entries": wide_entries(),
    "64-bit directory": wide_directory(zipped(one())),
    "64-bit directory of a stream": wide_directory(streamed()),
    "comment": commented(b"Envoi du CH de Test"),
    "comment that looks like a directory": commented(b"PK\x05\x06" + b"\0" * 18 + b" suite"),
    "Windows": of_windows(),
    "URI from here": pointed("./DOC0001.XML"),
    "URI with escapes": pointed("CR%20SEJOUR.XML", "CR SEJOUR.XML"),
}  # fmt: skip
HOSTILE: dict[str, bytes] = {
    "64-bit directory of millions": wide_directory(zipped(one()), 5_000_000),
    "64-bit directory elsewhere": wide_directory(zipped(one())).replace(b"PK\x06\x06", b"PK\x06\x05"),
}


def counted(number: int) -> bytes:
    """The end record tells another number of entries than there are."""
    data = bytearray(zipped(one()))
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", data, end + 8, number, number)
    return bytes(data)


def two_sets(of_second: str, document_of_second: str) -> bytes:
    """Two submission sets, each in its folder, told by their identifiers."""
    first, second = one(), files(metadata(entry(1, SECOND_DOCUMENT, unique=document_of_second)), SECOND_DOCUMENT)
    second = {n.replace("SUBSET01", "SUBSET02"): d for n, d in second.items() if n.startswith("IHE_XDM/")}
    meta = "IHE_XDM/SUBSET02/METADATA.XML"
    second[meta] = second[meta].replace(b'value="1.2.250.1.999.7.20260310.1"', f'value="{of_second}"'.encode())
    return zipped(first | second)


def unnamed() -> bytes:
    out = io.BytesIO(zipped(one()))
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo()
        info.filename = ""
        with archive.open(info, "w") as stream:
            stream.write(b"x")
    return out.getvalue()


LOT, ANOTHER = "1.2.250.1.999.7.20260310.1", "1.2.250.1.999.7.20260310.2"
ZIPS["two sets"] = two_sets(ANOTHER, OTHER)
SEAL = b"<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:SignedInfo/><ds:SignatureValue/></ds:Signature>"


def sealed(seal: bytes = SEAL) -> bytes:
    """The entry of a signature of the submission as TD2.1 has it, beside that of the document."""
    own = entry(2, seal, unique="1.2.250.1.999.2.20260310.9", title="Source")
    for old, new in (
        (">fr-FR<", ">art<"),
        (coded("class", "Document02", "10", "1.2.250.1.213.1.1.4.1", "Compte rendu"), coded("class", "Document02", "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature")),
        (coded("type", "Document02", "34112-3", "2.16.840.1.113883.6.1", "CR hospitalier (séjour)"), coded("type", "Document02", "E1762", "ASTM", "Full Document")),
        (coded("format", "Document02", *N1), coded("format", "Document02", "http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style")),
    ):  # fmt: skip
        assert old in own, old
        own = own.replace(old, new)
    signs = '<rim:Association id="s" associationType="urn:ihe:iti:2007:AssociationType:signs" sourceObject="Document02" targetObject="SubmissionSet01"/>'
    return zipped(files(metadata(entry(1, N1_DOCUMENT), own, links=signs), N1_DOCUMENT, SEAL))


ZIPS["signature of the submission"] = sealed()
# Name: archive, rule, beginning of the location.
BROKEN: dict[str, tuple[bytes, str, str]] = {
    "fewer entries told": (counted(2), "XDM-001", "fichier"),
    "more entries told": (counted(9), "XDM-001", "fichier"),
    "entry without a name": (unnamed(), "XDM-003", "fichier"),
    "same name by another path": (zipped([*one().items(), ("IHE_XDM/./SUBSET01/DOC0001.XML", b"x")]), "XDM-004", "IHE_XDM/."),
    "two sets of one identifier": (two_sets(LOT, OTHER), "XDS-020", "IHE_XDM/SUBSET02/METADATA.XML!"),
    "signature that changed": (sealed(SEAL + b" "), "XDS-052", METADATA),
    "two objects of one name": (zipped(two() | {METADATA: two()[METADATA].replace(b"Document02", b"Document01")}), "XDS-023", METADATA),
    "another request": (zipped(one() | {METADATA: one()[METADATA].replace(b"SubmitObjectsRequest", b"UpdateObjectsRequest")}), "XDS-129", METADATA),
    "slot after the name": (zipped(one() | {METADATA: one()[METADATA].replace(b"</rim:ExtrinsicObject>", slot("x", "1").encode() + b"</rim:ExtrinsicObject>")}), "XDS-129", METADATA),
    "entries beyond number": (zipped(one() | {METADATA: one()[METADATA].replace(b"</rim:RegistryObjectList>", b'<rim:ExtrinsicObject id="x"/>' * 300 + b"</rim:RegistryObjectList>")}), "XDM-008", METADATA),
}  # fmt: skip
