"""Checks on what feeds the DMP: a sound document of the past, a pace, a share, and one fault at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cda_samples import LETTER

from rempart.formats.cda.model import OTHER_AUTHORS, CdaDocument, Coded, LegalPerson, Organisation
from rempart.formats.cda.write import build
from rempart.formats.hl7v2 import write
from rempart.formats.hl7v2.cisis import document_message
from rempart.simulators.documents import first_version
from rempart.simulators.dpi import DMP, SimulatedDpi
from rempart.simulators.patients import ESTABLISHMENT, patient
from rempart.validation.cda.validate import validate_cda
from rempart.validation.checks import run_check

PATIENT = patient("Dominique PAT-TROIS", ipp="IPP1")
ACT = date(2024, 3, 12)
NOW = datetime.now(UTC).astimezone().replace(microsecond=0)
HOSPITAL = Organisation(f"1{ESTABLISHMENT.id}", ESTABLISHMENT.name)
STRUCTURE = LegalPerson(
    organisation=HOSPITAL, kind=Coded("AUTOMATE", OTHER_AUTHORS, "Automate"), model="DPI", software="Essai"
)
OLD = replace(LETTER, act_start=ACT, created=NOW, legal_person=STRUCTURE)


def order(document: CdaDocument = OLD) -> bytes:
    dpi = SimulatedDpi(lambda *args, **kwargs: None)
    version = first_version(PATIENT)
    version = replace(version, document=replace(version.document, cda=build(document)))
    return document_message(dpi.order(PATIENT, version, flags=DMP))


def found(name: str, *evidence: bytes, **params: object) -> list[tuple[str, str]]:
    return [(f.location, f.actual) for f in run_check(name, list(evidence), params)]


def test_a_day_and_the_structure_as_author_are_sound_cda() -> None:
    assert [f for f in validate_cda(build(OLD)).findings if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({}, []),
        ({"act_start": datetime(2024, 3, 12, 9, 30, tzinfo=UTC)}, []),
        ({"act_start": NOW}, ["documentationOf/serviceEvent/effectiveTime/low"]),
        ({"act_start": ACT - timedelta(days=1)}, ["documentationOf/serviceEvent/effectiveTime/low"]),
        ({"created": NOW.replace(year=2024, month=3, day=12)}, ["effectiveTime"]),
    ],
)
def test_past_dates(changes: dict[str, object], at: list[str]) -> None:
    dated = found("document.past_dates", order(replace(OLD, **changes)), act_day="20240312", rule="REM-157")
    assert [location for location, _ in dated] == at


def test_an_unreadable_document_is_a_finding_of_the_dates() -> None:
    broken = write.replace(order(), "OBX-5.5", "AAAA")
    assert [at for at, _ in found("document.past_dates", broken, act_day="20240312", rule="REM-157")] == ["OBX-5.5"]


def test_legal_person() -> None:
    asked = {"author": OLD.author.family, "rule": "REM-158"}
    assert found("document.legal_person", order(), **asked) == []
    assert found("document.legal_person", order(replace(OLD, legal_person=None)), **asked) == [
        ("author", OLD.author.family)
    ]
    other = replace(OLD, author=replace(OLD.author, family="AUTRE"))
    assert found("document.legal_person", order(other), **asked) == [("author", "AUTRE, Essai")]
    elsewhere = replace(STRUCTURE, organisation=Organisation("1999999999", "AILLEURS"))
    assert len(found("document.legal_person", order(replace(OLD, legal_person=elsewhere)), **asked)) == 1
    unnamed = write.replace(order(), "PRT-8", "")
    assert len(found("document.legal_person", unnamed, **asked)) == 1


def arrivals(*seconds: float) -> bytes:
    return json.dumps({"arrivals": [{"time": (NOW + timedelta(seconds=s)).isoformat()} for s in seconds]}).encode()


@pytest.mark.parametrize(
    ("seconds", "rate", "faults"),
    [
        ([0, 0.25, 0.5, 0.75, 1.0, 1.25], 4, 0),
        ([0, 0.24, 0.5, 0.74, 0.98, 1.23], 4, 0),  # jitter of a network
        ([0, 0.1, 0.2, 0.3, 0.4, 0.5], 4, 1),
        ([0, 0.25, 0.5, 0.5, 0.75, 1.0], 4, 1),  # two patients, each at its own pace
        ([0, 0.5, 1.0, 1.5], 2, 0),
        ([0, 0.25, 0.5, 0.75], 2, 1),
        ([1.5, 0, 1.0, 0.5], 2, 0),  # whatever the order they are told in
    ],
)
def test_pace(seconds: list[float], rate: float, faults: int) -> None:
    assert len(found("arrivals.pace", arrivals(*seconds), rate=rate, rule="REM-161")) == faults


def test_too_few_arrivals_measure_nothing_and_that_is_our_fault() -> None:
    (fault,) = run_check("arrivals.pace", [arrivals(0, 1, 2, 3)], {"rate": 4, "rule": "REM-161"})
    assert fault.origin == "harness"


def shares(*pairs: tuple[str, int, int]) -> bytes:
    return json.dumps({"indicators": [{"name": n, "numerator": a, "denominator": b} for n, a, b in pairs]}).encode()


def test_indicator_change() -> None:
    asked = {"indicator": "history", "numerator": 1, "denominator": 2, "rule": "REM-168"}
    before, after = shares(("history", 3, 5)), shares(("feeding", 0, 0), ("history", 4, 7))
    assert found("indicator.change", before, after, **asked) == []
    assert found("indicator.change", after, after, **asked) == [("indicators[name=history]", "+0 sur +0")]
    assert found("indicator.change", before, shares(("history", 5, 7)), **asked) == [
        ("indicators[name=history]", "+2 sur +2")
    ]
    assert found("indicator.change", before, shares(), **asked) == [("indicators", "(absent)")]
