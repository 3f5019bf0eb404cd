"""A document that came from the DMP leaves the record, once the DMP has it no more: the user decides (CDA/DD.05)."""

from __future__ import annotations

from collections.abc import Callable

from rempart.reference.body import Body
from rempart.reference.dpi.answers import UNKNOWN_DOCUMENT, UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import Store


class Removing:
    """Nobody is told: the document is not of this establishment."""

    def __init__(
        self,
        store: Store,
        patients: Patients,
        documents: Documents,
        mutants: Mutants,
        delete: Callable[[Patient, Stored], None],
    ) -> None:
        """`delete` asks the PFI for a deletion: what only the mutant `retrait-transmis-a-la-pfi` wants."""
        self._store, self._patients, self._documents = store, patients, documents
        self._mutants, self._delete = mutants, delete
        self.actions = {"remove_imported_document": self.remove_imported_document}

    async def remove_imported_document(self, body: Body) -> Json:
        unique_id = body.only("patient", "unique_id").text("unique_id")
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        held = [d for d in self._documents.of(patient) if d.status != "deleted" and not d.wanted]
        removed = [d for d in held if d.unique_id == unique_id]
        if not removed:
            return refused(UNKNOWN_DOCUMENT)
        if self._mutants.on("retrait-de-tous-les-documents-du-dmp"):
            removed = held
        with self._store.transaction():
            for document in removed:
                if not self._mutants.on("retrait-sans-effet"):
                    self._documents.mark(document, "deleted")
                self._store.trace("document du DMP retiré du dossier", document.unique_id, patient.id)
        if self._mutants.on("retrait-transmis-a-la-pfi"):
            self._delete(patient, removed[0])
        return done()
