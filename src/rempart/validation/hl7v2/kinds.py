"""What an occurrence of a segment is to its profile: the slots that it belongs to, and the lines that apply to it.

Both hang on a few values (the code of an OBX, the role of a PRT), which come back in message after message: what they
decide is found once, then looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.path import place_of
from rempart.validation.hl7v2.conditions import Condition, asks_presence
from rempart.validation.hl7v2.plan import Block, Row, plan
from rempart.validation.hl7v2.profile import Profile

_KEPT = 4096  # combinations of values per segment name: a campaign meets a few dozens
_LONG = 64  # characters: a value that is longer is not kept


Rows = tuple[Callable[[Segment], bool] | None, tuple[Row, ...]]


class Kind(NamedTuple):
    """`rows` are those of the lines; with a condition that is still to be asked, where it is about another segment."""

    slots: frozenset[int]  # by identity
    rows: tuple[Rows, ...]


NOTHING = Kind(frozenset(), ())


class Sorter:
    """Tells the kind of the segments of one name, under one profile."""

    def __init__(self, name: str, profile: Profile) -> None:
        self.name = name
        self.slots = [slot for slot in profile.slots.values() if slot.segment == name]
        self.planned = plan(profile).get(name, [])
        conditions = [c for slot in self.slots for c in slot.where]
        self.repeatable = all(self._is_own(c) for c in conditions)
        conditions += [block.condition for _, blocks in self.planned for block in blocks]
        tests = [test for c in conditions for test in c.tests if test[0] == name]
        compared = dict.fromkeys(address for _, address, test in tests if not asks_presence(test))
        present = dict.fromkeys(address for _, address, _ in tests if address not in compared)
        self.places = [place_of(address) for address in (*compared, *present)]
        self.compared = len(compared)  # of these, as they stand; of the others it only counts whether they are there
        self.known: dict[tuple[object, ...], Kind] = {}

    def kind(self, segment: Segment) -> Kind:
        if not self.repeatable:
            return self._found(segment)
        values, compared = segment.pieces(self.places), self.compared
        key = (*values[:compared], *map(bool, values[compared:]))
        kind = self.known.get(key)
        if kind is None:
            kind = self._found(segment)
            if all(len(value) <= _LONG and "\\" not in value for value in values[:compared]):
                if len(self.known) == _KEPT:
                    self.known.clear()
                self.known[key] = kind
        return kind

    def _is_own(self, condition: Condition) -> bool:
        return all(name == self.name for name, _, _ in condition.tests)

    def _found(self, segment: Segment) -> Kind:
        """Every test asked, but the conditions that look at other segments."""
        slots = frozenset(id(slot) for slot in self.slots if any(test(segment) for test in slot.tests))
        rows: list[Rows] = []
        for slot, blocks in self.planned:
            if slot is None or id(slot) in slots:
                for when, more in self._applying(blocks, segment):
                    if when is None and rows and rows[-1][0] is None:
                        rows[-1] = (None, rows[-1][1] + more)
                    else:
                        rows.append((when, more))
        return Kind(slots, tuple(rows))

    def _applying(self, blocks: Iterable[Block], segment: Segment) -> Iterator[Rows]:
        for block in blocks:
            if block.when is None:
                yield None, block.rows
            elif not self._is_own(block.condition):
                yield block.when, block.rows
            elif block.when(segment):
                yield None, block.rows


@cache
def sorters(profile: Profile) -> dict[str, Sorter]:
    """By the names of segments that the profile has something to say of; all others are of the kind NOTHING."""
    names = {*plan(profile), *(slot.segment for slot in profile.slots.values())}
    return {name: Sorter(name, profile) for name in names}
