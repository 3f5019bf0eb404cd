"""The message: bytes kept as they came, cut into positions on demand.

Nothing is copied before it is asked for, so that a 50 MB document in OBX-5 costs its own size once. Parsing is
tolerant (a wrong terminator, an unknown segment, undecodable bytes are readable facts, for the rules to judge) and
lossless: `message.data` is what was received, byte for byte.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rempart.formats.hl7v2.charset import codec
from rempart.formats.hl7v2.cut import Span
from rempart.formats.hl7v2.escape import DEFAULT, Delimiters
from rempart.formats.hl7v2.path import parse_path
from rempart.formats.hl7v2.segment import Segment

MAX_MESSAGE = 256 * 1024 * 1024
MAX_SEGMENTS = 10_000
START_BLOCK, END_BLOCK = b"\x0b", b"\x1c\r"
_CHUNK, _TAIL = 1 << 16, 64
_BOM = b"\xef\xbb\xbf"
_BLANKS = re.compile(rb"[\r\n \t]+")
_SEGMENT_NAME = re.compile(rb"[A-Za-z0-9]{3}")


class Hl7Error(Exception):
    """The bytes are not an HL7 v2 message at all. `offset` is where reading stopped."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


def _find(data: bytes, sought: bytes, start: int, end: int) -> int:
    """Where it stands next; `end` when it does not."""
    return at if (at := data.find(sought, start, end)) >= 0 else end


def _last(data: bytes, start: int, end: int) -> int:
    """Where the last byte stands that ends no line; `start` when there is none. A search for the end of a block would
    pass over the whole of a message that has none."""
    size = _TAIL
    while end > start:
        tail = data[max(start, end - size) : end]
        if kept := tail.rstrip(b"\r\n"):
            return end - len(tail) + len(kept) - 1
        end, size = end - len(tail), size * 2
    return start


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
            blanks = _BLANKS.match(data, start)
            start = blanks.end() if blanks else start
        if not data.startswith(b"MSH", start):
            raise Hl7Error("le premier segment n'est pas MSH", start)
        last = _last(data, start, end)
        end_block = data.startswith(b"\x1c", last) and last < end
        end = last if end_block else end
        delimiters = _delimiters(data, start, end)
        message = cls(data=data, body=(start, end), framing=Framing(), delimiters=delimiters)
        terminators = message._cut_segments()
        message.framing = Framing(start_block, end_block, bom, frozenset(terminators))
        return message

    def _cut_segments(self) -> set[bytes]:
        (start, end), data = self.body, self.data
        seen: dict[str, int] = {}
        terminators = set()
        cr = lf = -1  # the next ones: a plain search passes over a document at the speed of memory
        while start < end:
            if cr < start:
                cr = _find(data, b"\r", start, end)
            if lf < start:
                lf = _find(data, b"\n", start, end)
            stop = cr if cr < lf else lf
            if stop > start:
                if len(self.segments) == MAX_SEGMENTS:
                    raise Hl7Error(f"plus de {MAX_SEGMENTS} segments", start)
                name = data[start : min(start + 3, stop)].decode("latin-1")
                seen[name] = seen.get(name, 0) + 1
                self.segments.append(Segment(self, name, start, stop, len(self.segments), seen[name]))
            start = stop + (2 if cr + 1 == lf < end and stop == cr else 1)
            terminators.add(data[stop : min(start, end)])
        terminators.discard(b"")
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

    def undecodable(self, codec: str = "", beside: Sequence[Span] = ()) -> int | None:
        """Byte offset of the first byte that the declared set, or `codec`, cannot hold; None when all decode. What
        stands at `beside` is known to be ASCII, which every set that MSH-18 may declare holds."""
        if not beside and self.data.isascii():
            return None
        for start, end in self.around(beside):
            at = self._undecodable(codec or self.codec, start, end)
            if at is not None:
                return at
        return None

    def _undecodable(self, codec: str, start: int, end: int) -> int | None:
        if end - start <= _CHUNK:
            try:
                self.data[start:end].decode(codec)
            except UnicodeDecodeError as error:
                return start + error.start
            return None
        decoder = codecs.getincrementaldecoder(codec)("strict")
        for at in range(start, end, _CHUNK):
            held = len(decoder.getstate()[0])  # bytes of an unfinished character, from the chunk before
            stop = min(at + _CHUNK, end)
            chunk = self.data[at:stop]
            if not held and chunk.isascii():  # documents are passed over
                continue
            try:
                decoder.decode(chunk, final=stop == end)
            except UnicodeDecodeError as error:
                return at - held + error.start
        return None

    def around(self, spans: Sequence[Span]) -> Iterator[Span]:
        """What is left of the message without these pieces of it, which are given in order."""
        start, end = self.body
        for first, last in spans:
            yield start, first
            start = last
        yield start, end

    @cached_property
    def _by_name(self) -> dict[str, list[Segment]]:
        index: dict[str, list[Segment]] = {}
        for segment in self.segments:
            index.setdefault(segment.name, []).append(segment)
        return index

    def release(self) -> None:
        """Forget the segments of a message that is done with. They hold it and it holds them: without this, a large
        one stays in memory until the garbage collector passes."""
        self.segments.clear()
        self.__dict__.pop("_by_name", None)

    def all(self, name: str) -> list[Segment]:
        return self._by_name.get(name, [])

    def first(self, name: str) -> Segment | None:
        found = self._by_name.get(name)
        return found[0] if found else None

    def get(self, path: str) -> str:
        """Value at `PID-3[2].4.2`; "" when the segment or the place is absent."""
        name, occurrence, address = _inside(path)
        segments = self._by_name.get(name, ())
        return segments[occurrence - 1].get(address) if len(segments) >= occurrence else ""

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    @property
    def kind(self) -> str:
        """`MDM^T02`: MSH-9, its first two components."""
        if not self.segments:  # released
            return ""
        msh = self.segments[0]
        kind, event = msh.get("9.1"), msh.get("9.2")
        return f"{kind}^{event}" if kind and event else kind or event

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


@lru_cache(maxsize=4096)
def _inside(path: str) -> tuple[str, int, str]:
    """A path as the name of a segment, its occurrence and the address in it. ValueError when it has none."""
    place = parse_path(path)
    if place.field is None:
        raise ValueError(f"{path!r} names a segment, not a value")
    return place.segment, place.occurrence, path.split("-", 1)[1]


def _delimiters(data: bytes, start: int, end: int) -> Delimiters:
    head = data[start + 3 : min(start + 8, end)]
    if len(head) < 5:
        raise Hl7Error("MSH tronqué: MSH-1 et MSH-2 manquent", start)
    if len(set(head)) < 5 or any(c >= 0x80 or c in b"\r\n" or chr(c).isalnum() for c in head):
        raise Hl7Error("délimiteurs illisibles dans MSH-1 et MSH-2", start + 3)
    return Delimiters(*head.decode("ascii"))
