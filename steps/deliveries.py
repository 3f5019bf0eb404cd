"""The simulated PFI hands over what came by MSSanté; the DPI puts it in the record, or says why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pytest_bdd import given, then, when

from rempart.simulators.deliveries import delivery, without_paginated_copy
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.faults import missing_segment, not_a_cda, undecodable_charset, unknown_event
from rempart.simulators.patients import OTHER_ESTABLISHMENT
from rempart.simulators.variants import self_presentable, with_unknown_parts, written_by_hand
from steps._play import Faulty, Handed, patient_id
from steps._words import phrase

KEPT, ONCE, ABSENT, UNPAGINATED, OUTDATED, TECHNICAL = "HL7-136", "REM-007", "REM-009", "REM-010", "REM-014", "REM-016"
UNKNOWN = "HL7-111"
DEMONSTRATION = "1.2.250.1.213.1.4.11"  # the register of demonstration matricules
FIRST_STYLE = "Mise en page du confrère"
GONE = [None, "replaced", "deleted"]


def of(patient):
    return delivery(patient, first_version(patient))


def structured(patient):
    return delivery(patient, first_version(patient, level="N3"))


def styled(patient):
    return delivery(patient, self_presentable(first_version(patient, level="N3"), FIRST_STYLE))


def a_year_ago(patient):
    return delivery(patient, first_version(patient, created=datetime.now(UTC).astimezone() - timedelta(days=365)))


def structured_alone(patient):
    return delivery(patient, without_paginated_copy(first_version(patient, level="N3")))


# (the patient of the scenario, someone the DPI has never heard of) -> what is handed over
DELIVERIES = {
    "de cette patiente": lambda patient, stranger: of(patient),
    "pour une patiente inconnue": lambda patient, stranger: of(stranger),
    "de cette patiente avec l'INS d'une autre": lambda patient, stranger: of(replace(patient, ins=stranger.ins)),
    "de cette patiente avec une autre date de naissance": lambda patient, stranger: of(
        replace(patient, birth_date=stranger.birth_date)
    ),
    "de cette patiente sous le registre de démonstration": lambda patient, stranger: of(
        replace(patient, ins=replace(patient.ins, oid=DEMONSTRATION))
    ),
    "de cette patiente avec un autre premier prénom": lambda patient, stranger: of(
        replace(patient, first_birth_name=stranger.first_birth_name, birth_names=stranger.birth_names)
    ),
    "de cette patiente avec un autre sexe": lambda patient, stranger: of(replace(patient, sex="M")),
    "de cette patiente avec un autre nom de naissance": lambda patient, stranger: of(
        replace(patient, birth_name=stranger.birth_name)
    ),
    "de cette patiente avec un autre lieu de naissance": lambda patient, stranger: of(
        replace(patient, birth_place=stranger.birth_place)
    ),
    "de cette patiente sans lieu de naissance": lambda patient, stranger: of(replace(patient, birth_place="")),
    "de cette patiente à l'identité provisoire": lambda patient, stranger: of(replace(patient, status="PROV")),
    "de cette patiente, du type lettre de liaison": lambda patient, stranger: delivery(
        patient, first_version(patient, type_code="11490-0")
    ),
    "de cette patiente sans INS": lambda patient, stranger: of(replace(patient, ins=None)),
    "structuré avec sa copie paginée": lambda patient, stranger: structured(patient),
    "écrit par un autre logiciel": lambda patient, stranger: delivery(patient, written_by_hand(first_version(patient))),
    "structuré, d'un autre logiciel": lambda patient, stranger: delivery(
        patient, written_by_hand(first_version(patient, level="N3"))
    ),
    "de cette patiente écrit il y a un an": lambda patient, stranger: a_year_ago(patient),
    "structuré avec sa feuille de style": lambda patient, stranger: styled(patient),
    "structuré avec une section inconnue": lambda patient, stranger: delivery(
        patient, with_unknown_parts(first_version(patient, level="N3"))
    ),
    "structuré sans copie paginée": lambda patient, stranger: structured_alone(patient),
}
# What is wrong, the rule that asks for a refusal, the codes of which one is expected, and where the fault is.
FAULTS = {
    "identité du patient absente": (missing_segment("PID"), TECHNICAL, ["100", "101"], ["PID"]),
    "document qui n'est pas un CDA": (not_a_cda, TECHNICAL, [], []),
    "événement inconnu": (unknown_event, UNKNOWN, ["201"], ["MSH-9"]),
    "octets d'un autre jeu de caractères": (undecodable_charset, TECHNICAL, [], []),
}
HAND_OVER = phrase("la PFI remet au DPI un document {which:Delivery}", Delivery=DELIVERIES)


@given(HAND_OVER, target_fixture="handed")
@when(HAND_OVER, target_fixture="handed")
def document_handed(simulated_pfi, patient, patients, which):
    given_over = which(patient, patients["Ruth NESSI"])
    return Handed(given_over, simulated_pfi.send(given_over.message))


@given("la PFI remet au DPI une nouvelle version de ce document", target_fixture="handed")
@when("la PFI remet au DPI une nouvelle version de ce document", target_fixture="handed")
def new_version_handed(simulated_pfi, patient, handed):
    version = delivery(patient, next_version(handed.delivery.version, patient), "replace")
    return Handed(version, simulated_pfi.send(version.message), handed)


@when("la PFI remet au DPI une autre version du document d'origine", target_fixture="handed")
def outdated_version_handed(simulated_pfi, patient, handed):
    return new_version_handed(simulated_pfi, patient, handed.earlier)


@when("la PFI remet au DPI la suppression de ce document par une autre structure", target_fixture="handed")
def foreign_deletion_handed(simulated_pfi, patient, handed):
    deletion = delivery(patient, handed.delivery.version, "delete", structure=OTHER_ESTABLISHMENT)
    return Handed(deletion, simulated_pfi.send(deletion.message), handed)


@given("la PFI remet au DPI la suppression de ce document", target_fixture="handed")
@when("la PFI remet au DPI la suppression de ce document", target_fixture="handed")
def deletion_handed(simulated_pfi, patient, handed):
    deletion = delivery(patient, handed.delivery.version, "delete")
    return Handed(deletion, simulated_pfi.send(deletion.message), handed)


@when("la PFI remet au DPI le même document dans un autre message", target_fixture="handed")
def document_handed_again(simulated_pfi, patient, handed):
    again = delivery(patient, handed.delivery.version)
    return Handed(again, simulated_pfi.send(again.message), handed)


@when("la PFI remet au DPI le même message une seconde fois", target_fixture="handed")
def handed_again(simulated_pfi, handed):
    return Handed(handed.delivery, simulated_pfi.send(handed.delivery.message), handed)


@when(phrase("la PFI remet au DPI un message fautif, {fault:Fault}", Fault=FAULTS), target_fixture="handed")
def faulty_handed(simulated_pfi, patient, fault):
    wrong, rule, codes, places = fault
    sound = of(patient)
    told = simulated_pfi.send(wrong(sound.message), note="fautif")
    return Faulty(sound, told, rule=rule, codes=tuple(codes), places=tuple(places))


@then("le DPI accepte la remise")
def delivery_accepted(handed, judge):
    told = handed.dialogue
    judge.check("hl7v2.expect", told.answer, path="MSA-1", equals="AA", rule=KEPT)


@then(phrase('le DPI refuse la remise au motif "{reason:Reason}"'))
def delivery_refused_because(handed, reason, judge):
    judge.check("hl7v2.lps_refusal", handed.dialogue.sent, handed.dialogue.answer, code=reason)


@then("le DPI refuse la remise")
def delivery_refused(handed, judge):
    told = handed.dialogue
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, expect=["AE", "AR"], rule=UNPAGINATED)


@then("le DPI signale une erreur technique")
def technical_error(handed, judge):
    told = handed.dialogue
    asked = {"expect": ["AE", "AR"], "errors": list(handed.codes), "places": list(handed.places)}
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, rule=handed.rule, **asked)


@then("le dossier montre ce document, venu de MSSanté")
def record_shows_document(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={handed.delivery.unique_id}]"
    judge.expect(record.exchange, f"{line}.status", equals="current", rule=KEPT)
    judge.expect(record.exchange, f"{line}.origin", contains="MSS", rule=KEPT)


@then("le dossier montre ce document une seule fois")
def record_shows_it_once(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "documents#", equals=1, rule=ONCE)


@then("le dossier ne montre pas ce document")
def record_lacks_document(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, f"documents[unique_id={handed.delivery.unique_id}]", absent=True, rule=ABSENT)


@then("le dossier ne montre plus le document d'origine")
def record_drops_origin(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={handed.earlier.delivery.unique_id}]"
    judge.expect(record.exchange, f"{line}.status", one_of=GONE, rule=OUTDATED)
