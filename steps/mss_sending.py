"""What the DPI asks the PFI to send by MSSanté, and what it never asks."""

from __future__ import annotations

from pytest_bdd import given, then

from rempart.simulators.pfi import is_order
from steps._play import prepared
from steps._words import HOSPITAL_MAIL, TYPES, WHO, phrase
from steps.documents import document_validated

WARNED, NOT_OURS, DECLINED, AUTOMATIC, SENT = "REM-194", "REM-195", "REM-197", "REM-198", "REM-202"
ADDRESSED = {
    "au professionnel seul": (lambda patient: [WHO["professionnel"].address(patient)], SENT),
    "à ceux qui avaient reçu le document": (lambda patient: [WHO["professionnel"].address(patient)], WARNED),
    "au professionnel et à l'établissement": (
        lambda patient: [WHO["professionnel"].address(patient), HOSPITAL_MAIL],
        AUTOMATIC,
    ),
}
NOTHING = {
    "le document n'étant pas le sien": NOT_OURS,
    "ce type n'étant pas choisi": AUTOMATIC,
    "le document n'étant pas validé": AUTOMATIC,
}
ANSWERS = {"peut répondre": False, "ne peut pas répondre": True}


@given(phrase('une "{kind:DocumentType}" déjà envoyée à un professionnel par messagerie'), target_fixture="document")
def document_already_mailed(dpi, patient, kind, simulated_pfi, deadlines):
    document = document_validated(dpi, patient, "N1", kind)
    asked = TYPES["Destination"]["à un professionnel par messagerie"].request(patient)
    prepared(dpi.ask("send_document", document=document.reference, **asked), "envoi du document")
    simulated_pfi.next_order(deadlines.acknowledgement)
    return document


@then(phrase("ce message est adressé {whom:Whom}", Whom=ADDRESSED))
def addressed(message, patient, whom, judge):
    addresses, rule = whom
    judge.check("order.flag", message.exchange, code="DESTMSSANTEPS", equals="Y", rule=rule)
    judge.check("order.recipients", message.exchange, addresses=addresses(patient), rule=rule)


@then(phrase("ce message dit que la patiente {answers:Answers}", Answers=ANSWERS))
def answer_declined(message, answers, judge):
    judge.check("order.no_reply", message.exchange, declined=answers, rule=DECLINED)


@then(phrase("le DPI ne demande aucun envoi à la PFI, {why:Why}", Why=NOTHING))
def nothing_asked(simulated_pfi, why, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(deadlines.silence, is_order), rule=why)
