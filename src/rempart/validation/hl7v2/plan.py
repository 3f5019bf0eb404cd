"""A profile made ready for reading messages: its lines by segment, slot and condition, each with a quick look.

Most lines have nothing to say of most messages. The quick look tells that for the price of reading one value; the
engine looks closely, and words the finding, only where it fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from rempart.formats.hl7v2 import Segment
from rempart.validation.hl7v2 import datatypes
from rempart.validation.hl7v2.conditions import Condition
from rempart.validation.hl7v2.profile import Line, Profile, Slot
from rempart.validation.registry import table

DELETE = '""'  # empties the field at the receiver: no value to be judged, where one is not required

Look = Callable[[Segment], bool]
Accept = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that apply together. A step is (first field it can speak of, quick look, line)."""

    when: Condition | None
    steps: tuple[tuple[int, Look, Line], ...]


Plan = dict[str, list[tuple[Slot | None, list[Block]]]]


@cache
def plan(profile: Profile) -> Plan:
    """Blocks by segment name and slot, in the order of the profile."""
    blocks: Plan = {}
    for name, lines in profile.segments.items():
        slot = profile.slots.get(name)
        if slot is None and "." in name:
            raise ValueError(f"{profile.id}: lines for {name}, which is no slot of the profile")
        of_slot = [
            Block(when if when.tests else None, tuple((line.from_field, _look(line), line) for line in group))
            for when, group in groupby((line for line in lines if _speaks(line)), key=lambda line: line.when)
        ]
        blocks.setdefault(slot.segment if slot else name, []).append((slot, of_slot))
    return blocks


def _speaks(line: Line) -> bool:
    """Can it ever find fault? A line that only lifts one of a base profile cannot."""
    return line.constrained or line.usage in ("R", "X") or line.repetitions is not None


def _look(line: Line) -> Look:
    """True when the line has nothing to say of the segment; False may be no more than a doubt."""
    path, number = line.path, line.path.field or 0
    repetition, component, sub = path.repetition, path.component, path.sub
    if line.constrained:
        right = _right(line)

        def one(segment: Segment, at: int | None) -> bool:
            return right(segment.piece(number, at, component, sub))
    else:
        required, excluded = line.usage == "R", line.usage == "X"

        def one(segment: Segment, at: int | None) -> bool:
            return not excluded if segment.holds(number, at, component, sub) else not required

    if not line.each and line.repetitions is None:
        if line.constrained:
            return lambda segment: right(segment.piece(number, repetition, component, sub))
        return lambda segment: one(segment, repetition)
    least, most = line.repetitions or (0, None)

    def several(segment: Segment) -> bool:
        count = segment.repetitions(number)
        if count < least or (most is not None and count > most):
            return False
        if not line.each:
            return one(segment, repetition)
        found = (one(segment, at) for at in range(1, count + 1))
        return (any(found) or not count) if line.any else all(found)

    return several


def _right(line: Line) -> Accept:
    """Is a text plainly right, delimiters and escapes in it? One with an escape has to be looked at closely."""
    absent_is_right, must_be_absent = line.usage != "R", line.usage == "X"
    first, *others = _accepts(line)

    def right(text: str) -> bool:
        if not text or text.isspace():
            return absent_is_right
        if must_be_absent:
            return False
        if first(text):
            return not others or all(accept(text) for accept in others)
        return text == DELETE and absent_is_right

    return right


def _accepts(line: Line) -> tuple[Accept, ...]:
    found: list[Accept] = []
    if line.type:
        faults = datatypes.CHECKS[line.type]
        found.append(lambda text: not faults(text))
    if line.equals is not None:
        return (*found, line.equals.__eq__)
    if line.values:
        found.append(frozenset(line.values).__contains__)
    if line.table:
        name = line.table
        found.append(lambda text: text in table(name))
    if line.pattern:
        pattern = re.compile(line.pattern)
        found.append(lambda text: "\\" not in text and pattern.fullmatch(text) is not None)
    return tuple(found)
