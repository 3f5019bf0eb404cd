"""Patients of one scenario: published test identities, under an IPP that no other scenario has used."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rempart.formats.hl7v2.cisis import Patient
from rempart.model.inconclusive import Inconclusive
from rempart.simulators.gap import Gap
from rempart.simulators.patients import patient


@dataclass
class Patients:
    """`patients["Dominique PAT-TROIS"]` is the same person all along a scenario."""

    number: Callable[[], int]
    _known: dict[str, Patient] = field(default_factory=dict)
    announced: list[Patient] = field(default_factory=list)

    def __getitem__(self, name: str) -> Patient:
        """Raises KeyError for a name that is not in the test data."""
        if name not in self._known:
            # Seconds since the epoch make the IPP new in each campaign, the number in each scenario of it.
            self._known[name] = patient(name, ipp=f"RMP{int(time.time()) % 10**8:08d}{self.number():04d}")
        return self._known[name]

    def announce(self, person: Patient) -> Patient:
        """Remembers that the candidate has been told of this INS, so that it is taken back at the end."""
        self.announced.append(person)
        return person

    def release(self, gap: Gap) -> None:
        """Takes the INS back (A47), so that one INS is never on two records. Best effort: the scenario is over."""
        for person in self.announced:
            with contextlib.suppress(Inconclusive):
                gap.delete_ins(person)
