"""Changing what a document already sent is to be: a new version, for a PFI cannot change metadata in the DMP.

Source: Volet Transmission CDA en HL7v2 2.1, processus collaboratifs: T10, RO and MODIF_CONF_CODE = Y.
"""

from __future__ import annotations

from dataclasses import replace

from rempart.reference.body import Body
from rempart.reference.dpi.answers import UNKNOWN_DOCUMENT, Json, done, refused
from rempart.reference.dpi.documents import Stored, Wanted
from rempart.reference.dpi.feeding.desk import Desk
from rempart.reference.dpi.sending import DMP, Request
from rempart.reference.patients import Patient

HIDING = ("hidden_from_patient", "hidden_from_representatives", "hidden_from_professionals")
NOT_SENT = "ce document n'a pas été transmis au DMP, ou n'est plus la version courante"
NOT_INFORMED = "le patient doit avoir été informé avant que ce document lui soit visible"


class Visibility:
    """The action `change_visibility`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._store, self._mutants = desk, desk.store, desk.mutants

    async def change(self, body: Body) -> Json:
        body.only("document", "patient_informed", *HIDING)
        document = self._desk.documents.get(body.text("document"))
        if document is None:
            return refused(UNKNOWN_DOCUMENT)
        last = self._desk.orders.last(document)
        if document.status != "current" or last is None or DMP not in last[1].channels:
            return refused(NOT_SENT)
        before, patient = last[1], self._desk.patients.get(document.patient)
        flags = {name: body.flag(name, False) for name in HIDING}
        request = replace(before, channels=(DMP,), recipients=(), visibility_changed=True, **flags)
        informed = body.flag("patient_informed", False) or self._mutants.on("levee-sans-information-du-patient")
        reason = self._desk.orders.refusal(patient, request, "replace")
        if not reason and before.hidden_from_patient and not request.hidden_from_patient and not informed:
            reason = NOT_INFORMED
        if reason:
            return refused(reason)
        version = self._next_version(patient, document, request)
        self._desk.outbox.start()
        return done(document=version.ref, unique_id=version.unique_id)

    def _next_version(self, patient: Patient, document: Stored, request: Request) -> Stored:
        with self._store.transaction():
            if self._mutants.on("levee-sans-nouvelle-version"):
                self._desk.orders.order(patient, document, request, "replace")
                return document
            version = self._desk.documents.produce(patient, Wanted.load(document.wanted), document)
            self._desk.documents.mark(document, "replaced")
            self._desk.orders.order(patient, version, request, "replace")
            self._store.trace("visibilité au DMP changée", version.unique_id, patient.id)
        return version
