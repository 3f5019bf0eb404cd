"""One message of a story as the state rules see it, and how they say what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rempart.formats.hl7v2 import Message, Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.story.capture import Piece
from rempart.validation.hl7v2.story.sequence import Story

Flow = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of an earlier message, as a finding names it: `fichier 003.er7, ZBE-1`."""

    index: int
    label: str
    location: str

    def __str__(self) -> str:
        return f"fichier {self.label}, {self.location}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A readable message, at position `index` of the story, under the profile that judged it."""

    index: int
    piece: Piece
    context: Context
    story: Story

    @property
    def message(self) -> Message:
        return self.context.message

    @property
    def event(self) -> str:
        """MSH-9.2."""
        return self.message.get("MSH-9.2")

    @property
    def flow(self) -> Flow:
        """Who writes to whom (MSH-3, MSH-5): the same event told to two receivers is two stories."""
        return self.message.get("MSH-3.1"), self.message.get("MSH-5.1")

    @property
    def order(self) -> bool:
        """A document handed to a PFI, with what is asked of it (volet "Transmission CDA")."""
        return self.context.profile.family == "cda" and self.message.get("MSH-9.1") in ("ORU", "MDM")

    def at(self, segment: Segment | None, address: str | int = "") -> Place:
        where = segment.location(address) if segment else "message"
        return Place(self.index, self.piece.label, where)

    def find(
        self,
        rule: str,
        segment: Segment | None,
        address: str | int,
        message: str,
        *,
        against: Place | None = None,
        loss_explains: bool = False,
        expected: str = "",
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding in this message. `against` is what it contradicts; `loss_explains` when a message lost between
        the two would make both right. It is a warning when their order is a guess, or where the capture has a hole."""
        if against is not None:
            message = f"{message} ({against})"
            doubt = self._doubt(against, loss_explains) if severity is None else ""
            if doubt:
                message, severity = f"{message}; {doubt}", Severity.WARNING
        return self.context.find(rule, segment, address, message, expected=expected, actual=actual, severity=severity)

    def _doubt(self, against: Place, loss_explains: bool) -> str:
        """Why a contradiction is not certain; "" when it is."""
        if self.story.same_instant(against.index, self.index):
            return "les deux messages sont de la même seconde, et leur ordre n'est pas sûr"
        lost = loss_explains and self.story.hole_between(against.index, self.index)
        return "un message manque entre les deux" if lost else ""


class StateRules(Protocol):
    """The state rules of one idea."""

    def see(self, entry: Entry) -> Iterator[Finding]:
        """What this message contradicts; its effects are remembered."""

    def end(self) -> Iterator[tuple[Place, Finding]]:
        """What never came, each at the message that called for it."""
