"""Patients: their traits, identifiers and choices, as the store keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from rempart.reference.body import Body
from rempart.reference.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An IPP and who assigned it; `authority_id` is an OID or a FINESS, or the name when there is nothing else."""

    value: str
    authority_id: str
    authority_name: str = ""
    authority_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One row of `patients`. `status` lists codes of table 0445, comma separated."""

    id: int
    birth_name: str
    first_birth_name: str
    birth_names: str
    used_name: str
    used_first_name: str
    birth_date: str
    sex: str
    birth_place: str
    status: str
    ins_value: str
    ins_oid: str
    feeding: str
    consultation: str
    patient_messaging: str
    account: str
    visit_class: str
    visit_number: str
    visit_unit: str
    admitted: str
    discharged: str
    deceased: str = ""  # when, or Y
    identifiers: tuple[Identifier, ...] = ()

    @property
    def qualified(self) -> bool:
        """VALI and an INS: HL7 v2 has no other word for an identité qualifiée."""
        return bool(self.ins_value) and "VALI" in self.status.split(",")

    @property
    def ins(self) -> dict[str, str] | None:
        return {"value": self.ins_value, "oid": self.ins_oid} if self.ins_value else None


_COLUMNS = [f.name for f in fields(Patient) if f.name != "identifiers"]


class Patients:
    """Reads and writes patients; decides nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: int) -> Patient:
        """Raises KeyError when there is none."""
        row = self._store.one("SELECT * FROM patients WHERE id = ?", key)
        if row is None:
            raise KeyError(key)
        columns: dict[str, Any] = {name: row[name] for name in _COLUMNS}
        rows = self._store.all("SELECT * FROM identifiers WHERE patient = ? ORDER BY rowid", key)
        names = [f.name for f in fields(Identifier)]
        return Patient(**columns, identifiers=tuple(Identifier(**{n: r[n] for n in names}) for r in rows))

    def find(self, value: str, authority: str) -> Patient | None:
        """By IPP, its authority named by OID, FINESS or name."""
        row = self._store.one(
            "SELECT patient FROM identifiers WHERE value = ? AND ? IN (authority_id, authority_name)", value, authority
        )
        return self.get(row["patient"]) if row else None

    def named(self, body: Body) -> Patient | None:
        """The patient of a request of the driver. Raises BadRequest when it names none as it should."""
        asked = body.object("patient").only("value", "authority")
        return self.find(asked.text("value"), asked.text("authority"))

    def find_any(self, identifiers: Iterable[Identifier]) -> Patient | None:
        """The first patient that one of these identifiers names."""
        return next((p for i in identifiers if (p := self.find(i.value, i.authority_id))), None)

    def find_ins(self, value: str) -> Patient | None:
        """The record opened last, when two hold one INS (a duplicate that nobody has merged yet)."""
        row = self._store.one("SELECT id FROM patients WHERE ins_value = ? ORDER BY id DESC", value) if value else None
        return self.get(row["id"]) if row else None

    def all(self) -> list[Patient]:
        return [self.get(row["id"]) for row in self._store.all("SELECT id FROM patients ORDER BY id")]

    def create(self) -> Patient:
        return self.get(self._store.insert("patients", {"birth_name": ""}))

    def update(self, patient: Patient, values: Mapping[str, str]) -> Patient:
        self._store.update("patients", {"id": patient.id}, values)
        return self.get(patient.id)

    def identify(self, patient: Patient, identifiers: Iterable[Identifier]) -> None:
        """Add identifiers to a patient; those known already keep their owner."""
        for i in identifiers:
            self._store.run(
                "INSERT OR IGNORE INTO identifiers (value, authority_id, authority_name, authority_type, patient)"
                " VALUES (?, ?, ?, ?, ?)",
                *(i.value, i.authority_id, i.authority_name, i.authority_type, patient.id),
            )

    def forget(self, identifiers: Iterable[Identifier]) -> None:
        for i in identifiers:
            self._store.run("DELETE FROM identifiers WHERE value = ? AND authority_id = ?", i.value, i.authority_id)

    def merge(self, source: Patient, target: Patient, *, tables: Iterable[str]) -> None:
        """Hand everything of `source` to `target`, and delete `source`. `tables` have a column `patient`."""
        for table in tables:  # a row that the target has too stays with the source, and goes with it
            self._store.run(f"UPDATE OR IGNORE {table} SET patient = ? WHERE patient = ?", target.id, source.id)
        self._store.run("DELETE FROM patients WHERE id = ?", source.id)
