"""Documents that do not enter by themselves wait in the work list, until the user decides."""

from __future__ import annotations

from pytest_bdd import given, then, when

from rempart.simulators.deliveries import delivery
from rempart.simulators.documents import first_version
from steps._play import Handed, patient_id, understood
from steps._words import phrase

WAITS, DECIDED, PROPOSED, FILLED, NOTICE, VALIDATED = "REM-183", "REM-184", "REM-185", "REM-186", "REM-187", "REM-188"
KEPT, NEVER = "REM-189", "REM-190"
TRAITS = ("birth_name", "first_birth_name", "birth_date", "sex")
KINDS = {
    "un document nouveau": "new",
    "un remplacement": "replacement",
    "une suppression": "deletion",
}
# The decision, and whether it names the patient of the scenario.
DECISIONS = {
    "intègre ce document au dossier de la patiente": ("integrate", True),
    "intègre ce document sans choisir de patiente": ("integrate", False),
    "remplace la version du dossier par ce document": ("replace", False),
    "valide la suppression de ce document": ("delete", False),
    "écarte ce document": ("discard", False),
}
OUTCOMES = {"fait": "done", "refusé": "refused"}
NOTICES = {"un remplacement à valider": "replacement", "une suppression à valider": "deletion"}
UNKNOWN_DELETION = "la PFI remet au DPI la suppression d'un document jamais reçu"
DECIDE = phrase("l'utilisateur {decision:Decision}", Decision=DECISIONS)


def line_of(worklist, handed):
    """The candidate's reference of the line of this document; "" when it is not listed."""
    wanted = handed.delivery.unique_id
    return next((line.item for line in worklist.answer.items if line.unique_id == wanted), "")


def held_version(handed):
    """The version of the record that a message is about: the one replaced, or the one deleted."""
    return handed.earlier.delivery


@given(phrase('une autre patiente, "{name}", connue du DPI avec son INS'), target_fixture="other")
def another_known(name, patients, gap):
    other = patients.announce(patients[name])
    understood(gap.create(other), "création de l'autre patiente")
    return other


@given(UNKNOWN_DELETION, target_fixture="handed")
@when(UNKNOWN_DELETION, target_fixture="handed")
def unknown_deletion_handed(simulated_pfi, patient):
    deletion = delivery(patient, first_version(patient), "delete")
    return Handed(deletion, simulated_pfi.send(deletion.message))


@given(DECIDE, target_fixture="answer")
@when(DECIDE, target_fixture="answer")
def decided(dpi, patient, handed, decision):
    what, named = decision
    item = line_of(dpi.ask("list_worklist"), handed)
    return dpi.ask("handle_worklist_item", item=item, decision=what, patient=patient_id(patient) if named else None)


@when("l'utilisateur ouvre ce document dans la liste de travail", target_fixture="answer")
def waiting_document_opened(dpi, handed):
    return dpi.ask("view_worklist_item", item=line_of(dpi.ask("list_worklist"), handed))


@then(phrase("le geste est {outcome:Outcome}", Outcome=OUTCOMES))
def decision_is(answer, outcome, judge):
    judge.expect(answer.exchange, "outcome", equals=outcome, rule=DECIDED)


@then(phrase("la liste de travail montre {kind:Kind} et en dit la raison", Kind=KINDS))
def listed(dpi, handed, kind, judge):
    line = f"items[unique_id={handed.delivery.unique_id}]"
    worklist = dpi.ask("list_worklist")
    judge.expect(worklist.exchange, f"{line}.kind", equals=kind, rule=WAITS)
    judge.expect(worklist.exchange, f"{line}.reason", present=True, rule=WAITS)


@then("la liste de travail ne montre plus ce document")
def not_listed(dpi, handed, judge):
    worklist = dpi.ask("list_worklist")
    judge.expect(worklist.exchange, f"items[unique_id={handed.delivery.unique_id}]", absent=True, rule=DECIDED)


@then("la liste de travail propose la patiente")
def patient_proposed(dpi, handed, patient, judge):
    worklist = dpi.ask("list_worklist")
    place = f"items[unique_id={handed.delivery.unique_id}].proposed[value={patient.ipp}]"
    judge.expect(worklist.exchange, place, present=True, rule=PROPOSED)


@then("la liste de travail ne propose pas l'autre patiente")
def other_not_proposed(dpi, handed, other, judge):
    worklist = dpi.ask("list_worklist")
    line = f"items[unique_id={handed.delivery.unique_id}]"
    judge.expect(worklist.exchange, f"{line}.kind", present=True, rule=WAITS)
    judge.expect(worklist.exchange, f"{line}.proposed[value={other.ipp}]", absent=True, rule=PROPOSED)


@then("la recherche de patient est remplie des traits du document")
def search_filled(dpi, handed, judge):
    worklist = dpi.ask("list_worklist")
    said, line = handed.delivery.patient, f"items[unique_id={handed.delivery.unique_id}]"
    for trait in TRAITS:
        judge.expect(worklist.exchange, f"{line}.search.{trait}", equals=getattr(said, trait), rule=FILLED)


@then(phrase("le dossier signale {notice:Notice}", Notice=NOTICES))
def notice_shown(dpi, patient, handed, notice, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"mss_notices[unique_id={held_version(handed).unique_id}]"
    judge.expect(record.exchange, f"{line}.kind", equals=notice, rule=NOTICE)


@then("le dossier ne signale plus rien de ce document")
def no_notice(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"mss_notices[unique_id={held_version(handed).unique_id}]"
    judge.expect(record.exchange, "found", equals=True, rule=NOTICE)
    judge.expect(record.exchange, line, absent=True, rule=NOTICE)


@then("le dossier montre toujours la version d'origine comme courante")
def origin_still_current(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={held_version(handed).unique_id}]"
    judge.expect(record.exchange, f"{line}.status", equals="current", rule=VALIDATED)


@then("le dossier garde la version d'origine parmi les anciennes")
def origin_kept(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={held_version(handed).unique_id}]"
    judge.expect(record.exchange, f"{line}.status", equals="replaced", rule=KEPT)


@then("le dossier ne compte aucun document de cette suppression")
def deletion_not_filed(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "found", equals=True, rule=NEVER)
    judge.expect(record.exchange, f"documents[unique_id={handed.delivery.unique_id}]", absent=True, rule=NEVER)


@then("le document d'origine s'affiche")
def origin_opens(handed, answer, judge):
    judge.check("display.header", handed.earlier.dialogue.sent, answer.exchange, rule=KEPT)
