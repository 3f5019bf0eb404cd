"""A DMP that is late: its answers are held for a time, or until somebody lets them go."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rempart.model.exchange import Direction, Exchange, Record
from rempart.simulators.dmp.behaviours import slow
from rempart.simulators.dmp.partner import SimulatedDmp
from rempart.simulators.loop import Gate


class Hold:
    """`Hold(dmp, record, 5).during(act)`: its answers leave after 5 s at the latest, so that nobody waits for ever.

    `let_go` is set once they have.
    """

    def __init__(self, dmp: SimulatedDmp, record: Record, seconds: float) -> None:
        self._dmp, self._record, self._seconds = dmp, record, seconds
        self._gate, self._usual, self.let_go = Gate(), dmp.behaviour, threading.Event()
        self._timer = threading.Timer(seconds, self._end)

    def __enter__(self) -> Self:
        self._dmp.behaviour = slow(self._gate)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._gate.open()
        self._dmp.behaviour = self._usual

    def during(self, act: Callable[[], object]) -> Exchange:
        """What there is to judge: were the answers still held when `act` was over? {role, seconds, held}."""
        with self:
            act()
            return self._seen()

    def _seen(self) -> Exchange:
        said = {"role": self._dmp.role, "seconds": self._seconds, "held": not self.let_go.is_set()}
        data = json.dumps(said, ensure_ascii=False).encode()
        note = "réponses du DMP retenues volontairement"
        return self._record(Direction.OBSERVED, "observation", self._dmp.role, self._dmp.host, "retenue", data, note)

    def _end(self) -> None:
        self.let_go.set()
        self._gate.open()
