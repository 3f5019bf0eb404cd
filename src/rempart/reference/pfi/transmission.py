"""Orders carried out: kept, queued for the DMP and the mailboxes, and answered for when the downstream answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import BusinessAck, Envelope, Party, business_acknowledgement
from rempart.reference.listener import Receiver
from rempart.reference.mutation import Mutants
from rempart.reference.outbox import Outbox
from rempart.reference.pfi import orders
from rempart.reference.pfi.dmp_orders import DmpOrders
from rempart.reference.pfi.mailing import Mailing
from rempart.reference.pfi.orders import Lost, Order
from rempart.reference.refusal import refuse_application
from rempart.reference.settings import Settings
from rempart.reference.store import Row, Store, now

DMP, MSSANTE_PS, MSSANTE_PATIENT = CHANNELS = ("dmp", "mssante_ps", "mssante_patient")
RESTRICTIONS = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE")
_NOT_QUALIFIED = ("INSNonQualifiee", "L'INS du patient n'est pas qualifiée")


class Transmission:
    """Receives orders, and the answers of the downstream services."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        outbox: Outbox,
        mailing: Mailing,
        mutants: Mutants,
        dmp: DmpOrders | None = None,
    ) -> None:
        """`dmp`: where orders for the DMP are kept; None when another answers for it (`report`)."""
        self._settings, self._store, self._outbox = settings, store, outbox
        self._mailing, self._mutants, self._dmp = mailing, mutants, dmp

    @property
    def feeds(self) -> bool:
        """The DMP is reached, and answers for itself."""
        return self._dmp is not None

    @property
    def mdm(self) -> Mapping[str, Receiver]:
        return dict.fromkeys(("T02", "T10", "T04"), self.receive)

    @property
    def oru(self) -> Mapping[str, Receiver]:
        return {"R01": self.receive}

    def receive(self, message: Message) -> None:
        """Raises Refusal."""
        try:
            order = orders.read(message, self._settings.volets, self._mutants)
        except Lost:
            return
        if self._mutants.on("ack-AA-sans-stocker"):
            return
        document = self._keep(order)
        key = self._store.insert(
            "orders",
            {
                "control_id": message.control_id,
                "sender": f"{message.get('MSH-3.1')}\t{message.get('MSH-4.1')}",
                "environment": message.get("MSH-11.1"),
                "document": document,
                "action": order.action,
                "reception_receipt": int(order.flags["ACK_RECEPTION"]),
                "reading_receipt": int(order.flags["ACK_LECTURE_MSS"]),
                "restrictions": ",".join(self._restrictions(order)),
            },
        )
        self._store.trace("message reçu", f"{message.kind} {order.unique_id}")
        self._queue(key, order)

    def _restrictions(self, order: Order) -> list[str]:
        if self._mutants.on("restrictions-perdues"):
            return []
        lost = "CONNEXION_SECRETE" if self._mutants.on("connexion-secrete-perdue") else ""
        return [code for code in RESTRICTIONS if order.flags[code] and code != lost]

    def restrictions(self, document: Row) -> list[str]:
        """Those of the last order on a document."""
        last = self._store.one("SELECT restrictions FROM orders WHERE document = ? ORDER BY id DESC", document["id"])
        return [code for code in last["restrictions"].split(",") if code] if last else []

    # -- documents ---------------------------------------------------------------------------------------------

    def _keep(self, order: Order) -> int:
        """The row of the order's document: the one already held, or a new one."""
        known = self.document(order.unique_id)
        if known and bytes(known["cda"]) != order.cda:
            raise refuse_application("906", "TXA-12", "un autre document porte déjà cet identifiant")
        if order.action == "replace":
            self._replace(order)
        elif order.action == "delete" and not self._mutants.on("suppression-ignoree"):
            self._store.update("documents", {"unique_id": order.unique_id}, {"status": "deleted"})
        if known and not self._mutants.on("doublon-sur-meme-msh10"):
            return int(known["id"])
        return self._store.insert(
            "documents",
            {
                "unique_id": order.unique_id,
                "status": "deleted" if order.action == "delete" else "current",
                "type_code": order.type_code,
                "ins_value": order.ins.value if order.ins else "",
                "ins_oid": order.ins.oid if order.ins else "",
                "cda": order.cda,
            },
        )

    def _replace(self, order: Order) -> None:
        replaced = self.document(order.replaced_id)
        if replaced is None:  # sent before this PFI was in charge: the DMP will know
            self._store.trace("version remplacée inconnue", order.replaced_id)
        elif replaced["status"] != "current":
            raise refuse_application("900", "TXA-13")
        elif not self._mutants.on("remplace-reste-courant"):
            self._store.update("documents", {"unique_id": order.replaced_id}, {"status": "replaced"})

    def document(self, unique_id: str) -> Row | None:
        return self._store.one("SELECT * FROM documents WHERE unique_id = ? ORDER BY id", unique_id)

    # -- channels ----------------------------------------------------------------------------------------------

    def _queue(self, order_id: int, order: Order) -> None:
        """One line per destination. A document hidden from the patient is never mailed to them, whatever is asked."""
        flags = order.flags
        if not orders.matrix_row(flags) and (flags["DESTMSSANTEPS"] or flags["DESTMSSANTEPAT"]):
            self._store.trace("combinaison hors de la matrice MSSanté", order.unique_id)
        if flags["DESTDMP"] or self._mutants.on("alimente-malgre-destdmp-n"):
            self._queue_dmp(self._line(order_id, DMP, ""), order)
        to_patient = flags["DESTMSSANTEPAT"] and not flags["INVISIBLE_PATIENT"]
        if flags["DESTMSSANTEPAT"] and self._mutants.on("courriel-au-patient-si-invisible"):
            to_patient = True
        for destination in order.destinations:
            if to_patient if destination.patient else flags["DESTMSSANTEPS"]:
                channel = MSSANTE_PATIENT if destination.patient else MSSANTE_PS
                line = self._line(order_id, channel, destination.address)
                if destination.patient and not self._may_write_to_patient(order):
                    self._end(self._row(line), *_NOT_QUALIFIED)
                else:
                    self._mailing.send(order, destination, line)

    def _may_write_to_patient(self, order: Order) -> bool:
        """The address of a patient is made of the INS: it has to be qualified (MSS/va1.19)."""
        return order.ins is not None or self._mutants.on("courriel-au-patient-sans-ins-qualifiee")

    def _queue_dmp(self, line: int, order: Order) -> None:
        unqualified = order.ins is None and not self._mutants.on("ins-non-qualifiee-alimentee")
        if unqualified and not self._mutants.on("ins-ignoree"):
            self._end(self._row(line), *_NOT_QUALIFIED)
        elif self._dmp is not None and not self._dmp.post(line, order):
            self._end(self._row(line), "", "")  # the DMP has nothing of it, and will have nothing

    def _line(self, order_id: int, channel: str, recipient: str) -> int:
        return self._store.insert("channels", {"order_id": order_id, "channel": channel, "recipient": recipient})

    def _row(self, line: int) -> Row:
        row = self._store.one(
            "SELECT c.*, o.control_id, o.sender, o.environment, o.reception_receipt, o.reading_receipt"
            " FROM channels c JOIN orders o ON o.id = c.order_id WHERE c.id = ?",
            line,
        )
        assert row is not None
        return row

    def lines(self, document: Row) -> list[Row]:
        """The channels of the last order on a document."""
        last = self._store.one("SELECT id FROM orders WHERE document = ? ORDER BY id DESC", document["id"])
        return self._store.all("SELECT * FROM channels WHERE order_id = ? ORDER BY id", last["id"]) if last else []

    # -- answers of the downstream -----------------------------------------------------------------------------

    def report(self, line: int, error_code: str = "", error_label: str = "") -> None:
        """The DMP or the MSSanté operator has answered for one line. A code means an error."""
        self._end(self._row(line), error_code, error_label)

    def read(self, line: int, error_code: str = "", error_label: str = "") -> None:
        """A recipient, or their software, has told what became of the mail (MDN)."""
        row = self._row(line)
        values = {"status": "failed" if error_code else "read", "error_code": error_code, "error_label": error_label}
        self._store.update("channels", {"id": line}, values)
        if row["reading_receipt"] and not self._mutants.on("lecture-non-rapportee"):
            ack = replace(self._business_ack(row, error_code, error_label), kind="Z03")
            self._outbox.post(business_acknowledgement(ack), chain=row["control_id"])

    def _end(self, line: Row, error_code: str, error_label: str) -> None:
        # A recipient may read before the operator has told of the delivery: the reading stays.
        succeeded = "read" if line["status"] == "read" else "delivered"
        values = {"status": "failed" if error_code else succeeded}
        values |= {"error_code": error_code, "error_label": error_label}
        self._store.update("channels", {"id": line["id"]}, values)
        asked = line["reception_receipt"] or self._mutants.on("zam-non-demandee")
        if asked and not self._mutants.on("zam-absente"):
            message = business_acknowledgement(self._business_ack(line, error_code, error_label))
            self._outbox.post(message, chain=line["control_id"])

    def _business_ack(self, line: Row, error_code: str, error_label: str) -> BusinessAck:
        application, _, organisation = line["sender"].partition("\t")
        return BusinessAck(
            envelope=Envelope(
                sender=self._settings.us,
                receiver=Party(application=application, organisation=organisation),
                control_id=uuid.uuid4().hex[:20],
                time=now(),
                environment=line["environment"] or "T",
            ),
            kind="Z01" if line["channel"] == DMP else "Z02",
            order_control_id=line["control_id"],
            error_code=error_code,
            error_label=error_label,
            recipient=line["recipient"],
        )
