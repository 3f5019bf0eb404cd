"""SQLite, one connection and one writer: everything that the reference knows is here, or in a message on its way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Row = sqlite3.Row
_HERE = ZoneInfo("Europe/Paris")  # of the establishment, wherever its servers are
_SCHEMA = Path(__file__).with_name("schema")


class Store:
    """Used from the thread that opened it, and no other: sqlite3 checks it."""

    def __init__(self, database: str, *schemas: str) -> None:
        self._db = sqlite3.connect(database, isolation_level=None, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA foreign_keys = ON")
        # The end of the program loses nothing of it. That of the machine could: not waiting for the disk is fast, and
        # what a reference holds is worth a campaign.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        for name in schemas:
            self._db.executescript((_SCHEMA / f"{name}.sql").read_text(encoding="utf-8"))

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an exception undoes what was written inside. Not nested."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def restart(self) -> None:
        """Keep what the open transaction has written, and open another: what comes after may still be undone."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def one(self, sql: str, *values: object) -> Row | None:
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[Row]:
        return self._db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> int:
        """Execute, and return how many rows were changed."""
        return self._db.execute(sql, values).rowcount

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Insert one row, and return its rowid. Names are ours, never what came from outside."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        cursor = self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
        return cursor.lastrowid or 0

    def update(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Change the rows that equal `key`, and return how many there were."""
        if not values:
            return 0
        sets, where = ", ".join(f"{n} = ?" for n in values), " AND ".join(f"{n} = ?" for n in key)
        return self.run(f"UPDATE {table} SET {sets} WHERE {where}", *values.values(), *key.values())

    # -- traces ------------------------------------------------------------------------------------------------

    def trace(self, event: str, detail: str = "", patient: int | None = None, **told: str) -> None:
        """What was done, for `read_traces`: French, no clinical content, no motive of a patient's choice.

        `told` is author, request and answer, where a server was asked; `time` when it is not now, local.
        """
        values = {"time": now().astimezone(_HERE).isoformat(), "event": event, "detail": detail, "patient": patient}
        self.insert("traces", values | told)

    def traces(self, patient: int | None = None) -> list[dict[str, str]]:
        """Oldest first; those of one patient, or all."""
        where = "WHERE patient = ?" if patient is not None else ""
        rows = self.all(
            f"SELECT time, event, detail, author, request, answer FROM traces {where} ORDER BY rowid",
            *([patient] if patient is not None else []),
        )
        return [dict(row) for row in rows]


def now() -> datetime:
    """The present instant, with its zone."""
    return datetime.now(UTC).astimezone()
