"""The reference DPI, wired: what it receives, and the actions of the driver that it offers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rempart.reference.body import Body
from rempart.reference.dpi.answers import UNKNOWN_DOCUMENT, UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.business_acks import BusinessAcks
from rempart.reference.dpi.composing import REPLACES
from rempart.reference.dpi.consulting.choices import current
from rempart.reference.dpi.consulting.wiring import Consulting
from rempart.reference.dpi.documents import CannotProduce, Documents, Stored, Wanted
from rempart.reference.dpi.drafting import Drafting
from rempart.reference.dpi.feeding.app import Feeding
from rempart.reference.dpi.feeding.desk import Desk
from rempart.reference.dpi.mss.mailing import AutomaticMailing
from rempart.reference.dpi.mss.reception import reception
from rempart.reference.dpi.mss.screens import MssScreens
from rempart.reference.dpi.pages.screens import Screens
from rempart.reference.dpi.reading import Reading, line
from rempart.reference.dpi.recipients import MSSANTE_PATIENT, MSSANTE_PS, read_recipients
from rempart.reference.dpi.removing import Removing
from rempart.reference.dpi.sending import CHANNELS, DMP, Orders, Request
from rempart.reference.forgetting import forget
from rempart.reference.identity import IdentityFeed
from rempart.reference.listener import Listener
from rempart.reference.mutation import Mutants
from rempart.reference.node import Node
from rempart.reference.outbox import Outbox
from rempart.reference.patients import Patient, Patients
from rempart.reference.settings import Settings
from rempart.reference.store import Store

TABLES = (
    "documents", "drafts", "identifiers", "movements", "stays", "traces", "dmp_choices", "dmp_visits", "dmp_prefetched",
)  # fmt: skip
_CHOICES = {
    "feeding": ("alimentation du DMP", ("NA", "IO", "INO")),
    "consultation": ("consultation du DMP", ("NA", "INC", "IC")),
    "patient_messaging": ("envoi par messagerie citoyenne", ("accepted", "refused")),
}


def build(settings: Settings, mutants: Mutants) -> Node:
    """A DPI that is ready to listen."""
    store = Store(settings.database, "common", "dpi", "mss", "dpi_dmp")
    forget(store, settings.dispositif, mutants)
    patients, outbox = Patients(store), Outbox(settings, store, mutants, keeps=True)
    documents, orders = Documents(store, mutants), Orders(settings, store, outbox, mutants)
    feeding = Feeding(Desk(store, patients, documents, orders, outbox, mutants))
    incoming, screens = reception(store, patients, documents, orders, mutants)
    receivers = {
        "ADT": IdentityFeed(store, patients, mutants, TABLES, feeding.moved).receivers,
        "MDM": incoming.receivers,
        "ZAM": BusinessAcks(store, mutants).receivers,
    }
    consulting = Consulting(settings, store, patients, documents, mutants)
    dpi = Dpi(store, patients, documents, orders, outbox, screens, consulting, mutants, feeding)
    return Node(
        settings=settings,
        store=store,
        outbox=outbox,
        listener=Listener(store, mutants, receivers, outbox.start),
        actions=dpi.actions,
        workers=(consulting, feeding),
        screens=Screens(dpi.actions, consulting.session),
    )


class Dpi:
    """The actions."""

    def __init__(
        self,
        store: Store,
        patients: Patients,
        documents: Documents,
        orders: Orders,
        outbox: Outbox,
        screens: MssScreens,
        consulting: Consulting,
        mutants: Mutants,
        feeding: Feeding,
    ) -> None:
        self._to_dmp = feeding
        mailing = AutomaticMailing(store, patients, documents, orders, outbox, mutants)
        self._store, self._patients, self._documents = store, patients, documents
        self._screens, self._consulting = screens, consulting
        self._orders, self._outbox, self._mutants = orders, outbox, mutants
        self.actions = {
            "open_patient_record": self.open_patient_record,
            "send_document": self.send_document,
            "replace_document": self.replace_document,
            "delete_document": self.delete_document,
            "get_sending_status": self.get_sending_status,
            "record_consent": self.record_consent,
            "read_traces": self.read_traces,
            **mailing.after(Drafting(store, patients, documents, mutants, feeding.plans).actions),
            **screens.noting(Reading(patients, documents, mutants, feeding.states).actions),
            **screens.actions,
            **mailing.actions,
            **consulting.actions,
            **Removing(store, patients, documents, mutants, self._delete_from_dmp).actions,
            **feeding.actions,
        }

    # -- the record --------------------------------------------------------------------------------------------

    async def open_patient_record(self, body: Body) -> Json:
        patient = self._patients.named(body.only("patient"))
        if patient is None:
            return {"found": False}
        traits = ("birth_name", "first_birth_name", "birth_names", "birth_date", "sex", "birth_place")
        return {
            "found": True,
            "identity": {name: getattr(patient, name) for name in traits},
            "identity_status": self._status(patient),
            "ins": self._ins(patient),
            "feeding": self._feeding(patient),
            "consultation": patient.consultation,
            "documents": [line(d, self._mutants, self._to_dmp.states) for d in self._documents.of(patient)],
            "mss_notices": self._screens.notices(patient),
            **await self._consulting.shown(patient),
        }

    async def record_consent(self, body: Body) -> Json:
        body.only("patient", "episode", *_CHOICES)
        values = {n: body.choice(n, table) for n, (_, table) in _CHOICES.items() if body.has(n)}
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        episode = body.text("episode", "")
        with self._store.transaction():
            kept = self._kept_choices(patient, values)
            if code := kept.get("consultation"):
                self._consulting.chosen(patient, episode, code)
            if episode not in ("", current(patient)):
                kept.pop("consultation", None)  # a choice made for another stay says nothing of this one
            self._patients.update(patient, kept)
            for name, code in values.items():
                if not self._mutants.on("choix-non-trace"):
                    self._store.trace("consentement enregistré", f"{_CHOICES[name][0]}: {code} (saisie)", patient.id)
        return done()

    async def read_traces(self, body: Body) -> Json:
        if not body.only("patient").has("patient"):
            return {"traces": self._store.traces()}
        patient = self._patients.named(body)
        return {"traces": self._store.traces(patient.id) if patient else []}

    # -- documents ---------------------------------------------------------------------------------------------

    async def send_document(self, body: Body) -> Json:
        request = _request(body)
        if MSSANTE_PS in request.channels and self._mutants.on("courriel-au-professionnel-copie-au-patient"):
            request = replace(request, channels=tuple(dict.fromkeys([*request.channels, MSSANTE_PATIENT])))
        if (found := self._document(body)) is None:
            return refused(UNKNOWN_DOCUMENT)
        document, patient = found
        if document.status != "current":
            return refused("ce document est remplacé ou supprimé")
        reason = self._orders.refusal(patient, request) or self._to_dmp.refusal(patient, document)
        if not reason or self._mutants.on("refus-affiche-mais-transmis"):
            self._order(patient, document, self._to_dmp.plans.as_chosen(document, request), "initial")
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
            wanted = replace(Wanted.load(document.wanted), title=title, mention=REPLACES)
            try:
                version = self._documents.produce(patient, wanted, document)
            except CannotProduce as error:
                answer = refused(str(error))
            else:
                self._store.trace("document validé", version.unique_id, patient.id)
                answer = done(document=version.ref, unique_id=version.unique_id)
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

    def _document(self, body: Body) -> tuple[Stored, Patient] | None:
        document = self._documents.get(body.text("document"))
        return (document, self._patients.get(document.patient)) if document else None

    def _ins(self, patient: Patient) -> Json | None:
        if patient.ins and self._mutants.on("ins-affichee-sans-cle"):
            return patient.ins | {"value": patient.ins_value[:13]}
        return patient.ins

    def _status(self, patient: Patient) -> str:
        return "" if self._mutants.on("statut-d-identite-non-affiche") else patient.status.split(",")[0]

    def _feeding(self, patient: Patient) -> str:
        return "NA" if self._mutants.on("opposition-non-affichee") else patient.feeding

    def _kept_choices(self, patient: Patient, values: dict[str, str]) -> dict[str, str]:
        lost = {
            "consultation": self._mutants.on("consentement-saisi-sans-effet")
            or (patient.consultation == "INC" and self._mutants.on("opposition-a-la-consultation-definitive")),
            "feeding": patient.feeding == "IO" and self._mutants.on("opposition-definitive"),
            "patient_messaging": patient.patient_messaging == "refused"
            and self._mutants.on("refus-messagerie-definitif"),
        }
        return {name: code for name, code in values.items() if not lost[name]}

    def _technical(self, state: str) -> str:
        return "pending" if state == "accepted" and self._mutants.on("acceptation-non-affichee") else state

    def _order(self, patient: Patient, document: Stored, request: Request, action: Any) -> None:
        with self._store.transaction():
            self._orders.order(patient, document, request, action)
            if DMP in request.channels:
                self._to_dmp.plans.taken_over(document)
        self._outbox.start()

    def _delete_from_dmp(self, patient: Patient, document: Stored) -> None:
        self._order(patient, document, Request(channels=(DMP,), recipients=()), "delete")

    def _follow_up(self, document: Stored, patient: Patient, action: Any) -> tuple[Request | None, str]:
        """What the last sending asked for, to do it again; and why it may not be."""
        last = self._orders.last(document)
        if document.status != "current" or last is None:
            return None, "ce document n'a pas été transmis, ou n'est plus la version courante"
        request = replace(last[1], visibility_changed=False)
        return request, self._orders.refusal(patient, request, action)


def _request(body: Body) -> Request:
    receipts = ("reception_receipt", "reading_receipt")
    hiding = ("hidden_from_patient", "hidden_from_representatives", "hidden_from_professionals")
    body.only("document", "channels", "recipients", "no_reply", *receipts, *hiding)
    return Request(
        channels=tuple(body.choices("channels", CHANNELS)),
        recipients=read_recipients(body),
        reception_receipt=body.flag("reception_receipt", True),
        reading_receipt=body.flag("reading_receipt", False),
        no_reply=body.flag("no_reply", False),
        **{name: body.flag(name, False) for name in hiding},
    )
