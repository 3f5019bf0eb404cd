"""The work list: what the PFI handed over and that a person has to decide about."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, fields

from rempart.formats.hl7v2 import Message
from rempart.reference.dpi.mss.arrival import Arrival
from rempart.reference.dpi.mss.journal import Journal
from rempart.reference.dpi.rendering import CRITICAL
from rempart.reference.mutation import Mutants
from rempart.reference.refusal import Refusal, refuse_application
from rempart.reference.store import Row, Store, now

_SETTINGS = "mss_integration"


class Awaiting(Refusal):
    """Not integrated now: the sender is told why, and the document waits in the work list."""


def await_user(code: str, location: str = "", text: str = "") -> Awaiting:
    """One of the codes 900 to 906."""
    return Awaiting(refuse_application(code, location, text).error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """What the administrator has set. No type: all of them."""

    automatic: bool = True
    type_codes: tuple[str, ...] = ()
    confirm_changes: bool = False
    alert_codes: tuple[str, ...] = CRITICAL

    def waits(self, arrival: Arrival, mutants: Mutants) -> str:
        """Why a document that could enter by itself waits all the same; "" when it does not."""
        if not self.automatic and not mutants.on("integration-automatique-non-debrayable"):
            return "l'intégration automatique est désactivée"
        if self.type_codes and arrival.header.type.code not in self.type_codes and not mutants.on("tout-type-integre"):
            return "ce type de document ne s'intègre pas automatiquement"
        if self.confirm_changes and arrival.kind == "replacement" and not mutants.on("remplacement-sans-validation"):
            return "l'expéditeur remplace ce document: remplacement à valider"
        if self.confirm_changes and arrival.kind == "deletion" and not mutants.on("suppression-sans-validation"):
            return "l'expéditeur supprime ce document: suppression à valider"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of `mss_items`."""

    item: str
    unique_id: str
    kind: str
    replaces: str
    reason: str
    received: str
    message: bytes
    state: str = "waiting"

    @property
    def arrival(self) -> Arrival:
        return Arrival.read(Message.parse(self.message))


class Worklist:
    """Keeps items, and the settings that send documents there."""

    def __init__(self, store: Store, journal: Journal, mutants: Mutants) -> None:
        self._store, self._journal, self._mutants = store, journal, mutants

    @property
    def settings(self) -> Integration:
        row = self._store.one("SELECT value FROM settings WHERE name = ?", _SETTINGS)
        values = json.loads(row["value"]) if row else {}
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return Integration(**values | lists)

    def set(self, settings: Integration) -> None:
        value = json.dumps(asdict(settings))
        self._store.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", _SETTINGS, value)

    def put(self, arrival: Arrival, reason: str) -> None:
        """Add a document, unless the same demand waits already: a sender may repeat itself."""
        if any(i.unique_id == arrival.unique_id and i.kind == arrival.kind for i in self.waiting()):
            return
        item = Item(
            item=f"MSS-{uuid.uuid4().hex[:12]}",
            unique_id=arrival.unique_id,
            kind=arrival.kind,
            replaces=arrival.replaces,
            reason=reason,
            received=f"{now():%Y%m%d%H%M%S%z}",
            message=arrival.message.bytes,
        )
        self._store.insert("mss_items", asdict(item))
        self._journal.record(arrival.unique_id, "waiting", reason)

    def waiting(self) -> list[Item]:
        """Oldest first."""
        rows = self._store.all("SELECT * FROM mss_items WHERE state = 'waiting' ORDER BY rowid")
        return [_item(row) for row in rows]

    def get(self, item: str) -> Item | None:
        """A line that still waits."""
        row = self._store.one("SELECT * FROM mss_items WHERE item = ? AND state = 'waiting'", item)
        return _item(row) if row else None

    def close(self, item: Item, state: str) -> None:
        self._store.update("mss_items", {"item": item.item}, {"state": state})


def _item(row: Row) -> Item:
    return Item(**{f.name: row[f.name] for f in fields(Item)})
