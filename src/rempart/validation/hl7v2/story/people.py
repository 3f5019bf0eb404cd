"""Who a message is about: by the permanent identifier (IPP), or by the INS where there is no IPP.

Two IPPs are two people, whatever their INS: test environments share one INS between many, and a duplicate is for its
establishment to merge. A40 merges, A47 changes an identifier: both names then mean the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding
from rempart.validation.hl7v2.rules.identity import repetitions
from rempart.validation.hl7v2.story.entry import Entry, Place

Identifier = tuple[str, str, str]  # value, authority, PI or INS


@dataclass(eq=False, slots=True)
class Person:
    into: Person | None = field(default=None, repr=False)  # the one they were merged into

    def resolved(self) -> Person:
        person = self
        while person.into is not None:
            person = person.into
        return person


class People:
    def __init__(self) -> None:
        self._known: dict[Identifier, Person] = {}

    def of(self, segment: Segment | None, number: int = 3) -> Person | None:
        """The person of PID-3 (MRG-1), known from now on; None when nothing identifies them."""
        keys = identifiers(segment, number) if segment else []
        if not keys:
            return None
        person = next((self._known[k].resolved() for k in keys if k in self._known), Person())
        for key in keys:
            self._known.setdefault(key, person)
        return person

    def known(self, segment: Segment | None) -> bool:
        """Was this person named before?"""
        return bool(segment) and any(k in self._known for k in identifiers(segment, 3))  # type: ignore[arg-type]

    def see(self, entry: Entry) -> Iterator[Finding]:
        """Merges, and changes of IPP. Nothing is wrong with them here."""
        pid, mrg = entry.message.first("PID"), entry.message.first("MRG")
        if entry.message.kind not in ("ADT^A40", "ADT^A47") or pid is None or mrg is None:
            return
        if not identifiers(mrg, 1) or identifiers(mrg, 1)[0][2] != "PI":
            return
        kept, absorbed = self.of(pid), self.of(mrg, 1)
        if kept and absorbed and kept is not absorbed:
            absorbed.into = kept
        yield from ()

    def end(self) -> Iterator[tuple[Place, Finding]]:
        yield from ()


def identifiers(segment: Segment, number: int) -> list[Identifier]:
    """The IPPs of a field; its INS when it has none."""
    found: dict[str, list[Identifier]] = {"PI": [], "INS": []}
    for place in repetitions(segment, number):
        kind, value = segment.get(f"{place}.5"), segment.get(f"{place}.1")
        if kind in found and value not in ("", '""'):
            authority = segment.get(f"{place}.4.2") or segment.get(f"{place}.4.1")
            found[kind].append((value, authority, kind))
    return found["PI"] or found["INS"]
