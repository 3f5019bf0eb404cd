"""Workbooks written as a stream, the same bytes from the same content."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rempart.catalog.sheets.errors import SheetError
from rempart.catalog.sheets.workbook import MAX_CELL

MAX_SHEET_ROWS = 1_000_000  # Excel's limit is 1,048,576
_FIXED = datetime(2000, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WIDE, _NARROW = 60, 14

Value = str | int | float | None


@dataclass
class Table:
    """A sheet to write. `widths` in characters; titles without one get a width of their kind."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: dict[str, int]


def write_workbook(path: Path, tables: Iterable[Table], *, title: str = "Rempart") -> None:
    """Whole or not at all. Raises SheetError when a text is longer than a cell can hold, OSError from the disk.

    Every text is written as text: a value that begins with `=` is no formula.
    """
    from openpyxl import Workbook

    raw, temporary = path.with_name(path.name + ".raw"), path.with_name(path.name + ".tmp")
    raw.touch()  # a folder that is missing or full is told before the work, not after
    book = Workbook(write_only=True)
    try:
        for table in tables:
            _write_table(book, table)
        book.properties.creator, book.properties.title = "Rempart", title
        book.properties.created = book.properties.modified = _FIXED
        book.save(raw)
        _fix_dates(raw, temporary)
        os.replace(temporary, path)
    except BaseException:
        for sheet in book.worksheets:
            with suppress(Exception):  # its half-written stream
                sheet.close()
        raise
    finally:
        raw.unlink(missing_ok=True)
        temporary.unlink(missing_ok=True)


def _write_table(book: Any, table: Table) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"
    for n, title in enumerate(table.titles, 1):
        sheet.column_dimensions[get_column_letter(n)].width = table.widths.get(title, _NARROW)
    head, top, fill = Font(bold=True), Alignment(wrap_text=True, vertical="top"), PatternFill("solid", "FFE8EDF3")
    cells = []
    for title in table.titles:
        cell = WriteOnlyCell(sheet, title)
        cell.font, cell.alignment, cell.fill = head, top, fill
        cells.append(cell)
    sheet.append(cells)
    count = 1
    for row in table.rows:
        count += 1
        if count > MAX_SHEET_ROWS:
            raise SheetError(f"feuille « {table.name} »: plus de {MAX_SHEET_ROWS} lignes")
        sheet.append([_cell(sheet, table, count, value, top) for value in row])
    if table.titles:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.titles))}{count}"


def _cell(sheet: Any, table: Table, line: int, value: Value, alignment: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    if not value:
        return None
    text = _ILLEGAL.sub("\ufffd", value)
    if len(text) > MAX_CELL:
        raise SheetError(f"feuille « {table.name} », ligne {line}: texte de {len(text)} caractères, au-delà d'Excel")
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # never a formula, whatever it begins with
    if len(text) > 20:
        cell.alignment = alignment
    return cell


def _fix_dates(source: Path, target: Path) -> None:
    """openpyxl stamps each part, and the properties, with the time of writing."""
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in read.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            if entry.filename == "docProps/core.xml":
                written.writestr(fixed, _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", read.read(entry)))
                continue
            with read.open(entry) as data, written.open(fixed, "w", force_zip64=True) as out:
                while block := data.read(1 << 20):
                    out.write(block)
