"""The user reads, sorts and exports the documents of a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pytest_bdd import given, then, when

from rempart.simulators.deliveries import delivery
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.variants import self_presentable, with_result
from steps._play import Handed, Produced, patient_id, prepared, understood
from steps._words import WHICH, phrase
from steps.deliveries import FIRST_STYLE

SORTED, SAID, HEADER, BODY, STYLE, VERSIONS = "REM-050", "REM-051", "REM-052", "REM-053", "REM-054", "REM-055"
ADDED, CRITICAL, FIRST, KEPT, ORIGIN = "REM-056", "REM-057", "CDA-114", "CDA-115", "CDA-117"
SECOND_STYLE = "Nouvelle présentation du confrère"
SECTION = {"title": "Conseils à la patiente", "text": "Marcher chaque jour et boire beaucoup d'eau."}
SORTS = {"par date de création": "created", "par type": "type_code"}
ORDERS = {"dates": "by_date", "types": "by_type"}
OPEN = phrase("l'utilisateur ouvre {which:Which}", Which=WHICH)
PARTS = {
    "l'en-tête": ("display.header", HEADER),
    "le PDF": ("display.pdf", BODY),
    "le texte": ("display.narrative", BODY),
}
# Which version, what its stylesheet writes, and the rule.
STYLES = {
    "ce document dans la présentation de son auteur": (WHICH["ce document"], FIRST_STYLE, STYLE),
    "la version d'origine dans sa présentation": (WHICH["la version d'origine"], FIRST_STYLE, VERSIONS),
    "la nouvelle version dans sa présentation": (WHICH["ce document"], SECOND_STYLE, VERSIONS),
}
GRAVITIES = {
    "anormal critique": "AA",
    "très haut critique": "HH",
    "très bas critique": "LL",
    "haut": "H",
    "normal": "N",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents of a record, by their identifiers: the order in which they came is neither of the two."""

    by_date: list[str]
    by_type: list[str]


def received(simulated_pfi, patient, type_code, year):
    document = first_version(patient, type_code=type_code, created=datetime(year, 6, 3, 9, tzinfo=UTC))
    given_over = delivery(patient, document)
    understood(simulated_pfi.send(given_over.message), "remise d'un document")
    return given_over.unique_id


def written(dpi, patient, **asked):
    answer = prepared(dpi.ask("produce_document", patient=patient_id(patient), **asked), "rédaction du document")
    return Produced(answer.document, answer.unique_id)


@given("un dossier avec deux documents reçus et un document produit", target_fixture="shelf")
def record_filled(simulated_pfi, dpi, patient):
    recent = received(simulated_pfi, patient, "11488-4", 2024)
    own = written(dpi, patient, type_code="57833-6", title="Ordonnance de sortie").unique_id
    old = received(simulated_pfi, patient, "11490-0", 2023)
    return Shelf(by_date=[old, recent, own], by_type=[recent, old, own])


@given("un document structuré du DPI avec une section ajoutée", target_fixture="document")
def document_with_added_section(dpi, patient):
    asked = {"type_code": "11490-0", "title": "Lettre de liaison à la sortie", "level": "N3"}
    return written(dpi, patient, **asked, sections=[SECTION])


@given(
    "la PFI remet au DPI une nouvelle version de ce document avec une autre feuille de style", target_fixture="handed"
)
def styled_version_handed(simulated_pfi, patient, handed):
    version = self_presentable(next_version(handed.delivery.version, patient, level="N3"), SECOND_STYLE)
    given_over = delivery(patient, version, "replace")
    return Handed(given_over, understood(simulated_pfi.send(given_over.message), "remise de la version"), handed)


@when(
    phrase("la PFI remet au DPI un compte rendu de biologie dont un résultat est {gravity:Gravity}", Gravity=GRAVITIES),
    target_fixture="handed",
)
def result_handed(simulated_pfi, patient, gravity):
    version = with_result(first_version(patient, type_code="11502-2", level="N3"), gravity)
    given_over = delivery(patient, version)
    return Handed(given_over, simulated_pfi.send(given_over.message))


@given(OPEN, target_fixture="answer")
@when(OPEN, target_fixture="answer")
def document_opened(dpi, patient, handed, which):
    return dpi.ask("view_document", patient=patient_id(patient), unique_id=which(handed).delivery.unique_id)


@when("l'utilisateur ouvre le document produit", target_fixture="answer")
def own_document_opened(dpi, patient, document):
    return dpi.ask("view_document", patient=patient_id(patient), unique_id=document.unique_id)


@when("l'utilisateur exporte ce document", target_fixture="answer")
def document_exported(dpi, patient, handed):
    return dpi.ask("export_document", patient=patient_id(patient), unique_id=handed.delivery.unique_id)


@when(phrase("l'utilisateur trie les documents {sort:Sort}", Sort=SORTS), target_fixture="answer")
def documents_sorted(dpi, patient, sort):
    return dpi.ask("list_documents", patient=patient_id(patient), sort=sort)


@then(phrase("le DPI affiche {part:Part} du document", Part=PARTS))
def part_shown(handed, answer, part, judge):
    check, rule = part
    judge.check(check, handed.dialogue.sent, answer.exchange, rule=rule)


@then("le document s'affiche")
def something_shown(dpi, patient, handed, judge):
    answer = document_opened(dpi, patient, handed, WHICH["ce document"])
    judge.check("display.readable", answer.exchange, rule=BODY)


@then("le DPI montre d'abord la copie paginée")
def pages_shown_first(answer, judge):
    judge.expect(answer.exchange, "first", equals="pdf", rule=FIRST)


@then(phrase("le DPI affiche {style:Style}", Style=STYLES))
def style_applied(handed, answer, style, judge):
    which, mark, rule = style
    judge.check("display.header", which(handed).dialogue.sent, answer.exchange, rule=rule)
    judge.check("observation.mention", answer.exchange, path="text", words=[mark], rule=rule)


@then("le DPI affiche le texte de la section ajoutée")
def added_section_shown(answer, judge):
    judge.check("observation.mention", answer.exchange, path="text", words=[SECTION["text"]], rule=ADDED)


@then("le document exporté est celui qui a été reçu")
def exported_as_received(handed, answer, judge):
    judge.check("export.as_received", handed.dialogue.sent, answer.exchange, rule=KEPT)


@then(phrase("le DPI les montre dans l'ordre de leurs {order:Order}", Order=ORDERS))
def shown_in_order(shelf, answer, order, judge):
    judge.check("list.order", answer.exchange, ids=getattr(shelf, order), rule=SORTED)


@then("le DPI montre le type et la date que dit le document")
def listed_as_it_says(handed, answer, judge):
    judge.check("list.from_document", answer.exchange, handed.dialogue.sent, rule=SAID)


@then("le DPI montre sans clic que le document reçu vient de MSSanté")
def origin_shown(handed, answer, judge):
    line = f"documents[unique_id={handed.delivery.unique_id}]"
    judge.expect(answer.exchange, f"{line}.origin", contains="MSS", rule=ORIGIN)


@then("le document produit n'est pas dit venu de MSSanté")
def own_origin_shown(document, answer, judge):
    path = f"documents[unique_id={document.unique_id}].origin"
    judge.expect(answer.exchange, path, lacks="MSS", rule=ORIGIN)


@then(phrase("le dossier {signal:Signal} résultat critique", Signal={"signale un": True, "ne signale aucun": False}))
def critical_signalled(dpi, patient, handed, signal, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={handed.delivery.unique_id}]"
    judge.expect(record.exchange, f"{line}.critical", equals=signal, rule=CRITICAL)
