"""PDF, XLSX and Markdown: what each one owes its reader beyond the list of scenarios."""

from __future__ import annotations

import builtins
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from reporting.fixture import campaign, large

from rempart.cli.main import main
from rempart.model.results import OfficialWording, Results
from rempart.reporting.build import FORMATS, ReportError, build_reports
from rempart.reporting.markdown import COMMENT_LIMIT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Results]:
    out = tmp_path_factory.mktemp("run")
    record = campaign(out)
    build_reports(out, list(FORMATS))
    return out, record


@pytest.fixture(scope="module")
def pages(built: tuple[Path, Results]) -> list[str]:
    return [p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(built[0] / "report.pdf")]


def test_each_page_is_numbered_and_names_the_campaign(pages: list[str], built: tuple[Path, Results]) -> None:
    for number, text in enumerate(pages, 1):
        assert f"page {number} / {len(pages)}" in text
        assert built[1].campaign.id in text


def test_the_first_page_is_for_signature(pages: list[str], built: tuple[Path, Results]) -> None:
    digest = hashlib.sha256((built[0] / "results.json").read_bytes()).hexdigest()
    for wanted in ("Dossier Exemple 4.2.1", "Signature", "Date", "Nom et qualité", digest, "à instruire"):
        assert wanted in re.sub(r"\s+", " ", pages[0]) or wanted in re.sub(r"\s+", "", pages[0])


def test_the_pdf_says_that_it_is_an_archive_and_embeds_its_fonts(built: tuple[Path, Results]) -> None:
    with pikepdf.open(built[0] / "report.pdf") as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"
        assert "/OutputIntents" in pdf.Root and str(pdf.Root.Lang) == "fr"
        fonts = [f for page in pdf.pages for f in page.Resources.get("/Font", {}).values()]
        assert fonts
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_pdf_and_workbook_never_say_referenced_and_show_every_reason(
    built: tuple[Path, Results], pages: list[str]
) -> None:
    text = " ".join("".join(pages).split())
    assert "référencé" not in text.lower()
    for s in built[1].scenarios:
        assert " ".join(s.reason.split()) in text


def test_the_same_record_gives_the_same_files(built: tuple[Path, Results], tmp_path: Path) -> None:
    for name in ("results.json", "evidence"):
        (tmp_path / name).symlink_to(built[0] / name)
    again = build_reports(tmp_path, list(FORMATS))
    for name, path in again.items():
        assert path.read_bytes() == (built[0] / FORMATS[name]).read_bytes(), name


def test_without_pango_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign(tmp_path)
    real = builtins.__import__

    def failing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", failing)
    with pytest.raises(ReportError, match="Pango"):
        build_reports(tmp_path, ["pdf"])
    assert not list(tmp_path.glob("*.tmp"))


def test_nothing_outside_the_page_is_fetched(tmp_path: Path) -> None:
    from rempart.reporting.pdf import document

    target = tmp_path / "secret.txt"
    target.write_text("x")
    document(f"<img src='{target.as_uri()}'><p>x").write_pdf(tmp_path / "x.pdf")  # told in the log, never read
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        assert not [i for page in pdf.pages for i in page.get_images()]


def test_the_workbook_agrees_with_the_record(built: tuple[Path, Results]) -> None:
    book = load_workbook(built[0] / "report.xlsx", read_only=True)
    assert book.sheetnames == ["Synthèse", "Exigences", "Scénarios", "Preuves", "Constats"]
    counts = {name: sum(1 for _ in book[name].iter_rows()) - 1 for name in book.sheetnames}
    record = built[1]
    assert counts["Scénarios"] == len(record.scenarios)
    assert counts["Preuves"] == sum(len(r.preuves) for r in record.requirements)
    titles = [cell.value for cell in next(book["Preuves"].iter_rows(max_row=1))]
    assert titles[6:8] == ["Statut", "Raison"]
    assert counts["Constats"] == sum(len(s.findings) for s in record.scenarios)
    assert counts["Exigences"] == len({(s.dispositif, s.requirement_id) for s in record.scenarios}) + 1


def test_what_a_candidate_sends_is_no_formula(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    first = record.scenarios[0].model_copy(update={"reason": '=HYPERLINK("http://x")', "name": "@SUM(1)"})
    (tmp_path / "results.json").write_text(
        record.model_copy(update={"scenarios": [first, *record.scenarios[1:]]}).model_dump_json(), "utf-8"
    )
    build_reports(tmp_path, ["xlsx"])
    cells = [c for row in load_workbook(tmp_path / "report.xlsx")["Scénarios"].iter_rows() for c in row]
    assert {c.data_type for c in cells if c.value in ('=HYPERLINK("http://x")', "@SUM(1)")} == {"s"}
    assert not [c for c in cells if c.data_type == "f"]


def test_the_official_wording_stands_beside_ours(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    wording = OfficialWording(
        edition="2024-11", id="SC.CDA/HL7.02", statement="Énoncé officiel.", scenarios={"CDA/HL7.02.01": "Le scénario."}
    )
    first = record.requirements[0].model_copy(update={"official_wording": wording})
    (tmp_path / "results.json").write_text(
        record.model_copy(update={"requirements": [first, *record.requirements[1:]]}).model_dump_json(), "utf-8"
    )
    reports = build_reports(tmp_path, ["html", "pdf", "xlsx"])
    page = reports["html"].read_text("utf-8")
    assert page.count("Énoncé officiel.") == page.count("Le scénario.") == 1 and first.statement[:40] in page
    assert any("Énoncé officiel." in p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(reports["pdf"]))
    rows = load_workbook(reports["xlsx"])["Exigences"].iter_rows(values_only=True)
    assert any("Énoncé officiel." in str(cell) for row in rows for cell in row)


def test_the_summary_is_short_and_worst_first(built: tuple[Path, Results]) -> None:
    text = (built[0] / "summary.md").read_text("utf-8")
    assert text.startswith("## Rempart: Dossier Exemple 4.2.1: ✕ non conforme")
    shown = text.partition("<details>")[0]
    assert len(shown.splitlines()) < 40
    assert shown.index("✕ non conforme: ") < shown.index("? indéterminé: ")


def test_a_large_summary_keeps_every_id_and_leaves_names_out(tmp_path: Path) -> None:
    record = large(tmp_path, 1300)
    text = build_reports(tmp_path, ["md"])["md"].read_text("utf-8")
    assert len(text) < COMMENT_LIMIT
    listed = re.findall(r"^- \S+ `([^`]+)`$", text.partition("<details>")[2], re.M)
    assert sorted(listed) == sorted(s.scenario_id for s in record.scenarios)


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    campaign(tmp_path)
    kept = {"results.json", "evidence"}

    def written(*arguments: str) -> set[str]:
        result = CliRunner().invoke(main, ["report", str(tmp_path), *arguments])
        assert result.exit_code == 0, result.output
        names = {p.name for p in tmp_path.iterdir()} - kept
        for name in names:
            (tmp_path / name).unlink()
        return names

    assert written() == {"report.html", "junit.xml", "summary.md"}
    assert written("--format", "xlsx", "--format", "pdf") == {"report.xlsx", "report.pdf"}
    assert written("--format", "all") == set(FORMATS.values())


def test_a_campaign_without_pdf_does_not_load_its_library(tmp_path: Path) -> None:
    campaign(tmp_path)
    code = (
        "import sys; from pathlib import Path; from rempart.reporting.build import build_reports\n"
        f"build_reports(Path({str(tmp_path)!r}))\n"
        "sys.exit(1 if {'weasyprint', 'openpyxl'} & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
