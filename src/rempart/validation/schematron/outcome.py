"""What one schematron said of one document, as it travels between the processes: plain data, JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

# ok: ran to its end. compile: not a schema that can run. stopped: SaxonC gave up on this document. timeout, crash: the
# process was killed, or died. unavailable: no process could be started.
Status = Literal["ok", "compile", "stopped", "timeout", "crash", "unavailable"]


@dataclass(frozen=True)
class Failure:
    """A failed assert or a successful report. `at` is an XPath of EQNames, `text` the official words."""

    at: str
    text: str
    kind: str
    test: str
    pattern: str
    context: str
    identifier: str = ""
    role: str = ""
    see: str = ""
    file: str = ""


@dataclass(frozen=True)
class Fault:
    """A check that could not be evaluated. `code` is `absent` for a document that the pack does not have."""

    at: str
    code: str
    reason: str
    test: str
    pattern: str
    file: str = ""


@dataclass
class Outcome:
    """`fired`: how many rules matched a node; 0: nothing was checked. `dropped`: findings beyond the limit."""

    status: Status
    reason: str = ""
    fired: int = 0
    failures: list[Failure] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    dropped: int = 0
    unknown: list[str] = field(default_factory=list)  # patterns that the phase activates and the schema lacks

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Outcome:
        lists = {
            "failures": [Failure(**f) for f in data.get("failures", [])],
            "faults": [Fault(**f) for f in data.get("faults", [])],
        }
        return cls(**{**data, **lists})
