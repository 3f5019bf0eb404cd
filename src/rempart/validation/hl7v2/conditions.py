"""Conditions of profiles: `{"PV1-2": [E, I], "PID-3": present}` on a message, or on one segment of it.

Conditions choose the lines of every segment of every message: each is made ready once, when its profile is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import not_

from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.path import parse_path
from rempart.validation.registry import table

Test = Callable[[str], bool]


@dataclass(frozen=True)
class Condition:
    """What must hold: `tests` are (segment name, address in it, what the value must be). Equal when written alike."""

    source: str
    tests: tuple[tuple[str, str, Test], ...] = field(compare=False)

    @property
    def segment(self) -> str:
        """Name of the segment that its first test looks at; "" when it asks nothing."""
        return self.tests[0][0] if self.tests else ""


ALWAYS = Condition("", ())


def condition(value: Mapping[str, object]) -> Condition:
    """A condition as written in a profile. Raises ValueError on anything else."""
    tests = []
    for path, wanted in value.items():
        place = parse_path(path)
        if place.field is None or place.occurrence > 1:
            raise ValueError(f"{path!r} is no place of the first occurrence of a segment")
        tests.append((place.segment, path.partition("-")[2], _test(wanted)))
    return Condition(repr(value) if value else "", tuple(tests))


def holds(condition: Condition, segment: Segment) -> bool:
    """True when all tests pass. An address of the segment's own name is read in that very occurrence, any other in the
    first occurrence of its segment."""
    for name, address, test in condition.tests:
        read = segment if name == segment.name else segment.message.first(name)
        if not test("" if read is None else read.get(address)):
            return False
    return True


def prepared(condition: Condition, segment_name: str) -> Callable[[Segment], bool]:
    """`holds` made ready for segments of one name: most conditions ask one or two values of the segment itself."""
    if any(name != segment_name for name, _, _ in condition.tests) or not condition.tests:
        return lambda segment: holds(condition, segment)
    (_, address, test), *more = condition.tests
    if not more:
        return lambda segment: test(segment.get(address))
    if len(more) == 1:
        _, other, second = more[0]
        return lambda segment: test(segment.get(address)) and second(segment.get(other))
    pairs = [(address, test) for _, address, test in condition.tests]

    def all_hold(segment: Segment) -> bool:
        for address, test in pairs:  # noqa: SIM110 - asked of every segment of every message
            if not test(segment.get(address)):
                return False
        return True

    return all_hold


def asks_presence(test: Test) -> bool:
    """Does it ask whether a value is there, whatever it is?"""
    return test is bool or test is not_


def _test(wanted: object) -> Test:
    match wanted:
        case list():
            return frozenset(str(v) for v in wanted).__contains__
        case "present":
            return bool
        case "absent":
            return not_
        case {"not": list(refused), **others} if not others:
            none_of = frozenset(str(v) for v in refused)
            return lambda value: value not in none_of
        case {"table": str(name), **others} if not others:
            return lambda value: value in table(name)
        case {"not_table": str(name), **others} if not others:
            return lambda value: value not in table(name)
    raise ValueError(f"condition {wanted!r} is no list of values, `present`, `absent`, {{not: …}} or {{table: …}}")
