"""The engine of message profiles: structure, then the field lines of each segment, then the rule functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding
from rempart.validation.hl7v2.conditions import holds
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.profile import Line
from rempart.validation.hl7v2.structure import check_structure
from rempart.validation.registry import functions, table


def check_message(context: Context) -> Iterator[Finding]:
    """Everything the profile and its rules say of this message."""
    yield from check_structure(context)
    for name, lines in context.profile.segments.items():
        for segment in context.slot(name):
            for line in lines:
                yield from check_line(context, segment, line)
    for function in functions(context.profile.family):
        yield from function(context)


def check_line(context: Context, segment: Segment, line: Line) -> Iterator[Finding]:
    """One line of a field table, on one segment."""
    if line.when and not holds(line.when, segment):
        return
    if line.repetitions is not None:
        yield from _check_repetitions(context, segment, line)
    for address in _addresses(segment, line):
        text = segment.text(address)
        if not text:
            if line.usage == "R":
                yield _found(context, segment, line, address, "est obligatoire", expected=_expected(line))
            continue
        if line.usage == "X":
            yield _found(context, segment, line, address, "doit rester vide", expected="(vide)")
        elif not _accepts(line, segment, address, text):
            yield _found(context, segment, line, address, "n'a pas la valeur attendue", expected=_expected(line))


def _addresses(segment: Segment, line: Line) -> list[str]:
    field = str(line.field)
    if "[*]" not in field:
        return [field]
    count = segment.repetitions(int(field.split("[")[0]))
    return [field.replace("[*]", f"[{n}]") for n in range(1, count + 1)]


def _accepts(line: Line, segment: Segment, address: str, text: str) -> bool:
    if line.equals is not None:
        return text == line.equals
    value = segment.get(address)
    if line.values and value not in line.values:
        return False
    if line.table and value not in table(line.table):
        return False
    return not line.pattern or bool(_regex(line.pattern).fullmatch(value))


def _check_repetitions(context: Context, segment: Segment, line: Line) -> Iterator[Finding]:
    assert line.repetitions is not None
    least, most = line.repetitions
    number = int(str(line.field).split("[")[0].split(".")[0])
    count = segment.repetitions(number)
    if count < least or (most is not None and count > most):
        expected = f"{least} à {'*' if most is None else most} répétition(s)"
        yield context.find(line.rule, segment, number, line.message, expected=expected, actual=str(count))


def _found(context: Context, segment: Segment, line: Line, address: str, what: str, expected: str) -> Finding:
    message = line.message or f"{segment.location(address)} {what}"
    return context.find(line.rule, segment, address, message, expected=expected, severity=line.severity)


def _expected(line: Line) -> str:
    if line.equals is not None:
        return line.equals
    if line.values:
        return " ou ".join(line.values)
    if line.table:
        return f"un code de la table {line.table}"
    return f"motif {line.pattern}" if line.pattern else "une valeur"


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
