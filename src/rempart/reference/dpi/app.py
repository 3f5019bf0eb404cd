"""The reference DPI, wired: what it receives, and the actions of the driver that it offers."""

from __future__ import annotations

from typing import Any

from rempart.reference.body import Body
from rempart.reference.dpi.business_acks import BusinessAcks
from rempart.reference.dpi.consent import dmp_consultation_refusal
from rempart.reference.dpi.documents import CannotProduce, Documents, Stored
from rempart.reference.dpi.incoming import IncomingDocuments
from rempart.reference.dpi.sending import CHANNELS, Orders, Recipient, Request
from rempart.reference.identity import IdentityFeed
from rempart.reference.listener import Listener
from rempart.reference.mutation import Mutants
from rempart.reference.node import Node
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patient, Patients
from rempart.reference.settings import Settings
from rempart.reference.store import Store

Json = dict[str, Any]
TABLES = ("documents", "identifiers", "movements", "traces")
_KINDS = ("professional", "organisation", "application", "patient")
_CHOICES = {
    "feeding": ("alimentation du DMP", ("NA", "IO", "INO")),
    "consultation": ("consultation du DMP", ("NA", "INC", "IC")),
    "patient_messaging": ("envoi par messagerie citoyenne", ("accepted", "refused")),
}
UNKNOWN_PATIENT = "patient inconnu"
UNKNOWN_DOCUMENT = "document inconnu"


def build(settings: Settings, mutants: Mutants) -> Node:
    """A DPI that is ready to listen."""
    store = Store(settings.database, "common", "dpi")
    patients, outbox = Patients(store), Outbox(settings, store, mutants)
    documents, orders = Documents(store, mutants), Orders(settings, store, outbox, mutants)
    receivers = {
        "ADT": IdentityFeed(store, patients, mutants, TABLES).receivers,
        "MDM": IncomingDocuments(store, patients, documents, mutants).receivers,
        "ZAM": BusinessAcks(store, mutants).receivers,
    }
    dpi = Dpi(store, patients, documents, orders, outbox, mutants)
    return Node(
        settings=settings,
        store=store,
        outbox=outbox,
        listener=Listener(store, mutants, receivers, outbox.start),
        actions=dpi.actions,
    )


def done(**more: object) -> Json:
    return {"outcome": "done", "reason": "", **more}


def refused(reason: str) -> Json:
    return {"outcome": "refused", "reason": reason}


