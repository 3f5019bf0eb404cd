"""`rempart catalog import` and `export`, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from reporting.fixture import campaign

from rempart.catalog import load
from rempart.catalog.sheets import read_rem
from rempart.cli.main import main


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path / "data"))


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["catalog", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_what_is_exported_is_imported_kept_listed_and_removed(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    assert _run("export", "--output", file).exit_code == 0
    found = _run("import", file, "--name", "essai")
    assert found.exit_code == 0, found.output
    assert "HOP-DPI-Va2, édition essai" in found.output and "0 nouvelles, 0 disparues, 0 modifiées" in found.output
    assert (tmp_path / "data" / "rem" / "HOP-DPI-Va2" / "essai.json").is_file()
    assert "essai" in _run("import", "--list").output
    assert json.loads(_run("import", "--list", "--format", "json").output)[0]["edition"] == "essai"
    assert _run("import", "--remove", "essai").exit_code == 0
    assert "Aucun REM importé" in _run("import", "--list").output


def test_a_second_import_is_compared_with_the_first(tmp_path: Path) -> None:
    file = tmp_path / "HOP-DPI-Va2.csv"
    assert _run("export", "--format", "csv", "--dispositif", "HOP-DPI-Va2", "--output", file).exit_code == 0
    assert _run("import", file, "--name", "une").exit_code == 0
    text = file.read_text("utf-8-sig")
    statement = load().get("HOP-DPI-Va2", "CDA/HL7.02")
    assert statement is not None
    file.write_text(text.replace(statement.statement, "Énoncé tout autre, il DOIT."), "utf-8")
    told = json.loads(_run("import", file, "--name", "deux", "--dry-run", "--format", "json").output)
    previous, ours = told["rems"][0]["against"]
    assert list(previous["changed"]) == [statement.id_source] and previous["new"] == previous["gone"] == []
    assert [b["official"] for b in ours["beside"]] == ["Énoncé tout autre, il DOIT."]
    assert "deux" not in _run("import", "--list").output


def test_verdicts_fill_the_spreadsheet_and_do_not_come_back(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    campaign(tmp_path / "run")
    file = tmp_path / "x.xlsx"
    assert _run("export", "--layout", "convergence", "--run", tmp_path / "run", "--output", file).exit_code == 0
    sheet = load_workbook(file).active
    assert sheet is not None
    titles, *rows = sheet.iter_rows(values_only=True)
    told = [dict(zip(titles, row, strict=True)) for row in rows]
    mine = [t for t in told if t["Dispositif"] == "HOP-DPI-Va2" and t["N° scénario"] == "CDA/HL7.02.01"]
    assert {t["Rempart résultat, scénario: verdict"] for t in mine} == {"conforme"}
    assert {t["Rempart résultat, exigence: verdict"] for t in mine} == {"non conforme"}
    assert mine[0]["Rempart résultat, preuve 1: statut"] == "produite par Rempart, à instruire"
    unknown = [t for t in told if t["N° scénario"] == "MSS/va1.23.01"]
    assert all(t["Rempart résultat, scénario: verdict"] is None for t in unknown)
    again = _run("import", file, "--name", "x").output
    assert "0 nouvelles, 0 disparues, 0 modifiées" in again and "colonnes ignorées" not in again


def test_markdown_is_for_reading(tmp_path: Path) -> None:
    assert _run("export", "--format", "md", "--output", tmp_path / "x.md").exit_code == 0
    text = (tmp_path / "x.md").read_text("utf-8")
    assert all(text.count(f"| {r.id_source.replace('_', chr(92) + '_')} |") >= 1 for r in load().requirements)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import"], "expected"),
        (["import", "absent.xlsx"], "absent.xlsx"),
        (["import", "--remove", "x"], "édition inconnue"),
        (["import", "--list", "--remove", "x"], "expected"),
        (["export", "--rem", "x"], "édition inconnue"),
        (["export", "--run", "absent"], "results.json"),
        (["export", "--output", "absent/x.xlsx"], "écriture impossible"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2 and said in result.output


def test_an_impossible_name_is_refused(tmp_path: Path) -> None:
    assert _run("export", "--format", "csv", "--output", tmp_path / "x.csv").exit_code == 0
    result = _run("import", tmp_path / "x.csv", "--name", "../../etc")
    assert result.exit_code == 2 and "nom d'édition refusé" in result.output


def test_verdicts_in_json_do_not_come_back_either(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    campaign(tmp_path / "run")
    filled, plain = tmp_path / "filled.json", tmp_path / "plain.json"
    assert _run("export", "--format", "json", "--run", tmp_path / "run", "--output", filled).exit_code == 0
    assert _run("export", "--format", "json", "--output", plain).exit_code == 0
    assert '"Rempart résultat: verdict": "conforme"' in filled.read_text("utf-8")
    content = [[r.requirements for r in read_rem(path).rems] for path in (filled, plain)]
    assert content[0] == content[1]
