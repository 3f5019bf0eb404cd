"""What was done with each document that came by MSSanté: its history, the figures, and what nobody has read."""

from __future__ import annotations

from dataclasses import dataclass, field

from rempart.reference.dpi.answers import Json
from rempart.reference.mutation import Mutants
from rempart.reference.settings import AUTHOR
from rempart.reference.store import Store, now

USER = f"{AUTHOR.family} {AUTHOR.given}"
AUTOMATIC, MANUAL = "integrated_automatically", "integrated_manually"
_COUNTED = {AUTOMATIC: "integrated_automatically", MANUAL: "integrated_manually"}


@dataclass
class _Told:
    """One document, as its operations tell it."""

    unique_id: str
    type_code: str = ""
    received: str = ""  # day
    operations: list[str] = field(default_factory=list)


class Journal:
    """Operations are added, never changed."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    def record(self, unique_id: str, operation: str, detail: str = "", *, type_code: str = "", user: str = "") -> None:
        values = {"unique_id": unique_id, "type_code": type_code, "time": now().isoformat(), "operation": operation}
        self._store.insert("mss_operations", values | {"detail": detail, "user": user})

    def knows(self, unique_id: str) -> bool:
        return self._store.one("SELECT 1 FROM mss_operations WHERE unique_id = ?", unique_id) is not None

    def history(self, unique_id: str) -> list[Json]:
        """Oldest first."""
        sql = "SELECT time, operation, detail, user FROM mss_operations WHERE unique_id = ? ORDER BY rowid"
        told = [dict(row) for row in self._store.all(sql, unique_id)]
        if self._mutants.on("gestes-de-l-utilisateur-non-historises"):
            told = [o for o in told if not o["user"]]
        if self._mutants.on("historique-tronque"):
            integrated = [n for n, o in enumerate(told) if o["operation"] in (AUTOMATIC, MANUAL)]
            told = told[integrated[-1] :] if integrated else told
        return told

    def statistics(self, start: str, end: str) -> list[Json]:
        """By type, the documents received from `start` to `end` (AAAAMMJJ, included; "": no limit)."""
        counts: dict[str, dict[str, int]] = {}
        if self._mutants.on("statistiques-sans-periode"):
            start = end = ""
        for told in self._documents(start, end):
            row = counts.setdefault(told.type_code, {**dict.fromkeys(_COUNTED.values(), 0), "not_integrated": 0})
            for column in self._columns(told):
                row[column] += 1
        return [{"type_code": code} | row for code, row in sorted(counts.items())]

    def unread(self, start: str, end: str) -> list[str]:
        """Unique ids of what entered by itself in the period and that nobody has opened."""
        if self._mutants.on("non-lus-sans-periode"):
            start = end = ""
        kept = self._mutants.on("document-lu-reste-non-lu")
        return [
            told.unique_id
            for told in self._documents(start, end)
            if AUTOMATIC in told.operations and (kept or "read" not in told.operations)
        ]

    def _columns(self, told: _Told) -> list[str]:
        """The columns that a document counts in: one and one only, unless a mutant counts."""
        done = next((o for o in told.operations if o in _COUNTED), "")
        column = _COUNTED.get(done, "not_integrated")
        if done == MANUAL and self._mutants.on("statistiques-manuel-compte-deux-fois"):
            return [column, "not_integrated"]
        if done == MANUAL and self._mutants.on("statistiques-manuel-dit-automatique"):
            return [_COUNTED[AUTOMATIC]]
        if done == AUTOMATIC and self._mutants.on("statistiques-automatique-dit-manuel"):
            return [_COUNTED[MANUAL]]
        if told.operations[-1] == "waiting" and self._mutants.on("statistiques-sans-les-documents-en-attente"):
            return []
        if "discarded" in told.operations and self._mutants.on("statistiques-sans-les-ecartes"):
            return []
        return [column]

    def _documents(self, start: str, end: str) -> list[_Told]:
        found: dict[str, _Told] = {}
        arrivals = ["received"]
        if self._mutants.on("statistiques-avec-les-suppressions"):
            arrivals.append("deletion_received")
        for row in self._store.all("SELECT unique_id, type_code, time, operation FROM mss_operations ORDER BY rowid"):
            told = found.setdefault(row["unique_id"], _Told(row["unique_id"]))
            told.operations.append(row["operation"])
            if row["operation"] in arrivals and not told.received:
                told.type_code, told.received = row["type_code"], row["time"][:10].replace("-", "")
        return [t for t in found.values() if t.received and (start or t.received) <= t.received <= (end or t.received)]
