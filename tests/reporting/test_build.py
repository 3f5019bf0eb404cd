"""Reports are rebuilt from results.json and evidence/ alone, and fail with one clear sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reporting.fixture import campaign

from rempart.reporting.build import ReportError, build_reports
from rempart.reporting.outline import outline


def test_a_report_can_be_rebuilt_elsewhere_the_same(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    campaign(tmp_path / "here")
    first = {name: path.read_bytes() for name, path in build_reports(tmp_path / "here").items()}
    (tmp_path / "there").mkdir()
    shutil.copy(tmp_path / "here" / "results.json", tmp_path / "there")
    shutil.copytree(tmp_path / "here" / "evidence", tmp_path / "there" / "evidence")
    again = {name: path.read_bytes() for name, path in build_reports(tmp_path / "there").items()}
    assert set(first) == {"html", "junit", "md"}
    assert again == first


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    campaign(tmp_path)
    build_reports(tmp_path)
    written = {"report.html", "junit.xml", "summary.md"}
    assert {p.name for p in tmp_path.iterdir()} == {"results.json", "evidence", *written}


def test_without_evidence_the_report_is_written_and_says_so(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    shutil.rmtree(tmp_path / "evidence")
    page = build_reports(tmp_path)["html"].read_text("utf-8")
    assert all(f"{e.id}: preuve {e.sha256} absente" in page for e in record.exchanges)


@pytest.mark.parametrize("text", [None, "", "{", '{"format": "1.0"}'])
def test_no_readable_record_is_one_clear_error(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "results.json").write_text(text)
    with pytest.raises(ReportError, match=r"results\.json"):
        build_reports(tmp_path)


def test_scenarios_without_requirement_and_announced_ones_without_result_are_kept(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    gone = record.scenarios[0]
    plan = outline(record.model_copy(update={"scenarios": record.scenarios[1:]}))
    keys = [s.record.key for s in plan.scenarios()]
    assert sorted(keys) == sorted(s.key for s in record.scenarios[1:])
    assert [r.missing for r in plan.requirements if r.missing] == [[gone.key]]
    orphan = next(r for r in plan.requirements if r.record is None)
    assert (orphan.id, orphan.verdict) == ("SANS/EXIGENCE", "non_teste")


def test_every_exchange_stands_under_a_scenario_or_among_the_loose(tmp_path: Path) -> None:
    record = campaign(tmp_path)
    plan = outline(record)
    placed = [e for s in plan.scenarios() for e in s.exchanges] + plan.loose_exchanges
    assert sorted(placed) == sorted(e.id for e in record.exchanges)
    assert len(plan.loose_exchanges) == 1
