"""The action triple: the event, ORC-1 and OBX-11 say the same thing (volet CDA 2.1, segment ORC)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import documents
from rempart.validation.hl7v2.facts import ACTIONS, REPLACEMENT, Action
from rempart.validation.registry import rule

_EVENTS, _ORDERS = {a.event: a for a in ACTIONS}, {a.order: a for a in ACTIONS}
_STATUSES = {a.status: a for a in ACTIONS}


@dataclass(frozen=True)
class Witness:
    """A place that says an action, and what it should be for another one."""

    segment: Segment
    address: str
    action: Action

    def wanted(self, action: Action) -> str:
        return {"MSH": action.event, "ORC": action.order, "OBX": action.status}[self.segment.name]


@rule("HL7-057", families=("cda", "lps"))
def one_action(context: Context) -> Iterator[Finding]:
    """The finding is on the place that is alone of its opinion; on each, when nothing tells which is wrong."""
    witnesses = list(_witnesses(context))
    if not any(w.action is not witnesses[0].action for w in witnesses):
        return
    votes = Counter(w.action for w in witnesses)
    right = _majority(votes) or _told_by_document(context, votes)
    for witness in witnesses:
        if right and witness.action is not right:
            yield _finding(context, witness, right)
        elif not right and witness.segment.name != "MSH":
            other = next(w.action for w in witnesses if w.action is not witness.action)
            yield _finding(context, witness, other)


def _witnesses(context: Context) -> Iterator[Witness]:
    """Values that say nothing (absent, out of table) have findings of their own."""
    message = context.message
    places = [(message.segments[0], "9.2", _EVENTS)] if message.first("TXA") else []
    places += [(s, "1", _ORDERS) for s in message.all("ORC")]
    places += [(s, "11", _STATUSES) for s in context.slot("OBX.document")]
    for segment, address, actions in places:
        if action := actions.get(segment.get(address)):
            yield Witness(segment, address, action)


def _majority(votes: Counter[Action]) -> Action | None:
    (first, most), (_, second) = votes.most_common(2)
    return first if most > second else None


def _told_by_document(context: Context, votes: Counter[Action]) -> Action | None:
    """Two opinions: a document that replaces nothing is not sent to replace; one that does, not for the first time."""
    headers = [d.header for d in documents(context) if d.header]
    if len(votes) != 2 or not headers or REPLACEMENT not in votes:
        return None
    other = next(a for a in votes if a is not REPLACEMENT)
    if all(h.replaces is None for h in headers):
        return other
    return REPLACEMENT if other is ACTIONS[0] else None


def _finding(context: Context, witness: Witness, right: Action) -> Finding:
    said = f"dit {witness.action.name}, le reste du message {right.name}"
    text = f"{witness.segment.location(witness.address)} {said}"
    return context.find("HL7-057", witness.segment, witness.address, text, expected=witness.wanted(right))
