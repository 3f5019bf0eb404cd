"""What an open record shows of the DMP before any gesture, without making anybody wait for the DMP.

The state (DMP/UX.12), what was put in by others since the last visit (DMP/UX.15), and what has become of the documents
that came from the DMP (CDA/DD.05). It is asked for when the record opens; an answer that is late shows at the next
opening (DMP/UX.10).
"""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta

from rempart.formats.xds import Association, RegistryObject
from rempart.formats.xds import model as xds
from rempart.reference.dmp import search
from rempart.reference.dmp.failures import DmpFailure
from rempart.reference.dpi.answers import Json
from rempart.reference.dpi.consulting.access import AUTHORISED, Access
from rempart.reference.dpi.consulting.choices import current
from rempart.reference.dpi.consulting.counting import Counting
from rempart.reference.dpi.consulting.desk import OWN_STRUCTURE, Desk, Right
from rempart.reference.dpi.consulting.entries import DmpEntry, local_time
from rempart.reference.dpi.consulting.users import Session
from rempart.reference.dpi.documents import Documents
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.store import Store

FRESH = 60.0  # seconds: an answer that came later than the record was opened shows at the next opening, or never
PATIENCE = 0.5  # seconds that opening a record may take more, for the sake of the DMP
_FIRST_PERIOD = timedelta(days=365)  # before the first visit
_FORMAT = "%Y%m%d%H%M%S"
_LATE = "le DMP n'a pas encore répondu"
_UNKNOWN: Json = {"state": "unknown"}


