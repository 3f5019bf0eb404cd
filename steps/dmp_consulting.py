"""The user asks to consult the DMP, and the calls that the DMP hears are judged."""

from __future__ import annotations

from pytest_bdd import given, then, when

from steps._play import patient_id, prepared
from steps._words import phrase

ACCESS, REASON, TEAM, TRACED, REFUSED = "REM-136", "REM-127", "REM-128", "REM-129", "REM-002"
GRANT = "XDS-100"
EMERGENCY = "bris_de_glace"
EMERGENCY_FOR = phrase("l'utilisateur demande l'accès en bris de glace pour \"{reason}\"")
# The conflicts between texts that a call shows: the requirement wins, and the report says so.
CONFLICTS = {
    "l'autorisation posée sans geste": "CON-001",
    "les recherches sans demande de l'utilisateur": "CON-002",
    "la conservation des documents du DMP": "CON-003",
}


@given("l'utilisateur a ouvert la consultation du DMP")
def consultation_opened(dpi, patient):
    prepared(dpi.ask("consult_dmp", patient=patient_id(patient)), "ouverture de la consultation du DMP")


@given(EMERGENCY_FOR, target_fixture="answer")
@when(EMERGENCY_FOR, target_fixture="answer")
def emergency_asked(dpi, patient, reason):
    return dpi.ask("consult_dmp", patient=patient_id(patient), access=EMERGENCY, reason=reason)


@when("l'utilisateur demande l'accès en bris de glace sans donner de motif", target_fixture="answer")
def emergency_without_reason(dpi, patient):
    return dpi.ask("consult_dmp", patient=patient_id(patient), access=EMERGENCY)


@then("l'accès est refusé faute de motif")
def refused_without_reason(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=REASON)
    judge.expect(answer.exchange, "reason", present=True, rule=REFUSED)


@then("la consultation est ouverte à toute l'équipe")
def open_to_the_team(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="done", rule=TEAM)


@then("la liste est refusée à cause du choix de la patiente")
def list_refused(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=ACCESS)
    judge.expect(answer.exchange, "reason", present=True, rule=REFUSED)


@then("le DPI dit pourquoi")
def says_why(answer, judge):
    judge.expect(answer.exchange, "reason", present=True, rule=REFUSED)


@then("le droit d'accès a été vérifié avant toute consultation")
def right_first(dmp, judge, deadlines):
    judge.check("dmp.sequence", *dmp.evidence(deadlines.acknowledgement))


@then("rien n'a été demandé au DMP contre le choix de la patiente")
def nothing_against_the_choice(dmp, judge, deadlines):
    judge.check("dmp.silence", dmp.expect_silence(deadlines.silence), rule=GRANT)


@then("le DMP a reçu une demande d'autorisation", target_fixture="call")
def grant_asked(dmp, judge, deadlines):
    judge.check("dmp.sequence", *dmp.evidence(deadlines.acknowledgement))
    return dmp.next_call("TD0.3", deadlines.acknowledgement)


@then("chaque appel au DMP est conforme aux règles du DMP")
def calls_conform(dmp, judge, deadlines):
    for call in dmp.heard(deadlines.acknowledgement):
        judge.check("xds.message", call.exchange, received=call.exchange.time.isoformat())


@then("chaque appel au DMP nomme ce docteur")
def calls_name_the_user(dmp, session, judge, deadlines):
    judge.check("dmp.caller", *dmp.evidence(deadlines.acknowledgement, session.since), user=session.id)


@then(phrase('chaque appel au DMP dit le bris de glace et son motif "{reason}"'))
def calls_say_the_reason(dmp, session, reason, judge, deadlines):
    calls = dmp.evidence(deadlines.acknowledgement)
    judge.check("dmp.caller", *calls, user=session.id, access=EMERGENCY, reason=reason)


@then("la vérification du droit et la consultation sont tracées")
def accesses_traced(dpi, patient, judge):
    traces = dpi.ask("read_traces", patient=patient_id(patient)).exchange
    for words in (["TD0.2", "TD0.4", "droit d'accès"], ["TD3.1", "TD3.2", "consultation"]):
        judge.check("observation.mention", traces, path="traces", words=words, rule=TRACED)


@then(phrase("le rapport signale le désaccord des textes sur {conflict:Conflict}", Conflict=CONFLICTS))
def conflict_shown(dmp, conflict, judge, deadlines):
    judge.check("dmp.conflict", *dmp.evidence(deadlines.acknowledgement), rule=conflict)
