"""Business acknowledgements (ZAM) and the orders they are about, tied by OBX-4: HL7-115 to 118, 121 and 122.

Each ZAM is compared with its order by the checks of a dialogue, and counted: one Z01 for a publication in the DMP, one
Z02 for each recipient, at most one Z03 for each reader. A second one that says the same is one too many (error); one
that says otherwise, such as a failure after a delay, is only a warning.

One that never came is a warning at the end, for answers of the DMP and of mail take their time and a capture stops
somewhere. It is an error when later traffic of the same order shows that it is overdue, with nothing missing between
the two: the DMP has answered for the version that replaces this document, or the recipient has read the mail. A refused
order, and one that asks for nothing, call for none. A ZAM whose order is not in the folder is told, no more: orders
come long before their answers. But OBX-4 that names a message which is no order is wrong (HL7-121).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.dialogue import check_business_acknowledgement
from rempart.validation.hl7v2.embedded import documents
from rempart.validation.hl7v2.facts import asks
from rempart.validation.hl7v2.story.entry import Entry, Flow, Place
from rempart.validation.hl7v2.story.sequence import Story
from rempart.validation.registry import finding

_TIED = ("HL7-115", "HL7-121", "HL7-122")
_RULES = {"Z01": "HL7-116", "Z02": "HL7-117", "Z03": "HL7-118"}
_WHAT = {"Z01": "Z01 (DMP)", "Z02": "Z02 (remise)", "Z03": "Z03 (lecture)"}

Answer = tuple[str, str]  # Z01, Z02 or Z03; the address, in lower case ("" for Z01)


@dataclass(eq=False, slots=True)
class Order:
    """What one order asked for, and what came."""

    story: Story
    control_id: Place
    waited: dict[Answer, Place] = field(default_factory=dict)  # and where the order asks for it
    came: dict[Answer, tuple[str, Place]] = field(default_factory=dict)  # OBX-5.1: Y or N
    later: Order | None = None  # the order of the version that replaced its document


class BusinessAcknowledgements:
    def __init__(self) -> None:
        self._orders: dict[tuple[str, str], Order] = {}  # by MSH-3 and MSH-10: a resend is the same order
        self._by_document: dict[tuple[Flow, str], Order] = {}

    def see(self, entry: Entry) -> Iterator[Finding]:
        if entry.order:
            self._orders[entry.flow[0], entry.message.control_id] = self._asked(entry)
        elif entry.context.profile.family == "zam":
            yield from self._answer(entry)

    def end(self) -> Iterator[tuple[Place, Finding]]:
        for order in self._orders.values():
            for (kind, address), place in order.waited.items():
                if (kind, address) not in order.came:
                    yield place, self._missing(order, kind, address, place)

    def _asked(self, entry: Entry) -> Order:
        msh, context = entry.message.segments[0], entry.context
        order = Order(entry.story, entry.at(msh, 10))
        if asks(context, "ACK_RECEPTION"):
            if asks(context, "DESTDMP"):
                order.waited["Z01", ""] = order.control_id
            if asks(context, "DESTMSSANTEPS") or asks(context, "DESTMSSANTEPAT"):
                order.waited |= {("Z02", address): place for address, place in _recipients(entry)}
        for found in documents(context):
            if found.header is None:
                continue
            before = self._by_document.get((entry.flow, str(found.header.replaces)))
            if before and before is not order:
                before.later = order
            self._by_document[entry.flow, found.header.unique_id] = order
        return order

    def _answer(self, entry: Entry) -> Iterator[Finding]:
        status, at = entry.context.first("OBX.status"), entry.story.original.get(entry.index)
        if status is None or not status.get(4):
            return
        asked = entry.story.pieces[at] if at is not None else None
        head = asked.head if asked else None
        order = self._orders.get((head.sender, head.control_id)) if head else None
        if order is None or asked is None or head is None or at is None:
            named = Place(at, asked.label, "MSH-10") if at is not None and asked and head else None
            yield from _stray(entry, status, named if head and head.kind not in ("ORU", "MDM") else None)
            return
        for found in check_business_acknowledgement(asked.read(), entry.message.data):
            if found.rule in _TIED:
                yield found.model_copy(update={"message": f"{found.message} ({order.control_id})"})
        kind = entry.event
        second = entry.context.first("OBX.recipient")
        address = second.get("5.4").casefold() if second and kind != "Z01" else ""
        known = order.came.get((kind, address))
        if known and kind in _RULES:
            again = known[0] == status.get("5.1")
            text = f"un {_WHAT[kind]} a déjà été émis pour ce message" + (f" et {address}" if address else "")
            severity = None if again else Severity.WARNING
            yield entry.find(_RULES[kind], status, 4, text, against=known[1], severity=severity, expected="un seul")
        order.came.setdefault((kind, address), (status.get("5.1"), entry.at(status, 4)))

    def _missing(self, order: Order, kind: str, address: str, place: Place) -> Finding:
        text = f"aucun {_WHAT[kind]} ne répond à ce message" + (f" pour {address}" if address else "")
        overdue = _overdue(order, kind, address)
        if overdue:
            text += f", que la suite suppose pourtant ({overdue})"
        lost = overdue and order.story.hole_between(order.control_id.index, overdue.index)
        severity = Severity.ERROR if overdue and not lost else Severity.WARNING
        return finding(_RULES[kind], place.location, text, expected=f"un ZAM^{kind}", severity=severity)


def _overdue(order: Order, kind: str, address: str) -> Place | None:
    """What shows that it should have come already."""
    if kind == "Z02":
        proof = order.came.get(("Z03", address))
        return proof[1] if proof else None
    later = order.later
    while later and ("Z01", "") not in later.came:
        later = later.later
    return later.came["Z01", ""][1] if later else None


def _recipients(entry: Entry) -> Iterator[tuple[str, Place]]:
    for prt in entry.message.all("PRT"):
        for n in range(1, prt.repetitions(15) + 1):
            address = prt.get(f"15[{n}].4")
            if prt.get("4.1") == "RCT" and address:
                yield address.casefold(), entry.at(prt, "15.4")


def _stray(entry: Entry, status: Segment, named: Place | None) -> Iterator[Finding]:
    """A ZAM of no known order: `named` is the message that it names, when that one is no order."""
    if named is None:
        text = "aucune transmission acceptée de ce message d'origine n'est dans le dossier, avant cet accusé"
        yield entry.find("HL7-121", status, 4, text, severity=Severity.INFO)
    else:
        text = "OBX-4 désigne un message qui n'est pas une transmission de document"
        yield entry.find("HL7-121", status, 4, text, against=named, expected="le MSH-10 d'un ORU ou d'un MDM")
