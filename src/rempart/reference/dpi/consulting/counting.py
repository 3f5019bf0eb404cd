"""Which types are counted on opening a record, and how many new documents of each there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from rempart.reference.body import Body
from rempart.reference.document_types import document_types
from rempart.reference.dpi.answers import Json, done
from rempart.reference.dpi.consulting.users import Session
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.store import Store
from rempart.resources import own_yaml

LEVELS = ("structure", "service", "speciality")
OTHERS = "Autres"


class Counting:
    """Settings of the establishment, of a service and of a speciality: the narrowest one that applies holds."""

    def __init__(self, store: Store, session: Session, mutants: Mutants) -> None:
        self._store, self._session, self._mutants = store, session, mutants
        self.actions = {"set_counted_types": self.set_counted_types}

    async def set_counted_types(self, body: Body) -> Json:
        body.only("level", "place", "type_codes")
        level = body.choice("level", LEVELS, "structure")
        codes = json.dumps(body.texts("type_codes"))
        values = (level, body.text("place", ""), codes)
        if not self._mutants.on("types-comptes-non-regles"):
            self._store.run("INSERT OR REPLACE INTO dmp_counted (level, place, type_codes) VALUES (?, ?, ?)", *values)
        self._store.trace("types comptés réglés", f"{level} {values[1]}".strip())
        return done()

    def count(self, patient: Patient, codes: Iterable[str]) -> list[Json]:
        """New documents by group, from the types of each one; a group without any is left out."""
        groups = self._groups(patient)
        counted: dict[str, list[str]] = {}
        for code in codes:
            label = next((g["label"] for g in groups if code in g["type_codes"]), OTHERS)
            counted.setdefault(label, []).append(code)
        return [
            {"label": label, "count": len(found), "type_codes": sorted(set(found))} for label, found in counted.items()
        ]

    def _groups(self, patient: Patient) -> list[dict[str, Any]]:
        places = {"speciality": self._session.user.speciality, "service": patient.visit_unit, "structure": ""}
        for level, place in places.items():
            if level == "service" and self._mutants.on("reglage-du-service-ignore"):
                continue
            row = self._store.one(
                "SELECT type_codes FROM dmp_counted WHERE level = ? AND place IN (?, '') ORDER BY place DESC",
                *(level, place),
            )
            if row is not None:
                return [_of_type(code) for code in json.loads(row["type_codes"])]
        return default_groups()


def _of_type(code: str) -> dict[str, Any]:
    known = document_types().get(code)
    return {"label": known.label if known else code, "type_codes": [code]}


@cache
def default_groups() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = own_yaml(Path(__file__).with_name("counted.yaml"))
    return groups
