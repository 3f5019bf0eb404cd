"""Documents of the DMP fetched before they are needed, under the same conditions, and kept for a time (DMP/UX.34)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from rempart.formats.vihf import model as vihf
from rempart.reference.body import BadRequest, Body
from rempart.reference.dmp import retrieve, search
from rempart.reference.dmp.failures import DmpFailure
from rempart.reference.dpi.answers import Json, done
from rempart.reference.dpi.consulting.access import Access, Denied
from rempart.reference.dpi.consulting.criteria import Wanted, type_code
from rempart.reference.dpi.consulting.desk import Desk, Right
from rempart.reference.dpi.consulting.entries import HERE, midnight
from rempart.reference.dpi.consulting.listing import Listing
from rempart.reference.dpi.consulting.users import Session
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import Store

_SETTING = "dmp_prefetch"
_DEFAULT: Json = {"type_codes": [], "service_from": "", "days_kept": 7}
_FOREVER = 3650  # days, of a mutant


class Prefetching:
    """What is fetched, for whom, and until when."""

    def __init__(
        self, desk: Desk, access: Access, listing: Listing, session: Session, store: Store, patients: Patients,
        mutants: Mutants,
    ) -> None:  # fmt: skip
        self._desk, self._access, self._listing, self._session = desk, access, listing, session
        self._store, self._patients, self._mutants = store, patients, mutants
        self.actions = {"set_prefetch": self.set_prefetch, "prefetch_dmp": self.prefetch_dmp}

    async def set_prefetch(self, body: Body) -> Json:
        body.only(*_DEFAULT)
        since = body.text("service_from", "")
        try:
            midnight(since, self._mutants)
        except ValueError as error:
            raise BadRequest(f"service_from: {error}") from None
        days = body.whole("days_kept")
        values = {"type_codes": body.texts("type_codes"), "service_from": since, "days_kept": days}
        self._store.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", _SETTING, json.dumps(values))
        return done()

    async def prefetch_dmp(self, body: Body) -> Json:
        fetched: list[Json] = []
        skipped: list[str] = []
        for named in body.only("patients").objects("patients"):
            patient = self._patients.find(named.text("value"), named.text("authority"))
            if patient is None:
                skipped.append(f"{named.text('value')}: patient inconnu")
                continue
            who = {"value": named.text("value"), "authority": named.text("authority")}
            try:
                fetched += [{"patient": who} | line for line in await self._fetch(patient)]
            except (Denied, DmpFailure) as reason:
                skipped.append(f"{named.text('value')}: {reason}")
        return done(documents=fetched, skipped=skipped)

    def kept(self, patient: Patient, unique_id: str) -> bytes | None:
        """A document that was fetched beforehand, unless its time is over."""
        self._store.run("DELETE FROM dmp_prefetched WHERE until < ?", _today())
        if self._mutants.on("document-precharge-redemande"):
            return None
        row = self._store.one(
            "SELECT content FROM dmp_prefetched WHERE patient = ? AND unique_id = ?", patient.id, unique_id
        )
        return bytes(row["content"]) if row else None

    async def _fetch(self, patient: Patient) -> list[Json]:
        """Raises Denied, Outage, Refused."""
        if self._mutants.on("prechargement-sans-verification"):
            right = Right(self._session.user)
        else:
            right = await self._access.open(patient, vihf.NORMAL, "")
        rules = self._rules()
        entries = await self._listing.find(patient, right, self._wanted(rules))
        if not entries:
            return []
        ids = [e.unique_id for e in entries]
        found = await self._desk.ask("TD3.2", patient, right, lambda dmp, who: retrieve.retrieve(dmp, who, ids))
        days = _FOREVER if self._mutants.on("duree-de-conservation-ignoree") else rules["days_kept"]
        until = f"{datetime.now(HERE) + timedelta(days=days):%Y%m%d}"
        for unique_id, content in found.documents.items():
            self._store.run(
                "INSERT OR REPLACE INTO dmp_prefetched (patient, unique_id, until, content) VALUES (?, ?, ?, ?)",
                *(patient.id, unique_id, until, content),
            )
        self._store.trace("documents du DMP préchargés", f"{len(found.documents)} jusqu'au {until}", patient.id)
        return [{"unique_id": u, "until": until} for u in found.documents]

    def _wanted(self, rules: Json) -> Wanted:
        codes = [] if self._mutants.on("types-precharges-ignores") else rules["type_codes"]
        criteria = search.Criteria(
            types=[type_code(code) for code in codes], started=(midnight(rules["service_from"], self._mutants), "")
        )
        return Wanted(criteria=criteria, statuses=search.ACTIVE)

    def _rules(self) -> Json:
        row = self._store.one("SELECT value FROM settings WHERE name = ?", _SETTING)
        return dict(json.loads(row["value"])) if row else _DEFAULT


def _today() -> str:
    return f"{datetime.now(HERE):%Y%m%d}"