class Dpi:
    """The actions."""

    def __init__(
        self,
        store: Store,
        patients: Patients,
        documents: Documents,
        orders: Orders,
        outbox: Outbox,
        mutants: Mutants,
    ) -> None:
        self._store, self._patients, self._documents = store, patients, documents
        self._orders, self._outbox, self._mutants = orders, outbox, mutants
        self.actions = {
            "open_patient_record": self.open_patient_record,
            "produce_document": self.produce_document,
            "send_document": self.send_document,
            "replace_document": self.replace_document,
            "delete_document": self.delete_document,
            "get_sending_status": self.get_sending_status,
            "record_consent": self.record_consent,
            "consult_dmp": self.consult_dmp,
            "read_traces": self.read_traces,
        }

    # -- the record --------------------------------------------------------------------------------------------

    async def open_patient_record(self, body: Body) -> Json:
        patient = self._patient(body.only("patient"))
        if patient is None:
            return {"found": False}
        traits = ("birth_name", "first_birth_name", "birth_names", "birth_date", "sex", "birth_place")
        shown = [
            {"unique_id": d.unique_id, "type_code": d.type_code, "origin": d.origin, "status": d.status}
            for d in self._documents.of(patient)
        ]
        return {
            "found": True,
            "identity": {name: getattr(patient, name) for name in traits},
            "identity_status": patient.status.split(",")[0],
            "ins": self._ins(patient),
            "feeding": self._feeding(patient),
            "consultation": patient.consultation,
            "documents": shown,
        }

    async def record_consent(self, body: Body) -> Json:
        body.only("patient", *_CHOICES)
        values = {n: body.choice(n, table) for n, (_, table) in _CHOICES.items() if body.has(n)}
        if (patient := self._patient(body)) is None:
            return refused(UNKNOWN_PATIENT)
        with self._store.transaction():
            self._patients.update(patient, self._kept_choices(patient, values))
            for name, code in values.items():
                if not self._mutants.on("choix-non-trace"):
                    self._store.trace("consentement enregistré", f"{_CHOICES[name][0]}: {code} (saisie)", patient.id)
        return done()

    async def consult_dmp(self, body: Body) -> Json:
        if (patient := self._patient(body.only("patient"))) is None:
            return refused(UNKNOWN_PATIENT)
        reason = dmp_consultation_refusal(patient, self._mutants)
        with self._store.transaction():
            self._store.trace("consultation du DMP", f"refusée: {reason}" if reason else "ouverte", patient.id)
        return refused(reason) if reason else done()

    async def read_traces(self, body: Body) -> Json:
        if not body.only("patient").has("patient"):
            return {"traces": self._store.traces()}
        patient = self._patient(body)
        return {"traces": self._store.traces(patient.id) if patient else []}

    # -- documents ---------------------------------------------------------------------------------------------

    async def produce_document(self, body: Body) -> Json:
        body.only("patient", "type_code", "title", "level")
        type_code, title = body.text("type_code"), body.text("title")
        level = body.choice("level", ("N1", "N3"), "N1")
        if (patient := self._patient(body)) is None:
            return refused(UNKNOWN_PATIENT)
        with self._store.transaction():
            return self._produce(patient, type_code, title, level)

    async def send_document(self, body: Body) -> Json:
        request = _request(body)
        if (found := self._document(body)) is None:
            return refused(UNKNOWN_DOCUMENT)
        document, patient = found
        if document.status != "current":
            return refused("ce document est remplacé ou supprimé")
        reason = self._orders.refusal(patient, request)
        if not reason or self._mutants.on("refus-affiche-mais-transmis"):
            self._order(patient, document, request, "initial")
        return refused(reason) if reason else done()

    async def replace_document(self, body: Body) -> Json:
        title = body.only("document", "title").text("title")
        if (found := self._document(body)) is None:
            return refused(UNKNOWN_DOCUMENT)
        document, patient = found
        request, reason = self._follow_up(document, patient, "replace")
        if request is None or reason:
            return refused(reason)
        with self._store.transaction():
            answer = self._produce(patient, document.type_code, title, document.level, document)
            version = self._documents.get(answer.get("document", ""))
            if version is not None:
                self._documents.mark(document, "replaced")
                self._orders.order(patient, version, request, "replace")
        self._outbox.start()
        return answer

    async def delete_document(self, body: Body) -> Json:
        if (found := self._document(body.only("document"))) is None:
            return refused(UNKNOWN_DOCUMENT)
        document, patient = found
        request, reason = self._follow_up(document, patient, "delete")
        if request is None or reason:
            return refused(reason)
        self._documents.mark(document, "deleted")
        self._order(patient, document, request, "delete")
        return done()

    async def get_sending_status(self, body: Body) -> Json:
        found = self._document(body.only("document"))
        order = self._orders.last(found[0]) if found else None
        if order is None:
            return {"found": found is not None, "technical": "none"}
        row = self._store.one("SELECT state, detail FROM outbox WHERE control_id = ?", order[0])
        assert row is not None
        lines = self._store.all("SELECT * FROM deliveries WHERE control_id = ? ORDER BY rowid", order[0])
        names = ("channel", "status", "recipient", "error_code", "error_label")
        return {
            "found": True,
            "technical": self._technical(row["state"]),
            "technical_detail": row["detail"],
            "channels": [{name: line[name] for name in names} for line in lines],
        }

    # -- in common ---------------------------------------------------------------------------------------------

    def _patient(self, body: Body) -> Patient | None:
        named = body.object("patient").only("value", "authority")
        return self._patients.find(named.text("value"), named.text("authority"))

    def _document(self, body: Body) -> tuple[Stored, Patient] | None:
        document = self._documents.get(body.text("document"))
        return (document, self._patients.get(document.patient)) if document else None

    def _ins(self, patient: Patient) -> Json | None:
        if patient.ins and self._mutants.on("ins-affichee-sans-cle"):
            return patient.ins | {"value": patient.ins_value[:13]}
        return patient.ins

    def _feeding(self, patient: Patient) -> str:
        return "NA" if self._mutants.on("opposition-non-affichee") else patient.feeding

    def _kept_choices(self, patient: Patient, values: dict[str, str]) -> dict[str, str]:
        lost = {
            "consultation": self._mutants.on("consentement-saisi-sans-effet"),
            "feeding": patient.feeding == "IO" and self._mutants.on("opposition-definitive"),
            "patient_messaging": patient.patient_messaging == "refused"
            and self._mutants.on("refus-messagerie-definitif"),
        }
        return {name: code for name, code in values.items() if not lost[name]}

    def _technical(self, state: str) -> str:
        return "pending" if state == "accepted" and self._mutants.on("acceptation-non-affichee") else state

    def _produce(
        self, patient: Patient, type_code: str, title: str, level: str, previous: Stored | None = None
    ) -> Json:
        try:
            document = self._documents.produce(patient, type_code, title, level, previous)
        except CannotProduce as error:
            return refused(str(error))
        self._store.trace("document validé", document.unique_id, patient.id)
        return done(document=document.ref, unique_id=document.unique_id)

    def _order(self, patient: Patient, document: Stored, request: Request, action: Any) -> None:
        with self._store.transaction():
            self._orders.order(patient, document, request, action)
        self._outbox.start()

    def _follow_up(self, document: Stored, patient: Patient, action: Any) -> tuple[Request | None, str]:
        """What the last sending asked for, to do it again; and why it may not be."""
        last = self._orders.last(document)
        if document.status != "current" or last is None:
            return None, "ce document n'a pas été transmis, ou n'est plus la version courante"
        return last[1], self._orders.refusal(patient, last[1], action)


def _request(body: Body) -> Request:
    receipts = ("reception_receipt", "reading_receipt")
    hiding = ("hidden_from_patient", "hidden_from_representatives", "hidden_from_professionals")
    body.only("document", "channels", "recipients", *receipts, *hiding)
    recipients = []
    for each in body.objects("recipients"):
        each.only("name", "address", "identifier", "kind")
        recipients.append(
            Recipient(
                name=each.text("name"),
                address=each.text("address"),
                identifier=each.text("identifier", ""),
                kind=each.choice("kind", _KINDS, "professional"),
            )
        )
    return Request(
        channels=tuple(body.choices("channels", CHANNELS)),
        recipients=tuple(recipients),
        reception_receipt=body.flag("reception_receipt", True),
        reading_receipt=body.flag("reading_receipt", False),
        **{name: body.flag(name, False) for name in hiding},
    )
