"""Documents written by the user: drafted, addressed, validated."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace

from rempart.reference.body import Body
from rempart.reference.dpi.answers import UNKNOWN_DOCUMENT, UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.documents import CannotProduce, Documents, Wanted
from rempart.reference.dpi.feeding.plans import Plans
from rempart.reference.dpi.recipients import read_recipients
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import Store

_PAST = ("act_date", "episode", "author_registered", "local_type")


class Drafting:
    """The actions that write documents."""

    def __init__(self, store: Store, patients: Patients, documents: Documents, mutants: Mutants, plans: Plans) -> None:
        self._plans = plans
        self._store, self._patients, self._documents, self._mutants = store, patients, documents, mutants
        self.actions = {
            "produce_document": self.produce_document,
            "validate_document": self.validate_document,
            "show_recipients": self.show_recipients,
            "set_recipients": self.set_recipients,
            "set_information_notice": self.set_information_notice,
        }

    async def produce_document(self, body: Body) -> Json:
        body.only("patient", "type_code", "title", "level", "recipients", "sections", "draft", *_PAST)
        wanted = Wanted(
            type_code=body.text("type_code"),
            title=body.text("title"),
            level=body.choice("level", ("N1", "N3"), "N1"),
            recipients=read_recipients(body),
            sections=tuple((s.text("title"), s.text("text")) for s in body.objects("sections")),
            act_date=body.text("act_date", ""),
            episode=body.text("episode", ""),
            author_registered=body.flag("author_registered", True),
            local_type=body.text("local_type", ""),
        )
        named = body.object("patient").only("value", "authority")
        patient = self._patients.find(named.text("value"), named.text("authority"))
        if patient is None:
            return refused(UNKNOWN_PATIENT)
        ref, drafted = f"DRAFT-{uuid.uuid4().hex[:12]}", body.flag("draft", False)
        with self._store.transaction():
            if drafted:
                self._store.insert("drafts", {"ref": ref, "patient": patient.id, "wanted": wanted.dump()})
            if not drafted or self._mutants.on("brouillon-envoye"):
                answer = self._produce(patient, wanted)
        self._plans.start()
        return done(document=ref) if drafted else answer

    async def validate_document(self, body: Body) -> Json:
        if (found := self._draft(body.only("document"))) is None:
            return refused(UNKNOWN_DOCUMENT)
        ref, patient, wanted = found
        with self._store.transaction():
            answer = self._produce(patient, wanted)
            if answer["outcome"] == "done":
                self._store.run("DELETE FROM drafts WHERE ref = ?", ref)
        self._plans.start()
        return answer

    async def show_recipients(self, body: Body) -> Json:
        if (found := self._draft(body.only("document"))) is None:
            return refused(UNKNOWN_DOCUMENT)
        return done(recipients=self._shown(found[2]))

    async def set_recipients(self, body: Body) -> Json:
        if (found := self._draft(body.only("document", "recipients"))) is None:
            return refused(UNKNOWN_DOCUMENT)
        ref, _, wanted = found
        wanted = replace(wanted, recipients=read_recipients(body))
        if not self._mutants.on("destinataires-modifies-a-l-ecran-seulement"):
            self._store.update("drafts", {"ref": ref}, {"wanted": wanted.dump()})
        return done(recipients=self._shown(wanted))

    async def set_information_notice(self, body: Body) -> Json:
        text = body.only("mention").text("mention")
        if not self._mutants.on("mention-rgpd-non-reglable"):
            self._documents.set_notice(text)
        return done()

    def _shown(self, wanted: Wanted) -> list[Json]:
        shown = [asdict(r) for r in wanted.recipients]
        return [r | {"address": ""} for r in shown] if self._mutants.on("adresses-non-affichees") else shown

    def _draft(self, body: Body) -> tuple[str, Patient, Wanted] | None:
        row = self._store.one("SELECT * FROM drafts WHERE ref = ?", body.text("document"))
        return (row["ref"], self._patients.get(row["patient"]), Wanted.load(row["wanted"])) if row else None

    def _produce(self, patient: Patient, wanted: Wanted) -> Json:
        try:
            document = self._documents.produce(patient, wanted)
        except CannotProduce as error:
            return refused(str(error))
        self._store.trace("document validé", document.unique_id, patient.id)
        self._plans.validated(document)
        return done(document=document.ref, unique_id=document.unique_id)
