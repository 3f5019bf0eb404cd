"""The journal: what the harness decided as it went, kept beside the exchanges so that a replay needs nothing else.

    root/journal-<worker>.jsonl     one Entry per line: which scenarios were selected, how each one went (steps, checks
                                    asked, what stopped it), and at the end the campaign itself

Verdicts and findings are not in it: a replay computes them again. Each line holds the SHA-256 of the line before, so
that none can be altered, added, moved or left out without all that follow saying so.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from rempart.evidence.store import EvidenceError

COLLECTED, SCENARIO, CAMPAIGN = "collected", "scenario", "campaign"


class Entry(BaseModel):
    """One line. `n` counts from 1 in its file, `previous` is the SHA-256 of the line before ("" for the first)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    previous: str
    kind: str
    body: dict[str, Any]


class Journal:
    """Writes the journal of one worker. One writer per file; raises EvidenceError when it cannot be written."""

    def __init__(self, root: Path, worker: str = "main") -> None:
        self._file = root / f"journal-{worker}.jsonl"
        self._count, self._head = 0, ""
        try:
            lines = self._file.read_bytes().splitlines() if self._file.exists() else []
        except OSError as error:
            raise EvidenceError(f"{self._file.name} illisible: {error.strerror or error}") from error
        if lines:
            self._count, self._head = len(lines), _digest(lines[-1])

    def write(self, kind: str, body: dict[str, Any]) -> None:
        entry = {"n": self._count + 1, "previous": self._head, "kind": kind, "body": body}
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
        try:
            with self._file.open("ab") as file:
                file.write(line + b"\n")
        except OSError as error:
            raise EvidenceError(f"impossible d'écrire {self._file}: {error.strerror or error}") from error
        self._count, self._head = self._count + 1, _digest(line)


@dataclass
class Journals:
    """All workers' journals, read in the order of their names. `problems` (French): broken lines and chains."""

    entries: list[Entry] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)  # file name -> SHA-256 of its last line
    problems: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [e.body for e in self.entries if e.kind == kind]


def read_journals(root: Path, *, chained: bool = True) -> Journals:
    """Reads every journal. `chained=False` for a redacted one, whose lines are no longer those that were chained.

    Raises EvidenceError when a file cannot be opened.
    """
    found = Journals()
    for file in sorted(root.glob("journal-*.jsonl")):
        try:
            lines = file.read_bytes().splitlines()
        except OSError as error:
            raise EvidenceError(f"{file.name} illisible: {error.strerror or error}") from error
        head = ""
        for number, line in enumerate(lines, 1):
            try:
                entry = Entry.model_validate_json(line)
            except ValidationError:
                found.problems.append(f"{file.name}, ligne {number}: illisible")
                head = _digest(line)
                continue
            if chained and (entry.previous != head or entry.n != number):
                found.problems.append(f"{file.name}, ligne {number}: la chaîne des empreintes est rompue avant elle")
            head = _digest(line)
            found.entries.append(entry)
        found.heads[file.name] = head
    return found


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
