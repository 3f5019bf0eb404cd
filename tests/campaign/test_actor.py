"""The actor asks again until the answer is the one awaited, and gives up at its deadline with the last answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from rempart.campaign.actor import Actor


@dataclass
class Slow:
    """A driver that answers `accepted` at its n-th call."""

    at: int
    calls: list[Any] = field(default_factory=list)

    def call(self, action: str, request: Any) -> Any:
        self.calls.append((action, request.document))
        return SimpleNamespace(
            answer=SimpleNamespace(technical="accepted" if len(self.calls) >= self.at else "pending")
        )


def settled(driver: Slow, seconds: float) -> str:
    actor = Actor(driver)  # type: ignore[arg-type]
    reply = actor.settled(lambda a: a.technical == "accepted", seconds, "get_sending_status", document="D1")
    return reply.answer.technical  # type: ignore[attr-defined,no-any-return]


def test_one_call_is_enough_when_the_answer_is_there() -> None:
    driver = Slow(at=1)
    assert settled(driver, 5) == "accepted"
    assert driver.calls == [("get_sending_status", "D1")]


def test_it_asks_again_until_the_answer_comes() -> None:
    driver = Slow(at=3)
    assert settled(driver, 5) == "accepted"
    assert len(driver.calls) == 3


def test_the_last_answer_is_judged_when_nothing_comes() -> None:
    driver = Slow(at=1000)
    assert settled(driver, 0.2) == "pending"
    assert 2 <= len(driver.calls) < 10
