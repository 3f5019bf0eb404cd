"""What the harness does itself with a program that it has started, instead of asking the candidate or a person."""

from __future__ import annotations

import json
from collections.abc import Callable

from rempart.candidate.actions import RESTART
from rempart.candidate.driver import Raw
from rempart.candidate.errors import ActionNotOffered


class ProgramTransport:
    """Offers `restart` alone. What it is given stops the program and starts it again, or raises CandidateError."""

    name, peer = "program", "Rempart"

    def __init__(self, restart: Callable[[], None]) -> None:
        self._restart = restart

    def describe(self) -> Raw:
        return Raw(json.dumps({"name": self.peer, "version": "", "dispositif": "", "actions": [RESTART]}).encode())

    def send(self, action: str, body: bytes) -> Raw:
        if action != RESTART:
            raise ActionNotOffered(action)
        self._restart()
        return Raw(b'{"outcome": "done"}', "programme arrêté, puis relancé par Rempart")

    def close(self) -> None:
        """The program ends with the harness."""
