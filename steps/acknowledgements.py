"""The simulated PFI acknowledges the DPI, at once and later; the DPI shows where each sending is."""

from __future__ import annotations

import pytest
from pytest_bdd import given, then, when

from rempart.formats.hl7v2.cisis import Error
from rempart.simulators.behaviours import acknowledge, refuse, refuse_then_accept, silent_then_accept
from rempart.simulators.pfi import MAILBOX_UNKNOWN
from steps._words import phrase

SHOWN, ACKNOWLEDGED, UNKNOWN, ATTRIBUTED = "HL7-126", "HL7-125", "HL7-127", "REM-008"
FATES = {"a été remis": "delivered", "n'a pas pu être remis": "failed"}
CODES = {"delivered": ["", None], "failed": [MAILBOX_UNKNOWN[0]]}
DMP_ANSWERS = {"a accepté le document": ("delivered", SHOWN), "n'a pas encore répondu": ("pending", ATTRIBUTED)}
MANNERS = {
    "accepte tous les messages": lambda: acknowledge,
    "répond que le message est en erreur": lambda: refuse("AE", Error(condition="101", location="PID^1^5")),
    "rejette le premier message puis accepte les suivants": lambda: refuse_then_accept(1, "AR", Error(condition="202")),
    "ne répond pas au premier message puis accepte les suivants": lambda: silent_then_accept(1),
}


@pytest.fixture
def order(simulated_pfi, deadlines):
    """The order that the DPI has sent, for the PFI to report on."""
    return simulated_pfi.next_order(deadlines.acknowledgement)


@given(phrase("une PFI qui {manner:Manner}", Manner=MANNERS))
def pfi_manner(simulated_pfi, manner):
    simulated_pfi.behaviour = manner()


@when("la PFI rapporte que le DMP a accepté le document", target_fixture="dialogue")
def dmp_accepted(simulated_pfi, order):
    return simulated_pfi.send_business_acknowledgement(order, "Z01")


@when(
    phrase('la PFI rapporte que le DMP a refusé le document avec l\'erreur "{error:ReturnedError}"'),
    target_fixture="dialogue",
)
def dmp_refused(simulated_pfi, order, error):
    return simulated_pfi.send_business_acknowledgement(order, "Z01", error=error)


@when(phrase("la PFI rapporte que le message {fate:Fate} {who:ToWhom}", Fate=FATES), target_fixture="dialogue")
def mail_reported(simulated_pfi, order, fate, who, patient):
    error = MAILBOX_UNKNOWN if fate == "failed" else None
    return simulated_pfi.send_business_acknowledgement(order, "Z02", recipient=who.address(patient), error=error)


@when("la PFI rapporte le succès d'un envoi que le DPI n'a jamais fait", target_fixture="dialogue")
def unknown_sending(simulated_pfi, order):
    return simulated_pfi.send_business_acknowledgement(order, "Z01", order_control_id="JAMAIS-EMIS")


@then("le DPI accuse réception de ce retour")
def return_acknowledged(dialogue, judge):
    judge.check("hl7v2.acknowledgement", dialogue.sent, dialogue.answer, expect=["AA"], rule=ACKNOWLEDGED)


@then("le DPI signale qu'il ne reconnaît pas cet envoi")
def return_not_recognised(dialogue, judge):
    judge.check("hl7v2.acknowledgement", dialogue.sent, dialogue.answer, expect=["AE", "AR"], rule=UNKNOWN)


@then(phrase("le DPI montre l'envoi {state:Technical}"))
def shows_technical_state(dpi, document, state, judge, deadlines):
    status = dpi.settled(
        lambda shown: shown.technical == state,
        deadlines.acknowledgement,
        "get_sending_status",
        document=document.reference,
    )
    judge.expect(status.exchange, "technical", equals=state, rule=SHOWN)


@then(phrase("le DPI montre que le DMP {answer:DmpAnswer}", DmpAnswer=DMP_ANSWERS))
def shows_dmp_answer(dpi, document, answer, judge):
    state, rule = answer
    status = dpi.ask("get_sending_status", document=document.reference)
    judge.expect(status.exchange, "channels[channel=dmp].status", equals=state, rule=rule)


@then(phrase('le DPI montre que le DMP a refusé le document avec l\'erreur "{error:ReturnedError}"'))
def shows_dmp_error(dpi, document, error, judge):
    status = dpi.ask("get_sending_status", document=document.reference)
    judge.expect(status.exchange, "channels[channel=dmp].status", equals="failed", rule=SHOWN)
    judge.expect(status.exchange, "channels[channel=dmp].error_code", equals=error[0], rule=SHOWN)


@then(phrase("le DPI montre que le message {fate:Fate} {who:ToWhom}", Fate=FATES))
def shows_mail_fate(dpi, document, patient, fate, who, judge):
    status, line = (
        dpi.ask("get_sending_status", document=document.reference),
        f"channels[recipient={who.address(patient)}]",
    )
    judge.expect(status.exchange, f"{line}.status", equals=fate, rule=SHOWN)
    judge.expect(status.exchange, f"{line}.error_code", one_of=CODES[fate], rule=SHOWN)
