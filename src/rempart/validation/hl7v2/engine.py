"""The engine of message profiles: structure, then the field lines of each segment, then the rule functions.

It is on the way of every message of a campaign: what a profile asks is made ready once (`plan`), and a value is decoded
only where a line looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.escape import unescape
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2 import datatypes
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.plan import DELETE, Step
from rempart.validation.hl7v2.profile import Line
from rempart.validation.hl7v2.structure import check_structure
from rempart.validation.registry import functions, rules, table


def check_message(context: Context) -> Iterator[Finding]:
    """Everything the profile and its rules say of this message."""
    yield from check_structure(context)
    for segment in context.message.segments:
        length = segment.length
        for when, rows in context.kind(segment).rows:
            if when is None or when(segment):
                for first, is_right, steps in rows:
                    if first <= length and not is_right(segment):
                        yield from _doubtful(context, segment, steps)
    for function in functions(context.profile.family):
        yield from function(context)


def _doubtful(context: Context, segment: Segment, steps: Sequence[Step]) -> Iterator[Finding]:
    """A row in which something is wrong, or may be: the step that it is, then its lines closely."""
    length = segment.length
    for first, is_right, lines in steps:
        if first <= length and (len(steps) == 1 or not is_right(segment)):
            for line in lines:
                yield from check_line(context, segment, line)


def check_line(context: Context, segment: Segment, line: Line) -> Iterator[Finding]:
    """One line of a field table, on one segment that it applies to."""
    if line.repetitions is not None:
        yield from _check_repetitions(context, segment, line)
    if not line.each:
        yield from _check_place(context, segment, line, line.path.repetition)
        return
    assert line.path.field is not None
    count = segment.repetitions(line.path.field)
    if line.any:
        yield from _check_any(context, segment, line, count)
        return
    for repetition in range(1, count + 1):
        yield from _check_place(context, segment, line, repetition)


def _check_any(context: Context, segment: Segment, line: Line, count: int) -> Iterator[Finding]:
    """Some repetition must fit; the field as a whole is at fault when none does."""
    tried = [list(_check_place(context, segment, line, n)) for n in range(1, count + 1)]
    if tried and all(tried):
        address = f"{line.path.field}"
        yield _found(context, segment, line, address, "n'a pas la valeur attendue", _expected(line))


def _check_place(context: Context, segment: Segment, line: Line, repetition: int | None) -> Iterator[Finding]:
    path = line.path
    assert path.field is not None
    if line.constrained:
        text = segment.piece(path.field, repetition, path.component, path.sub)
    else:  # presence only: a document is not decoded for that
        text = "…" if segment.holds(path.field, repetition, path.component, path.sub) else ""
    if not text or text.isspace():
        if line.usage == "R":
            yield _found(context, segment, line, _address(line, repetition), _absent(line), _expected(line))
        return
    if line.usage == "X":
        yield _found(context, segment, line, _address(line, repetition), "doit rester vide", "(vide)")
        return
    if not line.constrained:
        return
    if text == DELETE and line.usage != "R":
        return
    if line.type:
        for suffix, what in datatypes.CHECKS[line.type](text):
            address = _address(line, repetition) + suffix
            yield _found(context, segment, line, address, what, line.expected or datatypes.EXPECTED[line.type])
    if not _accepts(line, segment, text):
        severity = line.case if line.case and _accepts_but_case(line, text) else line.severity
        address = _address(line, repetition)
        yield _found(context, segment, line, address, "n'a pas la valeur attendue", _expected(line), severity)


def _absent(line: Line) -> str:
    """Said as strongly as the text says it."""
    required = (line.severity or rules()[line.rule].severity) is Severity.ERROR
    return "est obligatoire" if required else "devrait être renseigné"


def _address(line: Line, repetition: int | None) -> str:
    path = line.path
    address = str(path.field)
    if repetition is not None and line.each:
        address += f"[{repetition}]"
    elif path.repetition is not None:
        address += f"[{path.repetition}]"
    if path.component is not None:
        address += f".{path.component}"
    return address + (f".{path.sub}" if path.sub is not None else "")


def _accepts(line: Line, segment: Segment, text: str) -> bool:
    if line.equals is not None:
        return text == line.equals
    message = segment.message
    value = unescape(text, message.delimiters, message.codec)
    if line.values and value not in line.values:
        return False
    if line.table and value not in table(line.table):
        return False
    return not line.pattern or bool(_regex(line.pattern).fullmatch(value))


def _accepts_but_case(line: Line, text: str) -> bool:
    wanted = line.values or ((line.equals,) if line.equals is not None else ())
    return text.casefold() in {w.casefold() for w in wanted}


def _check_repetitions(context: Context, segment: Segment, line: Line) -> Iterator[Finding]:
    assert line.repetitions is not None and line.path.field is not None
    least, most = line.repetitions
    count = segment.repetitions(line.path.field)
    if count < least or (most is not None and count > most):
        expected = f"{least} à {'*' if most is None else most} répétition(s)"
        message = line.message or f"{segment.location(line.path.field)} a {count} répétition(s)"
        yield context.find(
            line.rule, segment, line.path.field, message, expected=expected, actual=str(count), severity=line.severity
        )


def _found(
    context: Context,
    segment: Segment,
    line: Line,
    address: str,
    what: str,
    expected: str,
    severity: Severity | None = None,
) -> Finding:
    message = line.message or f"{segment.location(address)} {what}"
    return context.find(line.rule, segment, address, message, expected=expected, severity=severity or line.severity)


def _expected(line: Line) -> str:
    if line.expected:
        return line.expected
    if line.equals is not None:
        return line.equals
    if line.values:
        return " ou ".join(line.values)
    if line.table:
        return f"un code de la table {line.table}"
    return f"motif {line.pattern}" if line.pattern else "une valeur"


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
