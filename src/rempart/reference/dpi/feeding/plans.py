"""Orders to the DMP that wait for their time: planned at validation, held or cancelled one by one, then sent.

Nothing is remembered from one document to the next: REM DMP/ALI/PROG.03.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict, replace

from rempart.reference.dpi.documents import Stored
from rempart.reference.dpi.feeding.desk import Desk
from rempart.reference.dpi.feeding.rules import Automatic, Rules
from rempart.reference.dpi.feeding.states import BLOCKED, CANCELLED, HELD, LEFT, WAITING
from rempart.reference.dpi.sending import DMP, Request
from rempart.reference.patients import Patient

_FIELDS = {
    "MASQUE_PS": "hidden_from_professionals",
    "INVISIBLE_PATIENT": "hidden_from_patient",
    "INVISIBLE_REP_LEGAUX": "hidden_from_representatives",
}
GONE = "l'ordre d'envoi de ce document est déjà parti, ou n'existe pas"


class Plans:
    """One timer per order that waits. A worker: `start` arms what is not armed yet."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._store, self._mutants = desk, desk.store, desk.mutants
        self._rules = Rules(desk.store)
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        for row in self._store.all("SELECT document, due FROM plans WHERE state = ?", WAITING):
            if row["document"] not in self._timers:
                wait = max(0.0, row["due"] - time.time())
                self._timers[row["document"]] = loop.call_later(wait, self._leave, row["document"])

    async def stop(self) -> None:
        """What waits stays in the database, for the next start."""
        for timer in self._timers.values():
            timer.cancel()

    # -- what happens to a document ----------------------------------------------------------------------------

    def validated(self, document: Stored) -> None:
        """Plan its sending when its type leaves by itself. In the open transaction; `start` arms it."""
        rules = self._rules.automatic
        if not self._leaves_alone(document, rules):
            return
        delay = 0.0 if self._mutants.on("envoi-differe-immediat") else rules.delay
        saved = json.dumps(asdict(self._request(document, rules)))
        values = {"document": document.ref, "due": time.time() + delay, "request": saved, "state": WAITING}
        if self._mutants.on("retenue-reproduite-sur-le-document-suivant") and self._last_was_held():
            values["state"] = HELD
        self._store.insert("plans", values)
        self._store.trace("envoi au DMP programmé", document.unique_id, document.patient)

    def hold(self, document: Stored) -> str:
        """Keep an order back. "" when it is held, else why not."""
        return self._turn(document, (WAITING, HELD), HELD, "envoi au DMP retenu")

    def release(self, document: Stored) -> str:
        reason = self._turn(document, (HELD,), WAITING, "retenue levée")
        if not self._mutants.on("retenue-levee-sans-envoi"):
            self.start()
        return reason

    def cancel(self, document: Stored) -> str:
        return self._turn(document, (WAITING, HELD), CANCELLED, "envoi au DMP annulé")

    def taken_over(self, document: Stored) -> None:
        """The user sends it: the order that waits is no more. In the open transaction."""
        if not self._mutants.on("envoi-manuel-double-par-l-automatique"):
            self._store.run(
                "UPDATE plans SET state = ? WHERE document = ? AND state IN (?, ?)", LEFT, document.ref, WAITING, HELD
            )

    def as_chosen(self, document: Stored, request: Request) -> Request:
        """A sending of the user says its own visibility: what the type says by itself does not add to it."""
        if not self._mutants.on("masquage-du-type-prime-sur-le-choix"):
            return request
        own = self._request(document, self._rules.automatic)
        return replace(
            request, hidden_from_professionals=own.hidden_from_professionals or request.hidden_from_professionals
        )

    # -- in common ---------------------------------------------------------------------------------------------

    def _leaves_alone(self, document: Stored, rules: Automatic) -> bool:
        if self._mutants.on("tous-les-types-partent") and rules.type_codes:
            return True
        if document.type_code == "57833-6" and self._mutants.on("ordonnance-oubliee-de-l-automatique"):
            return False
        if self._mutants.on("un-seul-ordre-programme-par-patient") and self._waits_for(document.patient):
            return False
        return document.type_code in rules.type_codes

    def _request(self, document: Stored, rules: Automatic) -> Request:
        told = rules.restrictions.get(document.type_code, ())
        if self._mutants.on("masquage-du-type-non-applique"):
            told = ()
        hidden = {field: True for code, field in _FIELDS.items() if code in told}
        return Request(channels=(DMP,), **hidden)  # type: ignore[arg-type]

    def _waits_for(self, patient: int) -> bool:
        row = self._store.one(
            "SELECT 1 FROM plans p JOIN documents d ON d.ref = p.document WHERE d.patient = ? AND p.state = ?",
            patient,
            WAITING,
        )
        return row is not None

    def _last_was_held(self) -> bool:
        row = self._store.one("SELECT state FROM plans ORDER BY rowid DESC")
        return row is not None and row["state"] == HELD

    def _turn(self, document: Stored, before: tuple[str, ...], after: str, event: str) -> str:
        row = self._store.one("SELECT state FROM plans WHERE document = ?", document.ref)
        if row is None or row["state"] not in before:
            return GONE
        with self._store.transaction():
            self._store.update("plans", {"document": document.ref}, {"state": after})
            self._store.trace(event, document.unique_id, document.patient)
        return ""

    def _leave(self, ref: str) -> None:
        """Its time has come: sent, unless something forbids it by now."""
        self._timers.pop(ref, None)
        row = self._store.one("SELECT request, state FROM plans WHERE document = ?", ref)
        document = self._desk.documents.get(ref)
        if row is None or document is None or row["state"] not in self._leaving():
            return
        patient, request = self._desk.patients.get(document.patient), Request.load(row["request"])
        reason = self._reason(document, patient, request)
        with self._store.transaction():
            if reason:
                self._store.trace("envoi au DMP bloqué", reason, patient.id)
            else:
                self._desk.orders.order(patient, document, request, "initial")
            kept = {"state": BLOCKED if reason else LEFT}
            self._store.update("plans", {"document": ref}, kept)
        self._desk.outbox.start()

    def _leaving(self) -> tuple[str, ...]:
        held = (HELD,) if self._mutants.on("retenue-sans-effet") else ()
        return (WAITING, *held, *((CANCELLED,) if self._mutants.on("annulation-sans-effet") else ()))

    def _reason(self, document: Stored, patient: Patient, request: Request) -> str:
        if document.status != "current":
            return "ce document est remplacé ou supprimé"
        if patient.feeding == "IO" and self._mutants.on("opposition-non-relue-avant-l-envoi-differe"):
            return ""
        if not patient.qualified and self._mutants.on("envoi-automatique-sans-ins-qualifiee"):
            return ""
        return self._desk.orders.refusal(patient, request)
