"""Checks on what a DPI shows of documents that came by MSSanté: a sound answer, and one fault at a time."""

from __future__ import annotations

import json

import pytest

from rempart.model.finding import Origin
from rempart.validation.checks import run_check

COUNTED, TOLD = "REM-191", "REM-193"
STORY = ["received", "waiting", "integrated_manually"]


def answer(**values: object) -> bytes:
    return json.dumps(values).encode()


def row(automatic: int, manual: int, out: int, type_code: str = "11490-0") -> dict[str, object]:
    counts = {"integrated_automatically": automatic, "integrated_manually": manual, "not_integrated": out}
    return {"type_code": type_code, **counts}


def grown(before: list[object], after: list[object], more: dict[str, int]) -> list[tuple[str, str]]:
    evidence = [answer(statistics=before), answer(statistics=after)]
    asked = {"type_code": "11490-0", "more": more, "rule": COUNTED}
    return [(f.location.rpartition(".")[2], f.actual) for f in run_check("mss.statistics", evidence, asked)]


def test_figures_grow_by_what_is_asked_and_nothing_else() -> None:
    one = {"integrated_automatically": 1}
    assert grown([row(4, 1, 2)], [row(5, 1, 2)], one) == []
    assert grown([], [row(1, 0, 0)], one) == []
    assert grown([row(4, 1, 2)], [row(5, 1, 2), row(9, 9, 9, "34112-3")], one) == []
    assert grown([row(4, 1, 2)], [row(4, 1, 2)], {}) == []
    assert grown([row(4, 1, 2)], [row(4, 1, 2)], one) == [("integrated_automatically", "0 de plus")]
    assert grown([row(4, 1, 2)], [row(6, 1, 2)], one) == [("integrated_automatically", "2 de plus")]
    assert grown([row(4, 1, 2)], [row(5, 1, 3)], one) == [("not_integrated", "1 de plus")]


def history(operations: list[object]) -> list[str]:
    asked = {"operations": STORY, "rule": TOLD}
    return [f.location for f in run_check("mss.history", [answer(operations=operations)], asked)]


def told(*names: str, time: str = "2026-01-01T10:00:00+01:00") -> list[object]:
    return [{"time": time, "operation": name} for name in names]


def test_a_history_tells_everything_in_order() -> None:
    assert history(told(*STORY)) == []
    assert history(told("received", "waiting", "refused", "integrated_manually", "read")) == []
    assert history(told("waiting", "received", "integrated_manually")) == ["operations"]
    assert history(told("integrated_manually")) == ["operations"]
    assert history([]) == ["operations"]
    assert history(told(*STORY, time="")) == ["operations.time"]


@pytest.mark.parametrize("data", [b"rien", b"[]", b'{"operations": [1], "statistics": [1]}'])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("mss.history", {"operations": STORY, "rule": TOLD}),
        ("mss.statistics", {"type_code": "x", "more": {}, "rule": COUNTED}),
    ],
)
def test_an_answer_that_cannot_be_read_is_no_fault_of_the_candidate(name: str, asked: dict, data: bytes) -> None:
    (found,) = run_check(name, [data, data], asked)
    assert found.origin is Origin.HARNESS
