"""An answer of the DMP that comes late: shown at the next opening, unless that comes much later."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from rempart.reference.dpi.consulting import glance
from rempart.reference.dpi.consulting.glance import Glance
from rempart.reference.dpi.consulting.users import KNOWN
from rempart.reference.mutation import Mutants


class LateDmp:
    """What the record asks, answered once `gate` is open: there is no DMP for the patient. It counts."""

    def __init__(self) -> None:
        self.asked, self.gate = 0, asyncio.Event()

    def refusal(self, patient: Any, right: Any) -> str:
        return ""

    async def existence(self, patient: Any, right: Any) -> object:
        self.asked += 1
        await self.gate.wait()
        return None

    def state(self, found: object) -> str:
        return "absent"


def record(access: LateDmp) -> Glance:
    session = SimpleNamespace(caller=next(iter(KNOWN.values())))
    unused: Any = None
    return Glance(unused, access, unused, session, unused, unused, Mutants())  # type: ignore[arg-type]


@pytest.mark.parametrize(("fresh", "asked"), [(60.0, 1), (-1.0, 2)])
def test_a_late_answer_is_shown_while_it_is_fresh(monkeypatch: pytest.MonkeyPatch, fresh: float, asked: int) -> None:
    monkeypatch.setattr(glance, "PATIENCE", 0.01)
    monkeypatch.setattr(glance, "FRESH", fresh)
    patient: Any = SimpleNamespace(id=1)

    async def play() -> tuple[list[str], int]:
        access = LateDmp()
        opened = record(access)
        states = [(await opened.show(patient))["state"], (await opened.show(patient))["state"]]
        access.gate.set()
        await asyncio.gather(*opened._asked.values())
        states.append((await opened.show(patient))["state"])
        await opened.stop()
        return states, access.asked

    assert asyncio.run(play()) == (["unknown", "unknown", "absent"], asked)
