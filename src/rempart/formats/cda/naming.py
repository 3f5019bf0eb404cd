"""The name of the PDF that goes with a document in a mail: Référentiel socle MSSanté n° 2, ECO.2.1.6.

`<date de l'acte>_<type>_<NOM>_<prénom>[_<numéro de dossier>].pdf`. The text was read as others quote it, not at its
source: edition 1.0.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.formats.datamatrix import capitals

LONGEST_TYPE = 40
_UNSAFE = re.compile(r'[/\\:*?"<>|_\x00-\x1f]')  # what a file name cannot hold, and the separator itself


@dataclass(frozen=True, slots=True)
class PdfName:
    """The fields of a name; `record` is optional."""

    date: str  # AAAAMMJJ
    type: str
    family: str
    given: str
    record: str = ""

    def __str__(self) -> str:
        fields = (self.date, self.type, self.family, self.given, *([self.record] if self.record else []))
        return "_".join(fields) + ".pdf"


def pdf_name(header: CdaHeader, record: str = "") -> PdfName:
    """The name that the header of a document asks for."""
    return PdfName(
        date=header.act_start[:8],
        type=_safe(header.type.label)[:LONGEST_TYPE],
        family=capitals(_safe(header.birth_name)),
        given=_safe(header.first_birth_name),
        record=_safe(record),
    )


def parse_name(name: str) -> PdfName | None:
    """The fields of a file name; None when it has not four or five of them and the extension .pdf."""
    stem, dot, extension = name.rpartition(".")
    fields = stem.split("_")
    if not dot or extension.lower() != "pdf" or len(fields) not in (4, 5) or not all(fields[:4]):
        return None
    return PdfName(*fields)


def _safe(text: str) -> str:
    return " ".join(_UNSAFE.sub(" ", text).split())
