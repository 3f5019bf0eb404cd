"""The candidate as steps see it: an actor that is asked to do things and answers."""

from __future__ import annotations

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
