"""Which column says what: titles recognised on reading, and the layouts written (`columns.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from rempart.catalog.sheets.text import header

OWN = "Rempart"  # columns that our own exports add, and read back
RESULT = "Rempart résultat"  # of a campaign: never read back
MAX_PREUVES = 50


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: `name` of columns.yaml, with the preuve's number where there are several.

    `own` is the level ("exigence", "scénario", "preuve") of a column that our exports add; `name` is then its field.
    """

    name: str
    number: int = 1
    own: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout to write: its columns in order, each with its title."""

    name: str
    sheet: str
    preuves: int  # side by side on one row
    columns: tuple[tuple[Column, str], ...] = field(default=())


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((files("rempart.catalog.sheets") / "columns.yaml").read_text("utf-8"))
    return data


@cache
def _known() -> dict[str, str]:
    return {header(title.replace("{n}", "")): name for name, titles in _data()["columns"].items() for title in titles}


def recognise(title: str) -> Column | None:
    """What a column of that title holds; None when we do not know it."""
    if own := re.fullmatch(rf"{OWN} (exigence|scénario|preuve)(?: (\d+))?: (\w+)", title.strip()):
        return Column(own[3], int(own[2] or 1), own[1])
    plain = header(title)
    number = 1
    if numbered := re.fullmatch(r"(.*\bpreuve) ?(\d{1,2})", plain):
        plain, number = numbered[1], int(numbered[2])
    name = _known().get(plain)
    if name is None or not 1 <= number <= MAX_PREUVES:
        return None
    return Column(name, number) if numbered is None or name in ("evidence", "evidence_id") else None


def ignored_on_purpose(title: str) -> bool:
    """A verdict or a status that we wrote ourselves: it says nothing of the REM."""
    return title.strip().startswith(RESULT)


def title_of(name: str) -> str:
    """The usual title of a column that a layout does not have."""
    return str(_data()["columns"][name][0])


def layouts() -> list[str]:
    return list(_data()["layouts"])


@cache
def layout(name: str) -> Layout:
    """KeyError when there is no such layout."""
    data = _data()["layouts"][name]
    columns = tuple(_columns(data["columns"], data["titles"], data["preuves"]))
    return Layout(name, data["sheet"], data["preuves"], columns)


def _columns(names: list[str], titles: dict[str, str], preuves: int) -> Iterator[tuple[Column, str]]:
    """In layouts with several preuves a row, `evidence` stands for all the pairs, number then text."""
    for name in names:
        if name == "evidence" and preuves > 1:
            for n in range(1, preuves + 1):
                yield Column("evidence_id", n), title_of("evidence_id").replace("{n}", str(n))
                yield Column("evidence", n), title_of("evidence").replace("{n}", str(n))
        else:
            yield Column(name), titles.get(name, title_of(name))
