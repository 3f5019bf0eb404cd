"""The user lists, opens, keeps and changes documents of the DMP."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pytest_bdd import given, then, when

from rempart.simulators.dmp.behaviours import only, unavailable
from steps._play import patient_id, prepared
from steps._words import phrase

LISTED, UNKNOWN_TYPE, OTHER_INS, MARKED, FROM_PATIENT, LOCAL = (
    "REM-122", "XDS-115", "XDS-114", "XDS-116", "XDS-117", "XDS-119",
)  # fmt: skip
OPENED, ALREADY, KEPT, FAILURE, ALONE, PREFETCHED = "REM-137", "XDS-126", "REM-123", "XDS-128", "REM-131", "REM-124"
CONFIRMED, DONE, PAIR, WEB, RIGHT = "XDS-122", "REM-134", "REM-132", "REM-125", "XDS-099"
HERE = ZoneInfo("Europe/Paris")  # of the establishment of the tests
DAYS = 5
ORDER = "RX2024-117^^^&1.2.250.1.71.4.2.2.120456789.7&ISO"  # number of an imaging order
LIST = "l'utilisateur affiche la liste des documents du DMP"
ONE = "l'utilisateur intègre au dossier ce document du DMP"
SEARCHES = {
    "les lettres de liaison du docteur ADAM": {"type_codes": ["11490-0"], "author": "ADAM"},
    "les documents du 4 juin 2024": {"created_from": "20240604", "created_to": "20240604"},
    "les documents que la patiente ne voit pas": {"invisible_to_patient": True},
    "le compte rendu de la demande d'imagerie": {"order_number": ORDER},
}
CHANGES = {
    "supprimer": ("delete", "TD3.3c"),
    "masquer": ("mask", "TD3.3a/b"),
    "rendre visible par la patiente": ("show_to_patient", "TD3.3a/b"),
}
PAGES = {"le tableau de bord": "TableauDeBord", "le dossier du patient": "DossierPatient"}
OF_PAGES = {"du tableau de bord": "TableauDeBord", "du dossier du patient": "DossierPatient"}
FLAGS = {
    "n'est pas visible par la patiente": ("invisible_to_patient", MARKED),
    "a été déposé par la patiente": ("from_patient", FROM_PATIENT),
}


def listed(dpi, patient, **criteria):
    return dpi.ask("list_dmp_documents", patient=patient_id(patient), criteria=criteria)


# -- lists


@when(LIST, target_fixture="answer")
def list_shown(dpi, patient):
    return listed(dpi, patient)


@when(phrase("l'utilisateur cherche dans le DMP {search:Search}", Search=SEARCHES), target_fixture="answer")
def searched(dpi, patient, search):
    return listed(dpi, patient, **search)


@then("la liste s'affiche")
def list_is_shown(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="done", rule=RIGHT)


@then(phrase("la liste montre {document}, et lui seul"))
def one_listed(answer, shelf, document, judge):
    judge.check("dmp.listed", answer.exchange, ids=shelf.ids(document), rule=LISTED)


@then("la liste montre le document au type inconnu")
def unknown_type_listed(answer, shelf, judge):
    judge.check("dmp.listed", answer.exchange, ids=shelf.ids(), rule=UNKNOWN_TYPE)


@then("la liste montre le document rangé sous l'ancienne INS")
def other_ins_listed(answer, shelf, judge):
    judge.check("dmp.listed", answer.exchange, ids=shelf.ids(), rule=OTHER_INS)


@then(phrase("la liste dit que ce document {flag:Flag}", Flag=FLAGS))
def line_says(answer, shelf, flag, judge):
    name, rule = flag
    judge.expect(answer.exchange, f"documents[unique_id={shelf.last.unique_id}].{name}", equals=True, rule=rule)


@then("la liste montre l'heure locale de ce document")
def local_time_listed(answer, shelf, judge):
    path = f"documents[unique_id={shelf.last.unique_id}].created"
    judge.check("dmp.local_time", answer.exchange, path=path, day="20240604", rule=LOCAL)


@then("le DPI dit que la liste ne peut pas être affichée")
def failure_of_list_said(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=FAILURE)
    judge.expect(answer.exchange, "reason", present=True, rule=FAILURE)


# -- one document


@when("l'utilisateur ouvre ce document du DMP", target_fixture="answer")
def document_opened(dpi, patient, shelf):
    return dpi.ask("view_dmp_document", patient=patient_id(patient), unique_id=shelf.last.unique_id)


@then("le DPI affiche ce document du DMP")
def document_shown(answer, shelf, judge):
    title = shelf.last.version.document.type_label
    judge.expect(answer.exchange, "shown", equals="dmp", rule=OPENED)
    judge.expect(answer.exchange, "header.title", equals=title, rule=OPENED)
    judge.expect(answer.exchange, "pdf_text", contains=title, rule=OPENED)


@then("le DPI avertit que la patiente ne voit pas ce document")
def user_warned(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="done", rule=MARKED)
    judge.expect(answer.exchange, "warning", present=True, rule=MARKED)


@then("le DPI dit que ce document est déjà intégré et montre l'exemplaire local")
def local_copy_shown(answer, judge):
    judge.expect(answer.exchange, "already_integrated", equals=True, rule=ALREADY)
    judge.expect(answer.exchange, "shown", equals="local", rule=ALREADY)


@then("le DPI refuse de télécharger le document structuré seul, et dit pourquoi")
def structured_alone_refused(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=ALONE)
    judge.expect(answer.exchange, "reason", present=True, rule=ALONE)


# -- documents that are kept


@when("l'utilisateur intègre au dossier les documents du DMP", target_fixture="answer")
def documents_imported(dpi, patient, shelf):
    return dpi.ask("import_dmp_documents", patient=patient_id(patient), unique_ids=shelf.ids())


@given("l'utilisateur a intégré ce document du DMP", target_fixture="kept")
def document_kept(dpi, patient, shelf):
    kept = shelf.last
    asked = {"patient": patient_id(patient), "unique_ids": [kept.unique_id]}
    prepared(dpi.ask("import_dmp_documents", **asked), "intégration du document")
    return kept


@when(ONE, target_fixture="answer")
def document_imported(dpi, patient, shelf):
    return dpi.ask("import_dmp_documents", patient=patient_id(patient), unique_ids=[shelf.last.unique_id])


@then("le dossier montre ces documents, venus du DMP")
def imported_shown(dpi, patient, shelf, judge):
    shown = dpi.ask("list_documents", patient=patient_id(patient), sort="created").exchange
    for unique_id in shelf.ids():
        judge.expect(shown, f"documents[unique_id={unique_id}].origin", contains="DMP", rule=KEPT)


@then("le dossier montre ce document une seule fois, et le DPI le dit déjà présent")
def imported_once(dpi, patient, answer, shelf, judge):
    line = f"documents[unique_id={shelf.last.unique_id}]"
    judge.expect(answer.exchange, f"{line}.outcome", equals="already", rule=ALREADY)
    shown = dpi.ask("list_documents", patient=patient_id(patient), sort="created").exchange
    judge.check("dmp.listed", shown, ids=shelf.ids(), rule=ALREADY)


@then("le DPI dit que ce document n'a pas pu être intégré")
def missing_said(answer, shelf, judge):
    line = f"documents[unique_id={shelf.last.unique_id}]"
    judge.expect(answer.exchange, f"{line}.outcome", equals="refused", rule=FAILURE)
    judge.expect(answer.exchange, f"{line}.reason", present=True, rule=FAILURE)


@then("le dossier garde les deux versions, la plus récente étant la version courante")
def both_versions_kept(dpi, patient, kept, shelf, judge):
    shown = dpi.ask("list_documents", patient=patient_id(patient), sort="created").exchange
    for unique_id, status in ((kept.unique_id, "replaced"), (shelf.last.unique_id, "current")):
        judge.expect(shown, f"documents[unique_id={unique_id}].status", equals=status, rule="XDS-125")


# -- documents fetched beforehand


@when("l'utilisateur précharge les lettres de liaison de la patiente, gardées cinq jours", target_fixture="answer")
def prefetched(dpi, patient):
    prepared(dpi.ask("set_prefetch", type_codes=["11490-0"], days_kept=DAYS), "réglage du préchargement")
    return dpi.ask("prefetch_dmp", patients=[patient_id(patient)])


@then(phrase("seule {document} est préchargée, pour la durée réglée"))
def prefetched_as_set(answer, shelf, document, judge):
    day = f"{datetime.now(UTC).astimezone(HERE):%Y%m%d}"
    asked = {"day": day, "days": DAYS, "ids": shelf.ids(document), "rule": PREFETCHED}
    judge.check("dmp.kept_until", answer.exchange, **asked)


@when("le DMP ne rend plus ses documents")
def contents_unavailable(dmp):
    dmp.behaviour = only(["TD3.2"], unavailable)


@then("le DPI affiche le document préchargé")
def prefetched_shown(answer, shelf, judge):
    title = shelf.last.version.document.type_label
    judge.expect(answer.exchange, "outcome", equals="done", rule=PREFETCHED)
    judge.expect(answer.exchange, "pdf_text", contains=title, rule=PREFETCHED)


@then("le DPI dit pourquoi la patiente est écartée du préchargement")
def prefetch_skipped(answer, judge):
    judge.expect(answer.exchange, "skipped", present=True, rule=RIGHT)
    judge.expect(answer.exchange, "documents", absent=True, rule=RIGHT)


# -- changes in the DMP


@when(phrase("l'utilisateur demande de {change:Change} ce document du DMP", Change=CHANGES), target_fixture="answer")
def change_asked(dpi, patient, shelf, change):
    return change_of(dpi, patient, shelf.last, change)


@when(phrase("l'utilisateur demande de {change:Change} la lettre du couple", Change=CHANGES), target_fixture="answer")
def change_of_pair_asked(dpi, patient, shelf, change):
    return change_of(dpi, patient, next(iter(shelf.held.values())), change)


@when(
    phrase("l'utilisateur demande de {change:Change} ce document du DMP, puis renonce", Change=CHANGES),
    target_fixture="answer",
)
def change_given_up(dpi, patient, shelf, change):
    return change_of(dpi, patient, shelf.last, change, confirmed=False)


def change_of(dpi, patient, held, change, **more):
    name, _ = change
    asked = {"patient": patient_id(patient), "unique_id": held.unique_id, "change": name}
    return dpi.ask("change_dmp_document", **asked, **more)


@then(phrase("le DMP a accepté de {change:Change} ce document", Change=CHANGES))
def change_done(dmp, answer, shelf, change, judge, deadlines):
    judge.expect(answer.exchange, "outcome", equals="done", rule=DONE)
    asked = {"kind": change[1], "targets": [shelf.last.entry.uuid], "rule": DONE}
    judge.check("dmp.changed", *dmp.evidence(deadlines.acknowledgement), **asked)


@then(phrase("le DMP a accepté de {change:Change} les deux documents du couple", Change=CHANGES))
def change_of_both_done(dmp, shelf, change, judge, deadlines):
    asked = {"kind": change[1], "targets": [h.entry.uuid for h in shelf.held.values()], "rule": PAIR}
    judge.check("dmp.changed", *dmp.evidence(deadlines.acknowledgement), **asked)


@then("l'utilisateur apprend que les deux documents ont changé")
def both_told(answer, shelf, judge):
    judge.check("dmp.told", answer.exchange, ids=shelf.ids(), rule=PAIR)


@then("le DPI demande confirmation, et le DMP ne reçoit aucune demande de changement")
def nothing_without_confirmation(dmp, answer, judge, deadlines):
    judge.expect(answer.exchange, "confirmation", present=True, rule=CONFIRMED)
    watched = dmp.expect_silence(deadlines.silence, lambda c: c.transaction.startswith("TD3.3"))
    judge.check("dmp.silence", watched, rule=CONFIRMED)


@then("le DPI dit que le DMP a refusé")
def refusal_of_dmp_said(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=FAILURE)
    judge.expect(answer.exchange, "reason", present=True, rule=FAILURE)


@then("le DPI renvoie l'utilisateur au document non structuré du couple")
def sent_back_to_n1(answer, judge):
    judge.expect(answer.exchange, "outcome", equals="refused", rule=PAIR)
    judge.expect(answer.exchange, "reason", present=True, rule=PAIR)


# -- its pages


@when(phrase("l'utilisateur ouvre par appel contextuel {page:Page}", Page=PAGES), target_fixture="answer")
def web_opened(dpi, patient, page):
    return dpi.ask("open_dmp_web", patient=patient_id(patient), page=page)


@then(phrase("l'adresse ouverte est celle {page:OfPage}, pour la patiente", OfPage=OF_PAGES))
def web_address(answer, patient, page, judge):
    judge.check("dmp.web", answer.exchange, page=page, ins=patient.ins.value, rule=WEB)


@then("l'imagerie est cherchée par le numéro de la demande")
def searched_by_order(dmp, judge, deadlines):
    number = f"{ORDER}^urn:ihe:iti:xds:2013:order"
    judge.check("dmp.reference", *dmp.evidence(deadlines.acknowledgement), number=number)
