"""What a table of the Structuration minimale can say of a header, as data: `schemas/cda/header.yaml`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rempart.model.finding import Severity
from rempart.resources import schemas_dir
from rempart.validation.hl7v2.profile import Card
from rempart.validation.hl7v2.profile import card as read_card
from rempart.validation.registry import load_yaml


class Line(BaseModel):
    """One line. `at` names the elements it speaks of, `path` what it asks below each: `id`, `id/@root`, `title/text()`.

    `usage`: R required, O optional, X forbidden. An element with a nullFlavor needs no value, unless `nullable` is
    false. `when`: facts of the context, all needed, `!` negates. `since`: first edition; before it the line is of
    severity `before`, or silent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    at: str = "."
    path: str
    usage: Literal["R", "O", "X"] = "O"
    nullable: bool = True
    card: Annotated[Card, BeforeValidator(read_card)] | None = None
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

    @property
    def elements(self) -> str:
        """The path without what it reads of the element."""
        return _split(self.path)[0]

    @property
    def reads(self) -> str:
        """`@name`, `text()`, or "" when the line is about the element itself."""
        return _split(self.path)[1]


@cache
def _split(path: str) -> tuple[str, str]:
    """`id/@root` -> what leads to the element, and what is read of it."""
    elements, _, last = path.rpartition("/")
    reads = last == "text()" or (last.startswith("@") and "]" not in last)
    return (elements, last) if reads else (path, "")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    source: str
    lines: tuple[Line, ...] = Field(min_length=1)


@cache
def lines() -> tuple[Line, ...]:
    """All lines, in file order."""
    data = load_yaml(schemas_dir() / "cda" / "header.yaml")
    return _File(**data).lines
