"""The traces of a PFI: what they have to tell, and how a time that is not local is known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rempart.validation.checks import run_check

AT = "2026-01-15T09:30:00+00:00"
SOUND = {
    "time": "2026-01-15T10:30:02+01:00",
    "event": "courriel envoyé",
    "detail": "<1@a.mssante.fr>",
    "author": "bal@a.mssante.fr",
    "request": "SMTP",
    "answer": "250 2.0.0 Ok",
}


def said(*traces: dict[str, Any]) -> list[bytes]:
    return [json.dumps({"traces": traces}).encode()]


def places(trace: dict[str, Any], answer: str = "250") -> list[str]:
    asked = {"about": "<1@a.mssante.fr>", "words": ["envo"], "answer": answer, "at": AT, "rule": "REM-205"}
    return [f.location for f in run_check("mss.trace", said(trace), asked)]


@pytest.mark.parametrize(
    "time", ["2026-01-15T10:30:02+01:00", "2026-01-15T10:30:02", "2026-01-15T13:30:02+04:00", "2026-01-15T05:30"]
)
def test_a_complete_trace_at_the_hour_of_a_french_territory(time: str) -> None:
    assert places(SOUND | {"time": time}) == []


@pytest.mark.parametrize(
    "time", ["2026-01-15T09:30:02", "2026-01-15T09:30:02Z", "2026-01-15", "", "hier", "2026-01-15T11:55:00+01:00"]
)
def test_a_time_that_is_not_the_local_one(time: str) -> None:
    assert places(SOUND | {"time": time}) == ["traces.time"]


@pytest.mark.parametrize("part", ["author", "request"])
def test_what_a_trace_lacks(part: str) -> None:
    assert places(SOUND | {part: " "}) == [f"traces.{part}"]


def test_the_answer_is_that_of_the_server_to_this_mail() -> None:
    assert places(SOUND, "451") == places(SOUND | {"answer": ""}) == ["traces.answer"]
    assert places(SOUND | {"event": "accusé", "request": "IMAP"}) == ["traces.answer"]
    assert places(SOUND | {"detail": "<2@a.mssante.fr>"}) == ["traces.answer"]


def test_the_last_of_several_is_looked_at() -> None:
    before = SOUND | {"time": "2026-01-15T08:00:00+01:00", "author": ""}
    asked = {"about": "<1@a.mssante.fr>", "words": ["envo"], "answer": "250", "at": AT, "rule": "REM-205"}
    assert run_check("mss.trace", said(before, SOUND), asked) == []
    assert [f.location for f in run_check("mss.trace", said(SOUND, before), asked)] == ["traces.author", "traces.time"]


def test_a_story_is_told_in_its_order() -> None:
    came, left = SOUND | {"event": "document reçu"}, SOUND | {"event": "document remis", "answer": "AE 902"}
    asked = {"about": "<1@a.mssante.fr>", "words": [["reçu"], ["remis"]], "rule": "REM-207"}
    assert run_check("mss.traced", said(came, left), asked) == []
    for wrong in (said(left, came), said(came), said()):
        assert [f.location for f in run_check("mss.traced", wrong, asked)] == ["traces"]
    answer = {"about": "<1@a.mssante.fr>", "words": [["AA"]], "part": "answer", "rule": "REM-207"}
    assert [f.location for f in run_check("mss.traced", said(came, left), answer)] == ["traces.answer"]


def test_an_answer_that_cannot_be_read_is_nobody_s_conformity() -> None:
    found = run_check("mss.traced", [b"{"], {"about": "x", "rule": "REM-204"})
    assert [f.origin for f in found] == ["harness"]
