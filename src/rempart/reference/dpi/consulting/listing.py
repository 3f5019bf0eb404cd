"""The documents of the DMP in a list that can be filtered (TD3.1): nothing that the DMP returns is dropped."""

from __future__ import annotations

from rempart.formats.xds import RegistryObject
from rempart.formats.xds import model as xds
from rempart.reference.body import Body
from rempart.reference.dmp import search
from rempart.reference.dmp.failures import DmpFailure
from rempart.reference.document_types import document_types
from rempart.reference.dpi.answers import UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.consulting.access import Access, Denied
from rempart.reference.dpi.consulting.criteria import Wanted, read_criteria
from rempart.reference.dpi.consulting.desk import Desk, Right, cx
from rempart.reference.dpi.consulting.entries import DmpEntry
from rempart.reference.dpi.documents import Documents
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients

UNAVAILABLE = "le DMP n'a pas répondu comme attendu"


class Listing:
    """Searches, and finds again an entry that a list has shown."""

    def __init__(self, desk: Desk, access: Access, patients: Patients, documents: Documents, mutants: Mutants) -> None:
        self._desk, self._access, self._mutants = desk, access, mutants
        self._patients, self._documents = patients, documents
        self.actions = {"list_dmp_documents": self.list_dmp_documents}

    async def list_dmp_documents(self, body: Body) -> Json:
        wanted = read_criteria(body.only("patient", "criteria").object("criteria"), self._mutants)
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        try:
            right = await self._access.ensure(patient)
            found = await self.find(patient, right, wanted)
        except Denied as denied:
            return refused(str(denied))
        except DmpFailure as failure:
            return _nothing(failure, self._mutants)
        held = {d.unique_id for d in self._documents.of(patient) if d.status != "deleted"}
        lines = [e.shown(e.unique_id in held, self._mutants) for e in found]
        return done(documents=lines)

    async def find(self, patient: Patient, right: Right, wanted: Wanted) -> list[DmpEntry]:
        """Raises Outage, Refused."""
        if wanted.order and not self._mutants.on("numero-de-demande-ignore"):
            found = await self._desk.ask(
                "TD3.1", patient, right,
                lambda dmp, who: search.find_by_reference(dmp, who, [wanted.order], wanted.statuses),
            )  # fmt: skip
        else:
            found = await self._desk.ask(
                "TD3.1", patient, right,
                lambda dmp, who: search.find_documents(dmp, who, wanted.criteria, wanted.statuses),
            )  # fmt: skip
        entries = [e for e in found.entries if self._kept(e, patient)]
        if wanted.submitted:
            recent = await self.submitted_since(patient, right, wanted.submitted)
            entries = [e for e in entries if e.id in recent]
        return [e for e in map(DmpEntry, entries) if not e.is_signature]

    async def submitted_since(self, patient: Patient, right: Right, since: str) -> set[str]:
        """The entryUUID of what was put in since a time, which no filter on documents says. Raises Outage, Refused."""
        sets = await self._desk.ask(
            "TD3.1", patient, right, lambda dmp, who: search.find_submissions(dmp, who, (since, ""))
        )
        if not sets.submissions:
            return set()
        links = await self._desk.ask(
            "TD3.1", patient, right,
            lambda dmp, who: search.associations(dmp, who, *(s.id for s in sets.submissions)),
        )  # fmt: skip
        return {link.target for link in links.associations if link.type == xds.HAS_MEMBER}

    async def entry(self, patient: Patient, right: Right, unique_id: str) -> search.Found:
        """What the registry says of a document now. Raises Outage, Refused."""
        return await self._desk.ask("TD3.1", patient, right, lambda dmp, who: search.by_unique_id(dmp, who, unique_id))

    def _kept(self, entry: RegistryObject, patient: Patient) -> bool:
        """All of them: an INS may have changed (EX_3.1-1055), a code may be younger than our tables (EX_3.1-1050)."""
        if self._mutants.on("resultats-filtres-par-ins") and entry.identifier(xds.ENTRY_PATIENT) != cx(patient):
            return False
        return not self._mutants.on("type-inconnu-ecarte") or DmpEntry(entry).type_code in document_types()


def _nothing(failure: DmpFailure, mutants: Mutants) -> Json:
    """A failure is said: an empty list would read as "no document"."""
    if mutants.on("panne-lue-comme-liste-vide"):
        return done(documents=[])
    return refused(f"{UNAVAILABLE}: {failure}")
