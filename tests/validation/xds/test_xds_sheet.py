"""Messages and faults written from the texts, without our writers: sound ones conform, faulty ones fail where they are
faulty. The messages are in `sheet/sound.py`, the faults in `sheet/faults-*.yaml`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from validation.xds.sheet.cases import FAULTS, VARIANTS, faulty, message, variant
from validation.xds.sheet.edits import place
from validation.xds.sheet.messages import Message
from validation.xds.sheet.seal import seal_assertion
from validation.xds.sheet.sound import SOUND, VIHF

from rempart.model.finding import Severity
from rempart.validation.document import validate_bytes
from rempart.validation.report import Report

CASES = [
    pytest.param(rule, line, id=" ".join((rule, line.get("of", "feed"), *map(str, line["do"])))[:110])
    for rule, line in FAULTS
]
# What is said of sound messages, and stays a warning: the reason is in docs/xds.md.
ADVISED = {
    "feed SHA-1": {"XDS-072", "XDS-080"}, "feed N1 and N3": {"XDS-077"}, "feed history": {"XDS-061"},
    "feed minor": {"CDA-042"}, "feed of the day": {"CDA-071"}, "search archived": {"XDS-112"},
}  # fmt: skip
DECLARED: dict[str, dict[str, Any]] = {
    "": {}, "test": {"environment": "test"}, "production": {"environment": "production"},
    "received": {"received": datetime(2026, 3, 10, 9, 20, 5, tzinfo=UTC), "environment": "test"},
    "late": {"received": datetime(2026, 3, 10, 9, 20, 31, tzinfo=UTC)},
    "history": {"requirements": ("DMP/HISTO.03",)},
}  # fmt: skip


def judged(data: Message, declared: str = "") -> Report:
    if data.form == "vihf":
        sealed = data.done("assertion", seal_assertion(data.vihf, data.algorithm))
        return validate_bytes(sealed.encode(), **DECLARED[declared])
    return validate_bytes(data.render(), **DECLARED[declared])


@cache
def said_before(name: str, declared: str) -> frozenset[tuple[str, str]]:
    return frozenset((f.rule, f.message) for f in judged(message(name), declared).findings)


@pytest.mark.parametrize("name", SOUND)
def test_sound(name: str) -> None:
    report = judged(message(name))
    assert report.verdict == "conforme", report.findings
    assert {f.rule for f in report.findings} == ADVISED.get(name, set())


@pytest.mark.parametrize("name", SOUND)
def test_sound_when_more_is_known(name: str) -> None:
    """In a context of test, and at the moment when the message came in."""
    report = judged(message(name), "received")
    assert {f.rule for f in report.findings} == ADVISED.get(name, set()), report.findings


@pytest.mark.parametrize("name", VARIANTS)
def test_sound_variant(name: str) -> None:
    """What the texts leave free."""
    line = VARIANTS[name]
    report = judged(variant(name))
    assert report.verdict == "conforme", report.findings
    said = ADVISED.get(line.get("of", "feed"), set()) | set(line.get("says", ()))
    assert {f.rule for f in report.findings} == said, report.findings


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
@pytest.mark.parametrize("name", VIHF)
def test_sound_assertion(name: str, algorithm: str) -> None:
    report = validate_bytes(seal_assertion(VIHF[name], algorithm).encode())
    assert report.verdict == "conforme", report.findings
    assert {f.rule for f in report.findings} == ({"XDS-080"} if algorithm == "sha1" else set())


@pytest.mark.parametrize(("rule", "line"), CASES)
def test_one_fault(rule: str, line: dict[str, Any]) -> None:
    name, declared = line.get("of", "feed"), line.get("declared", "")
    sound = message(name)
    report = judged(faulty(line), declared)
    at = line["at"] if "at" in line else place(str(line["do"][0]), sound)
    at = place(at, sound) if at[:1] != "/" and at[:8] != "Document" else at
    found = [f for f in report.findings if f.rule == rule and f.location.split(" (ligne")[0] == at]
    said = [(f.rule, f.severity.value, f.location, f.message) for f in report.findings]
    assert [f.severity for f in found[:1]] == [Severity.WARNING if line.get("warning") else Severity.ERROR], (at, said)
    assert report.verdict == ("conforme" if line.get("warning") else "non_conforme"), said
    before = said_before(name, declared)
    new = {f.rule for f in report.findings if (f.rule, f.message) not in before and f.severity is Severity.ERROR}
    allowed = {rule, *line.get("also", ())}
    inside = "XDS-056" in allowed  # what the document itself has is told by its own rules
    assert {r for r in new - allowed if not (inside and r.startswith("CDA-"))} == set(), said
