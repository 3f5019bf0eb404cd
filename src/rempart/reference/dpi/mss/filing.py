"""Putting a document received in the record, in the place of another, or out of it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from lxml import etree

from rempart.formats.cda.read import parse_cda
from rempart.reference.dpi.documents import Documents, Stored
from rempart.reference.dpi.mss.arrival import Arrival
from rempart.reference.dpi.mss.journal import Journal
from rempart.reference.dpi.mss.worklist import Worklist
from rempart.reference.dpi.rendering import CRITICAL, Rendering
from rempart.reference.mutation import Mutants
from rempart.reference.store import Store, now


class Filing:
    """Done in the open transaction, for the PFI's message or for the user."""

    def __init__(
        self, store: Store, documents: Documents, worklist: Worklist, journal: Journal, mutants: Mutants
    ) -> None:
        self._store, self._documents, self._mutants = store, documents, mutants
        self._worklist, self._journal = worklist, journal

    @property
    def _alerts(self) -> tuple[str, ...]:
        return CRITICAL if self._mutants.on("alerte-non-reglable") else self._worklist.settings.alert_codes

    def held(self, unique_id: str) -> Stored | None:
        """The document of this identifier, while it is the current version."""
        found = self._documents.by_id(unique_id) if unique_id else None
        return found if found and found.status == "current" else None

    def keep(self, patient: int, arrival: Arrival) -> Stored:
        """A document of the record of this patient. A version that comes after a later one is not the current one."""
        header = arrival.header
        set_id, cda = str(header.set_id or header.unique_id), kept_bytes(arrival.cda, self._mutants)
        late = (header.version or 1) < self._documents.newest(set_id)
        late = late and not self._mutants.on("version-tardive-courante")
        document = Stored(
            ref=f"MSS-{uuid.uuid4().hex[:12]}",
            patient=patient,
            unique_id=header.unique_id,
            set_id=set_id,
            version=header.version or 1,
            type_code="51851-4" if self._mutants.on("type-unique-a-l-import") else header.type.code,
            title=header.title,
            level=header.level,
            origin="DPI" if self._mutants.on("origine-mssante-non-affichee") else "MSSanté",
            organisation=arrival.organisation,
            replaces=str(header.replaces or ""),
            cda=cda,
            created=header.effective_time,
            received=f"{now():%Y%m%d%H%M%S%z}",
            status="replaced" if late else "current",
            critical=Rendering(cda, self._mutants).critical(self._alerts),
        )
        self._documents.keep(document)
        if header.level == "N3" and self._mutants.on("copie-paginee-en-double"):
            self._documents.keep(replace(document, ref=f"{document.ref}-PDF", level="N1"))
        message = arrival.message
        mail = {"message_id": message.get("OBX[2]-3.1"), "subject": message.get("OBX[2]-3.2")}
        self._store.insert("mails", {"document": document.ref, "body": message.get("OBX[2]-5.5")} | mail)
        return document

    def supersede(self, held: Stored, arrival: Arrival, user: str = "") -> None:
        """`arrival` takes the place of `held`, which stays in the record as an old version."""
        if self._mutants.on("ancienne-version-perdue"):
            self._store.run("DELETE FROM documents WHERE ref = ?", held.ref)
        else:
            self._documents.mark(held, "replaced")
        self._journal.record(held.unique_id, "replaced", f"par {arrival.unique_id}", user=user)

    def remove(self, held: Stored, user: str = "") -> None:
        """The sender has deleted `held`."""
        self._documents.mark(held, "deleted")
        self._journal.record(held.unique_id, "deleted", user=user)


def kept_bytes(cda: bytes, mutants: Mutants) -> bytes:
    """The bytes received, and nothing else."""
    if mutants.on("cda-reecrit-a-l-import"):
        return etree.tostring(parse_cda(cda).tree, encoding="UTF-8", xml_declaration=True)
    if mutants.on("feuille-de-style-perdue-a-l-import"):
        root = parse_cda(cda).root
        return etree.tostring(root, encoding="UTF-8", with_tail=False) if root.getparent() is not None else cda
    return cda
