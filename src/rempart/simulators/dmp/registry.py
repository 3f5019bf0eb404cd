"""What the simulated DMP keeps: submissions, document entries with their versions, associations, bytes.

All of it is on disk, in files that have no name and end with the simulator: a campaign that feeds fifty thousand
documents needs no more memory than one that feeds ten.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import RLock
from types import TracebackType
from typing import Self

from rempart.formats.xds import model as xds

_SCHEMA = """
CREATE TABLE entry (
  uuid TEXT PRIMARY KEY, lid TEXT NOT NULL, version INTEGER NOT NULL, unique_id TEXT NOT NULL, patient TEXT NOT NULL,
  status TEXT NOT NULL, authors TEXT NOT NULL, structures TEXT NOT NULL, codes TEXT NOT NULL, xml BLOB NOT NULL,
  at INTEGER NOT NULL, size INTEGER NOT NULL, sha1 TEXT NOT NULL, submission TEXT NOT NULL, latest INTEGER NOT NULL);
CREATE INDEX entry_unique ON entry (unique_id);
CREATE INDEX entry_patient ON entry (patient, latest);
CREATE INDEX entry_lid ON entry (lid);
CREATE INDEX entry_submission ON entry (submission);
CREATE TABLE submission (uuid TEXT PRIMARY KEY, unique_id TEXT UNIQUE NOT NULL, patient TEXT NOT NULL,
  time TEXT NOT NULL, xml BLOB NOT NULL);
