"""The engine of the header lines: cardinality, usage, then value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from math import inf
from typing import NamedTuple

from rempart.formats.cda.header import text
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element, edition_applies, first_tag, select
from rempart.validation.cda.profile import Line, lines
from rempart.validation.cda.tables import value_set


def check_lines(context: CdaContext) -> list[Finding]:
    """What every line that applies to this document says of it. Told in one list: a generator for each of ten thousand
    lines and elements, most of which say nothing, would cost more than the looking."""
    told: list[Finding] = []
    at, root = context.at, [context.root]
    for line, start, where, elements, right, least, most in _applicable(context.facts, context.edition):
        if start and start not in context.top and (where or not least):
            continue  # as it is with half of the lines: what they speak of is not there, and need not be
        for node in at(where) if where else root:
            found = select(node, elements) if where else at(elements)
            if not least <= len(found) <= most:
                told.extend(_count(context, line, node, found))
            if right is None:
                continue
            for element in found:
                if not right(element):
                    _tell_value(context, line, element, told)
    return told


class _Asked(NamedTuple):
    """A line, ready for documents that it applies to."""

    line: Line
    start: str  # tag of the child of the root that it looks below; "": the root itself
    where: str  # its `at`; "": the root
    elements: str  # what leads from there to its elements
    right: Callable[[Element], bool] | None
    least: int
    most: float


@lru_cache(maxsize=512)
def _applicable(facts: frozenset[str], edition: str) -> list[_Asked]:
    """Lines for documents of which these facts are known."""

    def applies(line: Line) -> bool:
        if line.since and not line.before and not edition_applies(edition, line.since):
            return False
        return all((c[0] == "!") != (c.removeprefix("!") in facts) for c in line.when)

    found = []
    for line in lines():
        if applies(line):
            least, most = _cardinality(line)
            limit, where = inf if most is None else most, line.at.removeprefix(".")
            start = first_tag(where or line.elements)
            found.append(_Asked(line, start, where, line.elements, _right(line), least, limit))
    return found


def _cardinality(line: Line) -> tuple[int, int | None]:
    return line.card or (1 if line.usage == "R" else 0, None)


def _severity(line: Line, context: CdaContext) -> Severity | None:
    """None: that of the rule."""
    return line.before if line.since and not context.applies_since(line.since) else line.severity


def _count(context: CdaContext, line: Line, node: Element, found: list[Element]) -> Iterator[Finding]:
    least, most = _cardinality(line)
    if len(found) < least:
        yield _found(context, line, node, line.elements, "est obligatoire", _expected(line))
    if most is not None and len(found) > most:
        what = "est interdit" if most == 0 else f"est présent {len(found)} fois"
        yield _found(context, line, found[most], "", what, f"{least} à {most}")


def _right(line: Line) -> Callable[[Element], bool] | None:
    """What tells an element that has nothing to be told of; None when none has. `_tell_value` looks at all others."""
    if not line.reads:
        return (lambda element: False) if line.usage == "X" else None
    fits, silence = _fits(line), line.usage != "R"
    if line.reads == "text()":
        return lambda element: fits(value) if (value := text(element)) else silence
    name = _attribute(line.reads)
    if line.table and name == "code":
        return lambda element: _in_table(line, element) if element.get("code") else silence
    return lambda element: fits(value) if (value := element.get(name)) else silence


def _fits(line: Line) -> Callable[[str], bool]:
    """For a value that is there."""
    if line.usage == "X":
        return lambda value: False
    if line.table or line.max is not None or not line.pattern:
        return lambda value: _accepts(line, value)
    values, matches = line.values, _regex(line.pattern).fullmatch
    return lambda value: bool(matches(value)) and (not values or value in values)


def _in_table(line: Line, element: Element) -> bool:
    code = element.get("code", "")
    system = value_set(line.table).systems.get(code)
    return system == element.get("codeSystem", "") and _accepts(line, code)


def _tell_value(context: CdaContext, line: Line, element: Element, told: list[Finding]) -> None:
    reads = line.reads
    value = _read(element, reads)
    if line.usage == "X":
        if value or not reads:
            told.append(_found(context, line, element, reads, "est interdit", "(absent)", value))
    elif not reads or (not value and line.nullable and element.get("nullFlavor")):
        return
    elif not value:
        if line.usage == "R":
            told.append(_found(context, line, element, reads, "est obligatoire", _expected(line)))
    elif not _accepts(line, value):
        told.append(_found(context, line, element, reads, "n'a pas une valeur attendue", _expected(line), value))
    elif line.table and reads == "@code":
        told.extend(_check_system(context, line, element, value))


def _check_system(context: CdaContext, line: Line, element: Element, code: str) -> Iterator[Finding]:
    """A code means nothing in another code system: the official layer looks at the code only."""
    expected, actual = value_set(line.table).systems[code], element.get("codeSystem", "")
    if actual != expected:
        what = f"est d'un autre système que celui du code {code}"
        yield _found(context, line, element, "@codeSystem", what, expected, actual)


def _read(element: Element, reads: str) -> str:
    if reads == "text()":
        return text(element)
    return element.get(_attribute(reads), "") if reads else ""


@cache
def _attribute(reads: str) -> str:
    prefix, _, local = reads[1:].rpartition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}" if prefix else local


_PREFIXES = {"xsi": "http://www.w3.org/2001/XMLSchema-instance"}


def _accepts(line: Line, value: str) -> bool:
    if not value.strip():
        return False
    if line.values and value not in line.values:
        return False
    if line.table and value not in value_set(line.table):
        return False
    if line.max is not None and len(value) > line.max:
        return False
    return not line.pattern or bool(_regex(line.pattern).fullmatch(value))


def _expected(line: Line) -> str:
    if line.expected:
        return line.expected
    if line.values:
        return " ou ".join(line.values)
    if line.table:
        return f"un code de {value_set(line.table).name}"
    if line.max is not None:
        return f"{line.max} caractères au plus"
    return f"motif {line.pattern}" if line.pattern else "une valeur"


def _found(
    context: CdaContext, line: Line, node: Element, below: str, what: str, expected: str, actual: str = ""
) -> Finding:
    message = line.message or f"{line.path.split('[')[0] if line.path != '.' else line.at} {what}"
    if actual:
        message += f": « {actual[:80]} »"
    below = below.removesuffix("text()").removesuffix("/")
    severity = _severity(line, context)
    return context.find(line.rule, node, below, message, expected=expected, actual=actual, severity=severity)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
