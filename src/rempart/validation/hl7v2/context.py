"""What a rule function is given: the message, its profile and edition, the declared context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.formats.hl7v2 import Message, Segment
from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.hl7v2.kinds import NOTHING, Kind, sorters
from rempart.validation.hl7v2.profile import Profile, Slot
from rempart.validation.registry import finding

_LARGE, _SHOWN = 1_000_000, 150  # bytes


@dataclass(eq=False)
class Context:
    """One message under one profile."""

    message: Message
    profile: Profile
    environment: str = "test"  # test | production: which INS OIDs are expected
    on_wire: bool = False  # captured on MLLP (terminators are judged strictly), or a file at rest
    cache: dict[str, object] = field(default_factory=dict)  # parsed once, shared by the rules of this message
    _slots: dict[str, list[Segment]] = field(default_factory=dict)
    _kinds: dict[int, Kind] = field(default_factory=dict)
    _gaps: dict[str, int] = field(default_factory=dict)

    def slot(self, name: str) -> list[Segment]:
        """Occurrences of a slot of the profile (`OBX.document`), or of a segment name."""
        found = self._slots.get(name)
        if found is None:
            slot = self.profile.slots.get(name)
            if slot is None:
                found = self.message.all(name) if "." not in name else []
            else:
                found = [s for s in self.message.all(slot.segment) if self.is_in(slot, s)]
            self._slots[name] = found
        return found

    def first(self, name: str) -> Segment | None:
        """First occurrence of a slot or of a segment name."""
        return next(iter(self.slot(name)), None)

    def is_in(self, slot: Slot, segment: Segment) -> bool:
        """Does this occurrence belong to the slot?"""
        return id(slot) in self.kind(segment).slots

    def kind(self, segment: Segment) -> Kind:
        """What the segment is to the profile. Decided once per message."""
        known = self._kinds.get(segment.index)
        if known is None:
            sorter = sorters(self.profile).get(segment.name)
            known = self._kinds[segment.index] = sorter.kind(segment) if sorter else NOTHING
        return known

    def find(
        self,
        rule: str,
        segment: Segment | None,
        address: str | int = "",
        message: str = "",
        *,
        expected: str = "",
        actual: str | None = None,
        severity: Severity | None = None,
        origin: Origin = Origin.CANDIDATE,
        location: str = "",
    ) -> Finding:
        """A finding at `address` of `segment`; the value that stands there is quoted unless `actual` says otherwise.
        Without a segment, `location` names the one that is missing."""
        offset = length = None
        if segment is not None:
            location = location or segment.location(address)
            if address == "":
                offset, length = segment.start, segment.end - segment.start
            else:
                offset, end = segment.spans(address)
                length = end - offset
                if actual is None:
                    actual = segment.text(address) if length < _LARGE else _beginning(segment, offset, length)
        elif location in self.profile.ranks:
            if location not in self._gaps:
                self._gaps[location] = self._would_stand(location)
            offset, length = self._gaps[location], 0
        return finding(
            rule,
            location or "message",
            message,
            expected=expected,
            actual=actual or "",
            severity=severity or self.profile.severities.get(rule),
            origin=origin,
            edition=self.profile.edition,
            offset=offset,
            length=length,
        )

    def _would_stand(self, name: str) -> int:
        """Where a missing segment would start: after its like, after the first segment that opens its group, or after
        what the profile puts before it."""
        ranks, rank = self.profile.ranks, self.profile.ranks[name]
        before = self.message.all(name) or self.message.all(self.profile.openers.get(name, ""))[:1]
        before = before or [s for s in self.message.segments if ranks.get(s.name, rank) < rank]
        after = before[-1].index + 1 if before else 0
        return self.message.segments[after].start if after < len(self.message.segments) else self.message.body[1]

    def each(self, *names: str) -> Iterator[Segment]:
        for name in names:
            yield from self.message.all(name)


def _beginning(segment: Segment, start: int, length: int) -> str:
    """Of a large document, which is not decoded whole to be shown."""
    return f"{segment.message.decode(start, start + _SHOWN)}… ({length} octets)"
