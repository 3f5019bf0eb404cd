"""Orders for the DMP: kept with the document, until the DMP has answered. What the worker sends is decided here."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from rempart.formats.cda.model import InstanceId
from rempart.formats.xdm.model import patient_cx
from rempart.reference.mutation import Mutants
from rempart.reference.pfi.mailing import HIDING
from rempart.reference.pfi.orders import Order
from rempart.reference.store import Row, Store

WAITING, DONE, FAILED, CANCELLED = "waiting", "done", "failed", "cancelled"
_DUE = """
SELECT * FROM dmp_orders o WHERE state = ? AND not_before <= ? AND NOT EXISTS (
  SELECT 1 FROM dmp_orders e WHERE e.state = ? AND e.id < o.id AND e.unique_id IN (o.unique_id, o.replaced_id)
) ORDER BY id LIMIT 1
"""


class DmpOrders:
    """Written in the transaction that takes the document in charge: what is acknowledged is not lost."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def post(self, line: int, order: Order) -> bool:
        """Keep what the DMP is to be asked for one line of `channels`.

        False when there is nothing to ask: a document that has not left yet is deleted without the DMP hearing of it.
        """
        cancelled = self._cancel(order.unique_id) if order.action == "delete" else []
        if cancelled and self._mutants.on("suppression-oubliee-apres-un-doute"):
            return False
        if cancelled and not any(row["unsure"] for row in cancelled):
            return False
        ins = order.header.ins or (order.ins and InstanceId(order.ins.oid, order.ins.value))
        sender, hurried = order.sender, self._mutants.on("differe-envoye-aussitot")
        self._store.insert(
            "dmp_orders",
            {
                "line": line,
                "action": order.action,
                "unique_id": order.unique_id,
                "replaced_id": order.replaced_id,
                "patient": patient_cx(ins, ins=True) if ins else "",
                "user": sender.user,
                "family": sender.family,
                "given": sender.given,
                "structure": sender.structure,
                "structure_name": sender.structure_name,
                "secret": int(order.flags["CONNEXION_SECRETE"]),
                "hidden": ",".join(code for flag, code in HIDING.items() if order.flags[flag]),
                "visit": order.visit,
                "not_before": utc_digits(order.not_before) if order.not_before and not hurried else "",
                "lot_id": _oid(),
                "signature_id": _oid(),
                "unsure": int(bool(cancelled)),  # what is to be deleted may not be there
            },
        )
        return True

    def _cancel(self, unique_id: str) -> list[Row]:
        """Take back what has not left yet, or not for sure: these orders as they were."""
        which = "unique_id = ? AND state = ? AND action <> 'delete'"
        rows = self._store.all(f"SELECT * FROM dmp_orders WHERE {which}", unique_id, WAITING)
        if not self._mutants.on("ordre-annule-envoye"):
            self._store.run(f"UPDATE dmp_orders SET state = '{CANCELLED}' WHERE {which}", unique_id, WAITING)
        return rows

    def due(self, when: datetime) -> Row | None:
        """The next order to carry out: in the order of arrival, and never before another on the same document."""
        if self._mutants.on("ordres-en-attente-repris-a-l-envers"):
            return self._store.one("SELECT * FROM dmp_orders WHERE state = ? ORDER BY id DESC LIMIT 1", WAITING)
        return self._store.one(_DUE, WAITING, utc_digits(when), WAITING)

    def next_due(self, when: datetime) -> datetime | None:
        """When the first of the deferred orders may leave."""
        found = self._store.one(
            "SELECT min(not_before) AS first FROM dmp_orders WHERE state = ? AND not_before > ?",
            WAITING, utc_digits(when),
        )  # fmt: skip
        return datetime.strptime(f"{found['first']}Z", "%Y%m%d%H%M%S%z") if found and found["first"] else None

    def document(self, row: Row) -> bytes:
        """The CDA of an order."""
        found = self._store.one("SELECT cda FROM documents WHERE unique_id = ? ORDER BY id", row["unique_id"])
        assert found is not None
        return bytes(found["cda"])

    def leaves(self, row: Row) -> bool:
        """The DMP is reached: until the end nobody knows what it has made of it. False when it was cancelled."""
        with self._store.transaction():
            return bool(
                self._store.run(
                    "UPDATE dmp_orders SET unsure = 1 WHERE id = ? AND state = ?", row["id"], WAITING
                )
            )  # fmt: skip

    def waits(self, row: Row, *, unsure: bool) -> None:
        """An attempt ended without an answer; one doubt remains until the end."""
        with self._store.transaction():
            tried = {"attempts": row["attempts"] + 1, "unsure": int(unsure or row["unsure"])}
            self._store.update("dmp_orders", {"id": row["id"]}, tried)

    def ends(self, row: Row, state: str) -> None:
        """In the open transaction."""
        self._store.update("dmp_orders", {"id": row["id"]}, {"state": state})

    def last_fed(self) -> str:
        """The document that the DMP took last: what only the mutant `supprime-le-dernier-document` wants."""
        found = self._store.one(
            "SELECT unique_id FROM dmp_orders WHERE state = ? AND action <> 'delete' ORDER BY id DESC LIMIT 1", DONE
        )
        return str(found["unique_id"]) if found else ""

    def source_id(self) -> str:
        """The OID of this installation."""
        if found := self._store.one("SELECT source_id FROM instance"):
            return str(found["source_id"])
        return self._install()

    def _install(self) -> str:
        oid = _oid()
        with self._store.transaction():
            self._store.insert("instance", {"source_id": oid})
        return oid


def utc_digits(when: datetime) -> str:
    """UTC, 14 digits: what XDS writes, and what sorts."""
    return when.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _oid() -> str:
    return f"2.25.{uuid.uuid4().int}"
