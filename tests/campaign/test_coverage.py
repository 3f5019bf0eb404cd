"""Coverage: nothing of the catalogue is left without a scenario or a reason, and each level is what it says."""

from __future__ import annotations

from pathlib import Path

from rempart.campaign.coverage import coverage, level_of, totals
from rempart.catalog import FeatureScenario, Scenario, load
from rempart.cli.coverage import as_json, as_markdown, as_text


def test_the_shipped_catalogue_has_no_gap() -> None:
    sections = coverage(load())
    assert [s.gaps for s in sections if s.gaps] == []
    assert all(reason for s in sections for reason in s.untestable.values())


def test_every_scenario_and_every_requirement_is_counted_once() -> None:
    catalog = load()
    total = totals(coverage(catalog))
    assert total["requirements"] == len(catalog.requirements)
    played = total["automatic"] + total["semi-automatic"] + total["attestation"]
    assert played == sum(len(r.scenarios) for r in catalog.requirements)
    assert total["untestable"] == sum(1 for r in catalog.requirements if not r.scenarios)


def feature(file: str) -> FeatureScenario:
    return FeatureScenario(file, 1, "Essai", "Essai", ("HOP-DPI-Va2", "T/E.01.01"), ())


def scenario(kind: str) -> Scenario:
    evidence = [{"id": "T/E.01.01.01", "kind": kind, "label": "Preuve"}]
    body = {"id": "T/E.01.01", "summary": "Essai", "verification": "automatic", "evidence": evidence}
    return Scenario.model_validate(body)


def test_a_level_is_who_plays_and_what_is_judged() -> None:
    played, attested = feature("dpi.feature"), feature("attestations/t.feature")
    assert level_of(scenario("demonstration"), []) == "none"
    assert level_of(scenario("demonstration"), [attested]) == "attestation"
    assert level_of(scenario("smtp_source"), [attested]) == "semi-automatic"
    assert level_of(scenario("demonstration"), [attested, played]) == "automatic"


def test_a_scenario_that_nothing_carries_is_a_gap(tmp_path: Path) -> None:
    sections = coverage(load(), tmp_path)
    assert totals(sections)["none"] == sum(len(r.scenarios) for r in load().requirements)
    assert "Sans couverture: HOP-DPI-Va2 ANN/va1.01.01" in as_text(sections)


def test_every_format_names_every_section() -> None:
    sections = coverage(load())
    for text in (as_text(sections), as_markdown(sections), as_json(sections)):
        assert [s.name for s in sections if s.name not in text] == []
    assert "**DMP/AUTH.01**: L'énoncé n'a pas été lu" in as_markdown(sections)
