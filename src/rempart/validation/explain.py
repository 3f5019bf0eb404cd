"""What a reader must see of the evidence to believe a finding: the segment or the line, cut around the place.

Bytes and a finding in, text and positions out. Works on positions: a 50 MB document in OBX-5 costs the few characters
that are shown of it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from rempart.formats.hl7v2 import Hl7Error, Message, Path
from rempart.formats.hl7v2.path import parse_path
from rempart.model.finding import Finding

WIDTH = 100  # characters of a line of text
FOLD = 80  # bytes without a delimiter shown whole; beyond, their start and size
HEAD = 24  # bytes shown of what is folded
MAX_BYTES_OF_A_CHARACTER = 4
_BOM = b"\xef\xbb\xbf"
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<")
_LINE = re.compile(r"\(ligne (\d+)\)$")
_NAME = re.compile(r"([\w.-]+)(?:\[\d+\])?$")
_RUN = re.compile(rb"[^|^~&\r\n]{%d,}" % (FOLD + 1))
_BREAKS = (b"\r", b"\n", b"\x0b", b"\x1c")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line of the evidence. `text[start:end]` is at fault; it is empty where something is missing, which `label`
    names when the line itself cannot."""

    text: str
    start: int
    end: int
    label: str = ""

    @property
    def underline(self) -> str:
        """`^^^^` to print under `text`; one `^` where something is missing."""
        marks = "^" * max(1, _columns(self.text[self.start : self.end]))
        return " " * _columns(self.text[: self.start]) + marks + (f" {self.label}" if self.label else "")


def place(message: Message, finding: Finding) -> Path | None:
    """The place that a finding names in a message, by its location, else by its offset (a segment whose name is no
    name); None when it is about something else."""
    try:
        path = parse_path(finding.location)
    except ValueError:
        at = finding.offset
    else:
        missing = path.field is None and finding.length == 0  # one more of them is
        return Path(path.segment, len(message.all(path.segment)) + 1) if missing else path
    if at is None or finding.location[:3] not in {s.name for s in message.segments}:
        return None
    segment = next((s for s in message.segments if s.start <= at <= s.end), None)
    return Path(segment.name, segment.occurrence) if segment else None


def span(message: Message, finding: Finding) -> Span | None:
    """The bytes that a finding is about; None when they are not in the message."""
    if finding.offset is not None and finding.length is not None:
        return finding.offset, finding.offset + finding.length
    path = place(message, finding)
    if path is None or path.field is None or len(found := message.all(path.segment)) < path.occurrence:
        return None
    segment = found[path.occurrence - 1]
    if path.repetition is None and path.component is None:
        return segment.field_span(path.field)
    return segment.span(path.field, path.repetition or 1, path.component, path.sub)


