"""Whose document it is: by itself on strictly equal qualified identities, and who it might be otherwise."""

from __future__ import annotations

from rempart.reference.dpi.mss.arrival import Arrival
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient

STRICT = ("birth_name", "first_birth_name", "sex", "birth_date", "birth_place")
_RESEMBLING = ("birth_name", "first_birth_name", "sex", "birth_date")
_ENOUGH = 3  # traits in common, of these four
_SHOWN = 10
_UNCOMPARED = {
    "date-de-naissance-ignoree": ("birth_date",),
    "nom-de-naissance-ignore": ("birth_name",),
    "premier-prenom-ignore": ("first_birth_name",),
    "sexe-ignore": ("sex",),
    "integration-matricule-et-nom": ("first_birth_name", "sex", "birth_date", "birth_place"),
}


def same_identity(arrival: Arrival, patient: Patient, mutants: Mutants) -> bool:
    """Matricule, OID and every trait are equal (MSS/UX.07); letters are compared as the capitals of the RNIV."""
    ins = arrival.header.ins
    if ins is None:
        return False
    if ins.extension != patient.ins_value and not mutants.on("matricule-ignore"):
        return False
    if ins.root != patient.ins_oid and not mutants.on("oid-ins-ignore"):
        return False
    skipped = {trait for name, traits in _UNCOMPARED.items() if mutants.on(name) for trait in traits}
    traits = arrival.traits
    if mutants.on("traits-incomplets-integres"):
        skipped |= {name for name in STRICT if not traits[name]}
    return all(traits[n].upper() == getattr(patient, n).upper() for n in STRICT if n not in skipped)


def resembling(arrival: Arrival, patients: list[Patient], mutants: Mutants) -> list[Patient]:
    """Those who may be the one of the document: the same matricule, or three traits out of four. Likeliest first, and
    the record opened last before the others."""
    if mutants.on("tous-les-patients-proposes"):
        return patients[: -_SHOWN - 1 : -1]
    scored = [(_likeness(arrival, patient, mutants), patient.id, patient) for patient in patients]
    found = sorted((s for s in scored if s[0] >= _ENOUGH), key=lambda s: s[:2], reverse=True)
    return [patient for _, _, patient in found[:_SHOWN]]


def _likeness(arrival: Arrival, patient: Patient, mutants: Mutants) -> int:
    traits = arrival.traits
    if mutants.on("traits-croises"):
        traits |= {"birth_name": traits["first_birth_name"], "first_birth_name": traits["birth_name"]}
    same = [n for n in _RESEMBLING if traits[n] and traits[n].upper() == getattr(patient, n).upper()]
    ins = arrival.header.ins
    if mutants.on("propositions-par-le-matricule-seul"):
        same = []
    return len(same) + (_ENOUGH if ins and ins.extension == patient.ins_value else 0)
