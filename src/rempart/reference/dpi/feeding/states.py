"""What became of the sending of a document, channel by channel: what its line in a list shows."""

from __future__ import annotations

from rempart.reference.mutation import Mutants
from rempart.reference.store import Row, Store

WAITING, HELD, CANCELLED, BLOCKED, LEFT = "waiting", "held", "cancelled", "blocked", "left"  # of a plan
_PLANNED = {WAITING: "pending", HELD: "held", CANCELLED: "cancelled", BLOCKED: "cancelled"}
_GIVEN_UP = ("error", "rejected")


class States:
    """none, pending, held, fed, failed or cancelled."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def dmp(self, ref: str) -> str:
        """The last order says; else the one that waits. A document taken out of the DMP is in it no more."""
        lines = self._lines(ref, "d.channel = 'dmp'")
        if lines:
            return "none" if lines[0]["action"] == "delete" and _fed(lines[0]) else self._state(lines)
        if self._mutants.on("courriel-montre-comme-alimentation") and self.mssante(ref) != "none":
            return self.mssante(ref)
        if self._mutants.on("etat-du-dernier-envoi-pour-tous"):
            return self._state(self._lines(self._sibling(ref), "d.channel = 'dmp'"))
        row = self._store.one("SELECT state FROM plans WHERE document = ?", ref)
        if row and row["state"] == HELD and self._mutants.on("retenue-montree-en-attente"):
            return "pending"
        if row and row["state"] == CANCELLED and self._mutants.on("annulation-montree-en-attente"):
            return "pending"
        return _PLANNED.get(row["state"], "none") if row else "none"

    def mssante(self, ref: str) -> str:
        return self._state(self._lines(ref, "d.channel != 'dmp'"))

    def _sibling(self, ref: str) -> str:
        """The document of the same patient that was sent last."""
        row = self._store.one(
            "SELECT o.document FROM orders o JOIN documents d ON d.ref = o.document"
            " WHERE d.patient = (SELECT patient FROM documents WHERE ref = ?) ORDER BY o.rowid DESC",
            ref,
        )
        return str(row["document"]) if row else ""

    def _lines(self, ref: str, which: str) -> list[Row]:
        """Deliveries of the last order on these channels."""
        rows = self._store.all(
            "SELECT o.control_id, o.action, x.state, x.done, d.status FROM orders o"
            " JOIN outbox x ON x.control_id = o.control_id JOIN deliveries d ON d.control_id = o.control_id"
            f" WHERE o.document = ? AND {which} ORDER BY o.rowid DESC",
            ref,
        )
        return [r for r in rows if r["control_id"] == rows[0]["control_id"]]

    def _state(self, lines: list[Row]) -> str:
        if not lines:
            return "none"
        if any(r["status"] == "failed" for r in lines):
            return "pending" if self._mutants.on("echec-montre-en-attente") else "failed"
        if all(_fed(r) for r in lines):
            return "fed"
        if lines[0]["state"] == "accepted" and self._mutants.on("alimente-des-l-accuse-technique"):
            return "fed"
        return "failed" if lines[0]["done"] and lines[0]["state"] in _GIVEN_UP else "pending"


def _fed(line: Row) -> bool:
    return line["status"] in ("delivered", "read")
