"""The DPI feeds the DMP with documents of the past: whose, which, how fast; and counts what it has fed."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_bdd import given, then, when

from rempart.simulators.gap import UNIT
from rempart.simulators.patients import CORRESPONDENT
from rempart.simulators.pfi import asks, of_patient
from steps._play import Produced, patient_id, prepared, quietly
from steps._words import phrase

DATED, AUTHORS, WHOSE, WHICH, PACE, WHEN, COUNTED, TOLD = (
    "REM-157", "REM-158", "REM-159", "REM-160", "REM-161", "REM-162", "REM-168", "REM-169"
)  # fmt: skip
TO_DMP = asks("DESTDMP")
SURGERY, LOCAL = "34874-8", "CR-BLOC"
SAME = {"types": {SURGERY: SURGERY}}
RULES = {
    "sur les comptes rendus opératoires": SAME,
    "sur les comptes rendus opératoires, cinq ans en arrière": SAME | {"years": 5},
    "sur les comptes rendus opératoires, vingt ans en arrière": SAME | {"years": 20},
    "sur les comptes rendus opératoires d'une unité": SAME | {"service": UNIT.id},
    "sur un type de l'établissement, qui vaut compte rendu opératoire": {"types": {LOCAL: SURGERY}},
    "à chaque admission": SAME | {"trigger": "admission"},
    "à chaque sortie": SAME | {"trigger": "discharge"},
    "pour tous les patients, même absents": SAME | {"catch_up": True},
    "à quatre envois par seconde": SAME | {"rate": 4},
    "à deux envois par seconde": SAME | {"rate": 2},
}
RATES = {"quatre": 4, "deux": 2}
NUMBERS = {"deux": 2, "trois": 3, "quatre": 4, "six": 6}
GROWTHS = {"aucun": 0, "un": 1}


def years_ago(years):
    today = date.today()
    return f"{today.year - years}{today.month:02d}{min(today.day, 28):02d}"


PAST = {
    "d'un acte d'il y a deux ans": {"act_date": years_ago(2)},
    "d'un acte d'il y a six ans": {"act_date": years_ago(6)},
    "ancien, dont l'auteur n'est plus au répertoire": {"act_date": years_ago(2), "author_registered": False},
    "ancien, du type de l'établissement": {"act_date": years_ago(2), "local_type": LOCAL},
    "ancien, d'un autre type de l'établissement": {"act_date": years_ago(2), "local_type": "NOTE-INTERNE"},
    "de l'épisode en cours": {},
}


def old_document(dpi, patient, kind, past):
    asked = {"type_code": kind.code, "title": kind.title} | past
    if "act_date" in past:
        asked |= {"episode": f"ANCIEN-{past['act_date']}"}
    answer = prepared(dpi.ask("produce_document", patient=patient_id(patient), **asked), "document d'un acte passé")
    return Produced(answer.document, answer.unique_id)


@pytest.fixture
def history(dpi):
    """Sets the feeding of the past; nothing is fed any more once the scenario has ended."""
    yield lambda **rules: prepared(dpi.ask("set_history_feeding", **rules), "réglage de la reprise d'historique")
    quietly(lambda: dpi.ask("set_history_feeding", types={}))


SET = phrase("une reprise d'historique réglée {rules:HistoryRules}", HistoryRules=RULES)


@given(SET)
def history_set(history, rules):
    history(**rules)


@when(phrase("l'administrateur règle la reprise {rules:HistoryRules}", HistoryRules=RULES))
def history_started(history, rules):
    history(**rules)


@given(phrase('un "{kind:DocumentType}" {past:Past}', Past=PAST), target_fixture="document")
def past_document(dpi, patient, kind, past):
    return old_document(dpi, patient, kind, past)


@given(phrase('{number:Number} "{kind:DocumentType}" d\'actes anciens au dossier de "{name}"', Number=NUMBERS))
def past_documents(dpi, patients, name, number, kind):
    for _ in range(number):
        old_document(dpi, patients[name], kind, {"act_date": years_ago(2)})


@when("l'utilisateur lance la reprise d'historique", target_fixture="answer")
def history_fed(dpi, patient):
    return dpi.ask("feed_history", patients=[patient_id(patient)])


@when(phrase('l\'utilisateur lance la reprise pour "{one}" et "{other}"'), target_fixture="answer")
def history_fed_for_two(dpi, patients, one, other):
    return dpi.ask("feed_history", patients=[patient_id(patients[one]), patient_id(patients[other])])


@given("les indicateurs du mois relevés", target_fixture="indicators")
def indicators_read(dpi):
    return dpi.ask("read_indicators", month=f"{date.today():%Y%m}")


@then("le document qu'il contient est daté de l'acte, et créé aujourd'hui")
def dated_of_the_act(message, judge):
    judge.check("document.past_dates", message.exchange, act_day=years_ago(2), rule=DATED)


@then("son auteur d'origine et l'établissement en sont les auteurs")
def both_authors(message, judge):
    judge.check("document.legal_person", message.exchange, author=CORRESPONDENT.family, rule=AUTHORS)


def sent_message(simulated_pfi, judge, deadlines, rule, theirs=lambda message: True):
    """`theirs`: of whom, since the DPI may hold others, and feed their past too."""
    asked = {"where": lambda m: TO_DMP(m) and theirs(m), "expected": "publication", "rule": rule}
    return judge.await_message(simulated_pfi, None, timeout=deadlines.acknowledgement, **asked)


@then("la reprise envoie ce document", target_fixture="message")
def history_sends(simulated_pfi, patient, document, judge, deadlines):
    message = sent_message(simulated_pfi, judge, deadlines, WHICH, of_patient(patient.ipp))
    judge.check("order.document", message.exchange, unique_id=document.unique_id, rule=WHICH)
    return message


@then("la reprise part d'elle-même et envoie ce document", target_fixture="message")
def history_triggered(simulated_pfi, patient, document, judge, deadlines):
    message = sent_message(simulated_pfi, judge, deadlines, WHEN, of_patient(patient.ipp))
    judge.check("order.document", message.exchange, unique_id=document.unique_id, rule=WHEN)
    return message


@then("la reprise n'envoie rien de cette patiente")
def nothing_of_this_patient(simulated_pfi, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(deadlines.silence, TO_DMP), rule=WHOSE)


@then("la reprise n'envoie pas ce document")
def not_this_document(simulated_pfi, judge, deadlines):
    judge.check("silence", simulated_pfi.expect_silence(deadlines.silence, TO_DMP), rule=WHICH)


@then("le compte rendu de la reprise dit ce qui est écarté, et pourquoi")
def history_tells(answer, judge):
    judge.expect(answer.exchange, "excluded[0].reason", present=True, rule=TOLD)


@then(phrase("la PFI reçoit {number:Number} documents, à {rate:Rate} par seconde au plus", Number=NUMBERS, Rate=RATES))
def at_this_pace(simulated_pfi, number, rate, judge, deadlines):
    came = [sent_message(simulated_pfi, judge, deadlines, WHICH) for _ in range(number)]
    judge.check("arrivals.pace", simulated_pfi.observe_arrivals(came), rate=rate, rule=PACE)


@then(
    phrase("la part des séjours avec reprise compte {more:Growth} de plus, sur {base:Growth} de plus", Growth=GROWTHS)
)
def share_grows(dpi, indicators, more, base, judge):
    after = dpi.ask("read_indicators", month=f"{date.today():%Y%m}")
    asked = {"indicator": "history", "numerator": more, "denominator": base, "rule": COUNTED}
    judge.check("indicator.change", indicators.exchange, after.exchange, **asked)
