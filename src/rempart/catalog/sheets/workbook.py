"""Sheets of a file as rows of text: .xlsx or .csv, bounded, with merged cells filled.

An .xlsx is weighed before it is opened: a few kilobytes can stand for a million rows.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from rempart.catalog.sheets.errors import SheetError
from rempart.catalog.sheets.text import clean

MAX_FILE = 32 * 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024  # of the strings or the styles, which openpyxl holds whole, as objects
MAX_ENTRIES = 2_000
MAX_ROWS = 20_000
MAX_CELLS = 400_000
MAX_CELL = 32_767  # characters: Excel's own limit
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_XML = (".xml", ".rels")


@dataclass
class Sheet:
    """`rows[0]` is line 1. `problems`: French lines, what could not be read."""

    name: str
    rows: list[list[str]]
    problems: list[str] = field(default_factory=list)


def read_sheets(path: Path, data: bytes) -> list[Sheet]:
    """The sheets of a file. Raises SheetError when it is none, or more than a REM can be."""
    if data.startswith(b"PK\x03\x04"):
        return _xlsx(path, data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(f"{path}: ancien format .xls, ou classeur protégé par mot de passe: enregistrez-le en .xlsx")
    if path.suffix.lower() == ".csv":
        return [_csv(path, data)]
    raise SheetError(f"{path}: ce n'est pas un classeur .xlsx (ni un .csv)")


def file_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises SheetError when it cannot be read or is too big."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise SheetError(f"{path}: lecture impossible: {error.strerror or error}") from None
    if len(data) > MAX_FILE:
        raise SheetError(f"{path}: fichier de plus de {MAX_FILE // 1024 // 1024} Mio")
    return data


def _xlsx(path: Path, data: bytes) -> list[Sheet]:
    from openpyxl import load_workbook

    formulas = _weigh(path, data)
    try:
        # values rather than formulas; what other workbooks say is never looked up
        book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        sheets = [_sheet(s) for s in book.worksheets]
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever it stumbles on
        raise SheetError(f"{path}: classeur illisible: {type(error).__name__}: {error}") from None
    if formulas and sheets:
        sheets[0].problems.append(
            f"{path.name}: {len(formulas)} formule(s) sans valeur enregistrée, lues comme vides: "
            + ", ".join(formulas[:5])
        )
    return sheets


def _sheet(sheet: Any) -> Sheet:
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        top, left = merged.min_row - 1, merged.min_col - 1
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for row in rows[top : merged.max_row]:
            row[left] = value  # downwards only: a title merged across columns is not each column's
    return Sheet(sheet.title, rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "OUI" if value else "NON"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return clean(str(value)[:MAX_CELL])


def _weigh(path: Path, data: bytes) -> list[str]:
    """Refuse what would not fit in memory, before it is unpacked; returns the cells whose formula has no value."""
    formulas: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
                raise SheetError(f"{path}: classeur démesuré une fois décompressé, refusé")
            parts = [e for e in entries if e.filename.endswith(_XML) and not e.filename.startswith("xl/worksheets/")]
            if any(e.file_size > MAX_PART for e in parts):
                raise SheetError(f"{path}: classeur démesuré une fois décompressé, refusé")
            if not any(e.filename == "xl/workbook.xml" for e in entries):
                raise SheetError(f"{path}: archive qui n'est pas un classeur .xlsx")
            for entry in entries:
                if entry.filename.endswith(_XML):
                    _refuse_entities(path, archive, entry)
            budget = [MAX_CELLS]
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    formulas += _count(path, archive, entry, budget)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, etree.XMLSyntaxError) as error:
        raise SheetError(f"{path}: classeur illisible: {error}") from None
    return formulas


def _refuse_entities(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No spreadsheet program writes a DOCTYPE, and it is how an XML file grows without end."""
    with archive.open(entry) as file:
        head = file.read(4096)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SheetError(f"{path}: {entry.filename}: XML inattendu (DOCTYPE ou encodage), refusé")


def _count(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: list[int]) -> list[str]:
    formulas, rows = [], 0
    with archive.open(entry) as file:
        tags = (f"{_MAIN}row", f"{_MAIN}c", f"{_MAIN}mergeCell", f"{_MAIN}hyperlink")
        events = etree.iterparse(file, events=("end",), tag=tags, resolve_entities=False, no_network=True)
        for _, node in events:
            if node.tag == tags[0]:
                rows += 1
                _bounded(path, entry, rows, int(node.get("r") or 0), budget[0])
                while node.getprevious() is not None:
                    del node.getparent()[0]
            elif node.tag != tags[1]:
                budget[0] -= _area(str(node.get("ref") or ""))
                if budget[0] < 0:
                    raise SheetError(f"{path}: {entry.filename}: fusion ou lien sur toute la feuille, classeur refusé")
            else:
                budget[0] -= 1
                if node.find(f"{_MAIN}f") is not None and not node.findtext(f"{_MAIN}v"):
                    formulas.append(str(node.get("r")))
                _far(path, entry, str(node.get("r") or ""))
            node.clear()
    return formulas


def _bounded(path: Path, entry: zipfile.ZipInfo, rows: int, number: int, left: int) -> None:
    if max(rows, number) > MAX_ROWS or left < 0:
        raise SheetError(
            f"{path}: {entry.filename}: plus de {MAX_ROWS} lignes ou de {MAX_CELLS} cellules: ce n'est pas un REM"
        )


def _area(reference: str) -> int:
    """Cells of `A2:XFD1048576`: openpyxl makes an object of each cell of a merged or linked area."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(reference)
    except (ValueError, TypeError):
        return 0
    return ((right or 1 << 14) - (left or 1) + 1) * ((bottom or 1 << 20) - (top or 1) + 1)


def _far(path: Path, entry: zipfile.ZipInfo, reference: str) -> None:
    """A lone cell far to the right makes openpyxl give a row of thousands."""
    column = re.match(r"[A-Z]+", reference)
    if column and len(column[0]) > 2:
        raise SheetError(f"{path}: {entry.filename}: cellule {reference} hors de tout tableau, classeur refusé")


def _csv(path: Path, data: bytes) -> Sheet:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append([clean(unguarded(value)) for value in row])
            if len(rows) > MAX_ROWS:
                raise SheetError(f"{path}: plus de {MAX_ROWS} lignes: ce n'est pas un REM")
    except csv.Error as error:
        raise SheetError(f"{path}: CSV illisible après la ligne {len(rows)}: {error}") from None
    return Sheet(path.stem, rows)


# A spreadsheet program takes a cell that begins so for a formula, whoever wrote it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def guarded(value: str) -> str:
    """A CSV value that no spreadsheet program takes for a formula: an apostrophe before it (OWASP, CSV injection)."""
    return "'" + value if value.startswith(_FORMULA) else value


def unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value
