"""What an open record shows of the DMP and of the patient's choices, before any gesture."""

from __future__ import annotations

from pytest_bdd import given, then, when

from rempart.simulators.dmp.hold import Hold
from steps._play import patient_id, prepared, understood
from steps._words import phrase

STATE, COUNTED, CONFIGURED, FED, NOTICE, FAILURE = "XDS-107", "REM-120", "REM-121", "REM-133", "XDS-125", "XDS-128"
EPISODE, WAITING, STATUS, REMOVED = "REM-126", "REM-130", "REM-135", "REM-210"
PATIENCE = 6  # silences in which the DMP has answered, if it was asked: of one that must not be asked nothing comes
HELD = 0.25  # the part of the deadline of an action that the answers of the DMP are held for
CAME = "la patiente est déjà venue, et son dossier a alors été ouvert"
TYPES = {"lettre de liaison": "11490-0", "imagerie": "18748-4"}
OF_TYPE = {"de biologie": "11502-2", "de consultation": "11488-4"}
STATES = {
    "ouvert et autorisé": "authorised",
    "ouvert et non autorisé": "not_authorised",
    "fermé": "closed",
    "inexistant": "absent",
}
EPISODES = {
    "n'a pas été informée": "not_informed",
    "ne s'est pas opposée": "not_opposed",
    "s'est opposée": "opposed",
    "est consultée en bris de glace": "emergency",
}
NUMBERS = {"un": 1, "deux": 2}
NOTICES = {"remplacé par une version plus récente": "newer_version", "supprimé": "deleted"}


def shown(dpi, patient, deadlines):
    """The record, opened again until the DMP has answered: it does not wait for it."""

    def told(answer):
        return answer.dmp is None or answer.dmp.state != "unknown"

    return dpi.settled(told, deadlines.silence * PATIENCE, "open_patient_record", patient=patient_id(patient))


@when("l'utilisateur ouvre le dossier de la patiente", target_fixture="record")
def record_opened(dpi, patient, deadlines):
    return shown(dpi, patient, deadlines)


@given(CAME)
def came_before(dpi, gap, patient, deadlines):
    understood(gap.admit(patient), "admission")
    shown(dpi, patient, deadlines)
    understood(gap.discharge(patient), "sortie")


@when("la patiente revient et l'utilisateur ouvre son dossier", target_fixture="record")
def record_opened_at_next_visit(dpi, gap, patient, deadlines):
    understood(gap.admit(patient), "admission")
    return shown(dpi, patient, deadlines)


@when("l'utilisateur ouvre le dossier pendant que le DMP tarde à répondre", target_fixture="held")
def record_opened_while_dmp_is_late(dpi, dmp, patient, deadlines, judge):
    hold = Hold(dmp, judge.record, deadlines.action * HELD)
    return hold.during(lambda: dpi.ask("open_patient_record", patient=patient_id(patient)))


@when(phrase("l'administrateur règle le compte des documents {kind:Kind} pour tout l'établissement", Kind=OF_TYPE))
def counted_for_all(dpi, kind):
    prepared(dpi.ask("set_counted_types", level="structure", type_codes=[kind]), "réglage des types comptés")


@when(phrase("l'administrateur règle le compte des documents {kind:Kind} pour le service de la patiente", Kind=OF_TYPE))
def counted_for_the_unit(dpi, stay, kind):
    asked = {"level": "service", "place": stay.visit.unit, "type_codes": [kind]}
    prepared(dpi.ask("set_counted_types", **asked), "réglage des types comptés")


@then("le dossier s'ouvre sans attendre le DMP")
def opened_without_waiting(held, judge):
    judge.expect(held, "held", equals=True, rule=WAITING)


@then(phrase("le dossier montre sans clic que le DMP est {state:State}", State=STATES))
def state_shown(record, state, judge):
    judge.expect(record.exchange, "dmp.state", equals=state, rule=STATE)


@then("le dossier dit que le DMP ne répond pas")
def failure_shown(record, judge):
    judge.expect(record.exchange, "dmp.state", equals="unknown", rule=FAILURE)
    judge.expect(record.exchange, "dmp.detail", present=True, rule=FAILURE)


