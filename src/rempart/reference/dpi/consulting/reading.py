"""One document of the DMP opened, or several kept in the record (TD3.2), with where they come from."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.reference.body import Body
from rempart.reference.dmp import retrieve
from rempart.reference.dmp.failures import DmpFailure, Refused
from rempart.reference.dpi.answers import UNKNOWN_PATIENT, Json, done, refused
from rempart.reference.dpi.consulting.access import Access, Denied
from rempart.reference.dpi.consulting.desk import Desk, Right
from rempart.reference.dpi.consulting.entries import HIDDEN_FROM_PATIENT, DmpEntry
from rempart.reference.dpi.consulting.listing import UNAVAILABLE, Listing
from rempart.reference.dpi.consulting.prefetching import Prefetching
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.dpi.rendering import Rendering
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient, Patients
from rempart.reference.store import Store, now

NO_PAPER = "document structuré sans sa copie paginée: il ne peut pas être téléchargé seul"
_WARNING = "Ce document n'est pas visible par le patient."
_GONE = "ce document n'est plus dans le DMP"


class DmpReading:
    """Opens documents without keeping them, and keeps those that are chosen."""

    def __init__(
        self,
        desk: Desk,
        access: Access,
        listing: Listing,
        prefetching: Prefetching,
        store: Store,
        patients: Patients,
        documents: Documents,
        mutants: Mutants,
    ) -> None:
        self._desk, self._access, self._listing, self._prefetching = desk, access, listing, prefetching
        self._store, self._patients, self._documents, self._mutants = store, patients, documents, mutants
        self.actions = {
            "view_dmp_document": self.view_dmp_document,
            "import_dmp_documents": self.import_dmp_documents,
        }

    # -- one is opened -----------------------------------------------------------------------------------------

    async def view_dmp_document(self, body: Body) -> Json:
        unique_id = body.only("patient", "unique_id").text("unique_id")
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        local = self._held(patient, unique_id)
        if local is not None and not self._mutants.on("exemplaire-local-ignore"):
            told = not self._mutants.on("document-integre-non-signale")
            return self._opened(local.cda, shown="local", already_integrated=told)
        try:
            right = await self._access.ensure(patient)
            content = self._prefetching.kept(patient, unique_id)
            content = content or await self._fetched(patient, right, unique_id)
            warning = await self._warning(patient, right, unique_id)
        except Denied as denied:
            return refused(str(denied))
        except DmpFailure as failure:
            return refused(f"{UNAVAILABLE}: {failure}")
        return self._opened(content, shown="dmp", warning=warning)

    async def _fetched(self, patient: Patient, right: Right, unique_id: str) -> bytes:
        """Raises Outage, Refused."""
        found = await self._retrieve(patient, right, [unique_id])
        if unique_id not in found.documents:
            raise Refused(*next(((e.code, e.context) for e in found.errors), ("", _GONE)))
        return found.documents[unique_id]

    async def _warning(self, patient: Patient, right: Right, unique_id: str) -> str:
        """What the user has to know before speaking of it with the patient (EX_3.2-1025)."""
        if self._mutants.on("avertissement-oublie"):
            return ""
        entries = (await self._listing.entry(patient, right, unique_id)).entries
        return _WARNING if any(HIDDEN_FROM_PATIENT in DmpEntry(e).codes for e in entries) else ""

    def _opened(self, cda: bytes, **more: object) -> Json:
        header, reason = self._readable(cda)
        if header is None or reason:
            return refused(reason)
        seen = Rendering(cda, self._mutants)
        return done(header=seen.header(), pdf_text=seen.pdf_text(), text=seen.narrative(), **more)

    def _readable(self, cda: bytes) -> tuple[CdaHeader | None, str]:
        """The header, or why the document is not shown."""
        try:
            header = parse_cda(cda).header
        except CdaError as error:
            return None, f"document illisible: {error}"
        alone = header.level == "N3" and header.pdf is None and not self._mutants.on("n3-seul-telecharge")
        return header, NO_PAPER if alone else ""

    # -- several are kept --------------------------------------------------------------------------------------

    async def import_dmp_documents(self, body: Body) -> Json:
        wanted = body.only("patient", "unique_ids").texts("unique_ids")
        if (patient := self._patients.named(body)) is None:
            return refused(UNKNOWN_PATIENT)
        double = self._mutants.on("integration-en-double")
        missing = [u for u in wanted if double or self._held(patient, u) is None]
        found = retrieve.Retrieved({}, ())
        try:
            right = await self._access.ensure(patient)
            if missing:
                found = await self._retrieve(patient, right, missing)
        except Denied as denied:
            return refused(str(denied))
        except DmpFailure as failure:
            return refused(f"{UNAVAILABLE}: {failure}")
        return done(documents=[self._kept(patient, u, u in missing, found) for u in wanted])

    def _kept(self, patient: Patient, unique_id: str, asked: bool, found: retrieve.Retrieved) -> Json:
        """What became of one document of the selection."""
        if not asked:
            return {"unique_id": unique_id, "outcome": "already", "reason": "déjà présent dans le dossier"}
        if unique_id not in found.documents:
            if self._mutants.on("reponse-partielle-prise-pour-un-succes"):
                return {"unique_id": unique_id, "outcome": "done"}
            return {"unique_id": unique_id, "outcome": "refused", "reason": _GONE}
        cda = found.documents[unique_id]
        header, reason = self._readable(cda)
        if header is None or reason:
            return {"unique_id": unique_id, "outcome": "refused", "reason": reason}
        with self._store.transaction():
            self._keep(patient, cda, header)
            self._store.trace("document du DMP intégré", header.unique_id, patient.id)
        return {"unique_id": unique_id, "outcome": "done"}

    def _keep(self, patient: Patient, cda: bytes, header: CdaHeader) -> None:
        """A newer version comes beside the older one, which stays readable."""
        set_id, version = str(header.set_id or header.unique_id), header.version or 1
        author = next((a for a in header.authors if a.organisation_id), header.custodian)
        for older in self._documents.of(patient):
            if older.set_id != set_id or older.version >= version or older.status != "current":
                continue
            if self._mutants.on("ancienne-version-ecrasee"):
                self._store.run("DELETE FROM documents WHERE ref = ?", older.ref)
            else:
                self._documents.mark(older, "replaced")
        lost = self._mutants.on("provenance-perdue-a-l-integration")
        self._documents.keep(
            Stored(
                ref=f"DMP-{uuid.uuid4().hex[:12]}", patient=patient.id, unique_id=header.unique_id, set_id=set_id,
                version=version, type_code=header.type.code, title=header.title, level=header.level,
                origin="DPI" if lost else "DMP",
                organisation=author.organisation_id.extension if author.organisation_id else "",
                replaces=str(header.replaces or ""), cda=cda, created=header.effective_time,
                received=f"{now():%Y%m%d%H%M%S%z}", critical=Rendering(cda, self._mutants).critical(),
            )
        )  # fmt: skip

    # -- in common ---------------------------------------------------------------------------------------------

    def _held(self, patient: Patient, unique_id: str) -> Stored | None:
        held = (d for d in self._documents.of(patient) if d.unique_id == unique_id and d.status != "deleted")
        return next(held, None)

    async def _retrieve(self, patient: Patient, right: Right, unique_ids: Sequence[str]) -> retrieve.Retrieved:
        """Raises Outage, Refused."""
        wanted = list(unique_ids)
        if self._mutants.on("entryuuid-dans-td32"):
            wanted = [e.id for u in unique_ids for e in (await self._listing.entry(patient, right, u)).entries]
        return await self._desk.ask("TD3.2", patient, right, lambda dmp, who: retrieve.retrieve(dmp, who, wanted))
