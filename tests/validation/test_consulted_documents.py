"""What a DPI shows of the DMP: each check on an answer that is right, and on one that has one fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rempart.validation.checks import run_check

LETTER, IMAGE = {"unique_id": "1.2.3"}, {"unique_id": "1.2.4"}


def found(name: str, answer: Any, **params: Any) -> list[str]:
    """What the check finds, by the place."""
    return [f.location for f in run_check(name, [json.dumps(answer).encode()], {"rule": "REM-122"} | params)]


@pytest.mark.parametrize(
    ("answer", "places"),
    [
        ({"documents": [LETTER, IMAGE]}, []),
        ({"documents": [LETTER]}, ["documents[unique_id=1.2.4]"]),
        ({"documents": [LETTER, IMAGE, {"unique_id": "1.2.5"}]}, ["documents[unique_id=1.2.5]"]),
        ({"documents": [LETTER, IMAGE, LETTER]}, ["documents[unique_id=1.2.3]"]),
        ({"outcome": "refused", "reason": "panne"}, ["documents"]),
    ],
)
def test_a_list_shows_each_document_once(answer: Any, places: list[str]) -> None:
    assert found("dmp.listed", answer, ids=["1.2.3", "1.2.4"]) == places


def state(*groups: tuple[int, list[str]], state: str = "authorised") -> Any:
    news = [{"label": "x", "count": count, "type_codes": codes} for count, codes in groups]
    return {"dmp": {"state": state, "new_documents": news}}


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        (state((2, ["11490-0"]), (1, ["18748-4"])), 0),
        (state((3, ["11490-0", "18748-4"])), 0),  # the candidate groups the types as it likes
        (state((2, ["11490-0"]), (1, ["18748-4"]), (1, ["x"])), 1),  # something else is counted too
        (state((1, ["11490-0"]), (2, ["18748-4"])), 2),
        (state((2, ["11490-0"])), 2),
        (state(state="unknown"), 1),
        ({}, 1),
    ],
)
def test_new_documents_are_counted_by_whatever_groups(answer: Any, faults: int) -> None:
    assert len(found("dmp.counted", answer, counts={"11490-0": 2, "18748-4": 1})) == faults


def test_no_new_document_is_a_count_too() -> None:
    assert found("dmp.counted", state(), counts={}) == []
    assert found("dmp.counted", state((1, ["x"])), counts={}) == ["dmp.new_documents"]


def test_a_configured_type_has_a_line_of_its_own() -> None:
    asked = {"code": "11488-4", "count": 1, "total": 2}
    assert found("dmp.counted_apart", state((1, ["11488-4"]), (1, ["x"])), **asked) == []
    assert found("dmp.counted_apart", state((2, ["11488-4", "x"])), **asked) == ["dmp.new_documents"]
    assert found("dmp.counted_apart", state((1, ["11488-4"])), **asked) == ["dmp.new_documents"]


def test_hours_are_local() -> None:
    path = "documents[unique_id=1.2.3].created"
    for shown, places in (("20240604003000", []), ("20240603223000", [path])):
        assert (
            found("dmp.local_time", {"documents": [LETTER | {"created": shown}]}, path=path, day="20240604") == places
        )


def test_the_user_is_told_of_each_document() -> None:
    assert found("dmp.told", {"documents": ["1", "2"]}, ids=["1", "2"]) == []
    assert found("dmp.told", {"documents": ["1"]}, ids=["1", "2"]) == ["documents"]


def test_documents_are_kept_as_long_as_was_set() -> None:
    asked = {"day": "20260504", "days": 5, "ids": ["1.2.3"]}
    for until, places in (("20260509", []), ("20260508", []), ("20270101", ["documents[unique_id=1.2.3].until"])):
        assert found("dmp.kept_until", {"documents": [LETTER | {"until": until}]}, **asked) == places
    assert found("dmp.kept_until", {"documents": []}, **asked) == ["documents[unique_id=1.2.3]"]


@pytest.mark.parametrize(
    ("url", "faults"),
    [
        ("https://x/AccesDirect/DossierPatient/279035121518989", 0),
        ("https://x/deep/er/AccesDirect/DossierPatient/279035121518989", 0),
        ("https://x/AccesDirect/TableauDeBord/279035121518989", 1),
        ("https://x/AccesDirect/DossierPatient/2790351215189", 1),
        ("http://x/AccesDirect/DossierPatient/279035121518989", 1),
        ("", 1),
    ],
)
def test_the_address_of_a_page(url: str, faults: int) -> None:
    assert len(found("dmp.web", {"url": url}, page="DossierPatient", ins="279035121518989")) == faults


def test_an_answer_that_cannot_be_read_blames_the_harness() -> None:
    (told,) = run_check("dmp.listed", [b"{"], {"ids": [], "rule": "REM-122"})
    assert told.blinds
