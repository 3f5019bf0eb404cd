"""What a table of the Structuration minimale can say of a header, as data: `schemas/cda/header.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from rempart.model.finding import Severity
from rempart.resources import schemas_dir
from rempart.validation.cardinality import Card
from rempart.validation.cardinality import card as read_card
from rempart.validation.registry import load_yaml


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `at` names the elements it speaks of, `path` what it asks below each: `id`, `id/@root`, `title/text()`.

    `usage`: R required, O optional, X forbidden. An element with a nullFlavor needs no value, unless `nullable` is
    false. `when`: facts of the context, all needed, `!` negates. `since`: first edition; before it the line is of
    severity `before`, or silent.
    """

    rule: str
    at: str = "."
    path: str
    usage: Literal["R", "O", "X"] = "O"
    nullable: bool = True
    card: Card | None = None
    values: tuple[str, ...] = ()
    pattern: str = ""
    table: str = ""  # a JDV: code and code system, or the code alone for typeCode, classCode and texts
    max: int | None = None  # characters
    when: tuple[str, ...] = ()
    since: str = ""
    before: Severity | None = None
    severity: Severity | None = None
    message: str = ""
    expected: str = ""

    @cached_property
    def elements(self) -> str:
        """The path without what it reads of the element."""
        return _split(self.path)[0]

    @cached_property
    def reads(self) -> str:
        """`@name`, `text()`, or "" when the line is about the element itself."""
        return _split(self.path)[1]


@cache
def _split(path: str) -> tuple[str, str]:
    """`id/@root` -> what leads to the element, and what is read of it."""
    elements, _, last = path.rpartition("/")
    reads = last == "text()" or (last.startswith("@") and "]" not in last)
    return (elements, last) if reads else (path, "")


@cache
def lines() -> tuple[Line, ...]:
    """All lines, in file order. TypeError, ValueError when a line says something unknown."""
    data = load_yaml(schemas_dir() / "cda" / "header.yaml")
    return tuple(_line(entry) for entry in data["lines"])


def _line(entry: dict[str, Any]) -> Line:
    given = dict(entry)
    for name in ("values", "when"):
        given[name] = tuple(given.get(name, ()))
    if not all(isinstance(text, str) for text in (*given["values"], *given["when"])):
        raise TypeError(f"rule {given.get('rule')}: values and conditions are texts")
    if "card" in given:
        given["card"] = read_card(given["card"])
    for name in ("severity", "before"):
        if name in given:
            given[name] = Severity(given[name])
    line = Line(**given)
    if line.usage not in ("R", "O", "X"):
        raise ValueError(f"rule {line.rule}: usage {line.usage!r} is none of R, O, X")
    return line
