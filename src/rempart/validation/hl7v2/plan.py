"""A profile made ready for reading messages: its lines by segment, slot and condition, each with a quick look.

Most lines have nothing to say of most messages. The quick look tells that for the price of reading one value; the
engine looks closely, and words the finding, only where it fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import NamedTuple

from rempart.formats.hl7v2 import Segment
from rempart.validation.hl7v2 import datatypes
from rempart.validation.hl7v2.conditions import Condition, prepared
from rempart.validation.hl7v2.profile import Line, Profile, Slot
from rempart.validation.registry import table

DELETE = '""'  # empties the field at the receiver: no value to be judged, where one is not required

Look = Callable[[Segment], bool]
Accept = Callable[[str], bool]


# First field that the lines can speak of, quick look, the lines that must be looked at closely when it fails.
Step = tuple[int, Look, tuple[Line, ...]]
# The same for the steps of a row, which are asked one by one only when the look at all of them fails.
Row = tuple[int, Look, tuple[Step, ...]]


class Block(NamedTuple):
    """Lines that apply together."""

    condition: Condition
    when: Callable[[Segment], bool] | None  # the condition, ready to be asked
    rows: tuple[Row, ...]


Plan = dict[str, list[tuple[Slot | None, list[Block]]]]


@cache
def plan(profile: Profile) -> Plan:
    """Blocks by segment name and slot, in the order of the profile."""
    blocks: Plan = {}
    for name, lines in profile.segments.items():
        slot = profile.slots.get(name)
        if slot is None and "." in name:
            raise ValueError(f"{profile.id}: lines for {name}, which is no slot of the profile")
        grouped = groupby((line for line in lines if _speaks(line)), key=lambda line: line.when)
        of_slot = [_block(when, list(group), slot.segment if slot else name) for when, group in grouped]
        blocks.setdefault(slot.segment if slot else name, []).append((slot, of_slot))
    return blocks


def _block(when: Condition, lines: list[Line], name: str) -> Block:
    rows: list[Row] = []
    for plain, row in groupby(lines, key=_is_plain):
        steps = _steps(list(row))
        if plain:
            one_by_one = tuple(steps)
            rows.append((min(first for first, _, _ in steps), _look_at_row(one_by_one), one_by_one))
        else:
            rows += ((step[0], step[1], (step,)) for step in steps)
    return Block(when, prepared(when, name) if when.tests else None, tuple(rows))


def _steps(lines: list[Line]) -> list[Step]:
    steps: list[Step] = []
    for kind, group in groupby(lines, key=_kind):
        together = tuple(group)
        if kind is None:
            steps += ((line.from_field, _look(line), (line,)) for line in together)
        else:
            steps.append((min(line.from_field for line in together), _look_at_once(kind, together), together))
    return steps


def _is_plain(line: Line) -> bool:
    """Its quick look reads one place, or is one for several lines."""
    return _kind(line) is not None or (not line.each and line.repetitions is None)


def _look_at_row(steps: tuple[Step, ...]) -> Look:
    """All of them: the values of whole fields in one reading, those of components in another, then the others.

    Most of what a profile asks of a message is this, of segments without fault.
    """
    wholes: list[tuple[int, Accept]] = []
    parts: list[tuple[int, int, Accept]] = []
    filled: list[int] = []
    others: list[tuple[int, Look]] = []
    for first, look, (line, *_) in steps:
        path, right = line.path, _right(line)
        plain = path.repetition is None and path.sub is None and _kind(line) is None
        if plain and right is not None and path.component is None:
            wholes.append((path.field or 0, right))
        elif plain and right is not None and path.component is not None:
            parts.append((path.field or 0, path.component, right))
        elif plain and path.component is None and line.usage == "R":
            filled.append(path.field or 0)
        else:
            others.append((first, look))

    def look_at_all(segment: Segment) -> bool:
        if not segment.agrees(wholes, filled) or (parts and not segment.agrees_within(parts)):
            return False
        if others:
            length = segment.length
            for first, look in others:
                if first <= length and not look(segment):
                    return False
        return True

    return look_at_all


def _kind(line: Line) -> str | tuple[str, int] | None:
    """Lines that one look answers: fields that stay empty, components of one that do, fields that do not repeat."""
    path = line.path
    if line.each or line.constrained or path.repetition is not None or path.sub is not None:
        return None
    if line.repetitions == (0, 1) and line.usage == "O" and path.component is None:
        return "single"
    if line.repetitions is None and line.usage == "X":
        return "empty" if path.component is None else ("empty", path.field or 0)
    return None


def _look_at_once(kind: str | tuple[str, int], lines: tuple[Line, ...]) -> Look:
    if kind == "single":
        numbers = [line.path.field or 0 for line in lines]
        return lambda segment: not segment.repeats_any(numbers)
    if kind == "empty":
        numbers = [line.path.field or 0 for line in lines]
        return lambda segment: not segment.holds_any(numbers)
    number, components = int(kind[1]), [line.path.component or 0 for line in lines]
    return lambda segment: not segment.holds_components(number, components)


def _speaks(line: Line) -> bool:
    """Can it ever find fault? A line that only lifts one of a base profile cannot."""
    return line.constrained or line.usage in ("R", "X") or line.repetitions is not None


def _look(line: Line) -> Look:
    """True when the line has nothing to say of the segment; False may be no more than a doubt."""
    path, number = line.path, line.path.field or 0
    repetition, component, sub = path.repetition, path.component, path.sub
    right = _right(line)

    def one(segment: Segment, at: int | None) -> bool:
        if right is not None:
            return right(segment.piece(number, at, component, sub))
        return (line.usage != "X") if segment.holds(number, at, component, sub) else (line.usage != "R")

    if not line.each and line.repetitions is None:
        if right is not None:
            return lambda segment: right(segment.piece(number, repetition, component, sub))
        return lambda segment: one(segment, repetition)
    least, most = line.repetitions or (0, None)

    def several(segment: Segment) -> bool:
        count = segment.repetitions(number)
        if count < least or (most is not None and count > most):
            return False
        if not line.each:
            return one(segment, repetition)
        if line.any:
            return not count or any(one(segment, at) for at in range(1, count + 1))
        for at in range(1, count + 1):  # noqa: SIM110 - asked of every identifier of every patient
            if not one(segment, at):
                return False
        return True

    return several


def _right(line: Line) -> Accept | None:
    """Is a text plainly right, delimiters and escapes in it? A doubt is for the engine. None: only presence counts."""
    if not line.constrained:
        return None
    wanted = _wanted(line)
    if line.usage != "R":  # nothing, or the deletion of what was there, is right too
        wanted = None if wanted is None else wanted | {"", DELETE}
    if line.usage == "X":
        return lambda text: not text
    tests = _tests(line)
    if not tests:
        assert wanted is not None
        return wanted.__contains__
    optional = line.usage != "R"

    def right(text: str) -> bool:
        if not text:
            return optional
        return (wanted is None or text in wanted) and all(test(text) for test in tests)

    return right


def _wanted(line: Line) -> frozenset[str] | None:
    """Texts that the line names, one by one."""
    if line.equals is not None:
        return frozenset({line.equals})
    if not line.values and not line.table:
        return None
    named = frozenset(line.values) if line.values else frozenset(table(line.table))
    return named & frozenset(table(line.table)) if line.table else named


def _tests(line: Line) -> list[Accept]:
    found: list[Accept] = []
    if line.type:
        faults = datatypes.CHECKS[line.type]
        found.append(lambda text: not faults(text))
    if line.pattern:
        pattern = re.compile(line.pattern, re.ASCII)
        found.append(lambda text: "\\" not in text and pattern.fullmatch(text) is not None)
    return found
