"""Consulting the DMP, wired: its actions, and what the record shows."""

from __future__ import annotations

from rempart.reference.body import Body
from rempart.reference.dmp.client import Dmp, connect
from rempart.reference.dpi.answers import UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.consent import dmp_consultation_refusal
from rempart.reference.dpi.consulting.access import Access, Denied
from rempart.reference.dpi.consulting.changing import Changing
from rempart.reference.dpi.consulting.choices import STATES, Choices
from rempart.reference.dpi.consulting.counting import Counting
from rempart.reference.dpi.consulting.desk import Desk
from rempart.reference.dpi.consulting.glance import Glance, nothing
from rempart.reference.dpi.consulting.listing import Listing
from rempart.reference.dpi.consulting.prefetching import Prefetching
from rempart.reference.dpi.consulting.reading import DmpReading
from rempart.reference.dpi.consulting.users import Session
from rempart.reference.dpi.consulting.web import DmpWeb
from rempart.reference.dpi.documents import Documents
from rempart.reference.http import Action
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.settings import Settings
from rempart.reference.store import Store

_ACCESSES = ("normal", "bris_de_glace", "centre_15")


class Consulting:
    """Without a DMP (`--dmp-url`), `consult_dmp` says what would be allowed, and the other actions are not offered."""

    def __init__(
        self, settings: Settings, store: Store, patients: Patients, documents: Documents, mutants: Mutants
    ) -> None:
        """Raises BadSettings on a wrong address or certificate."""
        self._store, self._patients, self._mutants = store, patients, mutants
        self._choices, self._dmp = Choices(store, mutants), connect(settings, mutants)
        self._access: Access | None = None
        self._glance: Glance | None = None
        self.session = Session(store, mutants)
        self.actions: dict[str, Action] = {"consult_dmp": self.consult_dmp, **self.session.actions}
        if self._dmp is not None:
            self._wire(self._dmp, settings, documents)

    def _wire(self, dmp: Dmp, settings: Settings, documents: Documents) -> None:
        store, patients, mutants = self._store, self._patients, self._mutants
        desk, counting = Desk(dmp, store, mutants), Counting(store, self.session, mutants)
        self._access = access = Access(desk, self.session, self._choices, mutants)
        self._glance = Glance(desk, access, counting, self.session, store, documents, mutants)
        listing = Listing(desk, access, patients, documents, mutants)
        prefetching = Prefetching(desk, access, listing, self.session, store, patients, mutants)
        reading = DmpReading(desk, access, listing, prefetching, store, patients, documents, mutants)
        changing, web = Changing(desk, access, listing, patients, mutants), DmpWeb(settings, store, patients, mutants)
        for part in (counting, listing, prefetching, reading, changing, web):
            self.actions |= part.actions

    async def shown(self, patient: Patient) -> Json:
        """What the open record says of the DMP, and of the choices of each episode."""
        state = await self._glance.show(patient) if self._glance else nothing()
        return {"dmp": state, "episodes": self._choices.shown(patient)}

    def chosen(self, patient: Patient, episode: str, code: str) -> None:
        """The choice on consulting that was recorded (a code of ZFA-11)."""
        self._choices.note_teller(patient, self.session.user.id)
        self._choices.keep(patient, episode, STATES[code])

    async def consult_dmp(self, body: Body) -> Json:
        body.only("patient", "access", "reason")
        access, reason = body.choice("access", _ACCESSES, "normal"), body.text("reason", "")
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        refusal = await self._refusal(patient, access, reason)
        if not self._mutants.on("acces-au-dmp-non-trace"):
            self._store.trace("consultation du DMP", f"refusée: {refusal}" if refusal else "ouverte", patient.id)
        return refused(refusal) if refusal else done()

    async def _refusal(self, patient: Patient, access: str, reason: str) -> str:
        if self._access is None:
            return dmp_consultation_refusal(patient, self._mutants)
        try:
            await self._access.open(patient, access, reason)
        except Denied as denied:
            return str(denied)
        return ""

    # -- a worker of the node

    def start(self) -> None:
        """Nothing is under way before somebody opens a record."""

    async def stop(self) -> None:
        if self._glance is not None:
            await self._glance.stop()
        if self._dmp is not None:
            self._dmp.close()