CREATE INDEX submission_patient ON submission (patient);
CREATE TABLE association (uuid TEXT PRIMARY KEY, type TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX association_source ON association (source);
CREATE INDEX association_target ON association (target);
"""
_COLUMNS = (
    "uuid, lid, version, unique_id, patient, status, authors, structures, codes, xml, at, size, sha1, submission, "
    "latest"
)


class Status(StrEnum):
    """availabilityStatus of a document entry."""

    APPROVED = xds.APPROVED
    DEPRECATED = xds.DEPRECATED
    ARCHIVED = xds.ARCHIVED
    DELETED = xds.DELETED


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version of the entry of a document. `xml` is its ExtrinsicObject as it was submitted.

    `authors`, `structures`: identifiers of the physical authors (and legal authenticator) and of their institutions.
    `codes`: its confidentiality codes. `latest`: no later version of its metadata exists.
    """

    uuid: str
    lid: str
    version: int
    unique_id: str
    patient: str
    status: Status
    authors: tuple[str, ...]
    structures: tuple[str, ...]
    codes: tuple[str, ...]
    xml: bytes
    at: int
    size: int
    sha1: str
    submission: str
    latest: bool = True

    @property
    def masked(self) -> bool:
        return "MASQUE_PS" in self.codes


@dataclass(frozen=True, slots=True)
class Submission:
    uuid: str
    unique_id: str
    patient: str
    time: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Link:
    uuid: str
    type: str
    source: str
    target: str


class Registry:
    """Safe to use from several threads. `with registry.change():` makes a submission whole or not at all."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)  # "": a temporary file of its own
        for setting in ("synchronous = OFF", "journal_mode = MEMORY", "locking_mode = EXCLUSIVE"):
            self._db.execute(f"PRAGMA {setting}")  # nothing of it outlives the process
        self._db.execute("PRAGMA cache_size = -8192")  # KiB
        self._db.executescript(_SCHEMA)
        # One transaction as long as it lives, submissions being savepoints of it: nobody else will ever read it, and to
        # commit each one would write its pages each time.
        self._db.execute("BEGIN")
        self._bytes = tempfile.TemporaryFile(prefix="rempart-dmp-")  # noqa: SIM115  lives as long as the registry
        self._end = 0

    def close(self) -> None:
        with self._lock:
            self._db.close()
            self._bytes.close()

    def clear(self) -> None:
        """Forget every document: an empty DMP for each patient."""
        with self._lock:
            self._db.execute("COMMIT")
            for table in ("entry", "submission", "association"):
                self._db.execute(f"DELETE FROM {table}")
            self._db.execute("BEGIN")
            self._bytes.truncate(0)
            self._end = 0

    def change(self) -> _Change:
        return _Change(self._db, self._lock)

    # -- writing

    def keep(self, content: bytes) -> int:
        """Keep the bytes of a document; where they are."""
        with self._lock:
            at = self._end
            self._bytes.seek(at)
            self._bytes.write(content)
            self._end += len(content)
        return at

    def add_entry(self, entry: Entry) -> None:
        lists = (json.dumps(v) for v in (entry.authors, entry.structures, entry.codes))
        row = (
            entry.uuid, entry.lid, entry.version, entry.unique_id, entry.patient, entry.status.value, *lists, entry.xml,
            entry.at, entry.size, entry.sha1, entry.submission, entry.latest,
        )  # fmt: skip
        with self._lock:
            if entry.version > 1:
                self._db.execute("UPDATE entry SET latest = 0 WHERE lid = ?", (entry.lid,))
            self._db.execute(f"INSERT INTO entry ({_COLUMNS}) VALUES ({','.join('?' * len(row))})", row)

    def add_submission(self, submission: Submission) -> None:
        row = (submission.uuid, submission.unique_id, submission.patient, submission.time, submission.xml)
        with self._lock:
            self._db.execute("INSERT INTO submission VALUES (?,?,?,?,?)", row)

    def add_link(self, link: Link) -> None:
        with self._lock:
            row = (link.uuid, link.type, link.source, link.target)
            self._db.execute("INSERT INTO association VALUES (?,?,?,?)", row)

    def set_status(self, uuid: str, status: Status) -> None:
        with self._lock:
            self._db.execute("UPDATE entry SET status = ? WHERE uuid = ?", (status.value, uuid))

    # -- reading

    def content(self, entry: Entry) -> bytes:
        with self._lock:
            self._bytes.seek(entry.at)
            return self._bytes.read(entry.size)

    def entry(self, uuid: str) -> Entry | None:
        return next(self._entries("uuid = ?", [uuid]), None)

    def latest(self, unique_id: str) -> Entry | None:
        """The version in force of the entry of this document."""
        return next(self._entries("unique_id = ? AND latest", [unique_id]), None)

    def of_patient(self, patient: str) -> list[Entry]:
        """The versions in force, in the order in which the documents came."""
        return list(self._entries("patient = ? AND latest", [patient]))

    def of_submission(self, submission: str) -> list[Entry]:
        return list(self._entries("submission = ?", [submission]))

    def versions(self, lid: str) -> list[Entry]:
        return list(self._entries("lid = ?", [lid]))

    def count(self) -> int:
        with self._lock:
            (found,) = self._db.execute("SELECT count(*) FROM entry WHERE latest").fetchone()
        return int(found)

    def submissions(self, patient: str) -> list[Submission]:
        with self._lock:
            rows = self._db.execute("SELECT * FROM submission WHERE patient = ? ORDER BY rowid", (patient,)).fetchall()
        return [Submission(*row) for row in rows]

    def submission(self, uuid: str = "", unique_id: str = "") -> Submission | None:
        with self._lock:
            found = self._db.execute(
                "SELECT * FROM submission WHERE uuid = ? OR unique_id = ?", (uuid, unique_id)
            ).fetchone()
        return Submission(*found) if found else None

    def links(self, uuids: Sequence[str]) -> list[Link]:
        """The associations that have one of these objects at one of their ends."""
        found: dict[str, Link] = {}
        with self._lock:
            for uuid in uuids:
                rows = self._db.execute("SELECT * FROM association WHERE source = ? OR target = ?", (uuid, uuid))
                found |= {row[0]: Link(*row) for row in rows}
        return list(found.values())

    def knows(self, unique_id: str) -> bool:
        """Is it the unique identifier of a document or of a submission?"""
        tables = ("entry", "submission")
        query = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE unique_id = ?1" for table in tables)
        with self._lock:
            return self._db.execute(query, (unique_id,)).fetchone() is not None

    def _entries(self, where: str, values: Sequence[str]) -> Iterator[Entry]:
        with self._lock:
            query = f"SELECT {_COLUMNS} FROM entry WHERE {where} ORDER BY rowid"
            rows = self._db.execute(query, values).fetchall()
        yield from (_entry(row) for row in rows)


class _Change:
    """A savepoint; an error undoes what was written since."""

    def __init__(self, db: sqlite3.Connection, lock: RLock) -> None:
        self._db, self._lock = db, lock

    def __enter__(self) -> Self:
        self._lock.acquire()
        self._db.execute("SAVEPOINT change")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error:
                self._db.execute("ROLLBACK TO change")
            self._db.execute("RELEASE change")
        finally:
            self._lock.release()


def _entry(row: Sequence[object]) -> Entry:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    for name in ("authors", "structures", "codes"):
        values[name] = tuple(json.loads(str(values[name])))
    values["status"], values["latest"] = Status(str(values["status"])), bool(values["latest"])
    return Entry(**values)  # type: ignore[arg-type]
