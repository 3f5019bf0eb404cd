"""What a simulated service was used for, and how a step waits for it: on an event or a deadline."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from rempart.simulators.errors import CandidateGarbage, Heard, MissingMessage, NoTraffic

_KEPT = 10_000  # in memory; the evidence has them all
_NAMED = 20  # that the reason of a failed wait names
T = TypeVar("T", bound=Heard)


class Ear(Generic[T]):
    """Filled by the simulators' thread, emptied by steps; each one heard comes out once, in its order."""

    def __init__(self, role: str, kept: int = _KEPT) -> None:
        self._role = role
        self._changed = threading.Condition()
        self._all: deque[T] = deque(maxlen=kept)
        self._unread: deque[T] = deque(maxlen=kept)
        self._faults: deque[str] = deque(maxlen=kept)
        self.total = 0

    def put(self, heard: T) -> None:
        with self._changed:
            self.total += 1
            self._all.append(heard)
            self._unread.append(heard)
            self._changed.notify_all()

    def fault(self, reason: str) -> None:
        """Something came that cannot be understood: a wait that ends with nothing better says so."""
        with self._changed:
            self._faults.append(reason)
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            for kept in (self._all, self._unread, self._faults):
                kept.clear()
            self.total = 0

    def all(self) -> list[T]:
        """What came, read or not, oldest first (the last `kept` of them)."""
        with self._changed:
            return list(self._all)

    def faults(self) -> list[str]:
        with self._changed:
            return list(self._faults)

    def take(self, where: Callable[[T], bool], timeout: float, expected: str | None) -> T:
        """The first unread one that `where` accepts.

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

    def wait_any(self, seconds: float, since: int) -> list[T]:
        """What came after the first `since`, read or not, as soon as there is something. Raises NoTraffic."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._all) > since, seconds)
            if len(self._all) > since:
                return list(self._all)[since:]
        raise NoTraffic(self._role, seconds, "un appel")

    def wait_unread(self, seconds: float, where: Callable[[T], bool]) -> list[T]:
        """The unread ones that `where` accepts, as soon as there is one, or none after `seconds`."""

        def unread() -> list[T]:
            return [c for c in self._unread if where(c)]

        with self._changed:
            self._changed.wait_for(unread, seconds)
            return unread()
