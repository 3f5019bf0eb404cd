"""The INS datamatrix: what it says, written, read and drawn.

ANS, "Format datamatrix INS" 2.2: a header of 26 characters, then the items S1 to S7 in order; a separator (GS) ends an
item of variable length that is shorter than its maximum and is not the last. It is no 2D-Doc: nothing is signed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rempart.formats.ins import REGISTERS, is_matricule

HEADER = "IS01" + "0" * 22
GS = "\x1d"
CAPTION = "INS à scanner"
_LONGEST_OID, _LONGEST_NAME = 20, 100
# Items in order: name, form of its value, longest value, whether its length is fixed.
_ITEMS = (
    ("S1", r"[0-9AB]{15}", 15, True),
    ("S2", r"\d+(\.\d+)+", _LONGEST_OID, False),
    ("S3", r"[^\d]+", _LONGEST_NAME, False),
    ("S4", r"[^\d]+", _LONGEST_NAME, False),
    ("S5", r"[MF]", 1, True),
    ("S6", r"\d\d-\d\d-\d{4}", 10, True),
    ("S7", r"\d[\dAB]\d{3}", 5, True),
)
_IN_LETTERS = "GS"  # seen in published documents, in place of the separator


class DatamatrixError(ValueError):
    """What is read is no INS datamatrix; the reason is French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsDatamatrix:
    """The INS as the code carries it. `birth_date` is AAAA-MM-JJ or as written, `birth_place` "" when absent."""

    matricule: str
    oid: str
    birth_names: str  # all birth first names, space separated
    birth_name: str
    sex: str  # M or F
    birth_date: str  # JJ-MM-AAAA
    birth_place: str = ""
    problems: tuple[str, ...] = ()  # French: what the format does not admit, though it can be read

    @classmethod
    def of(
        cls, *, matricule: str, oid: str, birth_names: str, birth_name: str, sex: str, born: date, birth_place: str = ""
    ) -> InsDatamatrix:
        """From the traits of a patient, names in capitals without accents as the téléservice gives them."""
        return cls(
            matricule=matricule, oid=oid, birth_names=capitals(birth_names), birth_name=capitals(birth_name),
            sex=sex, birth_date=f"{born:%d-%m-%Y}", birth_place=birth_place,
        )  # fmt: skip

    def payload(self) -> str:
        """The characters of the code."""
        values = (
            self.matricule, self.oid, self.birth_names, self.birth_name, self.sex, self.birth_date, self.birth_place,
        )  # fmt: skip
        items = [(name, v, longest, fixed) for (name, _, longest, fixed), v in zip(_ITEMS, values, strict=True) if v]
        said = [
            f"{name}{value}" + (GS if not fixed and len(value) < longest and n < len(items) - 1 else "")
            for n, (name, value, longest, fixed) in enumerate(items)
        ]
        return HEADER + "".join(said)


def capitals(text: str) -> str:
    """Without accents, in capitals."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).upper()


def parse(text: str) -> InsDatamatrix:
    """The INS that these characters say, with what the format does not admit in `problems`.

    DatamatrixError when they are no INS datamatrix, or one that cannot be read to its end.
    """
    if not text.startswith("IS"):
        raise DatamatrixError("ce n'est pas un datamatrix INS: il commence par IS")
    problems = [] if text.startswith(HEADER) else [f"l'en-tête n'est pas {HEADER[:4]} suivi de 22 zéros"]
    values, rest = {}, text[len(HEADER) :]
    for index, (name, form, longest, fixed) in enumerate(_ITEMS):
        following = _ITEMS[index + 1][0] if index + 1 < len(_ITEMS) else ""
        ending = f"(?={following}|$)" if following else "$"
        match = re.match(rf"{name}(?P<value>[^{GS}]*?)(?P<end>{GS}|{_IN_LETTERS})?{ending}", rest)
        if match is None:
            if name == "S7" and not rest:
                break
            raise DatamatrixError(f"l'élément {name} du datamatrix INS est absent ou mal formé")
        values[name], rest = match["value"], rest[match.end() :]
        problems += _about_the_separator(name, values[name], longest, fixed, match["end"] or "", last=not rest)
        if not re.fullmatch(form, values[name]):
            problems.append(f"la valeur de l'élément {name} n'a pas sa forme: « {values[name][:40]} »")
    problems += _about_the_values(values)
    return InsDatamatrix(
        matricule=values["S1"], oid=values["S2"], birth_names=values["S3"], birth_name=values["S4"], sex=values["S5"],
        birth_date=values["S6"], birth_place=values.get("S7", ""), problems=tuple(problems),
    )  # fmt: skip


def _about_the_separator(name: str, value: str, longest: int, fixed: bool, end: str, *, last: bool) -> Iterator[str]:
    if len(value) > longest:
        yield f"l'élément {name} dépasse {longest} caractères"
    wanted = not fixed and len(value) < longest and not last
    if end == _IN_LETTERS:
        yield f"après {name}, le séparateur est écrit en lettres (GS) au lieu du caractère 0x1D"
    elif wanted and not end:
        yield f"le séparateur (0x1D) manque après {name}"
    elif end and not wanted:
        yield f"un séparateur suit {name}, qui n'en admet pas"


def _about_the_values(values: dict[str, str]) -> Iterator[str]:
    if re.fullmatch(_ITEMS[0][1], values["S1"]) and not is_matricule(values["S1"]):
        yield "la clé du matricule est fausse"
    if values["S2"] not in REGISTERS:
        yield f"l'OID {values['S2'][:40]} n'est pas celui d'une INS"
    day, _, rest = values["S6"].partition("-")
    month, _, year = rest.partition("-")
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        yield f"la date de naissance {values['S6'][:10]} n'existe pas"


def modules(text: str) -> list[list[bool]]:
    """The square ECC200 symbol of these characters, quiet zone left out. ValueError when they are too many."""
    import zxingcpp

    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    height, width = pixels.shape or (0, 0)
    return [[pixels[y, x] == 0 for x in range(width)] for y in range(height)]


def decode(pixels: memoryview) -> list[str]:
    """What the data matrices of a grey image say; `pixels` has two dimensions, rows then columns."""
    import zxingcpp

    wanted: Any = zxingcpp.BarcodeFormat.DataMatrix  # the stubs forget that one format is a set of formats
    found = zxingcpp.read_barcodes(pixels, formats=wanted)
    return [bytes(code.bytes).decode("latin-1") for code in found]
