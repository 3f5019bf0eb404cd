"""Who may see a document in the DMP: set for a type, chosen for a document, kept, lifted."""

from __future__ import annotations

from pytest_bdd import given, then, when

from steps._play import DELAY
from steps._words import TYPES, phrase

CHOSEN, KEPT, LIFTED, TOLD, BOTH = "REM-163", "REM-164", "REM-165", "REM-166", "REM-167"
FLAGS = tuple(TYPES["Restriction"].values())
INFORMED = {"une fois informée": True, "sans l'avoir informée": False}


@given(phrase('les documents "{kind:DocumentType}" partent d\'eux-mêmes, chacun {restriction:Restriction}'))
def restricted_type(automatic, kind, restriction):
    automatic(type_codes=[kind.code], restrictions={kind.code: [restriction]})


@given(phrase('les documents "{kind:DocumentType}" partent après un délai, chacun {restriction:Restriction}'))
def restricted_type_later(automatic, kind, restriction, deadlines):
    automatic(type_codes=[kind.code], delay=DELAY * deadlines.silence, restrictions={kind.code: [restriction]})


@when(
    phrase("l'utilisateur rend le document visible à la patiente, {informed:Informed}", Informed=INFORMED),
    target_fixture="answer",
)
def made_visible(dpi, document, informed):
    return dpi.ask("change_visibility", document=document.reference, patient_informed=informed)


@then(phrase("ce message dit le document {restriction:Restriction}, et rien d'autre"))
def restricted(message, restriction, judge):
    for code in FLAGS:
        equals = "Y" if code == restriction else "N"
        judge.check("order.flag", message.exchange, code=code, equals=equals, rule=CHOSEN)


@then("ce message ne dit aucune restriction")
def unrestricted(message, judge):
    for code in FLAGS:
        judge.check("order.flag", message.exchange, code=code, equals="N", rule=CHOSEN)


@then(phrase("ce message garde le document {restriction:Restriction}"))
def still_restricted(message, restriction, judge):
    judge.check("order.flag", message.exchange, code=restriction, equals="Y", rule=KEPT)


@then("ce message annonce un changement de visibilité, par une nouvelle version")
def announces_change(message, simulated_pfi, judge):
    before, *_ = simulated_pfi.received()
    judge.check("order.flag", message.exchange, code="MODIF_CONF_CODE", equals="Y", rule=LIFTED)
    judge.check("order.next_version", before.exchange, message.exchange, rule=LIFTED)
    judge.check("hl7v2.same_document", before.exchange, message.exchange, equals=False, rule=LIFTED)


@then("le DPI refuse, la patiente n'étant pas informée")
def refused_uninformed(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=TOLD)
    judge.expect(answer.exchange, "reason", present=True, rule=TOLD)


@then("le DPI refuse ce cumul et dit pourquoi")
def refused_both(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=BOTH)
    judge.expect(answer.exchange, "reason", present=True, rule=BOTH)
