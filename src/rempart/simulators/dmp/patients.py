"""The patients that the simulated DMP knows, and what each has allowed. Unknown INS: no DMP."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rempart.simulators import patients as published

TEST_OID = "1.2.250.1.213.1.4.10"  # INS of the test environment


class Grant(StrEnum):
    """The authorisation of a professional or a structure, in the words of TD0.2."""

    VALID = "VALIDE"
    EXPIRED = "EXPIRE"
    BLOCKED = "INTERDIT"
    NONE = "NON_EXISTE"


@dataclass(slots=True, kw_only=True)
class DmpPatient:
    """A DMP, open or closed (`closed`: why). `attending`: the "médecins traitants DMP". A scenario changes any of it.

    `masked_in_emergency`: bris de glace shows masked documents too, as the patient chose.
    """

    ins: str
    family: str
    given: str
    sex: str
    birth_date: str
    oid: str = TEST_OID
    closed: str = ""
    attending: set[str] = field(default_factory=set)
    grants: dict[str, Grant] = field(default_factory=dict)
    granted_at: dict[str, str] = field(default_factory=dict)  # UTC, 14 digits
    masked_in_emergency: bool = False
    internet_account: bool = True
    mon_espace_sante: bool = True

    def grant(self, holder: str) -> Grant:
        return self.grants.get(holder, Grant.NONE)


def published_patients() -> dict[str, DmpPatient]:
    """An open DMP for each published test identity that has an INS, by its matricule."""
    found: dict[str, DmpPatient] = {}
    for name in published.names():
        person = published.patient(name, "0")
        if person.ins and person.ins.value not in found:
            found[person.ins.value] = DmpPatient(
                ins=person.ins.value,
                family=person.birth_name,
                given=person.first_birth_name,
                sex=person.sex,
                birth_date=person.birth_date,
            )
    return found
