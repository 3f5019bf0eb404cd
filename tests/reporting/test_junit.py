"""JUnit for a CI: each scenario once, and nothing that was not judged looks like a success."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from reporting.fixture import campaign, large

from rempart.model.results import Results
from rempart.reporting.build import build_reports


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, etree._Element]:
    run_dir = tmp_path_factory.mktemp("run")
    record = campaign(run_dir)
    return record, etree.parse(build_reports(run_dir)["junit"]).getroot()


def cases(root: etree._Element) -> dict[str, etree._Element]:
    found = {c.xpath("string(properties/property[@name='key']/@value)"): c for c in root.iter("testcase")}
    assert len(found) == len(list(root.iter("testcase")))
    return found


def test_each_scenario_is_there_exactly_once(built: tuple[Results, etree._Element]) -> None:
    assert set(cases(built[1])) == {s.key for s in built[0].scenarios}
    assert int(built[1].get("tests")) == len(built[0].scenarios)


def test_names_are_unique(built: tuple[Results, etree._Element]) -> None:
    names = Counter((c.get("classname"), c.get("name")) for c in built[1].iter("testcase"))
    assert set(names.values()) == {1}


@pytest.mark.parametrize(
    ("verdict", "element"),
    [
        ("conforme", None),
        ("atteste", None),
        ("non_conforme", "failure"),
        ("indetermine", "error"),
        ("a_attester", "skipped"),
        ("non_teste", "skipped"),
        ("non_applicable", "skipped"),
    ],
)
def test_each_verdict_has_its_outcome(built: tuple[Results, etree._Element], verdict: str, element: str | None) -> None:
    found = [cases(built[1])[s.key] for s in built[0].scenarios if s.verdict == verdict and s.mandatory]
    assert found
    for case in found:
        assert [e.tag for e in case if e.tag != "properties"] == ([element] if element else [])


def test_a_preconisation_never_fails_a_build(built: tuple[Results, etree._Element]) -> None:
    failed = [s for s in built[0].scenarios if s.verdict == "non_conforme" and not s.mandatory]
    assert failed
    for scenario in failed:
        case = cases(built[1])[scenario.key]
        assert case.find("skipped").get("message").startswith("préconisation, non conforme")
        assert case.find("failure") is None


def test_the_reason_is_told(built: tuple[Results, etree._Element]) -> None:
    by_key = cases(built[1])
    for s in built[0].scenarios:
        if s.reason and s.verdict not in ("conforme", "atteste"):
            assert s.reason in by_key[s.key].xpath("string(*[last()]/@message)")


def test_a_failure_lists_its_findings(built: tuple[Results, etree._Element]) -> None:
    text = cases(built[1])["HOP-DPI-Va2/CDA/HL7.02.02"].findtext("failure")
    assert "HL7-042 erreur PID-3.1: la clé de l'INS est fausse | attendu: 89 | constaté: 279035121518989" in text
    assert text.count("\n") == 50


def test_the_class_is_dispositif_and_section(built: tuple[Results, etree._Element]) -> None:
    classes = {c.get("classname") for c in built[1].iter("testcase")}
    assert "HOP-DPI-Va2.Volet de transport HL7v2" in classes
    assert all(name.count(".") == 1 for name in classes)


def test_counts_agree(built: tuple[Results, etree._Element]) -> None:
    for suite in [built[1], *built[1]]:
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == len(list(suite.iter(tag)))


def test_rows_of_one_table_of_examples_stay_apart(tmp_path: Path) -> None:
    record = large(tmp_path, 3)
    rows = [
        s.model_copy(update={"requirement_id": "INS/va1.16", "scenario_id": "X", "name": "n"}) for s in record.scenarios
    ]
    (tmp_path / "results.json").write_text(record.model_copy(update={"scenarios": rows}).model_dump_json(), "utf-8")
    root = etree.parse(build_reports(tmp_path)["junit"]).getroot()
    assert [c.get("name") for c in root.iter("testcase")] == ["X n", "X n [2]", "X n [3]"]
