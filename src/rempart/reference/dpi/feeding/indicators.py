"""The shares that the DPI counts each month, from its stays and its orders (REM DPI.DMP/HISTO.08, SEED.DMP.ALIM.18)."""

from __future__ import annotations

from rempart.reference.dpi.answers import Json
from rempart.reference.dpi.feeding.states import States
from rempart.reference.mutation import Mutants
from rempart.reference.store import Row, Store

_YEARS = 5


class Indicators:
    """Computed when they are asked for."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._states, self._mutants = store, States(store, mutants), mutants

    def of(self, month: str) -> list[Json]:
        """`month` is AAAAMM."""
        return [self._history(month), self._feeding(month)]

    def _history(self, month: str) -> Json:
        """Closed stays of patients seen before, and those of them with a document of an earlier stay in the DMP."""
        column = "admitted" if self._mutants.on("indicateur-compte-les-sejours-ouverts") else "closed"
        stays = self._store.all(f"SELECT * FROM stays WHERE {column} LIKE ?", f"{month}%")
        pairs = [(stay, self._earlier(stay)) for stay in stays]
        again = [(stay, earlier) for stay, earlier in pairs if earlier]
        if self._mutants.on("indicateur-compte-les-premieres-venues"):
            again = pairs
        fed = [stay for stay, earlier in again if any(self._has_fed(e) for e in earlier)]
        return {"name": "history", "numerator": len(fed), "denominator": len(again)}

    def _earlier(self, stay: Row) -> list[Row]:
        """Stays of the same patient that began before this one, within five years."""
        since = f"{int(stay['admitted'][:4]) - _YEARS}{stay['admitted'][4:]}"
        return self._store.all(
            "SELECT * FROM stays WHERE patient = ? AND id < ? AND admitted >= ?",
            stay["patient"], stay["id"], since,
        )  # fmt: skip

    def _has_fed(self, stay: Row) -> bool:
        rows = self._store.all(
            "SELECT ref FROM documents WHERE patient = ? AND episode = ?", stay["patient"], stay["number"]
        )
        wanted = ("fed", "pending") if self._mutants.on("indicateur-compte-les-documents-en-attente") else ("fed",)
        return any(self._states.dmp(row["ref"]) in wanted for row in rows)

    def _feeding(self, month: str) -> Json:
        """Sendings to the DMP that were asked for, and those that the DMP has taken."""
        rows = self._store.all(
            "SELECT d.status FROM deliveries d JOIN orders o ON o.control_id = d.control_id"
            " WHERE d.channel = 'dmp' AND o.action != 'delete' AND o.time LIKE ?",
            f"{month}%",
        )
        taken = sum(row["status"] == "delivered" for row in rows)
        return {"name": "feeding", "numerator": taken, "denominator": len(rows)}
