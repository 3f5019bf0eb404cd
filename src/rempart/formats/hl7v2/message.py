"""The message: bytes kept as they came, cut into positions on demand.

Nothing is copied before it is asked for, so that a 50 MB document in OBX-5 costs its own size once. Parsing is
tolerant (a wrong terminator, an unknown segment, undecodable bytes are readable facts, for the rules to judge) and
lossless: `message.data` is what was received, byte for byte.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rempart.formats.hl7v2.charset import codec
from rempart.formats.hl7v2.escape import DEFAULT, Delimiters, unescape
from rempart.formats.hl7v2.path import Path, parse_path

MAX_MESSAGE = 256 * 1024 * 1024
MAX_SEGMENTS = 20_000
START_BLOCK, END_BLOCK = b"\x0b", b"\x1c\r"
_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"
_TERMINATOR = re.compile(rb"\r\n|\r|\n")
_SEGMENT_NAME = re.compile(rb"[A-Za-z0-9]{3}")

Span = tuple[int, int]


class Hl7Error(Exception):
    """The bytes are not an HL7 v2 message at all. `offset` is where reading stopped."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


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


@dataclass(frozen=True, slots=True)
class Framing:
    """How the bytes came: facts for the framing rules (HL7-001, HL7-004, HL7-006)."""

    start_block: bool = False
    end_block: bool = False
    bom: bool = False
    terminators: frozenset[bytes] = frozenset()

    @property
    def mllp(self) -> bool:
        return self.start_block or self.end_block


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


@dataclass(eq=False)
class Message:
    """An HL7 v2 message. Read with `message.get("PID-3[2].4.2")` or through its segments."""

    data: bytes  # as received, MLLP block included
    body: Span  # the message inside `data`
    framing: Framing
    delimiters: Delimiters = DEFAULT
    segments: list[Segment] = field(default_factory=list)

    @classmethod
    def parse(cls, data: bytes) -> Message:
        """Cut bytes into segments. Raises Hl7Error when there is no message to read, and nothing else."""
        if len(data) > MAX_MESSAGE:
            raise Hl7Error(f"message de {len(data)} octets, au-delà de la limite de {MAX_MESSAGE}")
        start, end = 0, len(data)
        bom = data.startswith(_BOM)
        start += len(_BOM) if bom else 0
        start_block = data.startswith(START_BLOCK, start)
        start += 1 if start_block else 0
        if not start_block:
            while start < end and data[start] in b"\r\n \t":
                start += 1
        if not data.startswith(b"MSH", start):
            raise Hl7Error("le premier segment n'est pas MSH", start)
        end_block = (at := data.rfind(b"\x1c", start)) >= 0 and not data[at + 1 :].strip(b"\r\n")
        end = at if end_block else end
        delimiters = _delimiters(data, start, end)
        message = cls(data=data, body=(start, end), framing=Framing(), delimiters=delimiters)
        terminators = message._cut_segments()
        message.framing = Framing(start_block, end_block, bom, frozenset(terminators))
        return message

    def _cut_segments(self) -> set[bytes]:
        start, end = self.body
        seen: dict[str, int] = {}
        terminators = set()
        while start < end:
            match = _TERMINATOR.search(self.data, start, end)
            stop = match.start() if match else end
            if match:
                terminators.add(match[0])
            if stop > start:
                if len(self.segments) == MAX_SEGMENTS:
                    raise Hl7Error(f"plus de {MAX_SEGMENTS} segments", start)
                name = self.data[start : min(start + 3, stop)].decode("latin-1")
                seen[name] = seen.get(name, 0) + 1
                self.segments.append(Segment(self, name, start, stop, len(self.segments), seen[name]))
            start = match.end() if match else end
        return terminators

    # -- reading -----------------------------------------------------------------------------------------------

    @cached_property
    def charset(self) -> str:
        """MSH-18 as declared (first repetition)."""
        start, end = self.segments[0].span(18)
        return self.data[start:end].decode("latin-1")

    @cached_property
    def codec(self) -> str:
        """Python codec the text is read with."""
        return codec(self.charset) or "utf-8"

    def decode(self, start: int, end: int) -> str:
        return self.data[start:end].decode(self.codec, "replace")

    def undecodable(self) -> int | None:
        """Byte offset of the first byte that the declared set cannot hold; None when all decode."""
        start, end = self.body
        decoder = codecs.getincrementaldecoder(self.codec)("strict")
        for at in range(start, end, _CHUNK):
            held = len(decoder.getstate()[0])  # bytes of an unfinished character, from the chunk before
            stop = min(at + _CHUNK, end)
            try:
                decoder.decode(self.data[at:stop], final=stop == end)
            except UnicodeDecodeError as error:
                return at - held + error.start
        return None

    @cached_property
    def _by_name(self) -> dict[str, list[Segment]]:
        index: dict[str, list[Segment]] = {}
        for segment in self.segments:
            index.setdefault(segment.name, []).append(segment)
        return index

    def all(self, name: str) -> list[Segment]:
        return self._by_name.get(name, [])

    def first(self, name: str) -> Segment | None:
        found = self._by_name.get(name)
        return found[0] if found else None

    def get(self, path: str) -> str:
        """Value at `PID-3[2].4.2`; "" when the segment or the place is absent."""
        p = parse_path(path)
        if p.field is None:
            raise ValueError(f"{path!r} names a segment, not a value")
        segments = self.all(p.segment)
        if len(segments) < p.occurrence:
            return ""
        return segments[p.occurrence - 1].get(path.split("-", 1)[1])

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    @property
    def kind(self) -> str:
        """`MDM^T02`: MSH-9, its first two components."""
        return "^".join(c for c in (self.get("MSH-9.1"), self.get("MSH-9.2")) if c)

    @property
    def control_id(self) -> str:
        return self.get("MSH-10")

    @property
    def bytes(self) -> bytes:
        """The message alone, without BOM nor MLLP block."""
        start, end = self.body
        return self.data[start:end]

    def wellformed_names(self) -> bool:
        return all(_SEGMENT_NAME.fullmatch(s.name.encode("latin-1")) for s in self.segments)


def _delimiters(data: bytes, start: int, end: int) -> Delimiters:
    head = data[start + 3 : min(start + 8, end)]
    if len(head) < 5:
        raise Hl7Error("MSH tronqué: MSH-1 et MSH-2 manquent", start)
    if len(set(head)) < 5 or any(c >= 0x80 or c in b"\r\n" or chr(c).isalnum() for c in head):
        raise Hl7Error("délimiteurs illisibles dans MSH-1 et MSH-2", start + 3)
    return Delimiters(*head.decode("ascii"))
