"""What the HL7 v2 standard itself says: names of fields, datatypes, tables, structures of messages. Data of hl7apy.

For explanations, and for messages that no French text covers: never on the way of a check. hl7apy is asked for its
tables only, not to parse: it refuses PRT before HL7 2.7, and chokes on large OBX-5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

VERSIONS = ("2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.1", "2.8.2")  # earlier ones are not used in France
_SMALL_WORDS = {"Of": "of", "And": "and", "The": "the", "For": "for", "Or": "or", "To": "to", "In": "in", "By": "by"}


@dataclass(frozen=True, slots=True)
class Place:
    """A field or component of the standard. `table` is `0203`, "" when there is none; `most` None means unbounded."""

    name: str
    datatype: str
    table: str = ""
    least: int = 0
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Position:
    """A segment or a group of a message structure."""

    name: str
    least: int
    most: int | None
    children: tuple[Position, ...] = ()


@cache
def _library(version: str) -> Any:
    from hl7apy import load_library  # heavy, and wanted by few commands

    return load_library(version)


def known(version: str) -> str:
    """The version of the standard to look at: this one, or 2.5 for any other."""
    return version if version in VERSIONS else "2.5"


def field_name(segment: str, field: int, component: int = 0, version: str = "2.5") -> str:
    """`("PID", 3)` -> `Patient Identifier List`; "" for what the standard does not know (Z segments, later fields)."""
    found = place(segment, field, component, version)
    return found.name if found else ""


def place(segment: str, field: int, component: int = 0, version: str = "2.5") -> Place | None:
    """A field, or one of its components. A segment pre-adopted from a later version (PRT) is read in the first one
    that has it."""
    first = VERSIONS.index(known(version))
    for candidate in VERSIONS[first:]:
        entries = _library(candidate).SEGMENTS.get(segment)
        if entries and len(entries) > 1:  # hl7apy keeps an empty entry for a segment that a version only announces
            return _component(_entry(entries[1], field), component)
    return None


def _entry(entries: Any, number: int) -> Any:
    return entries[number - 1] if entries and 0 < number <= len(entries) else None


def _component(entry: Any, component: int) -> Place | None:
    if entry is None or len(entry) != 4 or entry[1] is None or len(entry[1]) != 6:  # hl7apy has not filled it in
        return None
    _, (kind, children, datatype, name, table, _), (least, most), _ = entry
    if component:
        if kind != "sequence":  # a primitive field is its own first component
            return _component(entry, 0) if component == 1 else None
        return _component(_entry(children, component), 0)
    return Place(_title(name), datatype, (table or "").removeprefix("HL7"), least, most if most >= 0 else None)


def _title(name: str | None) -> str:
    words = (name or "").replace("_", " ").title().split()
    return " ".join(_SMALL_WORDS.get(word, word) if n else word for n, word in enumerate(words))


def table(number: str, version: str = "2.5") -> tuple[str, ...]:
    """Codes of a standard table (`0085`), () when the standard has none to give."""
    entry = _library(known(version)).TABLES.get(f"HL7{number}")
    return tuple(entry[1]) if entry else ()


def structure(name: str, version: str = "2.5") -> tuple[Position, ...]:
    """`ORM_O01` as the standard prints it; () when it knows no such structure."""
    entry = _library(known(version)).MESSAGES.get(name)
    return _positions(entry[1]) if entry else ()


def _positions(entries: Any) -> tuple[Position, ...]:
    found = []
    for name, body, (least, most), kind in entries:
        below = _positions(body[1]) if kind == "GRP" and len(body) > 1 else ()
        found.append(Position(name, least, most if most >= 0 else None, below))
    return tuple(found)


def required(positions: tuple[Position, ...]) -> Iterator[str]:
    """Segments that a message of this structure cannot do without."""
    for position in positions:
        if position.least and position.children:
            yield from required(position.children)
        elif position.least:
            yield position.name
