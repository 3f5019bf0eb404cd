"""All formats read one record: each lists every collected scenario exactly once, whatever happened to it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from campaign.test_plugin import EXPECTED, _run, folder  # noqa: F401  (a campaign where every fate is met)
from lxml import etree, html
from openpyxl import load_workbook
from reporting.fixture import campaign

from rempart.model.results import Results
from rempart.reporting.build import FORMATS, build_reports, load_results

Listed = Counter[tuple[str, str]]  # scenario id, name


def _html(run: Path) -> Listed:
    page = html.document_fromstring((run / "report.html").read_text("utf-8"))
    found = page.xpath("//details[contains(concat(' ', @class, ' '), ' scenario ')]/summary")
    return Counter((s.xpath("string(span[@class='id'])"), s.xpath("string(span[@class='name'])")) for s in found)


def _junit(run: Path) -> Listed:
    names = [case.get("name", "") for case in etree.parse(run / "junit.xml").iter("testcase")]
    return Counter(_split(name) for name in names)


def _xlsx(run: Path) -> Listed:
    titles, *rows = load_workbook(run / "report.xlsx", read_only=True)["Scénarios"].iter_rows(values_only=True)
    at, name = titles.index("Scénario"), titles.index("Nom")
    return Counter((row[at], row[name]) for row in rows)


def _md(run: Path) -> Listed:
    text = (run / "summary.md").read_text("utf-8").partition("<details>")[2]
    found = re.findall(r"^- \S+ `([^`]+)` (.*)$", text, re.M)
    return Counter((scenario, re.sub(r"\\(.)", r"\1", name)) for scenario, name in found)


def _pdf(run: Path) -> Listed:
    """The text of all pages: a scenario is a line that begins with its id, before the list of preuves."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(run / "report.pdf")]
    lines = "\n".join(pages).replace("\r\n", "\n").partition("Preuves à déposer")[0].split("\n")
    known = {s.scenario_id for s in load_results(run).scenarios}
    starts = [_split(line) for line in lines]
    return Counter((first, _bare(rest)) for first, rest in starts if first in known)


def _allure(run: Path) -> Listed:
    results = [json.loads(f.read_text("utf-8")) for f in (run / "allure").glob("*-result.json")]
    tags = [next(label["value"] for label in r["labels"] if label["name"] == "tag") for r in results]
    return Counter(zip(tags, (r["name"] for r in results), strict=True))


READERS: dict[str, Callable[[Path], Listed]] = {
    "html": _html, "pdf": _pdf, "xlsx": _xlsx, "junit": _junit, "md": _md, "allure": _allure,
}  # fmt: skip


def _split(name: str) -> tuple[str, str]:
    scenario, _, rest = name.partition(" ")
    return scenario, rest


def _bare(name: str) -> str:
    """A printed line without the badge that follows the name."""
    return re.sub(r"\s*[✓✕?◔○–].*$", "", name).strip()


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """Passed, failed, step missing, a person needed, silence, a fault of ours, a crash in setup, rows of examples."""
    out = tmp_path_factory.mktemp("fates") / "run"
    _run(folder, out, f"--alluredir={out / 'allure'}")
    build_reports(out, list(FORMATS))
    return out


def test_every_format_has_its_reader() -> None:
    assert set(READERS) == {*FORMATS, "allure"}


@pytest.mark.parametrize("name", READERS)
def test_each_scenario_once_after_a_campaign(run: Path, name: str) -> None:
    listed = READERS[name](run)
    expected = Counter((s.scenario_id, s.name) for s in load_results(run).scenarios)
    assert {n for _, n in expected} == set(EXPECTED)
    assert listed == expected


@pytest.fixture(scope="module")
def every_verdict(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Results]:
    out = tmp_path_factory.mktemp("verdicts")
    record = campaign(out)
    build_reports(out, list(FORMATS))
    return out, record


@pytest.mark.parametrize("name", FORMATS)
def test_each_scenario_once_whatever_its_verdict(every_verdict: tuple[Path, Results], name: str) -> None:
    out, record = every_verdict
    listed = Counter(scenario for scenario, _ in READERS[name](out).elements())
    assert listed == Counter(s.scenario_id for s in record.scenarios)
