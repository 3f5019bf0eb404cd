"""A file that is no REM costs one clear sentence: neither memory, nor a traceback."""

from __future__ import annotations

import io
import resource
import zipfile
from pathlib import Path

import pytest
from catalog.sheets.sheets import RC, workbook
from openpyxl import Workbook

from rempart.catalog.sheets import SheetError, read_rem
from rempart.catalog.sheets.workbook import MAX_FILE, MAX_PART, MAX_ROWS, guarded, unguarded

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _with_sheet(path: Path, xml: bytes) -> Path:
    """A sound workbook whose first sheet is replaced."""
    workbook(path, RC, [{"ID": "SC.INS/va1.16", "Exigence": "x"}])
    sound = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(sound)) as read, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in read.infolist():
            out.writestr(entry.filename, xml if entry.filename.endswith("sheet1.xml") else read.read(entry))
    return path


def test_a_million_rows(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_000_001))
    path = _with_sheet(
        tmp_path / "x.xlsx", f"<worksheet {_NS}><sheetData>".encode() + rows + b"</sheetData></worksheet>"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SheetError, match=f"plus de {MAX_ROWS} lignes"):
        read_rem(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_a_row_far_below_or_a_cell_far_to_the_right(tmp_path: Path) -> None:
    for cell in (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', b'<row r="1"><c r="XFD1"><v>1</v></c></row>'):
        xml = f"<worksheet {_NS}><sheetData>".encode() + cell + b"</sheetData></worksheet>"
        with pytest.raises(SheetError, match=r"lignes|hors de tout tableau"):
            read_rem(_with_sheet(tmp_path / "x.xlsx", xml))


def test_a_merged_area_of_the_whole_sheet_costs_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "REM-HOP-DPI-Va2.xlsx", RC, [{"ID": "SC.INS/va1.16", "Exigence": "x"}])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    area = b'<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    with pytest.raises(SheetError, match="fusion"):
        read_rem(_with_sheet(path, xml.replace(b"</sheetData>", b"</sheetData>" + area)))


def test_a_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        for n in range(3):
            archive.writestr(f"xl/media/{n}", bytes(60_000_000))
    with pytest.raises(SheetError, match="démesuré"):
        read_rem(tmp_path / "x.xlsx")


def test_a_bomb_of_strings(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", RC, [{"ID": "SC.INS/va1.16", "Exigence": "x"}])
    strings = f"<sst {_NS}>".encode() + b"<si><t>a</t></si>" * (MAX_PART // 16) + b"</sst>"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    with pytest.raises(SheetError, match="démesuré"):
        read_rem(path)


@pytest.mark.parametrize("head", [b'<!DOCTYPE a [<!ENTITY b "c">]>', b"  <!ENTITY x SYSTEM 'file:///etc/passwd'>"])
def test_entities_are_refused(tmp_path: Path, head: bytes) -> None:
    path = _with_sheet(tmp_path / "x.xlsx", b'<?xml version="1.0"?>' + head + f"<worksheet {_NS}/>".encode())
    with pytest.raises(SheetError, match="DOCTYPE"):
        read_rem(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "pas un classeur"),
        (b"hello", "pas un classeur"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "mot de passe"),
        (b"PK\x03\x04" + bytes(50), "illisible"),
        (bytes(MAX_FILE + 1), "Mio"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(SheetError, match=said):
        read_rem(tmp_path / "x.xlsx")


def test_every_truncation_is_one_clear_error_or_a_reading(tmp_path: Path) -> None:
    data = workbook(tmp_path / "REM-HOP-DPI-Va2.xlsx", RC, [{"ID": "SC.INS/va1.16", "Exigence": "x"}]).read_bytes()
    path = tmp_path / "REM-HOP-DPI-Va2-cut.xlsx"
    for end in range(0, len(data), 211):
        path.write_bytes(data[:end])
        with pytest.raises(SheetError):
            read_rem(path)


def test_a_workbook_without_exigences(tmp_path: Path) -> None:
    book = Workbook()
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(SheetError, match="aucune feuille d'exigences"):
        read_rem(tmp_path / "x.xlsx")
    with pytest.raises(SheetError, match="lecture impossible"):
        read_rem(tmp_path / "absent.xlsx")


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", "[1]", '{"dispositif": "HOP-DPI-Va2", "edition": "", "requirements": []}', "[" * 5000]
)
def test_a_json_that_is_no_rem(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SheetError, match="JSON"):
        read_rem(tmp_path / "x.json")


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "'", "a", "", "'a"])
def test_a_csv_value_is_never_a_formula(value: str) -> None:
    assert not guarded(value).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(value)) == value
