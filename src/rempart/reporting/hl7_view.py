"""An HL7 v2 message laid out for reading: segment by segment, named fields, faulty components marked.

Works on positions, so that a 50 MB document in OBX-5 costs the few characters that are shown of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.formats.hl7v2 import Message, Path, Segment
from rempart.reporting.field_names import field_name
from rempart.reporting.words import size

Marks = dict[int, Path]  # finding number -> place

FOLD = 240  # bytes of a component shown whole; beyond, its start and its size
MAX_CHARACTERS = 20_000  # shown of one message
MAX_COMPONENTS = 100  # shown of one repetition


@dataclass
class Token:
    """A piece of a value. `kind`: value, separator, folded, absent. `marks`: numbers of the findings on it."""

    text: str
    kind: str = "value"
    marks: list[int] = field(default_factory=list)


@dataclass
class FieldRow:
    address: str  # PID-3[2]
    name: str
    tokens: list[Token]
    marks: list[int]  # findings on the field as a whole


@dataclass
class SegmentView:
    title: str  # OBX[2]
    rows: list[FieldRow]
    marks: list[int] = field(default_factory=list)  # findings on the segment as a whole


@dataclass
class Hl7View:
    segments: list[SegmentView]
    absent: list[tuple[str, int]]  # places whose segment is not in the message, with their finding
    omitted: int = 0  # segments not shown: the message is too long for a page

    @property
    def marked(self) -> set[int]:
        """Numbers of the findings that are shown on this message."""
        rows = [row for segment in self.segments for row in segment.rows]
        marks = [*(s.marks for s in self.segments), *(r.marks for r in rows)]
        marks += [token.marks for row in rows for token in row.tokens]
        return {number for numbers in marks for number in numbers} | {number for _, number in self.absent}


def hl7_view(message: Message, marks: Marks) -> Hl7View:
    """The message as rows. Places of `marks` that hold nothing are shown empty, so that the reader sees the gap."""
    shown = 0
    views: list[SegmentView] = []
    for number, segment in enumerate(message):
        if shown > MAX_CHARACTERS:
            return Hl7View(views, _absent(message, marks), len(message.segments) - number)
        here = {n: p for n, p in marks.items() if (p.segment, p.occurrence) == (segment.name, segment.occurrence)}
        rows = list(_rows(segment, here))
        title = str(Path(segment.name, segment.occurrence))
        views.append(SegmentView(title, rows, [n for n, p in here.items() if p.field is None]))
        shown += sum(len(t.text) for row in rows for t in row.tokens)
    return Hl7View(views, _absent(message, marks))


def _absent(message: Message, marks: Marks) -> list[tuple[str, int]]:
    return [(str(p), n) for n, p in marks.items() if len(message.all(p.segment)) < p.occurrence]


def _rows(segment: Segment, marks: Marks) -> Iterator[FieldRow]:
    wanted = {p.field for p in marks.values() if p.field}
    for number in sorted({*range(1, segment.length + 1), *wanted}):
        here = {n: p for n, p in marks.items() if p.field == number}
        msh = segment.name == "MSH" and number <= 2
        count = 1 if msh else segment.repetitions(number)
        repetitions = {*range(1, count + 1), *(p.repetition or 1 for p in here.values())}
        for repetition in sorted(repetitions):
            # `PID-5` means all repetitions; `PID-5.2` the first one
            on_all = sorted(n for n, p in here.items() if p.component is None and p.repetition in (None, repetition))
            placed = {n: p for n, p in here.items() if p.component and (p.repetition or 1) == repetition}
            tokens = list(_tokens(segment, number, repetition, placed, whole=msh))
            if on_all and not tokens:
                tokens = [Token("vide", "absent")]
            if tokens:
                address = str(Path(segment.name, segment.occurrence, number, repetition))
                name = field_name(segment.name, number) if repetition == 1 else ""
                yield FieldRow(address, name, tokens, on_all)


def _tokens(segment: Segment, number: int, repetition: int, marks: Marks, *, whole: bool) -> Iterator[Token]:
    """One repetition of a field: values and separators as they stand in the message, escape sequences kept."""
    start, end = segment.span(number, repetition)
    if start == end:
        if marks:
            yield Token("vide", "absent", sorted(marks))
        return
    d = segment.message.delimiters
    spans = [(start, end)] if whole else _cut(segment, d.component, start, end)
    for component, span in enumerate(spans, 1):
        if component > 1:
            yield Token(d.component, "separator")
        if component > MAX_COMPONENTS:
            yield Token(f"… ({len(spans)} composants)", "folded")
            break
        yield from _component(segment, span, {n: p for n, p in marks.items() if p.component == component})
    for n, p in marks.items():
        if (p.component or 0) > len(spans):
            yield Token(f"{p.component}: vide", "absent", [n])


def _component(segment: Segment, span: tuple[int, int], marks: Marks) -> Iterator[Token]:
    """One component; cut into sub-components only when a finding names one of them."""
    on_all = sorted(n for n, p in marks.items() if p.sub is None)
    subs = {n: p for n, p in marks.items() if p.sub is not None}
    if not subs:
        yield _value(segment, span, on_all)
        return
    sub = segment.message.delimiters.sub
    spans = _cut(segment, sub, *span)
    for number, part in enumerate(spans, 1):
        if number > 1:
            yield Token(sub, "separator")
        yield _value(segment, part, sorted([*on_all, *(n for n, p in subs.items() if p.sub == number)]))
    for n, p in subs.items():
        if (p.sub or 0) > len(spans):
            yield Token(f"{p.component}.{p.sub}: vide", "absent", [n])


def _value(segment: Segment, span: tuple[int, int], marks: list[int]) -> Token:
    start, end = span
    if start == end:
        return Token("vide" if marks else "", "absent" if marks else "value", marks)
    if end - start <= FOLD:
        return Token(segment.message.decode(start, end), "value", marks)
    return Token(f"{segment.message.decode(start, start + 60)}… ({size(end - start)})", "folded", marks)


def _cut(segment: Segment, separator: str, start: int, end: int) -> list[tuple[int, int]]:
    data, mark, spans = segment.message.data, separator.encode(), []
    while (at := data.find(mark, start, end)) >= 0:
        spans.append((start, at))
        start = at + 1
    return [*spans, (start, end)]
