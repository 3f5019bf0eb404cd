"""The order of the messages, which of them answer which, and where some are missing.

Order: when the name of every file starts with a number, by these numbers. Otherwise by MSH-7, then by file name; a
message without a date stands after the one that its file name follows, and an answer (ACK, ZAM) that two clocks put
before its message stands right after it. Messages of one file keep their order. Times that all carry their zone are
compared as instants, others as they are written. Names that are hashes or UUIDs order nothing: of two messages of the
same second, it is then not sure which came first.

Holes: a number that is skipped, a file that cannot be read as a message, an acknowledgement of a message that the
folder does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from rempart.validation.hl7v2.story.capture import Piece

_NUMBER = re.compile(r"\d+", re.ASCII)
_TIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?([+-]\d{4})?", re.ASCII)
_OPAQUE = re.compile(r"[0-9A-Fa-f-]{32,}")
_REFUSED = ("AE", "AR", "CE", "CR")
_DENSE = 2  # numbers that skip more than they count are dates or identifiers, not ranks


@dataclass(slots=True)
class Story:
    """Pieces in order. Positions below are indexes in `pieces`."""

    pieces: list[Piece]
    original: dict[int, int] = field(default_factory=dict)  # answer -> the message that it answers
    neighbour: dict[int, int] = field(default_factory=dict)  # ACK of an unknown message -> the one it seems to answer
    answered: dict[int, list[str]] = field(default_factory=dict)  # message -> MSA-1 of its acknowledgements
    holes: list[int] = field(default_factory=list)  # something is missing just before this position
    skipped: list[int] = field(default_factory=list)  # numbers that no file has, when names give the order

    def refused(self, at: int) -> bool:
        """Its receiver refused it and never accepted it: it changed nothing."""
        codes = self.answered.get(at, [])
        return bool(codes) and all(code in _REFUSED for code in codes)

    def hole_between(self, first: int, second: int) -> bool:
        return any(first < at <= second for at in self.holes)

    def same_instant(self, first: int, second: int) -> bool:
        """Was their order a guess?"""
        one, other = self.pieces[first], self.pieces[second]
        if one.file == other.file or one.head is None or other.head is None or one.head.time != other.head.time:
            return False
        return bool(_OPAQUE.match(one.file.name) or _OPAQUE.match(other.file.name))


def sequence(pieces: Iterable[Piece]) -> Story:
    found = list(pieces)
    numbers = {p.file.name: _leading_number(p.file.name) for p in found}
    if found and all(n is not None for n in numbers.values()):
        story = Story(sorted(found, key=lambda p: (numbers[p.file.name], p.file.name, p.number)))
        _skipped_numbers(story, numbers)
    else:
        story = Story(_answers_after(_by_time(found)))
    _tie(story)
    story.holes += [at for at, piece in enumerate(story.pieces) if piece.head is None]
    return story


def _leading_number(name: str) -> int | None:
    found = None if _OPAQUE.match(name) else _NUMBER.match(name)
    return int(found[0][:30]) if found else None


def _skipped_numbers(story: Story, numbers: dict[str, int | None]) -> None:
    ranks = [numbers[p.file.name] or 0 for p in story.pieces]
    if ranks[-1] - ranks[0] >= _DENSE * len(set(ranks)):
        return
    for at, (before, after) in enumerate(pairwise(ranks), 1):
        if after - before > 1:
            story.holes.append(at)
            story.skipped.extend(range(before + 1, after))


def instant(text: str, zoned: bool = True) -> datetime | None:
    """A TS as a naive time, UTC when `zoned` and it gives its zone; None when it is no date."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(p) if p else None for p in match.groups()[:6])
    try:
        time = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0)
        zone = datetime.strptime(match[7], "%z").utcoffset() if match[7] and zoned else None
        return time - zone if zone else time
    except (ValueError, OverflowError):
        return None


def _by_time(found: list[Piece]) -> list[Piece]:
    dated = [p.head.time for p in found if p.head and p.head.time]
    zoned = all("+" in t or "-" in t for t in dated)
    keys: list[tuple[datetime, str, int]] = []
    last = datetime.min
    for piece in found:  # by file name
        last = (instant(piece.head.time, zoned) if piece.head else None) or last
        if keys and found[len(keys) - 1].file == piece.file:
            last = max(last, keys[-1][0])
        keys.append((last, piece.file.name, piece.number))
    return [piece for _, piece in sorted(zip(keys, found, strict=True), key=lambda pair: pair[0])]


def _answers_after(ordered: list[Piece]) -> list[Piece]:
    """Each answer behind its message."""
    first: dict[str, int] = {}
    for at, piece in enumerate(ordered):
        if piece.head and not piece.head.answers:
            first.setdefault(piece.head.control_id, at)
    keys = []
    for at, piece in enumerate(ordered):
        asked = first.get(piece.head.answers, -1) if piece.head and piece.head.answers else -1
        keys.append((max(at, asked), at < asked))
    return [piece for _, piece in sorted(zip(keys, ordered, strict=True), key=lambda pair: pair[0])]


def _tie(story: Story) -> None:
    sent: dict[str, list[int]] = {}
    for at, piece in enumerate(story.pieces):
        if piece.head and piece.head.kind != "ACK":
            sent.setdefault(piece.head.control_id, []).append(at)
    orphans = []
    for at, piece in enumerate(story.pieces):
        head = piece.head
        if head is None or not head.answers:
            continue
        asked = _asked(story.pieces, sent.get(head.answers, ()), at)
        if asked is not None:
            story.original[at] = asked
            if head.kind == "ACK":
                story.answered.setdefault(asked, []).append(head.code)
        elif head.kind == "ACK":
            orphans.append(at)
    for at in orphans:
        if _seems_to_answer(story, at):
            story.neighbour[at] = at - 1
            story.answered.setdefault(at - 1, []).append(story.pieces[at].head.code)  # type: ignore[union-attr]
        else:
            story.holes.append(at)


def _asked(pieces: Sequence[Piece], candidates: Sequence[int], at: int) -> int | None:
    """Of the messages with this identifier: one that went the other way, the last before the answer."""
    head = pieces[at].head
    assert head is not None

    def rank(candidate: int) -> tuple[bool, bool, int]:
        asked = pieces[candidate].head
        assert asked is not None
        back = asked.sender == head.receiver and asked.receiver == head.sender
        return back, candidate < at, candidate if candidate < at else -candidate

    return max((c for c in candidates if c != at), key=rank, default=None)


def _seems_to_answer(story: Story, at: int) -> bool:
    """An ACK of an unknown message right behind one that went the other way and has no acknowledgement."""
    before, head = (story.pieces[at - 1].head if at else None), story.pieces[at].head
    if before is None or head is None or before.kind == "ACK" or at - 1 in story.answered or at in story.holes:
        return False
    return before.sender == head.receiver and before.receiver == head.sender


def unanswered(story: Story) -> Iterator[int]:
    """Positions of the messages, other than acknowledgements, that none acknowledges."""
    for at, piece in enumerate(story.pieces):
        if piece.head and piece.head.kind != "ACK" and at not in story.answered:
            yield at
