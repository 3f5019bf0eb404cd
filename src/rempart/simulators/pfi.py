"""The PFI that a DPI talks to: takes its orders, acknowledges as told, and brings back what became of them."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import BusinessAck, Envelope, Party, business_acknowledgement
from rempart.formats.hl7v2.cisis.acks import Kind
from rempart.formats.hl7v2.cisis.documents import TRIPLES, Action
from rempart.model.exchange import Record
from rempart.simulators.behaviours import acknowledge
from rempart.simulators.inbox import Received
from rempart.simulators.mllp import Behaviour, MllpPartner
from rempart.simulators.sender import Dialogue
from rempart.simulators.wire import new_control_id, now

DMP_CLOSED = ("DMPClosed", "DMP fermé")  # DMP_ERROR_CODE, the one value that a published example shows
MAILBOX_UNKNOWN = ("550", "Boîte aux lettres inexistante")  # SMTPERRORCODE


def is_order(message: Message) -> bool:
    """A document sent, replaced or deleted (flux 1 and 2 of the volet)."""
    return message.kind in ("ORU^R01", "MDM^T02", "MDM^T10", "MDM^T04")


def order_to(action: Action) -> Callable[[Message], bool]:
    """Does an order say this action? By its event (MDM), by OBX-11 of its document (ORU): the triple is not judged."""
    event, _, status = TRIPLES[action]
    return lambda m: m.kind == f"MDM^{event}" or (m.kind == "ORU^R01" and m.get("OBX-11") == status)


def asks(code: str) -> Callable[[Message], bool]:
    """Is this an order with the metadata `code` (DESTDMP, DESTMSSANTEPAT…) at Y?"""
    return lambda m: any(s.get("3.1") == code and s.get("5.1") == "Y" for s in m.all("OBX"))


def of_patient(ipp: str) -> Callable[[Message], bool]:
    """Is it about the patient of this identifier (PID-3)?"""

    def named(message: Message) -> bool:
        pid = message.first("PID")
        return pid is not None and any(pid.get(f"3[{n}].1") == ipp for n in range(1, pid.repetitions(3) + 1))

    return named


def mail_recipients(message: Message) -> list[str]:
    """The MSSanté addresses of the RCT participations."""
    return [p.get("15.4") for p in message.all("PRT") if p.get("4.1") == "RCT"]


class SimulatedPfi(MllpPartner):
    """`pfi.behaviour = refuse("AR", …)` changes its manners; `candidate` is where the DPI listens for ZAM."""

    def __init__(
        self,
        record: Record,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        behaviour: Behaviour = acknowledge,
    ) -> None:
        super().__init__("PFI simulée", record, host=host, port=port, tls=tls, behaviour=behaviour)

    def next_order(self, timeout: float = 10, kind: str | None = None) -> Received:
        """The next ORU or MDM, or the next one of this kind. Raises as `next_message`."""
        return self.next_message(kind, timeout, is_order, kind or "un message ORU ou MDM")

    def send_business_acknowledgement(
        self,
        order: Received,
        kind: Kind,
        *,
        error: tuple[str, str] | None = None,
        recipient: str = "",
        order_control_id: str | None = None,
        timeout: float | None = None,
    ) -> Dialogue:
        """ZAM about an order: Z01 of the DMP, Z02 of a mailbox, Z03 of a reader. `error` is (code, label): N.

        `recipient` defaults to the first address of the order (Z02, Z03); `order_control_id` names another order, on
        purpose. Raises as `MllpSender.send`.
        """
        message = order.message
        code, label = error or ("", "")
        ack = BusinessAck(
            envelope=Envelope(
                sender=_party(message, 5, 6),
                receiver=_party(message, 3, 4),
                control_id=new_control_id(),
                time=now(),
                environment=message.get("MSH-11.1") or "T",
            ),
            kind=kind,
            order_control_id=message.control_id if order_control_id is None else order_control_id,
            error_code=code,
            error_label=label,
            recipient=recipient or next(iter(mail_recipients(message)), ""),
        )
        return self.send(business_acknowledgement(ack), timeout=timeout)


def _party(message: Message, application: int, organisation: int) -> Party:
    return Party(application=message.get(f"MSH-{application}.1"), organisation=message.get(f"MSH-{organisation}.1"))
