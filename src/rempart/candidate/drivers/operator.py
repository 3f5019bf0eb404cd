"""The `operator` driver: a person does the action on the candidate, then types what it shows.

The terminal itself is opened, not the standard input that pytest takes over. Where there is none, or nobody before it
(CI, a worker among several), the action is not offered and its scenario awaits a person.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import IO

from rempart.candidate.actions import ACTIONS
from rempart.candidate.driver import Raw
from rempart.candidate.drivers.form import Passed, fill, show
from rempart.candidate.errors import ActionNotOffered

_UNATTENDED = ("CI", "PYTEST_XDIST_WORKER")
PASS, PASS_ALL = "passer", "tout passer"


@dataclass
class Terminal:
    """What is shown to a person and read from them, line by line."""

    input: IO[str]
    output: IO[str]

    @classmethod
    def open(cls) -> Terminal | None:
        """The controlling terminal; None where nobody would answer."""
        if any(os.environ.get(name) for name in _UNATTENDED):
            return None
        try:
            return cls(open("/dev/tty", encoding="utf-8"), open("/dev/tty", "w", encoding="utf-8"))
        except OSError:
            return None

    def tell(self, text: str) -> None:
        self.output.write(text + "\n")
        self.output.flush()

    def ask(self, question: str) -> str:
        """One line. Raises Passed when the person passes, for good (`everything`) when they close the input."""
        self.output.write(f"{question} ")
        self.output.flush()
        line = self.input.readline()
        said = line.strip()
        if not line or said.lower() in (PASS, PASS_ALL):
            raise Passed(everything=said.lower() != PASS)
        return said

    def close(self) -> None:
        self.input.close()
        self.output.close()


class OperatorTransport:
    """`attended`: someone is there to answer; otherwise no action is offered."""

    name = "operator"
    peer = "opérateur"

    def __init__(self, terminal: Terminal | None = None) -> None:
        self._terminal = terminal or Terminal.open()

    @property
    def attended(self) -> bool:
        return self._terminal is not None

    def describe(self) -> Raw:
        actions = list(ACTIONS) if self.attended else []
        return Raw(json.dumps({"name": self.peer, "version": "", "dispositif": "", "actions": actions}).encode())

    def send(self, action: str, body: bytes) -> Raw:
        if self._terminal is None:
            raise ActionNotOffered(action)
        known = ACTIONS[action]
        self._terminal.tell(f"\n── {known.title} ──\n{known.instruction}\n")
        for line in show(json.loads(body)):
            self._terminal.tell(line)
        self._terminal.tell(
            f"\nRelevez le résultat (« {PASS} » laisse cette action à attester, « {PASS_ALL} » toutes les suivantes):"
        )
        try:
            answer = fill(known.answer, self._terminal.ask, self._terminal.tell)
        except Passed as passed:
            if passed.everything:
                self._terminal.close()
                self._terminal = None
            raise ActionNotOffered(action) from None
        return Raw(answer.model_dump_json().encode(), "saisie par une personne")

    def close(self) -> None:
        if self._terminal:
            self._terminal.close()
