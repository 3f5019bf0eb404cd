"""Stays of patients, from the movements received: which are closed, and which came before."""

from __future__ import annotations

from rempart.formats.hl7v2.cisis import Visit
from rempart.reference.pam import Feed
from rempart.reference.patients import Patient
from rempart.reference.store import Store, now
from rempart.reference.times import instant

OPENINGS, CLOSING, CANCELLED_OPENING, CANCELLED_CLOSING = ("A01", "A04"), "A03", "A11", "A13"


class Stays:
    """One row per stay: number, class, unit, and its two instants as PV1 writes them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def moved(self, patient: Patient, feed: Feed) -> None:
        """Follow a movement. In the open transaction."""
        number = feed.visit.get("visit_number", "")
        if not number:
            return
        key = {"number": number, "patient": patient.id}
        if feed.event in OPENINGS:
            if not self._store.one("SELECT 1 FROM stays WHERE number = ? AND patient = ?", number, patient.id):
                told = {"class": patient.visit_class, "unit": patient.visit_unit}
                self._store.insert("stays", key | told | {"admitted": feed.visit.get("admitted") or _now()})
        elif feed.event == CLOSING:
            self._store.update("stays", key, {"closed": feed.visit.get("discharged") or _now()})
        elif feed.event == CANCELLED_CLOSING:
            self._store.update("stays", key, {"closed": ""})
        elif feed.event == CANCELLED_OPENING:
            self._store.run("DELETE FROM stays WHERE number = ? AND patient = ?", number, patient.id)

    def unit(self, patient: Patient, number: str) -> str:
        """The unit of a stay; "" when it is not known."""
        row = self._store.one("SELECT unit FROM stays WHERE number = ? AND patient = ?", number, patient.id)
        return str(row["unit"]) if row else ""

    def is_open(self, patient: Patient, number: str) -> bool:
        row = self._store.one("SELECT closed FROM stays WHERE number = ? AND patient = ?", number, patient.id)
        return row is not None and not row["closed"]

    def visit(self, patient: Patient, number: str) -> Visit:
        """The stay of this number; none (N) when the DPI did not see it: a document of long ago."""
        row = self._store.one("SELECT * FROM stays WHERE number = ? AND patient = ?", number, patient.id)
        if row is None:
            return Visit(class_="N")
        admitted, closed = instant(row["admitted"]), instant(row["closed"])
        return Visit(class_=row["class"], unit=row["unit"], number=number, admitted=admitted, discharged=closed)


def _now() -> str:
    return f"{now():%Y%m%d%H%M%S%z}"
