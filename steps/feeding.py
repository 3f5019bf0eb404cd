"""Documents leave for the DMP by themselves, late, held or cancelled; the record tells what became of each."""

from __future__ import annotations

import pytest
from pytest_bdd import given, then, when

from rempart.simulators.pfi import asks, order_to
from steps._play import DELAY, PAST_DELAY, patient_id, prepared, quietly
from steps._words import phrase

LEAVES, DEFERRED, STAYS, NEXT, KEPT, ONCE, SHOWN = (
    "REM-150", "REM-151", "REM-152", "REM-153", "REM-154", "REM-155", "REM-156"
)  # fmt: skip
WITHDRAWN = "REM-170"
TO_DMP = asks("DESTDMP")
MODES = {
    "partent d'eux-mêmes vers le DMP": lambda silence: 0,
    "partent d'eux-mêmes vers le DMP, après un délai": lambda silence: DELAY * silence,
}


@pytest.fixture
def automatic(dpi):
    """Sets the automatic feeding; the manual mode comes back with the end of the scenario."""
    yield lambda **rules: prepared(dpi.ask("set_automatic_feeding", **rules), "réglage de l'alimentation automatique")
    quietly(lambda: dpi.ask("set_automatic_feeding", type_codes=[]))


@given(phrase('les documents "{kind:DocumentType}" {mode:Mode}', Mode=MODES))
def leave_by_themselves(automatic, kind, mode, deadlines):
    automatic(type_codes=[kind.code], delay=mode(deadlines.silence))


@given("le mode manuel choisi par l'établissement")
def manual_mode(automatic):
    automatic(type_codes=[])


@given("une PFI injoignable")
def pfi_down(simulated_pfi):
    simulated_pfi.interrupt()


@when("la PFI reste injoignable un moment")
def pfi_stays_down(simulated_pfi, deadlines):
    simulated_pfi.expect_silence(2 * deadlines.silence)


@when("la PFI est de nouveau joignable")
def pfi_back(simulated_pfi):
    simulated_pfi.restore()


@when("l'utilisateur retient l'envoi de ce document")
def held(dpi, document):
    prepared(dpi.ask("hold_document", document=document.reference, hold=True), "retenue de l'envoi")


@when("l'utilisateur lève cette retenue")
def released(dpi, document):
    prepared(dpi.ask("hold_document", document=document.reference, hold=False), "levée de la retenue")


@when("l'utilisateur annule l'envoi de ce document")
def cancelled(dpi, document):
    prepared(dpi.ask("cancel_sending", document=document.reference), "annulation de l'envoi")


@then("ce document part de lui-même vers le DMP", target_fixture="message")
def leaves_by_itself(simulated_pfi, document, judge, deadlines):
    message = judge.await_message(
        simulated_pfi,
        None,
        timeout=2 * deadlines.acknowledgement,
        rule=LEAVES,
        where=order_to("initial"),
        expected="publication",
    )
    judge.check("order.document", message.exchange, unique_id=document.unique_id, rule=LEAVES)
    judge.check("order.flag", message.exchange, code="DESTDMP", equals="Y", rule=LEAVES)
    return message


@then("rien ne part au moment de la validation")
def nothing_at_once(simulated_pfi, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(deadlines.silence, TO_DMP), rule=DEFERRED)


@then("rien ne part vers le DMP, même après le délai")
def nothing_leaves(simulated_pfi, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(PAST_DELAY * deadlines.silence, TO_DMP), rule=STAYS)


@then("rien de plus ne part vers le DMP")
@then("rien de plus ne part vers le DMP, même après le délai")
def nothing_more_leaves(simulated_pfi, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(PAST_DELAY * deadlines.silence, TO_DMP), rule=ONCE)


@then("les deux documents partent vers le DMP, chacun une fois")
def both_leave_once(simulated_pfi, judge, deadlines):
    asked = {"timeout": 2 * deadlines.acknowledgement, "rule": KEPT, "where": TO_DMP, "expected": "publication"}
    one, other = (judge.await_message(simulated_pfi, None, **asked) for _ in range(2))
    judge.check("hl7v2.same_document", one.exchange, other.exchange, equals=False, rule=ONCE)
    judge.check("silence", simulated_pfi.expect_silence(deadlines.silence, TO_DMP), rule=ONCE)


@then(phrase("le dossier montre son envoi au DMP {state:Sending}"))
def record_shows_sending(dpi, patient, document, state, judge, deadlines):
    at = f"documents[unique_id={document.unique_id}].dmp"
    listed = dpi.settled(
        lambda shown: state in [d.dmp for d in shown.documents if d.unique_id == document.unique_id],
        deadlines.acknowledgement,
        "list_documents",
        patient=patient_id(patient),
        sort="created",
    )
    judge.expect(listed.exchange, at, equals=state, rule=SHOWN)


@then(phrase("le dossier montre son envoi par messagerie {state:Sending}"))
def record_shows_mail(dpi, patient, document, state, judge):
    listed = dpi.ask("list_documents", patient=patient_id(patient), sort="created")
    judge.expect(listed.exchange, f"documents[unique_id={document.unique_id}].mssante", equals=state, rule=SHOWN)


@when("le délai passe")
def delay_passes(simulated_pfi, deadlines):
    simulated_pfi.expect_silence(PAST_DELAY * deadlines.silence, TO_DMP)


@then("ce document part de lui-même, la retenue ne valant que pour l'autre", target_fixture="message")
def leaves_although_other_held(simulated_pfi, document, judge, deadlines):
    asked = {"timeout": 2 * deadlines.acknowledgement, "rule": NEXT, "expected": "publication"}
    message = judge.await_message(simulated_pfi, None, where=order_to("initial"), **asked)
    judge.check("order.document", message.exchange, unique_id=document.unique_id, rule=NEXT)
    return message


@then("la suppression est demandée au DMP")
def deletion_for_the_dmp(message, judge):
    judge.check("order.flag", message.exchange, code="DESTDMP", equals="Y", rule=WITHDRAWN)
