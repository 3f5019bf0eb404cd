"""What the simulated DMP was called for, and how a step waits for a call: on an event or a deadline."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rempart.model.exchange import Exchange
from rempart.simulators.errors import CandidateGarbage, MissingMessage, NoTraffic

_KEPT = 10_000  # calls in memory; the evidence has them all
_NAMED = 20  # calls that the reason of a failed wait names


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `exchange` keeps the request, `answer` the answer (None: none was sent).

    `transaction` is `TD2.1`, `TD3.1`…; "" when the call could not be read. `documents` are the unique identifiers that
    it is about. `errors` are the codes of the answer; none: it was accepted.
    """

    exchange: Exchange
    transaction: str
    user: str = ""
    structure: str = ""
    patient: str = ""
    mode: str = ""
    access: str = ""
    documents: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    answer: Exchange | None = None

    @property
    def accepted(self) -> bool:
        return self.answer is not None and not self.errors


Where = Callable[[Call], bool]


class Calls:
    """Filled by the simulators' thread, emptied by steps; each call comes out once, in the order of the answers."""

    def __init__(self, role: str, kept: int = _KEPT) -> None:
        self._role = role
        self._changed = threading.Condition()
        self._all: deque[Call] = deque(maxlen=kept)
        self._unread: deque[Call] = deque(maxlen=kept)
        self._faults: deque[str] = deque(maxlen=kept)
        self.total = 0

    def put(self, call: Call) -> None:
        with self._changed:
            self.total += 1
            self._all.append(call)
            self._unread.append(call)
            self._changed.notify_all()

    def fault(self, reason: str) -> None:
        """Something came that is no call: a wait that ends with nothing better says so."""
        with self._changed:
            self._faults.append(reason)
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            for kept in (self._all, self._unread, self._faults):
                kept.clear()
            self.total = 0

    def all(self) -> list[Call]:
        """What came, read or not, oldest first (the last `kept` of them)."""
        with self._changed:
            return list(self._all)

    def faults(self) -> list[str]:
        with self._changed:
            return list(self._faults)

    def take(self, where: Where, timeout: float, expected: str) -> Call:
        """The first unread call that `where` accepts.

        Raises MissingMessage when others came, CandidateGarbage when only unreadable bytes did, NoTraffic otherwise.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                for found in self._unread:
                    if where(found):
                        self._unread.remove(found)
                        return found
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            if self._all:
                raise MissingMessage(self._role, timeout, expected, list(self._all)[-_NAMED:])
            if self._faults:
                raise CandidateGarbage(self._faults[-1])
            raise NoTraffic(self._role, timeout, expected)

    def wait_unread(self, seconds: float, where: Where) -> list[Call]:
        """The unread calls that `where` accepts, as soon as there is one, or none after `seconds`."""

        def unread() -> list[Call]:
            return [c for c in self._unread if where(c)]

        with self._changed:
            self._changed.wait_for(unread, seconds)
            return unread()
