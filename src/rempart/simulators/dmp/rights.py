"""Who may do what (rights.yaml): by mode of authentication, profession, mode of access, and link to the document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rempart.resources import own_yaml
from rempart.simulators.dmp.patients import DmpPatient, Grant
from rempart.simulators.dmp.refusals import Refused, refused

_FILE = Path(__file__).with_name("rights.yaml")
_DOCTOR = "10"  # TRE_G15
NORMAL, REGULATION, EMERGENCY = "normal", "centre_15", "bris_de_glace"
DIRECT, INDIRECT, AIR = "DIRECTE", "INDIRECTE", "INDIRECTE_RENFORCEE"


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = own_yaml(_FILE)
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as the VIHF says it. `patient` is the matricule of resource-id; "" when it names none."""

    user: str
    structure: str
    mode: str
    profession: str = ""
    access: str = NORMAL
    patient: str = ""
    secret: bool = False

    @property
    def holder(self) -> str:
        """Who authorisations are given to: the professional; the structure when there is no professional."""
        return self.user if self.is_professional and self.mode != INDIRECT else self.structure

    @property
    def is_professional(self) -> bool:
        return self.profession in _data()["professionals"]


def column(caller: Caller, patient: DmpPatient | None) -> str:
    """The column of rights.yaml; "" when the mode of authentication is none of the three."""
    if caller.mode == INDIRECT:
        return "indirect"
    prefix = {DIRECT: "", AIR: "air_"}.get(caller.mode)
    if prefix is None:
        return ""
    if not caller.is_professional:
        return f"{prefix}cpe"
    if patient and caller.user in patient.attending and caller.access != REGULATION:
        return f"{prefix}mt"
    return f"{prefix}medecin" if caller.profession == _DOCTOR else (prefix.rstrip("_") or "ps")


def check_transaction(transaction: str, caller: Caller, patient: DmpPatient | None) -> None:
    """Raises Refused when this caller may not call `transaction` (a key of rights.yaml) for this patient."""
    granted = _granted(transaction, caller, patient)
    if granted is None or caller.access not in granted["modes"]:
        raise refused("SIM_DroitInsuffisant", f"{transaction}, {caller.mode}, {caller.access}")
    if transaction in _data()["consults"] and patient:
        _check_authorisation(caller, patient)


def _check_authorisation(caller: Caller, patient: DmpPatient) -> None:
    grant = patient.grant(caller.holder)
    if grant is Grant.BLOCKED:
        raise refused("SIM_AccesInterdit")
    if caller.access == NORMAL and grant is not Grant.VALID and caller.user not in patient.attending:
        raise refused("SIM_AutorisationAbsente", grant.value)


def check_document(
    transaction: str, caller: Caller, patient: DmpPatient, authors: Collection[str], structures: Collection[str]
) -> None:
    """Raises Refused when the caller may call `transaction`, but not on a document of these authors."""
    granted = _granted(transaction, caller, patient)
    scope = granted.get("scope", "any") if granted else "any"
    if scope == "own" and caller.user not in authors:
        raise refused("SIM_DocumentDAutrui")
    if scope == "structure" and caller.structure not in structures:
        raise refused("SIM_DocumentDAutrui")


def sees_masked(caller: Caller, patient: DmpPatient, authors: Collection[str]) -> bool:
    """May the caller see a document that is masked to professionals?"""
    if caller.user in authors or caller.user in patient.attending:
        return True
    return caller.access == EMERGENCY and patient.masked_in_emergency


def is_author(caller: Caller, authors: Collection[str], structures: Collection[str]) -> bool:
    """The link that a feed must show (EX_2.1-1140): the professional, or the structure in indirect mode."""
    if caller.mode == INDIRECT or not caller.is_professional:
        return caller.structure in structures
    return caller.user in authors


def _granted(transaction: str, caller: Caller, patient: DmpPatient | None) -> dict[str, Any] | None:
    rows: dict[str, dict[str, Any]] = _data()["transactions"][transaction]
    return rows.get(column(caller, patient))


__all__ = [
    "AIR", "DIRECT", "EMERGENCY", "INDIRECT", "NORMAL", "REGULATION", "Caller", "Refused", "check_document",
    "check_transaction", "column", "is_author", "sees_masked",
]  # fmt: skip
