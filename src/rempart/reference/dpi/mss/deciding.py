"""What the user decides of a document of the work list: integrate, replace, delete, discard."""

from __future__ import annotations

from rempart.reference.body import Body
from rempart.reference.dpi.answers import UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.dpi.mss.filing import Filing
from rempart.reference.dpi.mss.journal import MANUAL, USER, Journal
from rempart.reference.dpi.mss.worklist import Item, Worklist
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import Store

_DECISIONS = ("integrate", "replace", "delete", "discard")


class _Refused(Exception):
    """Why the decision cannot be carried out, in French: the line stays in the list."""


class Decisions:
    """The action `handle_worklist_item`."""

    def __init__(
        self,
        store: Store,
        patients: Patients,
        documents: Documents,
        filing: Filing,
        worklist: Worklist,
        journal: Journal,
        mutants: Mutants,
    ) -> None:
        self._store, self._patients, self._documents, self._mutants = store, patients, documents, mutants
        self._filing, self._worklist, self._journal = filing, worklist, journal

    async def handle(self, body: Body) -> Json:
        decision = body.only("item", "decision", "patient").choice("decision", _DECISIONS)
        item = self._worklist.get(body.text("item"))
        if item is None:
            return refused("cette ligne n'est plus dans la liste de travail")
        patient = self._patients.named(body) if body.has("patient") else None
        with self._store.transaction():
            try:
                unique_id = self._carry_out(item, decision, patient)
            except _Refused as refusal:
                self._journal.record(item.unique_id, "refused", f"{decision}: {refusal}", user=USER)
                if self._mutants.on("element-perdu-apres-refus"):
                    self._worklist.close(item, "discarded")
                return refused(str(refusal))
            self._store.trace(
                "document MSSanté traité", f"{decision} {item.unique_id}", patient.id if patient else None
            )
        return done(unique_id=unique_id)

    def _carry_out(self, item: Item, decision: str, patient: Patient | None) -> str:
        if decision == "integrate":
            return self._integrate(item, patient)
        if decision == "replace":
            return self._replace(item)
        if decision == "delete":
            return self._delete(item)
        self._end(item, "discarded")
        self._journal.record(item.unique_id, "discarded", user=USER)
        return ""

    def _integrate(self, item: Item, patient: Patient | None) -> str:
        if item.kind == "deletion":
            raise _Refused("l'expéditeur demande une suppression: il n'y a pas de document à intégrer")
        if self._filing.held(item.replaces) and not self._mutants.on("remplacement-integre-a-cote"):
            raise _Refused("ce document remplace une version du dossier: remplacez-la")
        if patient is None:
            raise _Refused(UNKNOWN_PATIENT)
        if self._documents.by_id(item.unique_id):
            raise _Refused("ce document est déjà au dossier")
        arrival = item.arrival
        ins = arrival.header.ins
        if ins and self._mutants.on("integre-au-dossier-du-matricule"):
            patient = self._patients.find_ins(ins.extension) or patient
        self._filing.keep(patient.id, arrival)
        self._journal.record(item.unique_id, MANUAL, user=USER)
        if not self._mutants.on("ligne-gardee-apres-integration"):
            self._end(item, "integrated")
        return item.unique_id

    def _replace(self, item: Item) -> str:
        held = self._filing.held(item.replaces)
        if item.kind != "replacement" or held is None:
            raise _Refused("aucune version du dossier n'est remplacée par ce document")
        arrival = item.arrival
        if not self._mutants.on("remplacement-manuel-en-double"):
            self._filing.supersede(held, arrival, USER)
        self._filing.keep(held.patient, arrival)
        self._journal.record(item.unique_id, MANUAL, user=USER)
        self._end(item, "replaced")
        return item.unique_id

    def _delete(self, item: Item) -> str:
        if item.kind != "deletion":
            raise _Refused("l'expéditeur n'a pas demandé de suppression")
        if (held := self._held_or_waiting(item)) is not None and not self._mutants.on("suppression-validee-sans-effet"):
            self._filing.remove(held, USER)
        self._end(item, "deleted")
        return ""

    def _held_or_waiting(self, item: Item) -> Stored | None:
        """What the deletion is about: the document of the record, else the lines of the list where it still waits."""
        if held := self._filing.held(item.unique_id):
            return held
        for other in self._worklist.waiting():
            if other.unique_id == item.unique_id and other.item != item.item:
                self._end(other, "deleted")
        self._journal.record(item.unique_id, "deleted", user=USER)
        return None

    def _end(self, item: Item, state: str) -> None:
        self._worklist.close(item, state)
