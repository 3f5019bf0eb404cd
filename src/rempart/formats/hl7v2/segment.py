"""A segment: its fields, repetitions and components, cut on demand and each read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rempart.formats.hl7v2.cut import SHORT, Span, cut, nth
from rempart.formats.hl7v2.escape import DEFAULT, unescape
from rempart.formats.hl7v2.path import Place, inside, place_of, printed

if TYPE_CHECKING:
    from rempart.formats.hl7v2.message import Message

Accept = Callable[[str], bool]

_ESCAPE = DEFAULT.escape


@dataclass(eq=False, slots=True)
class Segment:
    """One segment: `get("3[2].4.1")` reads inside it, `location("3.1")` names the place for a finding."""

    message: Message
    name: str
    start: int
    end: int
    index: int  # position in the message, from 0
    occurrence: int  # among the segments of this name, from 1
    # What has been looked at so far. A message is judged by hundreds of readings of the same few places.
    _spans: Sequence[Span] = field(default=(), init=False, repr=False)
    _texts: Sequence[str | None] = field(default=(), init=False, repr=False)
    _cuts: dict[tuple[int, int], list[Span]] = field(default_factory=dict, init=False, repr=False)
    _pieces: dict[int, list[list[str]]] = field(default_factory=dict, init=False, repr=False)
    _values: dict[str | int, str] = field(default_factory=dict, init=False, repr=False)

    @property
    def raw(self) -> str:
        """The whole segment as text, undecodable bytes replaced."""
        return self.message.decode(self.start, self.end)

    @property
    def _fields(self) -> Sequence[Span]:
        if not self._spans:
            spans = cut(self.message.data, self.message.delimiters.field.encode(), self.start, self.end)
            if self.name == "MSH":  # MSH-1 is the separator itself: shift, so that _fields[n] is MSH-n
                spans.insert(1, (spans[0][1], spans[0][1] + 1))
            self._spans = spans
        return self._spans

    def _decoded(self) -> Sequence[str | None]:
        """Every field as text; None in place of a long one."""
        decode = self.message.decode
        if self.end - self.start <= SHORT:
            separator = self.message.delimiters.field
            texts: list[str | None] = [*decode(self.start, self.end).split(separator)]
            if self.name == "MSH":
                texts.insert(1, separator)
        else:
            texts = [decode(start, end) if end - start <= SHORT else None for start, end in self._fields]
        self._texts = texts
        return texts

    @property
    def length(self) -> int:
        """Number of the last field present."""
        return len(self._texts or self._decoded()) - 1

    def span(self, number: int, repetition: int = 1, component: int | None = None, sub: int | None = None) -> Span:
        """Byte positions of a place; an empty span where it would stand when it is absent."""
        field = self._field(number)
        if field is None:
            return (self.end, self.end)
        start, end = field
        if self.name == "MSH" and number <= 2:
            return (start, end) if repetition == 1 and (component or 1) == 1 and (sub or 1) == 1 else (end, end)
        data, d = self.message.data, self.message.delimiters
        marks: Sequence[tuple[str, int | None]] = ((d.repetition, repetition), (d.component, component), (d.sub, sub))
        if end - start > SHORT:  # a document: searched once for the ends of its repetitions and components
            repeats = self._repeats(number)
            if repetition > len(repeats):
                return (end, end)
            start, end = repeats[repetition - 1]
            if component is None:
                return (start, end)
            parts = self._parts_of(number, repetition)
            if component > len(parts):
                return (end, end)
            start, end = parts[component - 1]
            marks = marks[2:]
        for separator, wanted in marks:
            if wanted is None:
                break
            if wanted == 1:
                at = data.find(separator.encode(), start, end)
                end = at if at >= 0 else end
                continue
            found = nth(data, separator.encode(), wanted, start, end)
            if found is None:
                return (end, end)
            start, end = found
        return (start, end)

    def _repeats(self, number: int) -> list[Span]:
        """Spans of the repetitions of a field that is there."""
        key = (number, 0)
        if key not in self._cuts:
            separator = self.message.delimiters.repetition.encode()
            self._cuts[key] = cut(self.message.data, separator, *self._fields[number])
        return self._cuts[key]

    def _parts_of(self, number: int, repetition: int) -> list[Span]:
        """Spans of the components of one of them."""
        key = (number, repetition)
        if key not in self._cuts:
            separator = self.message.delimiters.component.encode()
            self._cuts[key] = cut(self.message.data, separator, *self._repeats(number)[repetition - 1])
        return self._cuts[key]

    def field_span(self, number: int) -> Span:
        """The whole field, every repetition in it."""
        return self._field(number) or (self.end, self.end)

    def _field(self, number: int) -> Span | None:
        """A short segment is not cut for one finding; None when it ends before the field."""
        if self._spans or self.end - self.start > SHORT:
            return self._fields[number] if number < len(self._fields) else None
        if self.name != "MSH" or not number:
            rank = number + 1
        elif number == 1:  # the separator itself
            return (self.start + 3, self.start + 4)
        else:
            rank = number
        return nth(self.message.data, self.message.delimiters.field.encode(), rank, self.start, self.end)

    def spans(self, address: str | int) -> Span:
        p = inside(address)
        assert p.field is not None
        if p.repetition is None and p.component is None:
            return self.field_span(p.field)
        return self.span(p.field, p.repetition or 1, p.component, p.sub)

    def get(self, address: str | int) -> str:
        """Value meant at `"3[2].4.1"` (or field 3), unescaped; "" when absent. `'""'` (delete) comes out as it is."""
        if (known := self._values.get(address)) is not None:
            return known
        value = self.piece(*place_of(address))
        if _ESCAPE in value or self.message.delimiters.escape != _ESCAPE:
            value = unescape(value, self.message.delimiters, self.message.codec)
        if len(value) <= SHORT:
            self._values[address] = value
        return value

    def text(self, address: str | int) -> str:
        """As `get`, but escape sequences and inner delimiters kept: what stands in the message."""
        return self.piece(*place_of(address))

    def piece(self, number: int, repetition: int | None, component: int | None, sub: int | None) -> str:
        """`text` of an address already parsed."""
        texts = self._texts or self._decoded()
        text = texts[number] if number < len(texts) else ""
        if not text:
            return "" if text == "" else self._long_text(number, repetition, component, sub)
        if component is None and repetition is None:
            return text
        repetitions = self._pieces.get(number) or self._cut_text(number, text)
        at = repetition - 1 if repetition else 0
        if at >= len(repetitions):
            return ""
        components = repetitions[at]
        if component is None:
            return self.message.delimiters.component.join(components)
        value = components[component - 1] if component <= len(components) else ""
        if sub is None or not value:
            return value
        if number <= 2 and self.name == "MSH":
            return value if sub == 1 else ""
        subs = value.split(self.message.delimiters.sub)
        return subs[sub - 1] if sub <= len(subs) else ""

    def _long_text(self, number: int, repetition: int | None, component: int | None, sub: int | None) -> str:
        return self.message.decode(*self._long(number, repetition, component, sub))

    def _long(self, number: int, repetition: int | None, component: int | None, sub: int | None) -> Span:
        whole = repetition is None and component is None
        return self._fields[number] if whole else self.span(number, repetition or 1, component, sub)

    def _cut_text(self, number: int, text: str) -> list[list[str]]:
        """Components of each repetition. The delimiters themselves, in MSH, are not cut."""
        d = self.message.delimiters
        if number <= 2 and self.name == "MSH":
            cut = [[text]]
        elif d.repetition in text:
            cut = [repetition.split(d.component) for repetition in text.split(d.repetition)]
        else:
            cut = [text.split(d.component)]
        self._pieces[number] = cut
        return cut

    def holds(self, number: int, repetition: int | None, component: int | None, sub: int | None) -> bool:
        """Is anything there, beyond blanks? No document is decoded to tell."""
        texts = self._texts or self._decoded()
        if number >= len(texts):
            return False
        if texts[number] is not None:
            text = self.piece(number, repetition, component, sub)
            return bool(text) and not text.isspace()
        start, end = self._long(number, repetition, component, sub)
        return end - start > SHORT or bool(self.message.data[start:end].strip())

    def holds_any(self, numbers: Sequence[int]) -> bool:
        """Is anything in one of these fields, or may it be: blanks count here."""
        texts = self._texts or self._decoded()
        last = len(texts)
        for number in numbers:  # noqa: SIM110 - asked of every segment of every message
            if number < last and texts[number] != "":
                return True
        return False

    def holds_components(self, number: int, components: Sequence[int]) -> bool:
        """The same for components of the first repetition of one field."""
        texts = self._texts or self._decoded()
        if number >= len(texts) or texts[number] == "":
            return False
        return any(self.piece(number, None, component, None) for component in components)

    def agrees(self, wholes: Sequence[tuple[int, Accept]], filled: Sequence[int]) -> bool:
        """Is each of these fields, as it stands, accepted, and something but blanks in each of the others?"""
        texts = self._texts or self._decoded()
        last = len(texts)
        for number, accepts in wholes:
            text = texts[number] if number < last else ""
            if not accepts(self.piece(number, None, None, None) if text is None else text):
                return False
        for number in filled:
            text = texts[number] if number < last else ""
            if text is not None and (not text or text.isspace()):
                return False
        return True

    def agrees_within(self, parts: Sequence[tuple[int, int, Accept]]) -> bool:
        """Is each of these components of the first repetition of a field accepted?"""
        for number, component, accepts in parts:
            cut = self._pieces.get(number)
            if cut is None:
                text = self.piece(number, None, component, None)
            else:
                text = cut[0][component - 1] if component <= len(cut[0]) else ""
            if not accepts(text):
                return False
        return True

    def pieces(self, places: Sequence[Place]) -> list[str]:
        """`piece` of each: most are components of first repetitions, which are read at once."""
        texts, found = self._texts or self._decoded(), []
        last = len(texts)
        for place in places:
            number, repetition, component, sub = place
            text = texts[number] if number < last else ""
            if text and component and repetition is None and sub is None:
                components = (self._pieces.get(number) or self._cut_text(number, text))[0]
                found.append(components[component - 1] if component <= len(components) else "")
            else:
                found.append("" if text == "" else self.piece(number, repetition, component, sub))
        return found

    def repeats_any(self, numbers: Sequence[int]) -> bool:
        """Does one of these fields have several repetitions?"""
        texts, mark = self._texts or self._decoded(), self.message.delimiters.repetition
        last = len(texts)
        for number in numbers:
            if number < last:
                text = texts[number]
                if text is None:
                    if len(self._repeats(number)) > 1:
                        return True
                elif mark in text and not (number <= 2 and self.name == "MSH"):
                    return True
        return False

    def view(self, address: str | int) -> memoryview:
        """The bytes of a place, not copied: for documents."""
        start, end = self.spans(address)
        return memoryview(self.message.data)[start:end]

    def repetitions(self, number: int) -> int:
        """How many repetitions field `number` holds; 0 when it is empty."""
        texts = self._texts or self._decoded()
        text = texts[number] if number < len(texts) else ""
        if text is None:
            return len(self._repeats(number))
        if number <= 2 and self.name == "MSH":
            return 1
        return text.count(self.message.delimiters.repetition) + 1 if text else 0

    def location(self, address: str | int = "") -> str:
        """`OBX[7]-5.1`, as findings print it."""
        name = self.name if self.occurrence == 1 else f"{self.name}[{self.occurrence}]"
        return name if address == "" else name + printed(address)
