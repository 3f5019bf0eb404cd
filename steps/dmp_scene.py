"""Who sits before the DPI, what the DMP of the patient is like, and which documents it holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_bdd import given, then, when

from rempart.formats.cda.model import LOINC, Coded
from rempart.simulators.deliveries import without_paginated_copy
from rempart.simulators.dmp import Grant, Status
from rempart.simulators.dmp.behaviours import BEHAVIOURS
from rempart.simulators.dmp.preload import Held, put
from rempart.simulators.documents import COLLEAGUE, OUR_AUTHOR, first_version, next_version
from rempart.simulators.patients import ESTABLISHMENT, PROFESSIONALS
from steps._play import prepared
from steps._words import phrase
from steps.dmp_documents import ORDER

WHO = {f'"{name}"': p for name, p in PROFESSIONALS.items()}
PROFESSION, SPECIALITY = "10", "SM26"
LATE_IN_THE_DAY = datetime(2024, 6, 3, 22, 30, tzinfo=UTC)  # the 4th in France, half an hour after midnight
LONG_AGO = timedelta(days=200)
WAITING = "1.2.250.1.213.1.4.9"  # NIA


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and how many calls the DMP had heard before."""

    id: str
    since: int = 0


@dataclass
class Shelf:
    """Documents that the DMP holds, as scenarios name them, and the last one that was put in."""

    held: dict[str, Held] = field(default_factory=dict)
    structure: str = f"1{ESTABLISHMENT.id}"  # of the candidate, as it has named itself to the DMP

    @property
    def last(self) -> Held:
        return list(self.held.values())[-1]

    def ids(self, *names: str) -> list[str]:
        return [self.held[n].unique_id for n in names or self.held]


@pytest.fixture
def shelf():
    return Shelf()


def opened(dpi, who, since=0):
    named = {"id": who.id, "family": who.family, "given": who.given}
    user = named | {"profession": PROFESSION, "speciality": SPECIALITY}
    prepared(dpi.ask("open_session", user=user), "ouverture de la session")
    return Session(who.id, since)


@given(phrase("le docteur {who:Who} connecté au DPI", Who=WHO), target_fixture="session")
def signed_in(dpi, who):
    return opened(dpi, who)


@when(phrase("le docteur {who:Who} ouvre sa session", Who=WHO), target_fixture="session")
def signs_in(dpi, dmp, who):
    return opened(dpi, who, len(dmp.received()))


# -- the DMP of the patient

STATES = {
    "ouvert à ce docteur": lambda dmp, ins, user: granted(dmp, ins, user, Grant.VALID),
    "ouvert sans autorisation": lambda dmp, ins, user: granted(dmp, ins, user, Grant.NONE),
    "ouvert avec une autorisation expirée": lambda dmp, ins, user: granted(dmp, ins, user, Grant.EXPIRED),
    "interdit à ce docteur": lambda dmp, ins, user: granted(dmp, ins, user, Grant.BLOCKED),
    "fermé": lambda dmp, ins, user: closed(dmp, ins),
    "inexistant": lambda dmp, ins, user: dmp.dmp.patients.pop(ins),
}


def granted(dmp, ins, user, grant):
    dmp.dmp.patients[ins].grants[user] = grant


def closed(dmp, ins):
    dmp.dmp.patients[ins].closed = "fermé à la demande du patient"


@given(phrase("le DMP de la patiente est {state:State}", State=STATES))
def state_of_dmp(dmp, patient, session, state):
    state(dmp, patient.ins.value, session.id)


@given("le DMP de la patiente est ouvert à tous les docteurs de l'équipe")
def open_to_all(dmp, patient):
    dmp.dmp.patients[patient.ins.value].grants |= dict.fromkeys((p.id for p in PROFESSIONALS.values()), Grant.VALID)


@given(phrase("le DMP {manner:Manner}", Manner=BEHAVIOURS))
@when(phrase("le DMP {manner:Manner}", Manner=BEHAVIOURS))
def dmp_behaves(dmp, manner):
    dmp.behaviour = manner


# -- documents

OWN = {"by": OUR_AUTHOR}
THIRD = {"by": COLLEAGUE}


def letter(patient, **more):
    return first_version(patient, **({"type_code": "11490-0"} | THIRD | more))


