"""Hostile mails: what somebody who means harm, or a broken tool, may send. Under 1 MB unless the name says so."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from validation.mail.sheet.letters import FIRST, METADATA, Attached, Letter, n1_letter, plain, rich
from validation.mail.sheet.notices import delivery, integration, read_receipt
from validation.mail.sheet.paper import pdf
from validation.xdm.sheet.archives import zipped
from validation.xdm.sheet.broken import symlink

MB = 1 << 20


def with_zip(data: bytes) -> bytes:
    letter = n1_letter()
    letter.packed = data
    return letter.written()


def with_files(**changes: bytes) -> bytes:
    """An archive where METADATA (`meta`), the document (`cda`) or more files (`more`) are these."""
    files = dict(n1_letter().archive or {})
    names = {"meta": METADATA, "cda": FIRST, "more": "IHE_XDM/SUBSET01/PLUS.BIN"}
    return with_zip(zipped(files | {names[k]: v for k, v in changes.items()}))


def with_file(name: str, data: bytes, kind: str, naming: str = "") -> bytes:
    letter = plain()
    letter.copies = [Attached(name, data, kind, naming=naming)]
    return letter.written()


def with_head(*more: tuple[str, str], letter: Letter | None = None) -> bytes:
    letter = letter or plain()
    letter.head += more
    return letter.written()


def instead(name: str, value: str) -> bytes:
    letter = n1_letter()
    letter.head = [(n, value if n == name else v) for n, v in letter.head]
    return letter.written()


def with_text(text: str, html: str = "") -> bytes:
    letter = n1_letter()
    letter.text, letter.html = text, html
    return letter.written()


def raw(data: bytes) -> bytes:
    """The header of a plain mail, then these bytes: fields, or a body."""
    letter = plain()
    return "".join(f"{n}: {v}\r\n" for n, v in letter.head).encode() + data


def head_of(*fields: bytes) -> bytes:
    return raw(b"\r\n".join((*fields, b"", b"Bonjour.\r\n")))


def nested(kind: bytes, depth: int) -> bytes:
    if kind == b"message/rfc822":
        return raw(b"Content-Type: message/rfc822\r\n\r\n" * depth)
    return raw(b"".join(b"Content-Type: %s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, n, n) for n in range(depth)))


# -- archives


def repeated(count: int, size: int, *, overlapping: bool = False) -> bytes:
    """So many files of zeros, compressed once. Overlapping, one of them stands for all in the archive."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"0" * size) + packer.flush()
    fields = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, zlib.crc32(b"0" * size), len(packed), size, 3, 0)
    out, rows = b"", b""
    for n in range(count):
        at = 0 if overlapping else len(out)
        out += b"" if overlapping and n else b"PK\x03\x04" + fields + b"%03d" % n + packed
        rows += b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHLL", 0, 0, 0, 0, at) + b"%03d" % n
    return out + rows + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(rows), len(out), 0)


def patched(mark: bytes, at: int, form: str, value: int) -> bytes:
    """A sound archive with one number changed behind every such mark."""
    data = bytearray(zipped(n1_letter().archive or {}))
    place = data.find(mark)
    while place >= 0:
        struct.pack_into(form, data, place + at, value)
        place = data.find(mark, place + 4)
    return bytes(data)


def zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (n1_letter().archive or {}).items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(data)
    return out.getvalue()


def zip64_end() -> bytes:
    """The end record says that the true one is the 64-bit one, which announces billions of entries."""
    data = zipped(n1_letter().archive or {})
    at = data.rindex(b"PK\x05\x06")
    big = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1 << 40, 1 << 40, 1 << 50, 0)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, at, 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:at] + big + locator + end


def russian_dolls(depth: int) -> bytes:
    data = b"0" * MB
    for _ in range(depth):
        data = zipped({"IHE_XDM/A.ZIP": data})
    return data


def names_of(*names: str) -> bytes:
    return zipped([*(n1_letter().archive or {}).items(), *((n, b"x") for n in names)])


