"""What an administrator has set: which types leave by themselves, and which documents of the past are fed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rempart.reference.store import Store

DEFAULT_DELAY = 0.3  # seconds; short, as a campaign is: an establishment would say hours
MAX_YEARS = 20  # SEED.DMP.HISTO.2
MAX_RATE = 4.0  # sendings a second: REM DMP/HISTO.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """No type: the manual mode. `restrictions` by type, as the metadata of the volet name them."""

    type_codes: tuple[str, ...] = ()
    delay: float = DEFAULT_DELAY
    restrictions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRules:
    """`types`: type of the establishment, or of the document, -> typeCode under which it is fed."""

    service: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    years: int = 5
    trigger: str = "manual"
    catch_up: bool = False
    rate: float = MAX_RATE


class Rules:
    """Kept in the store, so that a restart changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def automatic(self) -> Automatic:
        return Automatic(**self._read("automatic_feeding"))

    @property
    def history(self) -> HistoryRules:
        return HistoryRules(**self._read("history_feeding"))

    def set(self, rules: Automatic | HistoryRules) -> None:
        name = "automatic_feeding" if isinstance(rules, Automatic) else "history_feeding"
        self._store.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, json.dumps(asdict(rules)))

    def _read(self, name: str) -> dict[str, Any]:
        row = self._store.one("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(row["value"]) if row else {}
