"""Sound mails that a line of a table does not make: other encodings, line ends, packings, several documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from validation.mail.sheet.letters import (
    BY_SOFTWARE,
    SERVICE,
    Attached,
    Letter,
    head,
    n1_letter,
    plain,
    rich,
    two_letter,
    x_mss,
)
from validation.mail.sheet.notices import asking, delivery, integration, read_receipt
from validation.mail.sheet.paper import pdf
from validation.xdm.sheet.archives import SOUND as ARCHIVES
from validation.xdm.sheet.archives import zipped


def changed(letter: Letter, **values: object) -> bytes:
    for name, value in values.items():
        setattr(letter, name, value)
    return letter.written()


def _entries_apart() -> bytes:
    """Folders listed, one file stored, the others deflated, as some libraries write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IHE_XDM/", b"")
        archive.writestr("IHE_XDM/SUBSET01/", b"")
        for n, (name, data) in enumerate((n1_letter().archive or {}).items()):
            archive.writestr(name, data, zipfile.ZIP_STORED if n % 2 else zipfile.ZIP_DEFLATED)
        archive.comment = "Envoi de l'établissement".encode()
    return out.getvalue()


class _Stream(io.RawIOBase):
    """An output that cannot be rewound: sizes come behind each file."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.data += piece
        return len(piece)


def _streamed() -> bytes:
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in (n1_letter().archive or {}).items():
            archive.writestr(name, data)
    return out.data


def _quoted_copy() -> bytes:
    """A PDF in quoted-printable: unusual, and lawful."""
    letter = n1_letter()
    copy = letter.copies.pop()
    data = "".join(f"={b:02X}" + ("=\r\n" if n % 24 == 23 else "") for n, b in enumerate(copy.data)).encode()
    letter.copies = [Attached(copy.name, data, encoding="quoted-printable")]
    return letter.written()


def _one_line() -> bytes:
    """Base64 on a single line, as some libraries leave it."""
    data = n1_letter().written()
    at = data.index(b'filename="compte-rendu.pdf"\r\n\r\n') + 33
    body, mark, rest = data[at:].partition(b"\r\n--=-mixte")
    return data[:at] + body.replace(b"\r\n", b"") + mark + rest


def _carrying(name: str, code: str, lines: tuple[str, ...]) -> bytes:
    """A mail around an archive of the other sheet, whose documents hold no PDF that can be read."""
    subject = "XDM/1.0/DDM+Compte rendu PAT-TROIS DOMINIQUE 28/03/1979"
    copies = [Attached(f"{n}.pdf", pdf(line, "PAT-TROIS DOMINIQUE")) for n, line in enumerate(lines)]
    return Letter(
        head(BY_SOFTWARE, ("Reply-To", SERVICE), *x_mss(codes=code), subject=subject),
        archive={}, packed=ARCHIVES[name], copies=copies,
    ).written()  # fmt: skip


ACCENTS = "Bonjour,\nà bientôt, l'équipe de cœur.\n"
OTHERS: dict[str, Callable[[], bytes]] = {
    "LF": lambda: n1_letter().written().replace(b"\r\n", b"\n"),
    "LF, alternative": lambda: rich().written().replace(b"\r\n", b"\n"),
    "LF, notification": lambda: integration("902").replace(b"\r\n", b"\n"),
    "LF, delivery": lambda: delivery().replace(b"\r\n", b"\n"),
    "byte order mark": lambda: b"\xef\xbb\xbf" + n1_letter().written(),
    "from a mailbox file": lambda: b"From pfi.app@ch-test.mssante.fr Tue Mar 10 10:20:00 2026\r\n" + n1_letter().written(),
    "blank line first": lambda: b"\r\n" + n1_letter().written(),
    "preamble and epilogue": lambda: n1_letter().written().replace(b"\r\n\r\n--=-mixte", b"\r\n\r\nUn message MIME.\r\n--=-mixte", 1) + b"\r\nFin.\r\n",
    "base64 text": lambda: changed(plain(ACCENTS), encoding="base64"),
    "quoted-printable text": lambda: changed(plain(ACCENTS), encoding="quoted-printable"),
    "quoted-printable alternative": lambda: changed(rich(), encoding="quoted-printable"),
    "base64 alternative": lambda: changed(rich(), encoding="base64"),
    "latin-9": lambda: changed(plain(ACCENTS), charset="iso-8859-15"),
    "windows-1252": lambda: changed(plain(ACCENTS), charset="windows-1252", encoding="quoted-printable"),
    "ASCII, 7bit": lambda: changed(plain(), charset="us-ascii", encoding="7bit"),
    "image in the HTML": lambda: changed(rich(), related=True),
    "stored archive": lambda: changed(n1_letter(), packed=zipped(n1_letter().archive or {}, zipfile.ZIP_STORED)),
    "folders, mixed compression, comment": lambda: changed(n1_letter(), packed=_entries_apart()),
    "streamed archive": lambda: changed(n1_letter(), packed=_streamed()),
    "copy in quoted-printable": _quoted_copy,
    "copy on one line": _one_line,
    "copies in the other order": lambda: changed(two_letter(), copies=two_letter().copies[::-1]),
    "read, headers of the mail": read_receipt,
    "delivered to one, failed for another": lambda: delivery(
        ("a@ch-test.mssante.fr", "delivered", "2.1.5"), ("b@ch-test.mssante.fr", "failed", "5.1.1")
    ),
    "delivery with the mail": lambda: delivery(whole=True),
    "notification of another error": lambda: integration("904", "INS incoherente"),
    "asking for both": lambda: asking().written(),
    "text N1": lambda: _carrying("text N1", "34112-3", ("Compte rendu",)),
    "hidden from the patient": lambda: _carrying("hidden from the patient", "34112-3", ("Compte rendu",)),
    "N1 and N3 by others": lambda: _carrying("N1 and N3", "34112-3,11502-2", ("Compte rendu", "Biologie")),
}  # fmt: skip
WARNED = {
    "hidden from the patient": {"MSS-023"},
    "N1 and N3 by others": {"MSS-023"},
}
