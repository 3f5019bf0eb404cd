"""The candidate as steps see it: an actor that is asked to do things and answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rempart.candidate.actions import ACTIONS
from rempart.candidate.driver import Driver, Reply


@dataclass
class Actor:
    """`dpi.ask("open_patient_record", patient=…)` -> Reply(answer, exchange).

    `answer` is the typed answer of the action (`candidate.actions`), `exchange` its evidence for the judge. Raises
    NotOffered (a person must look) and Inconclusive (could not conclude).
    """

    driver: Driver

    def ask(self, action: str, **request: Any) -> Reply:
        return self.driver.call(action, ACTIONS[action].request(**request))

    def settled(self, until: Callable[[Any], bool], seconds: float, action: str, **request: Any) -> Reply:
        """Asks until the answer is as awaited, or `seconds` have passed: what a user does who refreshes a screen.

        The last reply is the one to judge. Nothing can wake this wait, for a driver has no events: it asks again after
        a pause that doubles, up to a second.
        """
        deadline, pause = time.monotonic() + seconds, 0.05
        reply = self.ask(action, **request)
        while not until(reply.answer) and (left := deadline - time.monotonic()) > 0:
            threading.Event().wait(min(pause, left, 1.0))
            pause *= 2
            reply = self.ask(action, **request)
        return reply
