"""The DPI that a PFI talks to: hands it documents, receives its business acknowledgements and what came by mail."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import (
    DocumentOrder,
    Envelope,
    MailRecipient,
    Patient,
    Professional,
    Visit,
    document_message,
)
from rempart.formats.hl7v2.cisis.documents import Action
from rempart.model.exchange import Record
from rempart.simulators.behaviours import acknowledge
from rempart.simulators.documents import Version
from rempart.simulators.inbox import Received
from rempart.simulators.mllp import Behaviour, MllpPartner
from rempart.simulators.patients import AUTHOR, AUTHORITY, ESTABLISHMENT, party
from rempart.simulators.sender import Dialogue
from rempart.simulators.wire import new_control_id, now

DMP = {"DESTDMP": True, "ACK_RECEPTION": True}
# Row A of the MSSanté matrix, whose rows are the only combinations allowed.
DMP_AND_MAIL = DMP | {"DESTMSSANTEPS": True, "DESTMSSANTEPAT": True}
# Row B: professionals only, the document hidden from the patient.
MAIL_TO_PROFESSIONALS = {"INVISIBLE_PATIENT": True, "DESTMSSANTEPS": True, "ACK_RECEPTION": True}
# Row C: the patient only.
MAIL_TO_PATIENT = {"DESTMSSANTEPAT": True, "ACK_RECEPTION": True}


class SimulatedDpi(MllpPartner):
    """`candidate` is where the PFI listens for ORU and MDM."""

    def __init__(
        self,
        record: Record,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        behaviour: Behaviour = acknowledge,
    ) -> None:
        super().__init__("DPI simulé", record, host=host, port=port, tls=tls, behaviour=behaviour)
        self.confided: list[str] = []  # unique ids of the documents of its orders, since the last reset
        self._orders: list[str] = []  # control ids of all its orders
        self._earlier: frozenset[str] = frozenset()  # those of earlier scenarios

    def reset(self) -> None:
        super().reset()
        self.confided.clear()
        self._earlier = frozenset(self._orders)

    def is_late(self, message: Message) -> bool:
        """A business acknowledgement that an earlier scenario did not wait for."""
        return message.kind.startswith("ZAM^") and message.get("OBX-4") in self._earlier

    def order(
        self,
        patient: Patient,
        version: Version,
        *,
        action: Action = "initial",
        message: Literal["MDM", "ORU"] = "MDM",
        flags: Mapping[str, bool] = DMP,
        recipients: tuple[MailRecipient, ...] = (),
        no_reply: bool = False,
        mail_body: str = "",
        author: Professional = AUTHOR,
        not_before: datetime | None = None,
    ) -> DocumentOrder:
        """A sound order, not sent: `document_message(order)` is its message, to send as it is or with one fault.

        `author` is who asks for it; `not_before` defers its sending to the DMP.
        """
        control_id = new_control_id()
        self._orders.append(control_id)
        self.confided.append(version.document.unique_id)
        visit = Visit(class_="I", unit="6268", number=f"V{patient.ipp}", authority=AUTHORITY, admitted=now())
        return DocumentOrder(
            envelope=Envelope(sender=party("DPI"), receiver=party("PFI"), control_id=control_id, time=now()),
            action=action,
            message=message,
            patient=replace(patient, account=patient.account or f"D{patient.ipp}"),
            visit=visit,
            document=version.document,
            author=author,
            structure=ESTABLISHMENT,
            recipients=recipients,
            flags=flags,
            no_reply=no_reply,
            mail_body_ps=mail_body if flags.get("DESTMSSANTEPS") else "",
            mail_body_patient=mail_body if flags.get("DESTMSSANTEPAT") else "",
            not_before=not_before,
        )

    def send_order(self, order: DocumentOrder, *, timeout: float | None = None) -> Dialogue:
        """Raises as `MllpSender.send`."""
        return self.send(document_message(order), timeout=timeout)

    def next_business_acknowledgement(self, kind: str, order_control_id: str, timeout: float = 10) -> Received:
        """The next ZAM of this kind (Z01, Z02, Z03) about this order. Raises as `next_message`."""
        return self.next_message(f"ZAM^{kind}", timeout, about(order_control_id), f"ZAM^{kind} pour {order_control_id}")

    def next_delivery(self, timeout: float = 10, kind: str | None = None) -> Received:
        """The next MDM of the LPS volet: a document that came by mail. Raises as `next_message`."""
        return self.next_message(kind, timeout, is_delivery, kind or "un message MDM du volet LPS")


def about(order_control_id: str) -> Callable[[Message], bool]:
    """A ZAM is tied to its order by OBX-4 alone."""
    return lambda message: message.get("OBX-4") == order_control_id


def to_recipient(address: str) -> Callable[[Message], bool]:
    """Is a ZAM about this mailbox? Its second OBX says so."""
    return lambda message: message.get("OBX[2]-5.4").casefold() == address.casefold()


def is_delivery(message: Message) -> bool:
    return message.kind in ("MDM^T02", "MDM^T10", "MDM^T04")
