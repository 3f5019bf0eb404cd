"""Conditions of profiles: `{"PV1-2": [E, I], "PID-3": present}` on a message, or on one segment of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rempart.formats.hl7v2 import Segment
from rempart.validation.hl7v2.profile import Condition, Test
from rempart.validation.registry import table


def holds(condition: Condition, segment: Segment) -> bool:
    """True when all tests hold. An address of the segment's own name is read in this very occurrence."""
    for path, test in condition.items():
        name, address = _split(path)
        value = segment.get(address) if name == segment.name else segment.message.get(path)
        if not passes(test, value):
            return False
    return True


def matches(alternatives: Sequence[Condition], segment: Segment) -> bool:
    """True when one of the conditions holds."""
    return any(holds(condition, segment) for condition in alternatives)


def passes(test: Test, value: str) -> bool:
    if test.present is not None:
        return bool(value) is test.present
    if test.values is not None:
        return value in test.values
    if test.table:
        return value in table(test.table)
    if test.not_table:
        return value not in table(test.not_table)
    return value not in (test.none_of or ())


@cache
def _split(path: str) -> tuple[str, str]:
    name, _, address = path.partition("-")
    return name, address