# -- XML

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]><a>&l9;</a>'.encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
DTD = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'
DEEP = b"<a>" * 20_000 + b"</a>" * 20_000
RIM = b'<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><RegistryObjectList>%s</RegistryObjectList></lcm:SubmitObjectsRequest>'


def meta() -> bytes:
    return (n1_letter().archive or {})[METADATA]


def cda() -> bytes:
    return (n1_letter().archive or {})[FIRST]


Case = tuple[Callable[[], bytes], str, str, str]
ERROR, FAULTY, SOUND = "erreur", "non_conforme", "conforme"
# Name: the mail, its verdict, a rule that says what is wrong ("" when nothing is), the end of its location.
HOSTILE: dict[str, Case] = {
    # archives
    "bomb": (lambda: with_files(more=b"\0" * 60 * MB), FAULTY, "XDM-002", "IHE_XDM.ZIP"),
    "as many zeros as entries may hold": (lambda: with_zip(repeated(199, MB)), FAULTY, "XDS-129", "IHE_XDM.ZIP"),
    "overlapping entries": (lambda: with_zip(repeated(150, MB, overlapping=True)), FAULTY, "XDM-001", "/001"),
    "thousands of entries": (lambda: with_zip(zipped({f"F{n}": b"" for n in range(5000)})), FAULTY, "XDM-002", "IHE_XDM.ZIP"),
    "archives in archives": (lambda: with_zip(russian_dolls(20)), FAULTY, "XDM-007", "A.ZIP"),
    "paths that climb": (lambda: with_zip(names_of("../../etc/cron.d/x")), FAULTY, "XDM-003", "../../etc/cron.d/x"),
    "paths that climb, backslashes": (lambda: with_zip(names_of("..\\..\\x.exe")), FAULTY, "XDM-003", "x.exe"),
    "absolute path": (lambda: with_zip(names_of("/tmp/x")), FAULTY, "XDM-003", "/tmp/x"),
    "drive": (lambda: with_zip(names_of("C:x")), FAULTY, "XDM-003", "C:x"),
    "share": (lambda: with_zip(names_of("\\\\serveur\\x")), FAULTY, "XDM-003", "x"),
    "symbolic link": (lambda: with_zip(symlink()), FAULTY, "XDM-003", "LIEN.XML"),
    "same name twice": (lambda: with_zip(names_of(FIRST)), FAULTY, "XDM-004", FIRST),
    "same name but case": (lambda: with_zip(names_of(FIRST.lower())), FAULTY, "XDM-004", FIRST.lower()),
    "encrypted": (lambda: with_zip(patched(b"PK\x01\x02", 8, "<H", 1)), FAULTY, "XDM-005", FIRST),
    "AES": (lambda: with_zip(patched(b"PK\x01\x02", 10, "<H", 99)), FAULTY, "XDM-005", FIRST),
    "LZMA": (lambda: with_zip(zipped(n1_letter().archive or {}, zipfile.ZIP_LZMA)), FAULTY, "XDM-005", FIRST),
    "wrong checksum": (lambda: with_zip(patched(b"PK\x01\x02", 16, "<L", 7)), FAULTY, "XDM-001", FIRST),
    "offsets beyond the end": (lambda: with_zip(patched(b"PK\x01\x02", 42, "<L", 1 << 30)), FAULTY, "XDM-001", ""),
    "sizes that lie": (lambda: with_zip(patched(b"PK\x01\x02", 24, "<L", 1 << 31)), FAULTY, "XDM-001", ""),
    "directory that is not there": (lambda: with_zip(patched(b"PK\x05\x06", 16, "<L", 1 << 30)), FAULTY, "XDM-001", ""),
    "many disks": (lambda: with_zip(patched(b"PK\x05\x06", 4, "<H", 3)), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "64 bits": (lambda: with_zip(zip64()), SOUND, "", ""),
    "64 bits, billions of entries": (lambda: with_zip(zip64_end()), FAULTY, "XDM-002", "IHE_XDM.ZIP"),
    "empty archive": (lambda: with_zip(zipped({})), FAULTY, "XDS-129", "IHE_XDM.ZIP"),
    "no byte": (lambda: with_zip(b""), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "text": (lambda: with_zip(b"Bonjour"), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "PDF as archive": (lambda: with_zip(pdf("x")), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "gzip": (lambda: with_zip(b"\x1f\x8b\x08\0" + b"\0" * 60), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "RAR": (lambda: with_zip(b"Rar!\x1a\x07\x01\0" + b"\0" * 60), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "7z": (lambda: with_zip(b"7z\xbc\xaf\x27\x1c" + b"\0" * 60), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "program before the archive": (lambda: with_zip(b"MZ" + b"\x90" * 500 + zipped(n1_letter().archive or {})), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "base64 twice": (lambda: with_zip(base64.b64encode(zipped(n1_letter().archive or {}))), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "cut": (lambda: with_zip(zipped(n1_letter().archive or {})[:3000]), FAULTY, "XDM-001", "IHE_XDM.ZIP"),
    "office document": (lambda: with_zip(zipped({"word/document.xml": b"<w/>"})), FAULTY, "XDS-129", "IHE_XDM.ZIP"),
    "program in the archive": (lambda: with_zip(names_of("IHE_XDM/SUBSET01/VIRUS.EXE")), SOUND, "", ""),
    "endless name": (lambda: with_zip(names_of("A" * 60_000)), SOUND, "", ""),
    "name that rings and paints": (lambda: with_zip(names_of("IHE_XDM/\x1b[31m\x07.TXT")), SOUND, "", ""),
    # XML
    "laughs in the metadata": (lambda: with_files(meta=LAUGHS), FAULTY, "XDM-008", METADATA),
    "file in the metadata": (lambda: with_files(meta=OUTSIDE), FAULTY, "XDM-008", METADATA),
    "DTD of the metadata": (lambda: with_files(meta=DTD), FAULTY, "XDM-008", METADATA),
    "deep metadata": (lambda: with_files(meta=DEEP), FAULTY, "XDM-008", METADATA),
    "metadata in UTF-16": (lambda: with_files(meta=meta().decode().replace("UTF-8", "UTF-16").encode("utf-16")), SOUND, "", ""),
    "many slots": (lambda: with_files(meta=RIM % (b'<ExtrinsicObject id="d">' + b'<Slot name="a"><ValueList><Value>b</Value></ValueList></Slot>' * 8_000 + b"</ExtrinsicObject>")), FAULTY, "XDS-130", "URI']"),
    "many entries": (lambda: with_files(meta=RIM % b"".join(b'<ExtrinsicObject id="d%d"/>' % n for n in range(1_000))), FAULTY, "XDM-008", "METADATA.XML"),
    "many associations": (lambda: with_files(meta=RIM % b"".join(b'<Association id="d%d" sourceObject="a" targetObject="b"/>' % n for n in range(4_000))), FAULTY, "XDS-011", ""),
    "laughs in the document": (lambda: with_files(cda=LAUGHS), FAULTY, "CDA-001", FIRST + "!/"),
    "file in the document": (lambda: with_files(cda=OUTSIDE), FAULTY, "CDA-001", FIRST + "!/"),
    "deep document": (lambda: with_files(cda=DEEP), FAULTY, "CDA-001", FIRST + "!/"),
    "document that is none": (lambda: with_files(cda=b"\xff\xd8\xff"), FAULTY, "CDA-001", FIRST + "!/"),
    "empty document": (lambda: with_files(cda=b""), FAULTY, "CDA-001", ""),
    # parts
    "1000 nested parts": (lambda: nested(b"multipart/mixed", 1000), ERROR, "MSS-060", "fichier"),
    "1000 nested choices": (lambda: nested(b"multipart/alternative", 1000), ERROR, "MSS-060", "fichier"),
    "1000 nested mails": (lambda: nested(b"message/rfc822", 1000), ERROR, "MSS-060", "fichier"),
    "40 nested parts": (lambda: nested(b"multipart/mixed", 40), FAULTY, "MSS-062", ""),
    "boundary of nothing": (lambda: head_of(b"Content-Type: multipart/mixed; boundary="), FAULTY, "MSS-062", "courriel"),
    "boundary of 5 kB": (lambda: head_of(b"Content-Type: multipart/mixed; boundary=" + b"=" * 5000), FAULTY, "MSS-062", "courriel"),
    "boundary of punctuation": (lambda: head_of(b"Content-Type: multipart/mixed; boundary=\"(.*)+[\""), FAULTY, "MSS-062", "courriel"),
    "two types": (lambda: head_of(b"Content-Type: text/plain", b"Content-Type: text/html"), FAULTY, "MSS-061", "en-tête Content-Type"),
    "two encodings": (lambda: head_of(b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: base64"), FAULTY, "MSS-061", "en-tête Content-Transfer-Encoding"),
    "two MIME versions": (lambda: head_of(b"MIME-Version: 1.0", b"MIME-Version: 1.0"), FAULTY, "MSS-061", "en-tête MIME-Version"),
    "type of nothing": (lambda: head_of(b"Content-Type: /"), FAULTY, "MSS-017", "corps"),
    "unknown set of characters": (lambda: head_of(b"Content-Type: text/plain; charset=klingon"), FAULTY, "MSS-062", "courriel"),
    "set that it is not": (lambda: raw(b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xe9t\xe9\r\n"), FAULTY, "MSS-062", "courriel"),
    "UTF-7": (lambda: head_of(b"Content-Type: text/plain; charset=utf-7"), SOUND, "", ""),
    "slow set of characters": (lambda: raw(b"Content-Type: text/plain; charset=punycode\r\n\r\na-" + b"z9" * 300_000 + b"\xe9\r\n"), FAULTY, "MSS-062", "courriel"),
    "null set of characters": (lambda: raw(b"Content-Type: text/plain; charset=\"a\0b\"\r\n\r\n\xe9\r\n"), FAULTY, "MSS-062", "courriel"),
    "broken base64": (lambda: head_of(b"Content-Transfer-Encoding: base64"), FAULTY, "MSS-062", "courriel"),
    "broken quoted-printable": (lambda: raw(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\x00=E9=\r\n"), FAULTY, "MSS-062", "courriel"),
    "uuencode": (lambda: head_of(b"Content-Transfer-Encoding: uuencode"), FAULTY, "MSS-062", "courriel"),
    "enclosed mail": (lambda: with_file("a.eml", rich().written(), "message/rfc822").replace(b"base64", b"8bit"), SOUND, "MSS-062", "a.eml"),
    "winmail.dat": (lambda: with_file("winmail.dat", b"\x78\x9f\x3e\x22" + b"\0" * 60, "application/ms-tnef"), SOUND, "MSS-062", "winmail.dat"),
    "S/MIME, encrypted": (lambda: raw(b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n"), FAULTY, "MSS-017", "corps"),
    "PGP, encrypted": (lambda: raw(b"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\nMIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n"), FAULTY, "MSS-017", "corps"),
    "signed": (lambda: raw(b"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\nMIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--b\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n--b--\r\n"), SOUND, "", ""),
    "many parts": (lambda: raw(b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000), ERROR, "MSS-060", "fichier"),
    "many attachments": (lambda: raw(b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n" + b"--b\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4\r\n" * 190 + b"--b--\r\n"), SOUND, "MSS-067", "a.pdf"),
    # names
    "name that climbs": (lambda: with_file("../../.bashrc", b"x", "text/x-sh"), SOUND, "MSS-067", ".bashrc"),
    "name turned over": (lambda: with_file("", b"x", "application/octet-stream", "filename*=UTF-8''fdp%E2%80%AEexe.pdf"), SOUND, "MSS-067", ""),
    "name with a line break": (lambda: with_file("", b"x", "application/octet-stream", "filename*=UTF-8''a%0D%0AX-MSS-INS:%20O.txt"), SOUND, "MSS-067", ""),
    "name with a null": (lambda: with_file("", b"x", "application/octet-stream", "filename*=UTF-8''a.pdf%00.exe"), SOUND, "MSS-067", ""),
    "endless name of part": (lambda: with_file("a" * 7000, b"x", "application/octet-stream"), SOUND, "", ""),
    "name in pieces": (lambda: with_file("", b"x", "application/octet-stream", ";".join(f"filename*{n}=a" for n in range(500))), SOUND, "", ""),
    "name of an unknown set": (lambda: with_file("", b"x", "application/octet-stream", "filename*=klingon''%ff.txt"), SOUND, "", ""),
    # headers
    "endless line": (lambda: head_of(b"X-Long: " + b"a" * 200_000), FAULTY, "MSS-061", "en-tête X-Long"),
    "endless header": (lambda: head_of(b"X-Long: " + b"a" * 900_000), ERROR, "MSS-060", "fichier"),
    "endless folding": (lambda: head_of(b"X-Long: a" + b"\r\n a" * 60_000), SOUND, "", ""),
    "folded white lines": (lambda: head_of(b"X-Long: a" + b"\r\n " * 60_000), ERROR, "MSS-060", "fichier"),
    "header without end": (lambda: b"From: a <a@b.mssante.fr>\r\nSubject: " + b"a" * 900_000, ERROR, "MSS-060", "fichier"),
    "many fields": (lambda: head_of(*(b"X-%d: a" % n for n in range(2000))), ERROR, "MSS-060", "fichier"),
    "many recipients": (lambda: with_head(("Cc", ",\r\n ".join(f"a{n}@ch-test.mssante.fr" for n in range(1500)))), SOUND, "", ""),
    "recipients beyond reading": (lambda: with_head(("Cc", ",\r\n ".join(f"a{n}@ch-test.mssante.fr" for n in range(6000)))), FAULTY, "MSS-063", "en-tête Cc"),
    "comments in comments": (lambda: with_head(("Cc", "(" * 30_000)), FAULTY, "MSS-063", "en-tête Cc"),
    "quotes without end": (lambda: with_head(("Cc", '"' * 30_001)), FAULTY, "MSS-063", "en-tête Cc"),
    "injection by an encoded word": (lambda: instead("Subject", "=?utf-8?b?" + base64.b64encode(b"XDM/1.0/DDM+Compte rendu PAT-TROIS DOMINIQUE 28/03/1979\r\nX-MSS-INS: N").decode() + "?="), FAULTY, "MSS-061", "en-tête Subject"),
    "injection in a label": (lambda: instead("From", "=?utf-8?q?CH=0D=0ABcc:_x=40exemple.fr?= <pfi.app@ch-test.mssante.fr>"), FAULTY, "MSS-061", "en-tête From"),
    "null in an encoded word": (lambda: instead("Subject", "XDM/1.0/DDM+=?utf-8?q?Compte=00rendu?= PAT-TROIS DOMINIQUE 28/03/1979"), FAULTY, "MSS-061", "en-tête Subject"),
    "bare carriage return": (lambda: head_of(b"X-A: b\rX-MSS-MES: FIN"), FAULTY, "MSS-061", "en-tête X-A"),
    "encoded words": (lambda: instead("Subject", "=?utf-8?q?a?= " * 5000), FAULTY, "MSS-021", "en-tête Subject"),
    "encoded word of an unknown set": (lambda: instead("Subject", "=?klingon?q?a?="), FAULTY, "MSS-021", "en-tête Subject"),
    "references": (lambda: with_head(("In-Reply-To", "<a@b>"), ("References", "<a.b" * 50_000)), FAULTY, "MSS-015", "en-tête References"),
    "dots of references": (lambda: with_head(("In-Reply-To", "<a@b>"), ("References", "<a" + ".a" * 90_000)), FAULTY, "MSS-015", "en-tête References"),
    "identifier without end": (lambda: instead("Message-ID", "<" + "a." * 90_000), FAULTY, "MSS-014", "en-tête Message-ID"),
    "year without end": (lambda: instead("Date", "Tue, 10 Mar " + "9" * 100_000 + " 10:20:00 +0100"), FAULTY, "MSS-061", "en-tête Date"),
    "zone without end": (lambda: instead("Date", "Tue, 10 Mar 2026 10:20:00 +" + "9" * 4000), FAULTY, "MSS-061", "en-tête Date"),
    # words
    "one word of 900 kB": (lambda: with_text("Message automatique " + "a" * 900_000), FAULTY, "MSS-016", "corps"),
    "generated over and over": (lambda: with_text("génér" * 150_000), SOUND, "MSS-016", "corps"),
    "automatic over and over": (lambda: with_text("envoyé " * 120_000 + "automatiquement"), FAULTY, "MSS-016", "corps"),
    "white space": (lambda: with_text("Message" + " " * 900_000 + "x"), SOUND, "MSS-016", "corps"),
    "addresses over and over": (lambda: with_text("Message automatique " + "a@" * 400_000), FAULTY, "MSS-016", "corps"),
    "dashes of an address": (lambda: with_text("Message automatique " + "a@" + "a-" * 400_000), FAULTY, "MSS-016", "corps"),
    "links over and over": (lambda: with_text("Bonjour", "<p>" + "http://" * 120_000), FAULTY, "MSS-017", "corps"),
    "tags over and over": (lambda: with_text("Bonjour", "<" * 900_000), FAULTY, "MSS-017", "corps"),
    "styles over and over": (lambda: with_text("Bonjour", "<style>" * 120_000), FAULTY, "MSS-017", "corps"),
    "styles closed over and over": (lambda: with_text("Bonjour", "<style></" * 100_000), FAULTY, "MSS-017", "corps"),
    "entities over and over": (lambda: with_text("Bonjour", "&amp" * 200_000), FAULTY, "MSS-017", "corps"),
    "dates over and over": (lambda: instead("Subject", "XDM/1.0/DDM+" + "1/1/1" * 20_000), FAULTY, "MSS-021", "en-tête Subject"),
    "cancels over and over": (lambda: with_text("annul et " * 100_000 + "remplace" + " " * 50_000), SOUND, "MSS-016", "corps"),
    # notifications
    "disposition of 500 kB": (lambda: integration("902", "a" * 500_000), SOUND, "", ""),
    "disposition of spaces": (lambda: read_receipt("manual-action/MDN-sent-manually" + " " * 200_000 + "; x"), FAULTY, "MSS-070", "Disposition"),
    "thousands of recipients": (lambda: delivery(*[(f"a{n}@b.mssante.fr", "failed", "5.1.1") for n in range(3000)]), ERROR, "MSS-060", "fichier"),
    "hundreds of recipients": (lambda: delivery(*[(f"a{n}@b.mssante.fr", "failed", "5.1.1") for n in range(400)]), SOUND, "", ""),
    # PDFs
    "PDF bomb": (lambda: with_copy(b"%PDF-1.4\n1 0 obj<</Length 60000/Filter/FlateDecode>>stream\n" + zlib.compress(b"0" * 60 * MB) + b"\nendstream endobj\n"), FAULTY, "MSS-023", "compte-rendu.pdf"),
    "PDF of nothing": (lambda: with_copy(b""), FAULTY, "MSS-023", "compte-rendu.pdf"),
    "PDF of another document": (lambda: with_copy(pdf("Lettre", "ADRTROIS GERARD")), FAULTY, "MSS-023", "compte-rendu.pdf"),
    "PDF that is HTML": (lambda: with_copy(b"<html><script>alert(1)</script></html>"), FAULTY, "MSS-023", "compte-rendu.pdf"),
    # big
    "30 MB beside": (lambda: with_file("images.dcm", b"\1" * 30 * MB, "application/dicom"), SOUND, "", ""),
    "10 MB in the archive": (lambda: with_zip(zipped((n1_letter().archive or {}) | {"IHE_XDM/SUBSET01/IMAGE.DCM": bytes(range(256)) * (10 * 4096)}, zipfile.ZIP_STORED)), SOUND, "", ""),
}  # fmt: skip


def with_copy(data: bytes) -> bytes:
    letter = n1_letter()
    letter.copies[0].data = data
    return letter.written()
