"""What several rules ask of a message that carries a document: its metadata flags, its action."""

from __future__ import annotations

from dataclasses import dataclass

from rempart.formats.hl7v2 import Segment
from rempart.validation.hl7v2.context import Context


@dataclass(frozen=True)
class Action:
    """What the message does with the document, by the three places that say so (volet CDA 2.1, segment ORC)."""

    name: str  # French, for messages
    event: str  # MSH-9.2 of an MDM
    order: str  # ORC-1
    status: str  # OBX-11


ACTIONS = (
    Action("transmission initiale", "T02", "NW", "F"),
    Action("remplacement", "T10", "RO", "C"),
    Action("suppression", "T04", "CA", "D"),
)
REPLACEMENT, DELETION = ACTIONS[1], ACTIONS[2]


def metadata(context: Context) -> dict[str, Segment]:
    """Metadata OBX by code, the first of each."""
    if "metadata" not in context.cache:
        found: dict[str, Segment] = {}
        for segment in context.slot("OBX.metadata"):
            found.setdefault(segment.get("3.1"), segment)
        context.cache["metadata"] = found
    return context.cache["metadata"]  # type: ignore[return-value]


def asks(context: Context, code: str) -> bool:
    """Is this flag Y?"""
    segment = metadata(context).get(code)
    return segment is not None and segment.get("5.1") == "Y"


def replaces(context: Context) -> bool:
    """Does the message replace a document, by its event or by most of what an ORU says?"""
    message = context.message
    if message.get("MSH-9.1") == "MDM":
        return message.get("MSH-9.2") == REPLACEMENT.event
    document = context.first("OBX.document")
    return message.get("ORC-1") == REPLACEMENT.order or (
        message.get("ORC-1") == "SC" and document is not None and document.get(11) == REPLACEMENT.status
    )