@then(
    phrase(
        "le dossier montre sans clic {letters:N} lettre de liaison et {images:N} compte rendu d'imagerie de plus",
        N={"une": 1} | NUMBERS,
    )
)
def new_documents_shown(record, letters, images, judge):
    counts = {TYPES["lettre de liaison"]: letters, TYPES["imagerie"]: images}
    judge.check("dmp.counted", record.exchange, counts=counts, rule=COUNTED)


@then("le dossier ne compte pas les documents de l'établissement")
@then("le dossier montre sans clic qu'il n'y a pas de nouveau document")
def no_new_document_shown(record, judge):
    judge.check("dmp.counted", record.exchange, counts={}, rule=COUNTED)


@then(phrase("le dossier compte à part un document {kind:Kind}, sur {total:N} nouveaux", Kind=OF_TYPE, N=NUMBERS))
def counted_apart(record, kind, total, judge):
    judge.check("dmp.counted_apart", record.exchange, code=kind, count=1, total=total, rule=CONFIGURED)


@then("le dossier montre sans clic la date de la dernière alimentation du DMP")
def last_feed_shown(record, judge):
    judge.expect(record.exchange, "dmp.last_fed", present=True, rule=FED)


@then(phrase("le dossier signale sans clic que ce document du DMP y a été {kind:Kind}", Kind=NOTICES))
def notice_shown(record, kept, kind, judge):
    judge.expect(record.exchange, f"dmp.notices[unique_id={kept.unique_id}].kind", equals=kind, rule=NOTICE)


@when("l'utilisateur retire ce document du dossier", target_fixture="answer")
def document_removed(dpi, patient, kept):
    return dpi.ask("remove_imported_document", patient=patient_id(patient), unique_id=kept.unique_id)


@then("le dossier ne montre plus ce document du DMP", target_fixture="record")
@then("le dossier ne montre plus ce document, et garde les autres documents du DMP", target_fixture="record")
def this_one_is_removed(dpi, patient, answer, kept, shelf, deadlines, judge):
    judge.expect(answer.exchange, "outcome", equals="done", rule=REMOVED)
    record = shown(dpi, patient, deadlines)
    for unique_id in shelf.ids():
        there = [None, "deleted"] if unique_id == kept.unique_id else ["current"]
        judge.expect(record.exchange, f"documents[unique_id={unique_id}].status", one_of=there, rule=REMOVED)
    return record


@then("le dossier ne signale plus ce document")
def nothing_more_told(record, kept, judge):
    judge.expect(record.exchange, "dmp.state", equals="authorised", rule=STATE)
    judge.expect(record.exchange, f"dmp.notices[unique_id={kept.unique_id}]", absent=True, rule=REMOVED)


@then("le dossier garde ce document")
def document_stays(dpi, patient, kept, deadlines, judge):
    """Opened once more: what a software does of itself on the notice shows by then."""
    record = shown(dpi, patient, deadlines)
    judge.expect(record.exchange, f"documents[unique_id={kept.unique_id}].status", equals="current", rule=REMOVED)


@then("il désigne la version plus récente")
def newer_named(record, kept, shelf, judge):
    path = f"dmp.notices[unique_id={kept.unique_id}].newer"
    judge.expect(record.exchange, path, equals=shelf.last.unique_id, rule=NOTICE)


@then(phrase("le dossier montre pour cet épisode que la patiente {choice:Episode}", Episode=EPISODES))
def choice_of_episode_shown(record, stay, choice, judge):
    judge.expect(record.exchange, f"episodes[episode={stay.visit.number}].choice", equals=choice, rule=EPISODE)


@then(phrase("le dossier montre pour l'épisode précédent que la patiente {choice:Episode}", Episode=EPISODES))
def choice_of_earlier_episode_shown(record, earlier_stay, choice, judge):
    path = f"episodes[episode={earlier_stay.visit.number}].choice"
    judge.expect(record.exchange, path, equals=choice, rule=EPISODE)


@then(phrase('le dossier garde le motif "{reason}" du bris de glace'))
def reason_kept(record, stay, reason, judge):
    judge.expect(record.exchange, f"episodes[episode={stay.visit.number}].reason", equals=reason, rule=EPISODE)


@then(phrase("le dossier montre sans clic une identité {status:Status}"))
def identity_status_shown(dpi, patient, status, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "identity_status", equals=status, rule=STATUS)
