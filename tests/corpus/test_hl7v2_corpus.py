"""The published HL7v2 messages get the verdict written down for each, for the reasons written down, and no other."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from shared import CORPUS_HL7, needs_shared

from rempart.model.finding import Severity
from rempart.resources import own_yaml
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.report import Report

_FILE = Path(__file__).with_name("exceptions.yaml")
EXPECTED: dict[str, dict[str, Any]] = own_yaml(_FILE)["hl7v2"]


@cache
def judged(name: str) -> Report:
    return validate_message((CORPUS_HL7 / name).read_bytes())


@needs_shared
def test_every_file_is_written_down() -> None:
    files = (f.relative_to(CORPUS_HL7).as_posix() for f in CORPUS_HL7.rglob("*") if f.is_file())
    assert set(EXPECTED) == set(files) - {"SOURCES.md"}


@needs_shared
@pytest.mark.parametrize("name", EXPECTED)
def test_verdict_and_errors(name: str) -> None:
    report, expected = judged(name), EXPECTED[name]
    errors = [(f.rule, f.location) for f in report.findings if f.severity is Severity.ERROR]
    assert sorted(errors) == sorted((e["rule"], e["at"]) for e in expected.get("errors", []))
    assert report.verdict == expected["verdict"]
    assert report.edition == expected.get("edition", "")


@needs_shared
@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if "told" in e])
def test_other_known_defects_are_told(name: str) -> None:
    warnings = {f"{f.rule} {f.location}" for f in judged(name).findings if f.severity is Severity.WARNING}
    assert set(EXPECTED[name]["told"]) <= warnings


@needs_shared
@pytest.mark.parametrize("name", EXPECTED)
def test_line_ends_of_files_at_rest(name: str) -> None:
    """All of them end their segments with LF: told, and no error at rest."""
    report = judged(name)
    if len(report.validators) < 2:  # not read beyond its header
        return
    told = [f.severity for f in report.findings if f.rule == "HL7-004"]
    assert told == [Severity.WARNING]


def test_every_exception_has_its_reason() -> None:
    reasons = [e.get("why") for entry in EXPECTED.values() for e in entry.get("errors", [])]
    assert all(reasons)
    assert all(entry.get("why") for entry in EXPECTED.values() if entry["verdict"] == "erreur")
    assert all("errors" in e for e in EXPECTED.values() if e["verdict"] == "non_conforme")
