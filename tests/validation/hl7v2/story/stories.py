"""A sound story of one patient, message by message with its acknowledgements, and the ways to spoil it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import (
    BusinessAck,
    DocumentOrder,
    Envelope,
    MailRecipient,
    Patient,
    Visit,
    acknowledgement,
    business_acknowledgement,
    document_message,
)
from rempart.formats.hl7v2.cisis.documents import Action
from rempart.formats.hl7v2.cisis.lps import LpsDelivery, lps_message
from rempart.simulators import documents, pam
from rempart.simulators.gap import UNIT
from rempart.simulators.pam import Consent, Movement
from rempart.simulators.patients import (
    AUTHOR,
    AUTHORITY,
    CORRESPONDENT_MAIL,
    ESTABLISHMENT,
    correspondent,
    party,
    patient,
)

START = datetime(2026, 1, 5, 8, 0, tzinfo=timezone(timedelta(hours=1)))
QUALIFIED = patient("Dominique PAT-TROIS", "IPP1")
PROVISIONAL = replace(QUALIFIED, ins=None, status="PROV")
FLAGS = {"DESTDMP": True, "DESTMSSANTEPS": True, "INVISIBLE_PATIENT": True, "ACK_RECEPTION": True}
ADDRESS = CORRESPONDENT_MAIL


@dataclass
class Story:
    """Messages by name, in order. Each one is a minute after the one before, and gets the next control id."""

    messages: dict[str, bytes] = field(default_factory=dict)
    acknowledged: bool = True
    _minutes: int = 0

    def envelope(self, sender: str, receiver: str) -> Envelope:
        self._minutes += 1
        when = START + timedelta(minutes=self._minutes)
        return Envelope(sender=party(sender), receiver=party(receiver), control_id=f"ID{self._minutes}", time=when)

    def add(self, name: str, message: bytes, code: str = "AA") -> bytes:
        self.messages[name] = message
        if self.acknowledged:
            envelope = self.envelope("", "")
            answer = acknowledgement(Message.parse(message), code, control_id=envelope.control_id, time=envelope.time)
            self.messages[f"{name}-ack"] = answer
        return message

    def identity(self, name: str, person: Patient = QUALIFIED, feeding: str = "") -> bytes:
        """A28 or A31, by the beginning of the name."""
        envelope = self.envelope("GAM", "DPI")
        consent = Consent(time=envelope.time, feeding=feeding) if feeding else None
        return self.add(name, {"A28": pam.create, "A31": pam.update}[name[:3]](person, envelope, consent))

    def move(
        self, name: str, movement: str, visit: str, category: str = "I", *, cancels: str = "", at: int = 0
    ) -> bytes:
        """The event that the name begins with. `at`: minutes of the movement, when it is not a new one."""
        envelope = self.envelope("GAM", "DPI")
        when = START + timedelta(minutes=at) if at else envelope.time
        person = replace(QUALIFIED, account=f"D{visit}")
        stay = Visit(class_=category, unit=UNIT.id, number=visit, admitted=START, authority=AUTHORITY)
        step = Movement(id=movement, time=when, unit=UNIT, cancels=cancels)
        return self.add(name, pam.movement(name[:3], person, stay, step, envelope))

    def delete_ins(self, name: str) -> bytes:
        return self.add(name, pam.delete_ins(QUALIFIED, self.envelope("GAM", "DPI"), "PROV"))

    def order(
        self,
        name: str,
        action: Action,
        version: documents.Version,
        *,
        person: Patient = QUALIFIED,
        flags: Mapping[str, bool] = FLAGS,
        code: str = "AA",
        oru: bool = False,
    ) -> bytes:
        to: tuple[MailRecipient, ...] = (correspondent(),) if flags.get("DESTMSSANTEPS") else ()
        order = DocumentOrder(
            envelope=self.envelope("DPI", "PFI"),
            action=action,
            patient=person,
            visit=Visit(class_="I", unit=UNIT.id, number="V3", admitted=START, authority=AUTHORITY),
            document=version.document,
            author=AUTHOR,
            structure=ESTABLISHMENT,
            message="ORU" if oru else "MDM",
            recipients=to,
            flags=flags,
        )
        return self.add(name, document_message(order), code)

    def zam(self, name: str, order: bytes, *, recipient: str = ADDRESS, error: str = "") -> bytes:
        """Z01, Z02 or Z03, by the beginning of the name."""
        kind = name[:3]
        ack = BusinessAck(
            envelope=self.envelope("PFI", "DPI"),
            kind=kind,  # type: ignore[arg-type]
            order_control_id=Message.parse(order).control_id,
            error_code=error,
            error_label=error,
            recipient="" if kind == "Z01" else recipient,
        )
        return self.add(name, business_acknowledgement(ack))

    def delivery(self, name: str, action: Action, version: documents.Version) -> bytes:
        """The same document, from a PFI to a DPI."""
        delivery = LpsDelivery(
            envelope=self.envelope("PFI", "DPI"),
            action=action,
            patient=QUALIFIED,
            document=version.document,
            mail_sender=ADDRESS,
            author=AUTHOR,
            message_id="<1@mssante.fr>",
            subject="XDM/1.0/DDM",
            body="Bonjour",
        )
        return self.add(name, lps_message(delivery))


def sound(acknowledged: bool = True) -> Story:
    """Identity, three visits, the life of a document, opposition, an INS taken back: nothing is wrong."""
    return copy.deepcopy(_sound(acknowledged))


@cache
def _sound(acknowledged: bool) -> Story:
    s = Story(acknowledged=acknowledged)
    s.identity("A28", feeding="INO")
    s.move("A04", "M1", "V1", "E")
    s.move("A06", "M2", "V1", "I")
    a02 = s._minutes + 1
    s.move("A02", "M3", "V1")
    s.move("A12", "M3", "V1", cancels="A02", at=a02)
    s.move("Z99", "M2", "V1", cancels="A06")
    a03 = s._minutes + 1
    s.move("A03", "M4", "V1")
    s.move("A13", "M4", "V1", cancels="A03", at=a03)
    a01 = s._minutes + 1
    s.move("A01", "M5", "V2")
    s.move("A11", "M5", "V2", cancels="A01", at=a01)
    s.move("A01-V3", "M6", "V3")
    first = documents.first_version(QUALIFIED)
    second = documents.next_version(first, QUALIFIED)
    for event, action, version in (("T02", "initial", first), ("T10", "replace", second), ("T04", "delete", second)):
        order = s.order(event, action, version)  # type: ignore[arg-type]
        s.zam(f"Z01-{event}", order)
        s.zam(f"Z02-{event}", order)
    s.identity("A31", feeding="IO")
    quiet = {"DESTMSSANTEPS": True, "INVISIBLE_PATIENT": True}
    s.order("ORU", "initial", documents.first_version(QUALIFIED), flags=quiet, oru=True)
    s.delete_ins("A47")
    s.order("T02-PROV", "initial", documents.first_version(PROVISIONAL), flags=quiet, person=PROVISIONAL)
    return s


def written(folder: Path, messages: Mapping[str, bytes], *, numbered: bool = True) -> Path:
    """One file per message: `007-A12.er7`; without numbers, names in no useful order."""
    folder.mkdir(exist_ok=True)
    for number, (name, data) in enumerate(messages.items(), 1):
        stem = f"{number:03}-{name}" if numbered else f"{name[::-1]}"
        (folder / f"{stem}.er7").write_bytes(data)
    return folder
