"""The patient administration announces patients, and the record of the DPI shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_bdd import given, then, when

from rempart.simulators import faults, pam
from rempart.simulators.gap import envelope
from steps._play import Announcement, FaultyAnnouncement, patient_id, understood
from steps._words import phrase

INTEGRATED, DROPPED, DELETED, CREATED, ERASED = "HL7-180", "HL7-179", "HL7-181", "HL7-193", "HL7-192"
NO_EFFECT = "REM-019"


def wrong(fault):
    """An update of the patient with this fault in it."""
    return lambda gap, patient: fault(pam.update(patient, envelope()))


def correction_of_nothing(gap, patient):
    """Z99 on a movement that was never announced."""
    stay = gap.stay(patient)
    return gap.movement("Z99", patient, replace(stay, movement=replace(stay.movement, cancels="A01")))


# What is wrong, the rule that asks for a refusal, the codes of which one is expected, and where the fault is. No text
# says which code refuses the correction of a movement that nobody created.
FAULTS = {
    "identité du patient absente": (wrong(faults.missing_segment("PID")), "HL7-109", ["100"], ["PID"]),
    "identifiant du patient absent": (wrong(faults.missing_field("PID-3")), "HL7-110", ["101"], ["PID-3"]),
    "événement inconnu": (wrong(faults.event("ADT^A99^ADT_A05")), "HL7-111", ["201"], ["MSH-9"]),
    "événement que PAM France exclut": (wrong(faults.event("ADT^A08^ADT_A01")), "HL7-194", ["201"], ["MSH-9"]),
    "correction d'un mouvement jamais reçu": (correction_of_nothing, "HL7-194", [], ["ZBE-1"]),
    "version de HL7 ancienne": (wrong(faults.wrong_version), "HL7-112", ["203"], ["MSH-12"]),
}
# What is told of a patient whom the DPI knows, and the rule that says what it had to do of it.
NEWS = {
    "met à jour la patiente sans rappeler son lieu de naissance": (
        lambda gap, patient: gap.update(without_birth_place(patient)),
        ERASED,
    ),
    "efface le lieu de naissance de la patiente": (
        lambda gap, patient: gap.erase(without_birth_place(patient), "PID-11"),
        ERASED,
    ),
    "annonce le décès de la patiente": (lambda gap, patient: gap.announce_death(patient), INTEGRATED),
    "supprime l'INS de la patiente": (lambda gap, patient: gap.delete_ins(patient), DELETED),
    "envoie le même message une seconde fois": (lambda gap, patient: gap.repeat(), INTEGRATED),
}
TRAITS = ("birth_name", "first_birth_name", "birth_date", "sex", "birth_place")
ANNOUNCE = phrase('le référentiel d\'identités annonce la patiente "{name}", identité {status:Status}, avec son INS')


def without_birth_place(patient):
    return replace(patient, ins=None, status="PROV", birth_place="")


@pytest.fixture
def patient(announcement):
    """Who the scenario is about, when no step has said so otherwise: whoever was announced."""
    return announcement.patient


@given(phrase('la patiente "{name}" connue du DPI {with_ins:Known}'), target_fixture="patient")
def known_patient(name, with_ins, patients, gap):
    patient = patients.announce(patients[name]) if with_ins else patients[name]
    told = patient if with_ins else replace(patient, ins=None, status="PROV")
    understood(gap.create(told), "création de la patiente")
    return patient


@given(ANNOUNCE, target_fixture="announcement")
@when(ANNOUNCE, target_fixture="announcement")
def announced(name, status, patients, gap):
    patient = replace(patients.announce(patients[name]), status=status)
    return Announcement(patient, gap.create(patient), INTEGRATED if status == "VALI" else DROPPED)


@when(
    phrase("le référentiel d'identités met à jour la patiente, identité {status:Status}, avec son INS"),
    target_fixture="announcement",
)
def updated(patient, status, patients, gap):
    patient = replace(patients.announce(patient), status=status)
    return Announcement(patient, gap.update(patient), INTEGRATED)


@when(
    phrase('le référentiel d\'identités met à jour la patiente "{name}" que le DPI ne connaît pas'),
    target_fixture="announcement",
)
def updated_unknown(name, patients, gap):
    patient = patients.announce(patients[name])
    return Announcement(patient, gap.update(patient), CREATED)


TELL = phrase("le référentiel d'identités {news:News}", News=NEWS)


@given(TELL, target_fixture="announcement")
@when(TELL, target_fixture="announcement")
def told_of(patient, news, gap):
    tell, rule = news
    return Announcement(patient, tell(gap, patient), rule)


@when(
    phrase("le référentiel d'identités envoie une mise à jour fautive, {fault:Fault}", Fault=FAULTS),
    target_fixture="announcement",
)
def faulty_update(patient, patients, gap, fault):
    message, rule, codes, places = fault
    told = patients.announce(patient)
    dialogue = gap.send(message(gap, told), note="fautif")
    effects = rule if dialogue.accepted else NO_EFFECT
    return FaultyAnnouncement(told, dialogue, effects, rule, tuple(codes), tuple(places))


@then("le DPI refuse l'annonce")
def announcement_refused(announcement, judge):
    told = announcement.dialogue
    asked = {"expect": ["AE", "AR"], "errors": list(announcement.codes), "places": list(announcement.places)}
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, rule=announcement.refusal, **asked)


@then("le DPI acquitte l'annonce")
def announcement_acknowledged(announcement, judge):
    told = announcement.dialogue
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, expect=["AA"], rule=announcement.rule)


@then("le dossier montre l'INS de la patiente")
def record_shows_ins(dpi, patient, announcement, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "ins.value", equals=patient.ins.value, rule=announcement.rule)
    judge.expect(record.exchange, "ins.oid", equals=patient.ins.oid, rule=announcement.rule)


@then("le dossier ne montre aucune INS")
def record_shows_no_ins(dpi, patient, announcement, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "found", equals=True, rule=announcement.rule)
    judge.expect(record.exchange, "ins", absent=True, rule=announcement.rule)


@then("le dossier montre les traits de la patiente")
def record_shows_traits(dpi, patient, announcement, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    for trait in TRAITS:
        judge.expect(record.exchange, f"identity.{trait}", equals=getattr(patient, trait), rule=announcement.rule)


@then("le dossier ne montre plus le lieu de naissance")
def record_lacks_birth_place(dpi, patient, announcement, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "identity.birth_place", absent=True, rule=announcement.rule)


@then("le dossier garde le document produit")
def record_keeps_document(dpi, patient, document, announcement, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    told = "le document du dossier a disparu"
    line = f"documents[unique_id={document.unique_id}]"
    judge.expect(record.exchange, line, present=True, rule=announcement.rule, message=told)
