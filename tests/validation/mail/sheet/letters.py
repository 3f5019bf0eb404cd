"""Mails written line by line from the texts: no writer of ours, nor of the standard library, has a part in them.

A `Letter` is what a mail is made of, before it is written: its fields in order, its texts, its archive as files, its PDF
copies. What changes one of them is in `edits.py`.
"""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass, field
from functools import cache

from validation.cda.sheet.pieces import BIO, related
from validation.cda.sheet.templates import CONTENTS, document, n1
from validation.mail.sheet.paper import pdf
from validation.xdm.sheet.archives import INS, IPP, LAB, OTHER, entry, files, metadata, package, slot, zipped

APP, SERVICE = "pfi.app@ch-test.mssante.fr", "secretariat.cardio@ch-test.mssante.fr"
DOCTOR = "bruno.cardon@cabinet-test.mssante.fr"
CITIZEN = "279035121518989@patient.mssante.fr"
WHO = "PAT-TROIS DOMINIQUE, née le 28/03/1979, INS 279035121518989"
FIRST, SECOND = (f"IHE_XDM/SUBSET01/DOC000{n}.XML" for n in (1, 2))
METADATA = "IHE_XDM/SUBSET01/METADATA.XML"
MENTION = f"Message généré automatiquement, contact : {SERVICE}"
TEXT = f"Cher confrère,\nveuillez trouver un document ci-joint.\n\n{MENTION}\n"
SUBJECT = "XDM/1.0/DDM+Compte rendu d'hospitalisation PAT-TROIS DOMINIQUE 28/03/1979"


@dataclass
class Attached:
    """`encoding` is base64, quoted-printable or none (8bit)."""

    name: str
    data: bytes
    type: str = "application/pdf"
    encoding: str = "base64"
    naming: str = ""  # the parameters that give the name, instead of the plain ones


@dataclass
class Letter:
    """`archive` are the files of IHE_XDM.ZIP by name, None without one; `zipped` its bytes, when they are given."""

    head: list[tuple[str, str]]
    text: str = TEXT
    html: str = ""
    archive: dict[str, bytes] | None = None
    packed: bytes | None = None
    copies: list[Attached] = field(default_factory=list)
    charset: str = "utf-8"
    encoding: str = "8bit"
    zip_name: str = "IHE_XDM.ZIP"
    zip_type: str = "application/zip"
    related: bool = False  # the HTML with an image of its own

    def written(self) -> bytes:
        parts = [self._body(), *([_file(self._zip())] if self.archive is not None else []), *map(_file, self.copies)]
        head = "".join(f"{name}: {value}\r\n" for name, value in self.head).encode()
        body = parts[0] if len(parts) == 1 else _composed("mixed", "=-mixte", *parts)
        return head + b"MIME-Version: 1.0\r\n" + body

    def _zip(self) -> Attached:
        data = zipped(self.archive or {}) if self.packed is None else self.packed
        return Attached(self.zip_name, data, self.zip_type)

    def _body(self) -> bytes:
        plain = _text("plain", self.text, self.charset, self.encoding)
        if not self.html:
            return plain
        rich = _text("html", self.html, self.charset, self.encoding)
        if self.related:
            image = _file(Attached("logo.png", b"\x89PNG", "image/png")).replace(b"attachment", b"inline")
            rich = _composed("related", "=-images", rich, image)
        return _composed("alternative", "=-choix", plain, rich)


def _text(kind: str, text: str, charset: str, encoding: str) -> bytes:
    data = text.replace("\n", "\r\n").encode(charset)
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data, quotetabs=False).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + data


def _composed(kind: str, boundary: str, *parts: bytes) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    mark = f"--{boundary}".encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _file(one: Attached) -> bytes:
    data = base64.encodebytes(one.data).replace(b"\n", b"\r\n") if one.encoding == "base64" else one.data
    naming = one.naming or f'filename="{one.name}"'
    kind = one.type if one.naming else f'{one.type}; name="{one.name}"'
    head = (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {one.encoding}\r\n"
        f"Content-Disposition: attachment; {naming}\r\n\r\n"
    )
    return head.encode() + data


# -- documents


@cache
def report(*lines: str, **parts: str) -> tuple[bytes, bytes]:
    """A document in N1, and the PDF that it holds."""
    paper = pdf("Compte rendu d'hospitalisation", WHO, *(lines or ("La patiente va bien.",)))
    return document(body=n1(content=paper), **parts), paper


@cache
def biology() -> tuple[bytes, bytes]:
    """A second document of the same patient, in N3, and the PDF of its last section."""
    paper = pdf("CR d'examens biologiques", WHO, "Potassium 4,1 mmol/L")
    data = document(id=f'<id root="{OTHER}"/>', set=f'<setId root="{OTHER}"/>', **BIO)
    held = base64.b64encode(CONTENTS["application/pdf"])
    assert data.count(held) == 1
    return data.replace(held, base64.b64encode(paper)), paper


