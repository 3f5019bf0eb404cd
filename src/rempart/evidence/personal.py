"""Personal data that is not of the published test identities, wherever it hides in a file: base64, PDF, ZIP."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pypdfium2
import yaml

from rempart.evidence.redact.pseudonyms import E_MAIL, MATRICULE, TELEPHONE
from rempart.formats.ins import is_matricule
from rempart.resources import schemas_dir

MATRICULE_KIND, MAIL_KIND, PHONE_KIND, PROFESSIONAL_KIND = "INS ou NIR", "adresse", "téléphone", "n° de professionnel"
MAX_DEPTH, MAX_PAGES, MAX_MEMBERS, MAX_MEMBER = 4, 50, 200, 32 * 1024 * 1024
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{60,}(?:\r?\n[A-Za-z0-9+/]{4,})*={0,2}")  # in one line, or in those of a mail
_PROFESSIONAL = re.compile(r"(?<![\w.])8\d{11}(?![\w.])")


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that looks like a real person's. `shown` never holds it whole: the remark is printed and kept too."""

    kind: str
    value: str

    @property
    def shown(self) -> str:
        return f"{self.value[:3]}…{self.value[-2:]}" if self.kind != MAIL_KIND else f"…@{self.value.partition('@')[2]}"


@cache
def allowed() -> dict[str, Any]:
    """`schemas/evidence/test-identities.yaml`."""
    file = schemas_dir() / "evidence" / "test-identities.yaml"
    data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return data


def traces(data: bytes) -> set[Trace]:
    """What is found in a content and in what it carries. Never raises on what cannot be read."""
    return set(_in(data, 0))


def _in(data: bytes, depth: int) -> Iterator[Trace]:
    if depth > MAX_DEPTH:
        return
    if data[:5] == b"%PDF-":
        yield from _in_text(_pdf_text(data))
        return
    if data[:4] == b"PK\x03\x04":
        for member in _members(data):
            yield from _in(member, depth + 1)
        return
    yield from _in_text(data.decode("utf-8", "replace"))
    for match in _BASE64.finditer(data):
        packed = re.sub(rb"\s+", b"", match[0])
        try:
            yield from _in(base64.b64decode(packed + b"=" * (-len(packed) % 4)), depth + 1)
        except (binascii.Error, ValueError):
            continue


def _in_text(text: str) -> Iterator[Trace]:
    known = allowed()
    for match in MATRICULE.finditer(text):
        if is_matricule(match[0]) and match[0] not in known["matricules"]:
            yield Trace(MATRICULE_KIND, match[0])
    for match in E_MAIL.finditer(text) if "@" in text else ():
        domain = match[0].partition("@")[2].casefold()
        if not any(domain == d or domain.endswith("." + d) for d in known["mail_domains"]):
            yield Trace(MAIL_KIND, match[0].casefold())
    for match in TELEPHONE.finditer(text):
        digits = "0" + re.sub(r"\D", "", match[0])[-9:]
        if not digits.startswith(tuple(known["phones"])):
            yield Trace(PHONE_KIND, digits)
    for match in _PROFESSIONAL.finditer(text):
        if _luhn(match[0][1:]) and not match[0].startswith(tuple(known["professionals"])):
            yield Trace(PROFESSIONAL_KIND, match[0])


def _luhn(digits: str) -> bool:
    """The key of an RPPS: its last digit (ISO/IEC 7812-1)."""
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _pdf_text(data: bytes) -> str:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return ""
    try:
        pages = [document[n].get_textpage() for n in range(min(len(document), MAX_PAGES))]
        return "\n".join(page.get_text_bounded() for page in pages)
    except pypdfium2.PdfiumError:
        return ""
    finally:
        document.close()


def _members(data: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist()[:MAX_MEMBERS]:
                with archive.open(member) as file:
                    yield file.read(MAX_MEMBER)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        return
