"""The pages of the DMP opened from a record, by their contextual address (TD0.9; TD0.10 in AIR). PDT-INF-527."""

from __future__ import annotations

from urllib.parse import urlsplit

from rempart.reference.body import Body
from rempart.reference.dpi.answers import UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.consent import dmp_consultation_refusal
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patients
from rempart.reference.settings import Settings
from rempart.reference.store import Store

PAGES = ("TableauDeBord", "DossierPatient")


class DmpWeb:
    """`open_dmp_web` gives the address that the browser of the user opens."""

    def __init__(self, settings: Settings, store: Store, patients: Patients, mutants: Mutants) -> None:
        self._settings, self._store, self._patients, self._mutants = settings, store, patients, mutants
        self.actions = {"open_dmp_web": self.open_dmp_web}

    async def open_dmp_web(self, body: Body) -> Json:
        page = body.only("patient", "page").choice("page", PAGES)
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        if reason := dmp_consultation_refusal(patient, self._mutants):
            return refused(reason)
        at = urlsplit(self._settings.dmp_url)
        ins = patient.ins_value[:13] if self._mutants.on("ins-sans-cle-dans-l-adresse") else patient.ins_value
        if page == "DossierPatient" and self._mutants.on("appel-contextuel-sans-patient"):
            page = "TableauDeBord"
        self._store.trace("accès au DMP", f"TD0.9, {page}", patient.id)
        return done(url=f"{at.scheme}://{at.netloc}/AccesDirect/{page}/{ins}")