class Glance:
    """Asks in the background; one question at a time for a user and a patient."""

    def __init__(
        self, desk: Desk, access: Access, counting: Counting, session: Session, store: Store, documents: Documents,
        mutants: Mutants,
    ) -> None:  # fmt: skip
        self._desk, self._access, self._counting, self._session = desk, access, counting, session
        self._store, self._documents, self._mutants = store, documents, mutants
        self._asked: dict[tuple[str, int], asyncio.Task[tuple[float, Json]]] = {}  # with the time of the answer

    async def show(self, patient: Patient) -> Json:
        """What is known by now."""
        right = Right(self._session.caller)
        refusal = self._access.refusal(patient, right)
        if refusal and not self._mutants.on("dmp-interroge-malgre-tout"):
            return _UNKNOWN | {"detail": refusal}
        key = (right.user.id, patient.id)
        task = self._asked.get(key)
        if task is None or (task.done() and time.monotonic() - task.result()[0] > FRESH):
            task = self._asked[key] = asyncio.create_task(self._look(patient, right), name="dmp-glance")
        waited = None if self._mutants.on("ouverture-bloquee-par-le-dmp") else PATIENCE
        await asyncio.wait([task], timeout=waited)
        if not task.done():
            return _UNKNOWN | {"detail": _LATE}
        del self._asked[key]
        return task.result()[1]

    async def stop(self) -> None:
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def _look(self, patient: Patient, right: Right) -> tuple[float, Json]:
        try:
            shown = await self._seen(patient, right)
        except DmpFailure as failure:
            shown = _UNKNOWN | {"detail": str(failure)}
            if self._mutants.on("panne-lue-comme-dmp-absent"):
                shown = {"state": "absent"}
        except Exception as error:  # a defect of ours does not close the record
            traceback.print_exc(file=sys.stderr)
            shown = _UNKNOWN | {"detail": f"erreur interne: {type(error).__name__}"}
        return time.monotonic(), shown

    async def _seen(self, patient: Patient, right: Right) -> Json:
        """Raises Outage, Refused."""
        found = await self._access.existence(patient, right)
        state = self._access.state(found)
        if self._mutants.on("etat-du-dmp-non-affiche"):
            return _UNKNOWN
        shown: Json = {"state": state}
        if state != AUTHORISED:
            return shown
        since = self._since(patient)
        shown |= await self._news(patient, right, since)
        if not self._mutants.on("avis-non-affiches"):
            shown["notices"] = await self._notices(patient, right)
        self._remember(patient)
        return shown

    # -- new documents -----------------------------------------------------------------------------------------

    async def _news(self, patient: Patient, right: Right, since: str) -> Json:
        sets = (await self._desk.ask("TD3.1", patient, right, search.find_submissions)).submissions
        times = {s.id: s.value("submissionTime") for s in sets}
        recent = [id_ for id_, when in times.items() if when >= since]
        entries = await self._members(patient, right, recent) if recent else []
        own = set() if self._mutants.on("documents-de-l-etablissement-comptes") else {OWN_STRUCTURE}
        codes = [e.type_code for e in entries if not e.is_signature and not e.structures & own]
        last = max(times.values(), default="")
        if self._mutants.on("nouveaux-documents-non-affiches"):
            codes = []
        return {
            "new_documents": self._counting.count(patient, codes),
            "last_fed": ""
            if self._mutants.on("derniere-alimentation-non-affichee")
            else local_time(last, self._mutants),
        }

    async def _members(self, patient: Patient, right: Right, sets: list[str]) -> list[DmpEntry]:
        links = await self._links(patient, right, sets)
        uuids = sorted({link.target for link in links if link.type == xds.HAS_MEMBER})
        if not uuids:
            return []
        return [DmpEntry(e) for e in await self._entries(patient, right, uuids) if e.status == xds.APPROVED]

    def _since(self, patient: Patient) -> str:
        """The last time that the record was opened in an earlier stay; outside of stays, the last time at all."""
        if self._mutants.on("nouveautes-comptees-depuis-toujours"):
            return ""
        episode = current(patient)
        row = self._store.one(
            "SELECT MAX(time) AS last FROM dmp_visits WHERE patient = ? AND (episode <> ? OR episode = '')",
            *(patient.id, episode),
        )
        if row is not None and row["last"]:
            return str(row["last"])
        return (datetime.now(UTC) - _FIRST_PERIOD).strftime(_FORMAT)

    def _remember(self, patient: Patient) -> None:
        self._store.run(
            "INSERT OR REPLACE INTO dmp_visits (patient, episode, time) VALUES (?, ?, ?)",
            *(patient.id, current(patient), datetime.now(UTC).strftime(_FORMAT)),
        )

    # -- documents that came from the DMP ----------------------------------------------------------------------

    async def _notices(self, patient: Patient, right: Right) -> list[Json]:
        """Held documents that are no longer in force in the DMP: replaced, or gone."""
        held = [d.unique_id for d in self._documents.of(patient) if d.origin == "DMP" and d.status == "current"]
        if not held:
            return []
        found = await self._desk.ask("TD3.1", patient, right, lambda dmp, who: search.by_unique_id(dmp, who, *held))
        known = {DmpEntry(e).unique_id: e for e in found.entries}
        notices = []
        for unique_id in held:
            if unique_id not in known:
                if self._mutants.on("suppression-du-dmp-appliquee-d-office"):
                    self._store.run("UPDATE documents SET status = 'deleted' WHERE unique_id = ?", unique_id)
                if not self._mutants.on("suppression-non-signalee"):
                    notices.append({"unique_id": unique_id, "kind": "deleted"})
            elif known[unique_id].status == xds.DEPRECATED and not self._mutants.on("version-recente-non-signalee"):
                newer = await self._newest(patient, right, known[unique_id])
                notices.append({"unique_id": unique_id, "kind": "newer_version", "newer": newer})
        return notices

    async def _newest(self, patient: Patient, right: Right, entry: RegistryObject) -> str:
        """The uniqueId of the version in force, by way of those between."""
        seen = {entry.id}
        while entry.status == xds.DEPRECATED:
            links = await self._links(patient, right, [entry.id])
            target = entry.id
            after = next((a.source for a in links if a.type == xds.RPLC and a.target == target), "")
            entries = await self._entries(patient, right, [after]) if after and after not in seen else []
            if not entries:
                return ""
            entry = entries[0]
            seen.add(entry.id)
        return DmpEntry(entry).unique_id

    async def _links(self, patient: Patient, right: Right, uuids: list[str]) -> tuple[Association, ...]:
        found = await self._desk.ask("TD3.1", patient, right, lambda dmp, who: search.associations(dmp, who, *uuids))
        return found.associations

    async def _entries(self, patient: Patient, right: Right, uuids: list[str]) -> tuple[RegistryObject, ...]:
        found = await self._desk.ask("TD3.1", patient, right, lambda dmp, who: search.by_entry_uuid(dmp, who, *uuids))
        return found.entries


def nothing() -> Json:
    """What is shown without a DMP to ask: nothing is known, and nothing is made up."""
    return dict(_UNKNOWN)
