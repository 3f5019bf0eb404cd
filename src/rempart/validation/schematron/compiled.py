"""A compiled schema: its stylesheet, and what the numbers in the results of the stylesheet stand for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rule:
    """A rule of an active pattern; `pattern` is its id, else its title."""

    pattern: str
    context: str


@dataclass(frozen=True)
class Check:
    """An assert or a report: `test` as written, `role` lower case, `file` inside the pack."""

    kind: str
    test: str
    identifier: str = ""
    role: str = ""
    see: str = ""
    file: str = ""


@dataclass
class Compiled:
    """A stylesheet (XML text), what its numbers mean, and the documents it must be given.

    `documents`: as the schema writes them -> path inside the pack; `absent`: those that are not there.
    """

    entry: str
    title: str
    stylesheet: str
    rules: list[Rule]
    checks: list[Check]
    documents: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Compiled:
        """KeyError or TypeError when it is not what `as_json` wrote."""
        lists = {"rules": [Rule(**r) for r in data["rules"]], "checks": [Check(**c) for c in data["checks"]]}
        return cls(**{**data, **lists})
