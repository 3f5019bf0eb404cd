"""The simulated PFI hands over what a DPI might mix up: identifiers, versions, patients."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import given, then, when

from rempart.simulators.deliveries import delivery
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.variants import same_identifier, same_version
from steps._play import Handed, patient_id, understood
from steps._words import phrase

LATE, RICHER, OTHERS = "CDA-112", "CDA-113", "CDA-116"
TWINS = {
    "un autre contenu sous le même identifiant": same_identifier,
    "la même version de ce document sous un autre identifiant": same_version,
}
REASONS = {"l'identifiant étant déjà pris": "CDA-110", "la version étant déjà reçue": "CDA-111"}
NOT_CURRENT = [None, "replaced", "deleted"]


@when(phrase("la PFI remet au DPI {twin:Twin}", Twin=TWINS), target_fixture="handed")
def twin_handed(simulated_pfi, patient, handed, twin):
    other = delivery(patient, twin(first_version(patient), handed.delivery.version))
    return Handed(other, simulated_pfi.send(other.message), handed)


@given("la PFI remet au DPI la deuxième version d'un document de cette patiente", target_fixture="handed")
def second_version_handed(simulated_pfi, patient):
    first = first_version(patient)
    second = delivery(patient, next_version(first, patient))
    told = understood(simulated_pfi.send(second.message), "remise de la deuxième version")
    return Handed(second, told, Handed(delivery(patient, first), told))


@when("la PFI remet au DPI la première version de ce document", target_fixture="late")
def first_version_handed(simulated_pfi, handed):
    return replace(handed.earlier, dialogue=simulated_pfi.send(handed.earlier.delivery.message))


@then(phrase("le DPI refuse cette remise, {why:Why}", Why=REASONS))
def twin_refused(handed, why, judge):
    told = handed.dialogue
    judge.check("hl7v2.acknowledgement", told.sent, told.answer, expect=["AE", "AR"], rule=why)


@then("le dossier montre la deuxième version comme courante")
def second_is_current(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(
        record.exchange, f"documents[unique_id={handed.delivery.unique_id}].status", equals="current", rule=LATE
    )


@then("le dossier ne montre pas la première version comme courante")
def first_is_not_current(dpi, patient, late, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={late.delivery.unique_id}]"
    judge.expect(record.exchange, f"{line}.status", one_of=NOT_CURRENT, rule=LATE)


@then("le DPI accepte ce document plus riche")
def richer_document_accepted(handed, judge):
    judge.check("hl7v2.expect", handed.dialogue.answer, path="MSA-1", equals="AA", rule=RICHER)


@then("le dossier ne montre pas ce document, qui est celui d'une autre")
def not_attached(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, f"documents[unique_id={handed.delivery.unique_id}]", absent=True, rule=OTHERS)