def second_entry(data: bytes) -> str:
    return entry(2, data, unique=OTHER, kind="11502-2", form=LAB)


def described(data: bytes, *, more: str = "", without_ins: bool = False) -> dict[str, bytes]:
    """An archive of one document; without INS, its patient is known by the number of the hospital."""
    one, lot = entry(1, data, more=more), package()
    if without_ins:
        one, lot = one.replace(INS, IPP), lot.replace(INS, IPP)
    return files(metadata(one, lot=lot), data)


# -- heads


def head(sender: str, *more: tuple[str, str], to: str = DOCTOR, subject: str = SUBJECT) -> list[tuple[str, str]]:
    return [
        ("From", sender), ("To", to), ("Subject", subject), ("Date", "Tue, 10 Mar 2026 10:20:00 +0100"),
        ("Message-ID", "<20260310.1@ch-test.mssante.fr>"), ("X-MSS-NIL", "DEV935997"), *more,
    ]  # fmt: skip


BY_SOFTWARE = f'"CH_Test_Cardiologie" <{APP}>'
BY_PERSON = '"Dr_Claire_MARTIN_Cardiologie" <claire.martin@ch-test.mssante.fr>'


def x_mss(ins: str = "O", codes: str = "34112-3") -> tuple[tuple[str, str], tuple[str, str]]:
    return ("X-MSS-INS", ins), ("X-MSS-CODECDA", codes)


# -- letters


def plain(text: str = "Bonjour,\nle service vous rappelle demain.\n", **more: str) -> Letter:
    return Letter(head(BY_PERSON, subject="Rendez-vous", **more), text)


def n1_letter() -> Letter:
    data, paper = report()
    return Letter(
        head(BY_SOFTWARE, ("Reply-To", SERVICE), *x_mss()),
        archive=described(data),
        copies=[Attached("compte-rendu.pdf", paper)],
    )


def n3_letter() -> Letter:
    data, paper = biology()
    alone = files(metadata(second_entry(data).replace("Document02", "Document01").replace("DOC0002", "DOC0001")), data)
    subject = "XDM/1.0/DDM+CR d'examens biologiques PAT-TROIS DOMINIQUE 28/03/1979"
    return Letter(
        head(BY_SOFTWARE, ("Reply-To", SERVICE), *x_mss(codes="11502-2"), subject=subject),
        archive=alone, copies=[Attached("biologie.pdf", paper)],
    )  # fmt: skip


def two_letter() -> Letter:
    one, biological = report(), biology()
    meta = metadata(entry(1, one[0]), second_entry(biological[0]))
    return Letter(
        head(BY_SOFTWARE, ("Reply-To", SERVICE), *x_mss(codes="34112-3,11502-2")),
        archive=files(meta, one[0], biological[0]),
        copies=[Attached("compte-rendu.pdf", one[1]), Attached("biologie.pdf", biological[1])],
    )


def without_ins() -> Letter:
    letter = n1_letter()
    data = letter.archive[FIRST].replace(b'<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>', b"")  # type: ignore[index]
    letter.archive = described(data, without_ins=True)
    letter.head = [(n, "N" if n == "X-MSS-INS" else v) for n, v in letter.head]
    return letter


def replacement() -> Letter:
    data, paper = report(version='<versionNumber value="2"/>', related=related("RPLC"))
    letter = n1_letter()
    letter.archive, letter.copies = described(data, more=slot("action", "C")), [Attached("compte-rendu.pdf", paper)]
    letter.text = f"Ce compte rendu annule et remplace le précédent.\n{TEXT}"
    return letter


def deletion() -> Letter:
    letter = n1_letter()
    letter.archive = described(report()[0], more=slot("action", "D"))
    letter.text = f"Le document ci-joint est à supprimer : ne plus l'utiliser.\n{TEXT}"
    return letter


def citizen() -> Letter:
    letter = n1_letter()
    letter.head = [(n, CITIZEN if n == "To" else v) for n, v in letter.head] + [("X-MSS-MES", "FIN")]
    return letter


def reply() -> Letter:
    letter = plain("Merci, c'est noté.\n")
    letter.head = [(n, "Re: Rendez-vous" if n == "Subject" else v) for n, v in letter.head]
    letter.head += [("In-Reply-To", "<9@cabinet-test.mssante.fr>")]
    letter.head += [("References", "<8@ch-test.mssante.fr>\r\n <9@cabinet-test.mssante.fr>")]
    return letter


def rich() -> Letter:
    letter = plain()
    letter.html = "<html><body><p>Bonjour,</p><p>le <b>service</b> vous rappelle demain.</p></body></html>"
    return letter


LETTERS = {
    "plain": plain, "rich": rich, "reply": reply, "n1": n1_letter, "n3": n3_letter, "two": two_letter,
    "without INS": without_ins, "replacement": replacement, "deletion": deletion, "citizen": citizen,
}  # fmt: skip
