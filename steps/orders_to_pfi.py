"""The simulated DPI confides documents to the PFI; the PFI says what it holds and what it passes on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pytest_bdd import given, then, when

from rempart.formats.hl7v2.cisis import Professional, document_message
from rempart.simulators import faults
from rempart.simulators.deliveries import Delivery
from rempart.simulators.documents import Version, first_version, next_version
from rempart.simulators.dpi import DMP, DMP_AND_MAIL, MAIL_TO_PATIENT, MAIL_TO_PROFESSIONALS
from rempart.simulators.patients import AUTHOR, CORRESPONDENT, citizen_mailbox, correspondent
from steps._play import Faulty, Handed
from steps._words import phrase

HELD, ONCE, PASSED_ON, NO_EFFECT, OUTDATED = "REM-017", "REM-007", "REM-018", "REM-019", "REM-014"
REFUSED, TRIPLE, UNKNOWN, INS = "REM-016", "HL7-058", "HL7-111", "HL7-196"
NOT_FOR_DMP, OTHER_PATIENT = "HL7-062", "REM-025"
FORMS = {"MDM": "MDM", "ORU": "ORU"}
LETTER = "Cher confrère, voici le compte rendu de votre patiente."
# What becomes of a document already confided, the version that the message carries, and what is asked of it.
CHANGES = {
    "une nouvelle version": ("replace", next_version, DMP),
    "une nouvelle version démasquée": ("replace", next_version, DMP | {"MODIF_CONF_CODE": True}),
    "la suppression du document": ("delete", lambda version, patient: version, DMP),
    "une nouvelle version destinée au même professionnel": ("replace", next_version, MAIL_TO_PROFESSIONALS),
}
GONE = {"remplacée": "replaced", "supprimée": "deleted"}


@dataclass(frozen=True, slots=True)
class Confided:
    """What the DPI confides: the document, to whom it goes, and what is said of the patient."""

    flags: dict[str, bool] = field(default_factory=lambda: DMP)
    message: str = "MDM"
    level: str = "N1"
    status: str = "VALI"
    to_professional: bool = False
    to_patient: bool = False
    author: Professional = AUTHOR
    known_ins: bool = True  # neither the document nor the message has one otherwise
    no_reply: bool = False
    mail_body: str = ""
    age: timedelta | None = None  # of the document
    deferred: timedelta | None = None  # sending to the DMP

    def first_version(self, patient: Any) -> Version:
        """The document, new. One that is not of this minute is of another zone too: its times have to be converted."""
        zone = timezone(timedelta(hours=2))
        created = None if self.age is None else datetime.now(zone).replace(microsecond=0) - self.age
        return first_version(self.person(patient), level=self.level, created=created)

    def person(self, patient: Any) -> Any:
        """The patient, as the message and the document name them."""
        return replace(patient, status=self.status, ins=patient.ins if self.known_ins else None)

    def order(self, dpi: Any, patient: Any, version: Any, action: str = "initial") -> Delivery:
        """The message, not sent."""
        to = [correspondent()] * self.to_professional + [citizen_mailbox(patient)] * self.to_patient
        person = self.person(patient)
        how = {"action": action, "message": self.message, "flags": self.flags, "recipients": tuple(to)}
        how |= {"no_reply": self.no_reply, "mail_body": self.mail_body}
        # To the second, as HL7v2 writes it, and never less than was said.
        later = datetime.now(UTC) + self.deferred + timedelta(seconds=1) if self.deferred else None
        how |= {"author": self.author, "not_before": later}
        message = document_message(dpi.order(person, version, **how))
        return Delivery(patient=person, version=version, message=message)


CONFIDED = {
    "nouveau, par un message MDM": Confided(),
    "nouveau, par un message ORU": Confided(message="ORU"),
    "structuré, par un message MDM": Confided(level="N3"),
    "caché à la patiente et destiné à sa messagerie": Confided(
        MAIL_TO_PATIENT | {"INVISIBLE_PATIENT": True}, to_patient=True
    ),
    "validé la veille": Confided(age=timedelta(days=1)),
    "demandé par un autre professionnel": Confided(author=CORRESPONDENT),
    "masqué aux professionnels": Confided(DMP | {"MASQUE_PS": True}),
    "caché à la patiente et destiné à un professionnel": Confided(MAIL_TO_PROFESSIONALS, to_professional=True),
    "pour le DMP, sous une identité provisoire": Confided(status="PROV"),
    "dont l'envoi est différé": Confided(deferred=timedelta(seconds=1)),
    "dont l'identité est provisoire": Confided(MAIL_TO_PROFESSIONALS, status="PROV", to_professional=True),
    "pour un professionnel": Confided(MAIL_TO_PROFESSIONALS, to_professional=True, mail_body=LETTER),
    "pour un professionnel, avec accusé": Confided(MAIL_TO_PROFESSIONALS, to_professional=True),
    "pour un professionnel, avec accusé de lecture": Confided(
        MAIL_TO_PROFESSIONALS | {"ACK_LECTURE_MSS": True}, to_professional=True
    ),
    "sans INS, pour un professionnel": Confided(
        MAIL_TO_PROFESSIONALS, status="PROV", known_ins=False, to_professional=True
    ),
    "structuré pour un professionnel": Confided(MAIL_TO_PROFESSIONALS, level="N3", to_professional=True),
    "pour la patiente": Confided(MAIL_TO_PATIENT, to_patient=True),
    "pour la patiente, sans attendre de réponse": Confided(MAIL_TO_PATIENT, to_patient=True, no_reply=True),
    "pour la patiente, sous une identité provisoire": Confided(MAIL_TO_PATIENT, status="PROV", to_patient=True),
    "pour le DMP, avec accusé": Confided(),
    "pour le DMP, sans accusé": Confided({"DESTDMP": True}),
    "pour un professionnel et pour la patiente, avec accusé": Confided(
        DMP_AND_MAIL, to_professional=True, to_patient=True
    ),
}
ACTION = ["ORC-1", "OBX-11", "MSH-9"]  # they contradict each other: any of them may be the one that is wrong
# What is wrong, the rule that asks for a refusal, the codes of which one is expected, and where the fault is.
FAULTS = {
    "publication annoncée comme une suppression": (faults.incoherent_triple, TRIPLE, [], ACTION),
    "publication d'un document dit supprimé": (faults.incoherent_result_status, TRIPLE, [], ACTION),
    "identité du patient absente": (faults.missing_segment("PID"), REFUSED, ["100"], ["PID"]),
    "venue du patient absente": (faults.missing_segment("PV1"), REFUSED, ["100"], ["PV1"]),
    "identifiant du patient absent": (faults.missing_field("PID-3"), REFUSED, ["101"], ["PID-3"]),
    "octets d'un autre jeu de caractères": (faults.undecodable_charset, REFUSED, [], []),
    "document illisible": (faults.undecodable_document, REFUSED, ["102", "199"], ["OBX-5"]),
    "type que le DMP ne prend pas": (faults.type_refused_by_the_dmp, NOT_FOR_DMP, [], []),
    # No text obliges a PFI to look: accepting it is told as a warning, and what it does next is not judged.
    "patient qui n'est pas celui du document": (faults.another_patient, OTHER_PATIENT, [], ["PID-3", "OBX-5"]),
    "événement inconnu": (faults.unknown_event, UNKNOWN, ["201"], ["MSH-9"]),
    "type de message inconnu": (faults.unknown_message_type, UNKNOWN, ["200"], ["MSH-9"]),
    "version de HL7 ancienne": (faults.wrong_version, REFUSED, ["203"], ["MSH-12"]),
}


CONFIDE = phrase("le DPI confie à la PFI un document {what:Confided}", Confided=CONFIDED)


@pytest.fixture
def subject(patients):
    """The patient of the documents that the simulated DPI confides."""
    return patients["Dominique PAT-TROIS"]


@given(CONFIDE, target_fixture="handed")
@when(CONFIDE, target_fixture="handed")
def document_confided(simulated_dpi, subject, what):
    order = what.order(simulated_dpi, subject, what.first_version(subject))
    return Handed(order, simulated_dpi.send(order.message))


CHANGE = phrase("le DPI confie à la PFI {change:Change}, par un message {form:Form}", Change=CHANGES, Form=FORMS)


@given(CHANGE, target_fixture="handed")
@when(CHANGE, target_fixture="handed")
def change_confided(simulated_dpi, subject, handed, change, form):
    action, version_after, flags = change
    version = version_after(handed.delivery.version, subject)
    mailed = flags.get("DESTMSSANTEPS", False)
    order = Confided(flags, message=form, to_professional=mailed).order(simulated_dpi, subject, version, action)
    return Handed(order, simulated_dpi.send(order.message), handed)


@when("le DPI envoie à la PFI le même message une seconde fois", target_fixture="handed")
def confided_again(simulated_dpi, handed):
    return Handed(handed.delivery, simulated_dpi.send(handed.delivery.message), handed)


@when(phrase("le DPI envoie à la PFI un message fautif, {fault:Fault}", Fault=FAULTS), target_fixture="handed")
def faulty_message(simulated_dpi, subject, fault):
    wrong, rule, codes, places = fault
    order = Confided().order(simulated_dpi, subject, first_version(subject))
    told = simulated_dpi.send(wrong(order.message), note="fautif")
    return Faulty(order, told, rule=rule, codes=tuple(codes), places=tuple(places))


@then("la PFI accepte le message")
def message_accepted(handed, judge):
    judge.check("hl7v2.expect", handed.dialogue.answer, path="MSA-1", equals="AA", rule=HELD)


@then("la PFI refuse le message")
def message_refused(handed, judge):
    told = handed.dialogue
    asked = {"expect": ["AE", "AR"], "errors": list(handed.codes), "places": list(handed.places)}
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, rule=handed.rule, **asked)


@then("la PFI détient ce document une seule fois")
def held_once(pfi, handed, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "found", equals=True, rule=HELD)
    judge.expect(held.exchange, "status", equals="current", rule=HELD)
    judge.expect(held.exchange, "copies", equals=1, rule=ONCE)


@then(phrase("la PFI tient la version d'origine pour {state:Gone}", Gone=GONE))
def origin_is_gone(pfi, handed, state, judge):
    held = pfi.ask("get_received_document", unique_id=handed.earlier.delivery.unique_id)
    judge.expect(held.exchange, "status", equals=state, rule=OUTDATED)


@then("la PFI ne détient pas ce document")
def not_held(pfi, handed, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "found", equals=False, rule=NO_EFFECT)


@then("la PFI transmet ce document au DMP")
def passed_on(pfi, handed, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "channels[channel=dmp]", present=True, rule=PASSED_ON)


@then("la PFI n'envoie rien à la patiente")
def nothing_to_patient(pfi, handed, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "channels[channel=mssante_patient]", absent=True, rule=PASSED_ON)


@then("la PFI détient l'INS de la patiente avec ce document")
def ins_held(pfi, handed, subject, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "ins.value", equals=subject.ins.value, rule=INS)
    judge.expect(held.exchange, "ins.oid", equals=subject.ins.oid, rule=INS)


@then("la PFI ne détient aucune INS avec ce document")
def no_ins_held(pfi, handed, judge):
    held = pfi.ask("get_received_document", unique_id=handed.delivery.unique_id)
    judge.expect(held.exchange, "ins", absent=True, rule="HL7-179")
