"""Documents of the record: produced here (CDA N1 or N3), or received from the outside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields, replace
from typing import Any

from rempart.formats.cda.model import InstanceId
from rempart.reference.dpi.composing import HOSPITAL, NOTICE, CannotProduce, Wanted, compose, new_oid, written
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.store import Row, Store, now

__all__ = ["CannotProduce", "Documents", "Stored", "Wanted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One row of `documents`: a version of a document. `created` is the effectiveTime of the CDA."""

    ref: str
    patient: int
    unique_id: str
    set_id: str
    version: int
    type_code: str
    title: str
    level: str
    origin: str
    organisation: str
    cda: bytes
    created: str
    received: str
    status: str = "current"
    replaces: str = ""
    critical: int = 0
    wanted: str = ""  # what the user wrote, for those produced here
    act_date: str = ""  # AAAAMMJJ, when the act is past
    episode: str = ""
    local_type: str = ""


class Documents:
    """The record's documents, version by version."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def get(self, ref: str) -> Stored | None:
        row = self._store.one("SELECT * FROM documents WHERE ref = ?", ref)
        return _stored(row) if row else None

    def by_id(self, unique_id: str) -> Stored | None:
        row = self._store.one("SELECT * FROM documents WHERE unique_id = ? ORDER BY rowid DESC", unique_id)
        return _stored(row) if row else None

    def same_version(self, set_id: str, version: int) -> Stored | None:
        row = self._store.one("SELECT * FROM documents WHERE set_id = ? AND version = ?", set_id, version)
        return _stored(row) if row else None

    def of(self, patient: Patient) -> list[Stored]:
        return [
            _stored(r) for r in self._store.all("SELECT * FROM documents WHERE patient = ? ORDER BY rowid", patient.id)
        ]

    def newest(self, set_id: str) -> int:
        """The highest version held of a document; 0 when there is none."""
        row = self._store.one("SELECT MAX(version) AS newest FROM documents WHERE set_id = ?", set_id)
        return int(row["newest"] or 0) if row else 0

    def notice(self) -> str:
        """The information of the patient that is printed on documents."""
        row = self._store.one("SELECT value FROM settings WHERE name = 'notice'")
        return str(row["value"]) if row else NOTICE

    def set_notice(self, text: str) -> None:
        self._store.run("INSERT OR REPLACE INTO settings (name, value) VALUES ('notice', ?)", text)

    def keep(self, document: Stored) -> Stored:
        self._store.insert("documents", {f.name: getattr(document, f.name) for f in fields(document)})
        return document

    def mark(self, document: Stored, status: str) -> None:
        self._store.update("documents", {"ref": document.ref}, {"status": status})

    def produce(self, patient: Patient, wanted: Wanted, previous: Stored | None = None) -> Stored:
        """Write, sign and keep a document, or the next version of one. Raises CannotProduce."""
        unique_id = InstanceId(new_oid())
        if previous and self._mutants.on("meme-id-au-remplacement"):
            unique_id = InstanceId.parse(previous.unique_id)
        set_id = previous.set_id if previous and not self._mutants.on("autre-setid-au-remplacement") else new_oid()
        parent = InstanceId.parse(previous.unique_id) if previous else None
        version = previous.version + 1 if previous else 1
        document = compose(patient, wanted, self.notice(), self._mutants) | {
            "id": unique_id,
            "set_id": InstanceId.parse(set_id),
            "version": version,
            "replaces": None if self._mutants.on("rplc-oublie") else parent,
        }
        stored = Stored(
            ref=f"DOC-{uuid.uuid4().hex[:12]}",
            patient=patient.id,
            unique_id=str(unique_id),
            set_id=set_id,
            version=version,
            type_code=wanted.type_code,
            title=wanted.title,
            level=wanted.level,
            origin="DPI",
            organisation=HOSPITAL.id,
            replaces=previous.unique_id if previous else "",
            cda=written(document, self._mutants),
            created=f"{document['created']:%Y%m%d%H%M%S%z}",
            received=f"{now():%Y%m%d%H%M%S%z}",
            wanted=wanted.dump(),
            act_date=wanted.act_date,
            episode=wanted.episode or patient.visit_number,
            local_type=wanted.local_type,
        )
        return self.keep(stored)

    def retyped(self, patient: Patient, document: Stored, type_code: str) -> Stored:
        """The same document, never sent yet, written under another type. Raises CannotProduce."""
        wanted = replace(Wanted.load(document.wanted), type_code=type_code)
        written_again = compose(patient, wanted, self.notice(), self._mutants) | {
            "id": InstanceId.parse(document.unique_id),
            "set_id": InstanceId.parse(document.set_id),
            "version": document.version,
        }
        values: dict[str, Any] = {
            "type_code": type_code,
            "cda": written(written_again, self._mutants),
            "created": f"{written_again['created']:%Y%m%d%H%M%S%z}",
            "wanted": wanted.dump(),
        }
        self._store.update("documents", {"ref": document.ref}, values)
        return replace(document, **values)


def _stored(row: Row) -> Stored:
    return Stored(**{f.name: row[f.name] for f in fields(Stored)})
