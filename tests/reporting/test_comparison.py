"""Two records compared: every change is told once, and only what got worse is a regression."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting.fixture import campaign

from rempart.cli.main import main
from rempart.model.results import Results, ScenarioResult
from rempart.model.verdict import Verdict
from rempart.reporting.comparison import compare
from rempart.reporting.comparison_text import as_json, as_markdown, as_text
from rempart.reporting.load import load_record

KEY = "HOP-DPI-Va2/CDA/HL7.02.02"  # non conforming, with many findings


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return campaign(tmp_path_factory.mktemp("run"))


def _with(record: Results, key: str, **update: object) -> Results:
    scenarios = [s.model_copy(update=update) if s.key == key else s for s in record.scenarios]
    return record.model_copy(update={"scenarios": scenarios})


def _mended(s: ScenarioResult) -> list[object]:
    return [step.model_copy(update={"checks": []}) for step in s.steps]


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_record_against_itself_says_nothing(record: Results) -> None:
    found = compare(record, record)
    assert (found.requirements, found.scenarios, found.findings, found.regressions) == ([], [], [], 0)
    assert list(as_text(found))[-1] == "Conclusion: aucune régression"


def test_the_same_finding_on_another_document_is_no_change(record: Results) -> None:
    """Each campaign draws the identifiers of its documents: a place that names one is the same place."""

    def at(number: int) -> Results:
        bad = next(s for s in record.scenarios if s.key == KEY)
        steps = [step.model_copy(deep=True) for step in bad.steps]
        for finding in (f for step in steps for c in step.checks for f in c.findings):
            object.__setattr__(finding, "location", f"documents[unique_id=2.25.{number}].status")
        return _with(record, KEY, steps=steps)

    found = compare(at(10**38), at(10**38 + 1))
    assert (found.findings, found.regressions) == ([], 0)


def test_a_defect_mended_is_told_and_is_no_regression(record: Results) -> None:
    bad = next(s for s in record.scenarios if s.key == KEY)
    mended = _with(record, KEY, verdict=Verdict.CONFORME, reason="", steps=_mended(bad))
    found = compare(record, mended)
    assert [(c.id, c.before, c.after) for c in found.scenarios] == [("CDA/HL7.02.02", "non_conforme", "conforme")]
    assert sum(c.before for c in found.findings) == sum(f.count for f in bad.findings)
    assert found.regressions == 0
    back = compare(mended, record)
    blocking = {(f.rule, f.location) for f in bad.findings if f.blocks}
    assert {(c.finding.rule, c.finding.location) for c in back.findings if c.regression} == blocking
    assert back.regressions == 1 + len(blocking)


def test_what_is_gone_is_a_regression(record: Results) -> None:
    less = record.model_copy(update={"scenarios": [s for s in record.scenarios if s.key != KEY]})
    (change,) = compare(record, less).scenarios
    assert change.after is None and change.regression


def test_a_preconisation_never_is_a_regression(record: Results) -> None:
    optional = next(s for s in record.scenarios if not s.mandatory)
    before = _with(record, optional.key, verdict=Verdict.CONFORME)
    (change,) = compare(before, record).scenarios
    assert (change.after, change.regression) == (Verdict.NON_CONFORME, False)


@settings(deadline=None)
@given(before=st.sampled_from(list(Verdict)), after=st.sampled_from(list(Verdict)))
def test_a_change_is_a_regression_one_way_at_most(record: Results, before: Verdict, after: Verdict) -> None:
    one, two = _with(record, KEY, verdict=before), _with(record, KEY, verdict=after)
    forth, back = compare(one, two).regressions, compare(two, one).regressions
    neutral = {before, after} <= {Verdict.CONFORME, Verdict.NON_APPLICABLE}
    assert forth + back == (0 if before is after or neutral else 1)
    if after is Verdict.NON_CONFORME and before is not after:
        assert forth == 1


def test_every_format_tells_every_change(record: Results) -> None:
    bad = next(s for s in record.scenarios if s.key == KEY)
    found = compare(_with(record, KEY, verdict=Verdict.CONFORME, steps=_mended(bad)), record)
    told = json.loads(as_json(found))
    assert told["regressions"] == found.regressions and len(told["findings"]) == len(found.findings)
    text, markdown = "\n".join(as_text(found)), "\n".join(as_markdown(found))
    for change in found.findings:
        assert change.finding.rule in text and change.finding.rule in markdown
    assert "✓ conforme → ✕ non conforme" in text and "| conforme | non conforme |" in markdown


def test_markdown_holds_no_markup_of_the_candidate(record: Results) -> None:
    hostile = "<script>x</script> [a](http://b) @everyone | `x`\n# titre"
    found = compare(record, _with(record, KEY, verdict=Verdict.INDETERMINE, reason=hostile, name=hostile))
    text = "\n".join(as_markdown(found))
    assert "<script" not in text and "\n# titre" not in text and "[a](" not in text and " @everyone" not in text


def test_folder_file_and_archive_are_the_same_record(record: Results, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(record.model_dump_json(), "utf-8")
    with zipfile.ZipFile(tmp_path / "dossier.zip", "w") as archive:
        archive.write(tmp_path / "results.json", "results.json")
    assert load_record(tmp_path) == load_record(tmp_path / "results.json") == load_record(tmp_path / "dossier.zip")
    assert _run("compare", tmp_path, tmp_path / "dossier.zip").exit_code == 0


def test_exit_codes(record: Results, tmp_path: Path) -> None:
    a, b = tmp_path / "a.json", tmp_path / "b.json"
    a.write_text(_with(record, KEY, verdict=Verdict.CONFORME).model_dump_json(), "utf-8")
    b.write_text(record.model_dump_json(), "utf-8")
    assert (_run("compare", a, b).exit_code, _run("compare", b, a, "--format", "md").exit_code) == (1, 0)
    assert _run("compare", a, tmp_path / "absent").exit_code == 2
    (tmp_path / "x.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    assert "aucun results.json" in _run("compare", a, tmp_path / "x.zip").output
    (tmp_path / "y.zip").write_bytes(b"PK\x03\x04")
    assert "illisible" in _run("compare", a, tmp_path / "y.zip").output
