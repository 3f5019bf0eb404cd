"""What a simulator has received, and how a step waits for it: on an event or a deadline, never on a clock tick."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rempart.formats.hl7v2 import Message
from rempart.model.exchange import Exchange
from rempart.simulators.errors import CandidateGarbage, MissingMessage, NoTraffic


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """One message and the exchange that keeps its bytes."""

    exchange: Exchange
    message: Message


class Inbox:
    """Filled by the simulators' thread, emptied by steps. Messages come out once, in the order they came in."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._changed = threading.Condition()
        self._all: list[Received] = []
        self._unread: list[Received] = []
        self._faults: list[str] = []

    def put(self, received: Received) -> None:
        with self._changed:
            self._all.append(received)
            self._unread.append(received)
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            self._all, self._unread, self._faults = [], [], []

    def fault(self, reason: str) -> None:
        """Something came that is no message: a wait that ends with nothing better says so."""
        with self._changed:
            self._faults.append(reason)
            self._changed.notify_all()

    def received(self) -> list[Received]:
        with self._changed:
            return list(self._all)

    def take(
        self, kind: str | None, timeout: float, where: Callable[[Message], bool] | None = None, expected: str = ""
    ) -> Received:
        """The first unread message of this kind (`MDM^T02`; None: any) that `where` accepts.

        Raises MissingMessage when others came, CandidateGarbage when only unreadable bytes did, NoTraffic otherwise.
        """
        wanted = expected or kind
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                for found in self._unread:
                    if (kind is None or found.message.kind == kind) and (where is None or where(found.message)):
                        self._unread.remove(found)
                        return found
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            if self._all:
                raise MissingMessage(self._role, timeout, wanted, self._all)
            if self._faults:
                raise CandidateGarbage(self._faults[-1])
            raise NoTraffic(self._role, timeout, wanted)

    def wait_unread(self, seconds: float, where: Callable[[Message], bool] | None = None) -> list[Received]:
        """The unread messages that `where` accepts, as soon as there is one, or none after `seconds`."""

        def unread() -> list[Received]:
            return [r for r in self._unread if where is None or where(r.message)]

        with self._changed:
            self._changed.wait_for(unread, seconds)
            return unread()
