"""A segment: its fields, repetitions and components, cut on demand and each read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from rempart.formats.hl7v2.escape import unescape
from rempart.formats.hl7v2.path import Path, parse_path

if TYPE_CHECKING:
    from rempart.formats.hl7v2.message import Message

Span = tuple[int, int]

_SHORT = 4096  # bytes: what is cut and decoded at once, and kept; longer pieces are documents


def _cut(data: bytes, separator: bytes, start: int, end: int) -> list[Span]:
    spans = []
    if end - start <= _SHORT:
        for part in data[start:end].split(separator):
            spans.append((start, start + len(part)))
            start += len(part) + 1
        return spans
    while (at := data.find(separator, start, end)) >= 0:
        spans.append((start, at))
        start = at + 1
    spans.append((start, end))
    return spans


@dataclass(eq=False)
class Segment:
    """One segment: `get("3[2].4.1")` reads inside it, `location("3.1")` names the place for a finding."""

    message: Message
    name: str
    start: int
    end: int
    index: int  # position in the message, from 0
    occurrence: int  # among the segments of this name, from 1
    _kept: dict[int, list[list[str | None]]] = field(default_factory=dict, init=False, repr=False)
    _cuts: dict[int, list[Span]] = field(default_factory=dict, init=False, repr=False)
    _read: dict[str | int, str] = field(default_factory=dict, init=False, repr=False)

    @property
    def raw(self) -> str:
        """The whole segment as text, undecodable bytes replaced."""
        return self.message.decode(self.start, self.end)

    @cached_property
    def _fields(self) -> list[Span]:
        d = self.message.delimiters
        spans = _cut(self.message.data, d.field.encode(), self.start, self.end)
        if self.name == "MSH":  # MSH-1 is the separator itself: shift, so that _fields[n] is MSH-n
            spans.insert(1, (spans[0][1], spans[0][1] + 1))
        return spans

    @property
    def length(self) -> int:
        """Number of the last field present."""
        return len(self._fields if self._texts is None else self._texts) - 1

    def span(self, number: int, repetition: int = 1, component: int | None = None, sub: int | None = None) -> Span:
        """Byte positions of a place; an empty span where it would stand when it is absent."""
        if number >= len(self._fields):
            return (self.end, self.end)
        start, end = self._fields[number]
        if self.name == "MSH" and number <= 2:
            return (start, end) if repetition == 1 and (component or 1) == 1 and (sub or 1) == 1 else (end, end)
        d, data = self.message.delimiters, self.message.data
        repeats = self._repeats(number)
        if repetition > len(repeats):
            return (end, end)
        start, end = repeats[repetition - 1]
        for separator, wanted in ((d.component, component), (d.sub, sub)):
            if wanted is None:
                return (start, end)
            for _ in range(wanted - 1):
                at = data.find(separator.encode(), start, end)
                if at < 0:
                    return (end, end)
                start = at + 1
            if (at := data.find(separator.encode(), start, end)) >= 0:
                end = at
        return (start, end)

    def _repeats(self, number: int) -> list[Span]:
        """Spans of the repetitions of a field that is there."""
        if number not in self._cuts:
            separator = self.message.delimiters.repetition.encode()
            self._cuts[number] = _cut(self.message.data, separator, *self._fields[number])
        return self._cuts[number]

    def field_span(self, number: int) -> Span:
        """The whole field, every repetition in it."""
        return self._fields[number] if number < len(self._fields) else (self.end, self.end)

    def _address(self, address: str | int) -> Path:
        return _inside(address)

    def spans(self, address: str | int) -> Span:
        p = _inside(address)
        assert p.field is not None
        if p.repetition is None and p.component is None:
            return self.field_span(p.field)
        return self.span(p.field, p.repetition or 1, p.component, p.sub)

    def get(self, address: str | int) -> str:
        """Value meant at `"3[2].4.1"` (or field 3), unescaped; "" when absent. `'""'` (delete) comes out as it is."""
        text = self._read.get(address)
        if text is None:
            text = self.text(address)
        d = self.message.delimiters
        return unescape(text, d, self.message.codec) if d.escape in text else text

    def text(self, address: str | int) -> str:
        """As `get`, but escape sequences and inner delimiters kept: what stands in the message."""
        text = self._read.get(address)
        if text is None:
            p = _inside(address)
            assert p.field is not None
            text = self.piece(p.field, p.repetition, p.component, p.sub)
            if len(text) <= _SHORT:
                self._read[address] = text
        return text

    @cached_property
    def _texts(self) -> list[str] | None:
        """Every field, decoded, of a segment that holds no document."""
        if self.end - self.start > _SHORT:
            return None
        separator = self.message.delimiters.field
        texts = self.raw.split(separator)
        if self.name == "MSH":
            texts.insert(1, separator)
        return texts

    def piece(self, number: int, repetition: int | None, component: int | None, sub: int | None) -> str:
        """`text` of an address already parsed."""
        texts = self._texts
        if number >= (len(self._fields) if texts is None else len(texts)):
            return ""
        if component is None and repetition is None:
            return self.message.decode(*self._fields[number]) if texts is None else texts[number]
        if component is None or (self.name == "MSH" and number <= 2):
            return self.message.decode(*self.span(number, repetition or 1, component, sub))
        repetitions = self._kept.get(number) or self._pieces(number)
        if (repetition or 1) > len(repetitions):
            return ""
        components = repetitions[(repetition or 1) - 1]
        if component > len(components):
            return ""
        text = components[component - 1]
        if text is None:
            return self.message.decode(*self.span(number, repetition or 1, component, sub))
        if sub is None:
            return text
        subs = text.split(self.message.delimiters.sub)
        return subs[sub - 1] if sub <= len(subs) else ""

    def holds(self, number: int, repetition: int | None, component: int | None, sub: int | None) -> bool:
        """Is anything there, beyond blanks? No document is decoded to tell."""
        if self._texts is not None:
            return bool(self.piece(number, repetition, component, sub).strip())
        if repetition is None and component is None:
            start, end = self.field_span(number)
        else:
            start, end = self.span(number, repetition or 1, component, sub)
        return end - start > _SHORT or bool(self.message.data[start:end].strip())

    def _pieces(self, number: int) -> list[list[str | None]]:
        """Components of each repetition of a field, decoded; None in place of a long one."""
        d, data, decode = self.message.delimiters, self.message.data, self.message.decode
        pieces: list[list[str | None]]
        if self._texts is not None:
            pieces = [[*repetition.split(d.component)] for repetition in self._texts[number].split(d.repetition)]
        else:
            pieces = [
                [decode(s, e) if e - s <= _SHORT else None for s, e in _cut(data, d.component.encode(), *repetition)]
                for repetition in self._repeats(number)
            ]
        self._kept[number] = pieces
        return pieces

    def view(self, address: str | int) -> memoryview:
        """The bytes of a place, not copied: for documents."""
        start, end = self.spans(address)
        return memoryview(self.message.data)[start:end]

    def repetitions(self, number: int) -> int:
        """How many repetitions field `number` holds; 0 when it is empty."""
        if self._texts is not None and number > 2:
            text = self._texts[number] if number < len(self._texts) else ""
            return text.count(self.message.delimiters.repetition) + 1 if text else 0
        start, end = self.field_span(number)
        return len(self._repeats(number)) if start < end else 0

    def location(self, address: str | int = "") -> str:
        """`OBX[7]-5.1`, as findings print it."""
        if address == "":
            return str(Path(self.name, self.occurrence))
        p = _inside(address)  # the segment's own name may be garbage: it is printed, never parsed
        return str(Path(self.name, self.occurrence, p.field, p.repetition, p.component, p.sub))


@lru_cache(maxsize=4096)
def _inside(address: str | int) -> Path:
    """`"3[2].4.1"`: an address inside some segment."""
    return parse_path(f"XXX-{address}")
