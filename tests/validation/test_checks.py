"""Named checks over recorded bytes."""

import json

import pytest

from rempart.validation.checks import names, run_check

ANSWER = json.dumps(
    {
        "found": True,
        "ins": {"value": "279035121518989", "oid": "1.2.250.1.213.1.4.10"},
        "documents": [{"unique_id": "1.2.3", "status": "current"}, {"unique_id": "1.2.4", "status": "deleted"}],
        "reason": "opposition du patient",
    }
).encode()
RULE = "HL7-180"


def _expect(path: str, **expectation: object) -> list[str]:
    found = run_check("observation.expect", [ANSWER], {"path": path, "rule": RULE, **expectation})
    return [f"{f.expected} / {f.actual}" for f in found]


@pytest.mark.parametrize(
    ("path", "expectation"),
    [
        ("found", {"equals": True}),
        ("ins.value", {"equals": "279035121518989"}),
        ("ins", {"present": True}),
        ("ins.missing", {"absent": True}),
        ("documents#", {"equals": 2}),
        ("documents[0].status", {"equals": "current"}),
        ("documents[unique_id=1.2.4].status", {"one_of": ["deleted", "replaced"]}),
        ("reason", {"contains": "opposition"}),
    ],
)
def test_what_is_there_is_found(path: str, expectation: dict[str, object]) -> None:
    assert _expect(path, **expectation) == []


@pytest.mark.parametrize(
    ("path", "expectation", "told"),
    [
        ("ins.value", {"equals": "1"}, "1 / 279035121518989"),
        ("ins", {"absent": True}, '(absent) / {"value": "279035121518989", "oid": "1.2.250.1.213.1.4.10"}'),
        ("documents[7].status", {"equals": "current"}, "current / (absent)"),
        ("documents[unique_id=9].status", {"present": True}, "(présent) / (absent)"),
        ("documents#", {"equals": 1}, "1 / 2"),
        ("reason.deeper", {"equals": "x"}, "x / (absent)"),
        ("reason", {"contains": "INS"}, "contient INS / opposition du patient"),
    ],
)
def test_what_is_not_there_is_told(path: str, expectation: dict[str, object], told: str) -> None:
    assert _expect(path, **expectation) == [told]


def test_an_answer_that_is_not_json_is_not_the_candidates_conformity() -> None:
    found = run_check("observation.expect", [b"<html>"], {"path": "found", "rule": RULE, "equals": True})
    assert [f.origin.value for f in found] == ["harness"]


def test_a_silence_names_what_was_heard() -> None:
    seen = json.dumps({"role": "PFI simulée", "seconds": 1, "messages": [{"kind": "MDM^T02"}]}).encode()
    assert [f.actual for f in run_check("silence", [seen], {"rule": RULE})] == ["MDM^T02"]
    assert run_check("silence", [seen], {"rule": RULE, "kinds": ["ZAM^Z01"]}) == []


def test_every_check_has_a_name_of_its_own() -> None:
    assert len(names()) == len(set(names())) >= 4