@dataclass
class Explainer:
    """The evidence of some findings: an HL7 v2 message or an XML document."""

    data: bytes
    width: int = WIDTH
    _runs: dict[int, list[Span]] = field(default_factory=dict, repr=False)
    _printed: tuple[int, str] = field(default=(0, ""), repr=False)
    _seen: Span = field(default=(-1, -1), repr=False)  # the last segment looked at: most findings are on the same one

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """What to show for a finding; None when its place is not in these bytes."""
        if _XML.match(self.data):
            return self._of_xml(finding.location)
        where = self._span(finding)
        inside = self.data and where and 0 <= where[0] <= len(self.data)
        return self._of_segment(finding, where) if inside and where else None

    @cached_property
    def message(self) -> Message | None:
        try:
            return Message.parse(self.data)
        except Hl7Error:
            return None

    @cached_property
    def _codec(self) -> str:
        if self.message is None:
            return "utf-8"
        from rempart.validation.hl7v2.rules.syntax import utf8_under_latin9  # with the rules, which need not be loaded

        return "utf-8" if utf8_under_latin9(self.message) else self.message.codec

    def _span(self, finding: Finding) -> Span | None:
        if self.message is not None:
            return span(self.message, finding)
        return None if finding.offset is None else (finding.offset, finding.offset + (finding.length or 0))

    # -- HL7 v2 ------------------------------------------------------------------------------------------------

    def _of_segment(self, finding: Finding, where: Span) -> Excerpt:
        start, end = where
        if start == end and "-" not in finding.location:
            return self._of_absent_segment(finding.location, start)
        line = self._line(start)
        if "-" not in finding.location:  # the segment as a whole: its name says it
            end = min(start + 3, line[1])
        return self._cut(line, (start, min(end, line[1])))

    def _of_absent_segment(self, name: str, at: int) -> Excerpt:
        """Before the segment that follows, or after the last one."""
        line = self._line(at)
        last = at >= line[1]
        while last and line[0] > 0 and line[0] == line[1]:  # nothing but ends of line: the segment before them
            line = self._line(line[0] - 1)
        shown = self._cut(line, (line[1], line[1]) if last else (line[0], line[0]))
        return Excerpt(shown.text, shown.start, shown.end, f"{name} absent")

    def _line(self, at: int) -> Span:
        """The segment that holds a byte."""
        if self._seen[0] <= at <= self._seen[1]:
            return self._seen
        starts = [self.data.rfind(mark, 0, at) + 1 for mark in (b"\r", b"\n", b"\x0b")]
        if at >= len(_BOM) and self.data.startswith(_BOM):
            starts.append(len(_BOM))
        end = len(self.data)
        for mark in _BREAKS:
            found = self.data.find(mark, at, end)
            end = found if found >= 0 else end
        self._seen = max(starts), end
        return self._seen

    def _cut(self, line: Span, where: Span) -> Excerpt:
        """The line, what is too long for `width` left out on each side of the place."""
        most = self.width * 3 // 5
        marked = self._first(where, most)
        if len(marked) > most:
            marked = marked[: most - 1] + "…"
        room = self.width - len(marked)
        before, after = self._last((line[0], where[0]), room), self._first((where[1], line[1]), room)
        if len(before) + len(after) > room:
            left = max(room // 2, room - len(after))
            if len(before) > left:
                head = self._first((line[0], min(line[0] + 4, where[0])), 4) + "…"
                before = head + before[len(before) - left + len(head) :]
            if len(after) > room - len(before):
                after = after[: room - len(before) - 1] + "…"
        return Excerpt(before + marked + after, len(before), len(before) + len(marked))

    def _first(self, where: Span, room: int) -> str:
        """The text of these bytes from their start, up to a little more than `room` characters."""
        text = ""
        for folded, at, stop in self._stretches(where):
            part = stop if folded else min(stop, at + (room + 1) * MAX_BYTES_OF_A_CHARACTER)
            text += self._fold(at, stop) if folded else self._decode(at, part)
            if len(text) > room:
                break
        return text

    def _last(self, where: Span, room: int) -> str:
        """The text of these bytes up to their end, from a little more than `room` characters before it."""
        text = ""
        for folded, at, stop in reversed(list(self._stretches(where))):
            part = at if folded else max(at, stop - (room + 1) * MAX_BYTES_OF_A_CHARACTER)
            text = (self._fold(at, stop) if folded else self._decode(part, stop)) + text
            if len(text) > room:
                break
        return text

    def _stretches(self, where: Span) -> Iterator[tuple[bool, int, int]]:
        """These bytes cut where a fold starts or ends: is it one, and its positions."""
        start, end = where
        runs = self._folds(start)
        for number in range(max(0, bisect_right(runs, (start, 0)) - 1), len(runs)):
            first, last = max(runs[number][0], start), min(runs[number][1], end)
            if first >= end:
                break
            if last > first:
                if first > start:
                    yield False, start, first
                yield True, first, last
                start = last
        if start < end:
            yield False, start, end

    def _folds(self, at: int) -> list[Span]:
        """Stretches of a segment too long to be shown whole."""
        first, last = self._line(at)
        if first not in self._runs:
            self._runs[first] = [m.span() for m in _RUN.finditer(self.data, first, last)]
        return self._runs[first]

    def _fold(self, start: int, end: int) -> str:
        if end - start <= FOLD:
            return self._decode(start, end)
        return printable(self.data[start : start + HEAD].decode(self._codec, "ignore")) + f"… ({end - start} octets)"

    def _decode(self, start: int, end: int) -> str:
        return printable(self.data[start:end].decode(self._codec, "replace"))

    # -- XML ---------------------------------------------------------------------------------------------------

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.data.splitlines()

    def _shown_line(self, number: int) -> str:
        """A line as it is printed. The last one is kept: a document may be one line of some megabytes."""
        if self._printed[0] != number:
            line = self._lines[number - 1].decode("utf-8", "replace").strip().expandtabs(1)
            self._printed = (number, printable(line))
        return self._printed[1]

    def _of_xml(self, location: str) -> Excerpt | None:
        """The line that the XPath names, around the element when the line has one of that name."""
        number = _LINE.search(location)
        if number is None or not 0 < int(number[1]) <= len(self._lines):
            return None
        line = self._shown_line(int(number[1]))
        start, end = _element(line, location[: number.start()].strip())
        if len(line) <= self.width:
            return Excerpt(line, start, end) if end > start else Excerpt(line, 0, len(line))
        if end <= start:
            return None  # a line of many elements: any part of it might be the wrong one
        left = max(0, min(start - self.width // 3, len(line) - self.width))
        shown = ("…" if left else "") + line[left : left + self.width] + ("…" if left + self.width < len(line) else "")
        shift = left - bool(left)
        return Excerpt(shown, start - shift, min(end - shift, len(shown)))


def _element(line: str, xpath: str) -> Span:
    """The opening tag, or its attribute, of the deepest step of the path that this line has once; (0, 0) for none."""
    steps = [s for s in xpath.split("/") if s]
    attribute = steps.pop()[1:] if steps and steps[-1].startswith("@") else ""
    name = _NAME.search(steps[-1]) if steps else None
    if name is None:
        return 0, 0
    tags = list(islice(re.finditer(rf"<(?:[\w.-]+:)?{re.escape(name[1])}(?=[\s/>])[^>]*>?", line), 2))
    if len(tags) != 1:
        return 0, 0
    value = re.search(rf'\s{re.escape(attribute)}\s*=\s*("[^"]*"|\'[^\']*\')', tags[0][0]) if attribute else None
    at = tags[0].start()
    return (at + value.start() + 1, at + value.end()) if value else tags[0].span()


def printable(value: str) -> str:
    """Bytes of a broken message must not drive the terminal."""
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)


def _columns(text: str) -> int:
    """Columns of a terminal: none for a combining accent, two for a wide character."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
