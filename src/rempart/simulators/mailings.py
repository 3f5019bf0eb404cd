"""Mails of correspondents by their name, each about a patient (and, where it takes one, somebody else)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from rempart.formats.hl7v2.cisis import Patient
from rempart.simulators.archives import ARCHIVE_FAULTS, ArchiveFault
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.lookalikes import LOOKALIKES, Lookalike
from rempart.simulators.mails import Sent, compose, letter, pack

# (the patient, someone else) -> mails in the order in which they are sent.
Mailing = Callable[[Patient, Patient], Sequence[Sent]]


def document(patient: Patient, other: Patient) -> Sequence[Sent]:
    """A document to integrate, with a receipt."""
    return [compose(patient, [first_version(patient)], notify=True)]


def corrected(patient: Patient, other: Patient) -> Sequence[Sent]:
    """A document, then the version that replaces it."""
    first = first_version(patient)
    return [compose(patient, [first]), compose(patient, [next_version(first, patient)], action="C", notify=True)]


def deleted(patient: Patient, other: Patient) -> Sequence[Sent]:
    """A document, then its deletion."""
    first = first_version(patient)
    return [compose(patient, [first]), compose(patient, [first], action="D", notify=True)]


def several(patient: Patient, other: Patient) -> Sequence[Sent]:
    """Two documents in one archive."""
    return [compose(patient, [first_version(patient), first_version(patient, type_code="11488-4")])]


def both_levels(patient: Patient, other: Patient) -> Sequence[Sent]:
    """An N1, and an N3 of biology."""
    return [compose(patient, [first_version(patient), first_version(patient, type_code="11502-2", level="N3")])]


def two_patients(patient: Patient, other: Patient) -> Sequence[Sent]:
    """An archive that is about two people."""
    first = first_version(patient)
    return [compose(patient, [first], archive=pack([first, first_version(other)]))]


def twice(patient: Patient, other: Patient) -> Sequence[Sent]:
    """The same mail, byte for byte, as an operator that was cut delivers it."""
    sent = compose(patient, [first_version(patient)], notify=True)
    return [sent, sent]


def about(lookalike: Lookalike) -> Mailing:
    """A document about somebody who is not quite the patient."""

    def mailing(patient: Patient, other: Patient) -> Sequence[Sent]:
        person = lookalike(patient, other)
        return [compose(person, [first_version(person)], notify=True)]

    return mailing


def with_archive(fault: ArchiveFault) -> Mailing:
    """A document whose archive is wrong."""

    def mailing(patient: Patient, other: Patient) -> Sequence[Sent]:
        version = first_version(patient)
        return [compose(patient, [version], archive=fault(pack([version])), notify=True)]

    return mailing


def of_letter(kind: Literal["words", "pdf"]) -> Mailing:
    """A mail that carries no document of the CI-SIS."""
    return lambda patient, other: [letter(pdf=kind == "pdf")]


MAILINGS: dict[str, Mailing] = {
    "un document": document,
    "une correction": corrected,
    "une suppression": deleted,
    "plusieurs documents": several,
    "un N1 et un N3": both_levels,
    "deux patients": two_patients,
    "deux fois le même courriel": twice,
    "un PDF seul": of_letter("pdf"),
    "une lettre": of_letter("words"),
    **{f"un document pour {name}": about(lookalike) for name, lookalike in LOOKALIKES.items()},
    **{f"une archive {name}": with_archive(fault) for name, fault in ARCHIVE_FAULTS.items()},
}
