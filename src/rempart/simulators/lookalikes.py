"""People that are not quite the patient: what must not be filed by itself in the record of the one that they look like.

MSS/UX.07: automatic filing wants the matricule, its register and every trait to be the same. Each is made of the traits
of published test identities.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rempart.formats.hl7v2.cisis import Patient
from rempart.formats.ins import DEMONSTRATION

# (the patient, someone else) -> who the document is about.
Lookalike = Callable[[Patient, Patient], Patient]


def somebody_else(patient: Patient, other: Patient) -> Patient:
    """The other one, sound and whole."""
    return other


def same_matricule(patient: Patient, other: Patient) -> Patient:
    """The matricule of the patient, under the traits of the other one."""
    return replace(other, ins=patient.ins)


def same_traits(patient: Patient, other: Patient) -> Patient:
    """The traits of the patient, under the matricule of the other one."""
    return replace(patient, ins=other.ins)


def other_register(patient: Patient, other: Patient) -> Patient:
    """The same matricule in another register, that of demonstrations. Raises ValueError without an INS."""
    if patient.ins is None:
        raise ValueError("this patient has no INS")
    return replace(patient, ins=replace(patient.ins, oid=DEMONSTRATION))


def other_birth_date(patient: Patient, other: Patient) -> Patient:
    """One trait differs."""
    return replace(patient, birth_date=other.birth_date)


def other_first_name(patient: Patient, other: Patient) -> Patient:
    """One trait differs."""
    return replace(patient, first_birth_name=other.first_birth_name, birth_names=other.birth_names)


def without_ins(patient: Patient, other: Patient) -> Patient:
    """The traits alone: an identity that is not qualified."""
    return replace(patient, ins=None)


def sex_unknown(patient: Patient, other: Patient) -> Patient:
    """The matricule, and traits that are not complete."""
    return replace(patient, sex="U")


# As features name them.
LOOKALIKES: dict[str, Lookalike] = {
    "un autre patient": somebody_else,
    "le même matricule sous d'autres traits": same_matricule,
    "les mêmes traits sous un autre matricule": same_traits,
    "le même matricule d'un autre registre": other_register,
    "une autre date de naissance": other_birth_date,
    "un autre prénom": other_first_name,
    "aucune INS": without_ins,
    "un sexe inconnu": sex_unknown,
}