def simple(**more):
    return lambda registry, patient, shelf: put(registry, letter(patient, **more))


def marked(metadata=None, references=(), status=Status.APPROVED, hidden=(), ago=None, **more):
    def place(registry, patient, shelf):
        when = datetime.now(UTC) - ago if ago else None
        return put(
            registry, letter(patient, **more), metadata=metadata, references=references, status=status, hidden=hidden,
            submitted=when,
        )  # fmt: skip

    return place


def structured_alone(registry, patient, shelf):
    return put(registry, without_paginated_copy(letter(patient, level="N3")))


def under_another_ins(registry, patient, shelf):
    """Put in when the patient's INS was one of those that wait for a NIR."""
    return put(registry, letter(patient), metadata={"patient_id": f"{patient.ins.value}^^^&{WAITING}&ISO^NH"})


def of_the_establishment(registry, patient, shelf):
    by = replace(COLLEAGUE, organisation=replace(COLLEAGUE.organisation, id=shelf.structure))
    return put(registry, letter(patient, by=by))


def newer(registry, patient, shelf):
    before = shelf.last
    version = next_version(before.version, patient, by=COLLEAGUE)
    return put(registry, version, replaces=before)


def second_of_pair(registry, patient, shelf):
    return put(registry, letter(patient, level="N3", **OWN), transforms=shelf.last)


DOCUMENTS = {
    "une lettre de liaison d'un confrère": simple(),
    "une autre lettre de liaison d'un confrère": simple(title="Lettre de liaison de la seconde sortie"),
    "un compte rendu d'imagerie d'un confrère": simple(type_code="18748-4"),
    "un compte rendu de consultation d'un confrère": simple(type_code="11488-4"),
    "une lettre de liaison écrite par ce docteur": simple(**OWN),
    "une lettre de liaison de l'établissement": of_the_establishment,
    "une lettre de liaison écrite tard dans la nuit": marked(created=LATE_IN_THE_DAY),
    "une lettre de liaison versée il y a longtemps": marked(ago=LONG_AGO),
    "une lettre de liaison archivée": marked(status=Status.ARCHIVED),
    "une lettre de liaison non visible par la patiente": marked(hidden=("INVISIBLE_PATIENT",)),
    "une lettre de liaison non visible par la patiente, écrite par ce docteur": marked(
        hidden=("INVISIBLE_PATIENT",), **OWN
    ),
    "un document d'un type inconnu": marked(metadata={"type": Coded("99999-1", LOINC, "Type créé depuis")}),
    "un document déposé par la patiente": marked(
        metadata={
            "type": Coded("EXPPAT_2", "1.2.250.1.213.1.1.4.12", "Autre document du patient"),
            "class_code": Coded("90", "1.2.250.1.213.1.1.4.1", "Autres documents déposés par le patient"),
        }
    ),
    "un document rangé sous une ancienne INS de la patiente": under_another_ins,
    "un compte rendu lié à une demande d'imagerie": marked(
        references=(f"{ORDER}^urn:ihe:iti:xds:2013:order",), type_code="18748-4"
    ),
    "un document structuré sans sa copie paginée": structured_alone,
    "une version plus récente de ce document": newer,
    "la version structurée de cette lettre": second_of_pair,
}
HOLDS = phrase("le DMP contient {document:Document}", Document={name: name for name in DOCUMENTS})
RECEIVES = phrase("un tiers verse au DMP {document:Document}", Document={name: name for name in DOCUMENTS})


@given(HOLDS)
@given(RECEIVES)
def document_put_in(dmp, patient, shelf, document):
    shelf.structure = next((c.structure for c in reversed(dmp.received()) if c.structure), shelf.structure)
    shelf.held[document] = DOCUMENTS[document](dmp.dmp.registry, patient, shelf)


@given("un tiers supprime ce document du DMP")
def document_deleted_by_other(dmp, shelf):
    dmp.dmp.registry.set_status(shelf.last.entry.uuid, Status.DELETED)


@then("le DMP n'est pas appelé")
def dmp_not_called(dmp, judge, deadlines):
    judge.check("dmp.silence", dmp.expect_silence(deadlines.silence), rule="XDS-104")
