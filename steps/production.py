"""The user writes documents; what leaves the DPI is the right document, for the right people, on the right pages."""

from __future__ import annotations

from pytest_bdd import given, then, when

from rempart.simulators.patients import CORRESPONDENT, ESTABLISHMENT
from steps._play import Produced, patient_id, prepared
from steps._words import HOSPITAL_MAIL, WHO, phrase

SHOWN, SAME_PDF = "REM-062", "REM-065"
NOTICE = "Le CHU-X traite vos données pour vous soigner. Vos droits: écrire au délégué à la protection des données."
PROFESSIONAL, HOSPITAL = CORRESPONDENT.family, ESTABLISHMENT.name
# What is looked for in a document that was sent: the check, and what it is asked.
QUALITIES = {
    "a un PDF/A-1": ("document.rules", {"rules": ["CDA-093"], "requirements": ["DOC/va1.01"]}),
    "porte la mention d'information en bas de page": ("document.notice", {"text": NOTICE, "rule": "REM-058"}),
    "porte le datamatrix et les traits de la patiente": (
        "document.rules",
        {"rules": ["CDA-094"], "requirements": ["DOC/va1.04"]},
    ),
    "nomme le professionnel et l'établissement": (
        "document.recipients",
        {"names": [PROFESSIONAL, HOSPITAL], "rule": "REM-059"},
    ),
    "nomme l'établissement et ne nomme plus le professionnel": (
        "document.recipients",
        {"names": [HOSPITAL], "others": [PROFESSIONAL], "rule": "REM-059"},
    ),
    "dit qu'il annule et remplace le précédent": (
        "document.pdf_says",
        {"words": "annule et remplace", "rule": "REM-196"},
    ),
    "ne dit pas qu'il annule et remplace un autre": (
        "document.pdf_says",
        {"words": "annule et remplace", "absent": True, "rule": "REM-196"},
    ),
    "transcrit son texte dans sa copie paginée": ("document.pdf_narrative", {"rule": "REM-064"}),
    "montre son en-tête dans sa copie paginée": ("document.pdf_header", {"rule": "REM-063"}),
}


def professional(patient):
    return WHO["professionnel"].recipient(patient)


def hospital():
    return {"name": HOSPITAL, "address": HOSPITAL_MAIL, "identifier": ESTABLISHMENT.id, "kind": "organisation"}


# To whom a letter is written, and whether it is left unvalidated.
ADDRESSED = {
    "adressée à un professionnel et à un établissement": (lambda p: [professional(p), hospital()], False),
    "en rédaction, adressée à un professionnel": (lambda p: [professional(p)], True),
}


@given("l'administrateur règle la mention d'information des patients")
def notice_set(dpi):
    prepared(dpi.ask("set_information_notice", mention=NOTICE), "réglage de la mention d'information")


@given(phrase('une "{kind:DocumentType}" {addressed:Addressed}', Addressed=ADDRESSED), target_fixture="document")
@when(
    phrase('l\'utilisateur rédige une "{kind:DocumentType}" {addressed:Addressed}', Addressed=ADDRESSED),
    target_fixture="document",
)
def letter_written(dpi, patient, kind, addressed):
    recipients, draft = addressed
    asked = {"type_code": kind.code, "title": kind.title, "recipients": recipients(patient), "draft": draft}
    answer = prepared(dpi.ask("produce_document", patient=patient_id(patient), **asked), "rédaction du document")
    return Produced(answer.document, answer.unique_id)


@when("l'utilisateur lit les destinataires prévus", target_fixture="answer")
def recipients_read(dpi, document):
    return dpi.ask("show_recipients", document=document.reference)


@when("l'utilisateur remplace le professionnel par un établissement", target_fixture="answer")
def recipients_changed(dpi, document, judge):
    answer = dpi.ask("set_recipients", document=document.reference, recipients=[hospital()])
    judge.expect(answer.exchange, "outcome", equals="done", rule=SHOWN)
    judge.expect(answer.exchange, f"recipients[name={HOSPITAL}].address", equals=HOSPITAL_MAIL, rule=SHOWN)
    return answer


@when("l'utilisateur valide le document", target_fixture="document")
def draft_validated(dpi, document):
    answer = prepared(dpi.ask("validate_document", document=document.reference), "validation du document")
    return Produced(answer.document, answer.unique_id)


@when("l'utilisateur exporte le document transmis", target_fixture="answer")
def sent_document_exported(dpi, patient, document):
    return dpi.ask("export_document", patient=patient_id(patient), unique_id=document.unique_id)


@then("le DPI affiche le professionnel et son adresse")
def professional_shown(answer, patient, judge):
    wanted = professional(patient)
    judge.expect(answer.exchange, f"recipients[name={wanted['name']}].address", equals=wanted["address"], rule=SHOWN)


@then(phrase('le document qu\'il contient est un "{kind:DocumentType}" non structuré'))
def is_of_the_type(message, kind, judge):
    judge.check("document.of_type", message.exchange, code=kind.code, rule="REM-061")


@then(phrase("le document qu'il contient {quality:Quality}", Quality=QUALITIES))
def document_has(message, quality, judge):
    check, asked = quality
    judge.check(check, message.exchange, **asked)


@then("l'en-tête du document qu'il contient porte l'INS de la patiente")
def header_has_ins(message, patient, judge):
    judge.check("document.ins", message.exchange, value=patient.ins.value, oid=patient.ins.oid, rule="REM-060")


@then("le PDF exporté est celui du document, sous le nom attendu")
def exported_pdf_is_its_own(simulated_pfi, answer, judge):
    sent, *_ = simulated_pfi.received()
    judge.check("export.pdf", sent.exchange, answer.exchange, rule=SAME_PDF)
