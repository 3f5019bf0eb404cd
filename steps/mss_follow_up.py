"""What is counted, remembered and signalled of the documents that came by MSSanté."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_bdd import given, then, when

from rempart.simulators.deliveries import delivery, new_mail
from rempart.simulators.documents import first_version
from steps._play import Handed, patient_id
from steps._words import WHICH, phrase

COUNTED, UNREAD, TOLD, WHOLE, SINGLE, TYPED = "REM-191", "REM-192", "REM-193", "REM-199", "REM-200", "REM-201"
BY_ITSELF, ALLOWED, STRICT, ALERT = "REM-181", "REM-182", "REM-180", "REM-203"
NOT_BY_ITSELF = {"le réglage l'interdisant": ALLOWED, "les identités n'étant pas égales": STRICT}


def days(first, last):
    """A period by its distance from today, in days; one more on the side of now, for a campaign that meets midnight."""
    today = datetime.now(UTC).astimezone()
    return {"start": f"{today + timedelta(first):%Y%m%d}", "end": f"{today + timedelta(last):%Y%m%d}"}


PERIODS = {"des derniers jours": (-2, 1), "du mois passé": (-40, -10)}
COUNTS = {
    "comptent un document intégré sans geste de plus": {"integrated_automatically": 1},
    "comptent un document intégré à la main de plus": {"integrated_manually": 1},
    "comptent un document non intégré de plus": {"not_integrated": 1},
    "ne comptent aucun document de plus": {},
}
LISTED = {"montre ce document": "present", "ne montre pas ce document": "absent"}
STORIES = {
    "la réception, l'intégration sans geste, la lecture": ["received", "integrated_automatically", "read"],
    "la réception, l'attente, le geste refusé, l'intégration à la main": [
        "received",
        "waiting",
        "refused",
        "integrated_manually",
    ],
    "la réception, l'intégration sans geste, le remplacement": ["received", "integrated_automatically", "replaced"],
    "la réception, l'attente, la mise à l'écart": ["received", "waiting", "discarded"],
}
STATISTICS = phrase("l'utilisateur relève les statistiques d'intégration {period:Period}", Period=PERIODS)
READ = phrase("l'utilisateur affiche les documents non lus {period:Period}", Period=PERIODS)


@dataclass(frozen=True, slots=True)
class Figures:
    """A reading of the statistics, and the period that was asked for."""

    period: tuple[int, int]
    reply: Any


@given(STATISTICS, target_fixture="figures")
def statistics_read(dpi, period):
    return Figures(period, dpi.ask("read_mss_statistics", **days(*period)))


@given(READ, target_fixture="answer")
@when(READ, target_fixture="answer")
def unread_read(dpi, period):
    return dpi.ask("list_unread_documents", **days(*period))


@when("la PFI remet au DPI les deux documents d'un même courriel, l'un d'eux structuré", target_fixture="handed")
def two_of_one_mail(simulated_pfi, patient):
    mail = new_mail()
    one = delivery(patient, first_version(patient), mail=mail)
    other = delivery(patient, first_version(patient, type_code="11490-0", level="N3"), mail=mail)
    first = Handed(one, simulated_pfi.send(one.message))
    return Handed(other, simulated_pfi.send(other.message), first)


@when(phrase("l'utilisateur lit l'historique de {which:Which}", Which=WHICH), target_fixture="answer")
def history_read(dpi, handed, which):
    return dpi.ask("read_document_history", unique_id=which(handed).delivery.unique_id)


@then(phrase("les statistiques de cette période {count:Count}", Count=COUNTS))
def counted(dpi, handed, figures, count, judge):
    now = dpi.ask("read_mss_statistics", **days(*figures.period))
    asked = {"type_code": handed.delivery.version.document.type_code, "more": count, "rule": COUNTED}
    judge.check("mss.statistics", figures.reply.exchange, now.exchange, **asked)


@then(phrase("cette liste {listed:Listed}", Listed=LISTED))
def unread_lists(answer, handed, listed, judge):
    place = f"documents[unique_id={handed.delivery.unique_id}]"
    judge.expect(answer.exchange, place, **{listed: True}, rule=UNREAD)


@then(phrase("l'historique dit dans l'ordre {story:Story}", Story=STORIES))
def history_tells(answer, story, judge):
    judge.check("mss.history", answer.exchange, operations=story, rule=TOLD)


@then("le document est entré sans geste au dossier de la patiente")
def entered_by_itself(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={handed.delivery.unique_id}]"
    judge.expect(record.exchange, f"{line}.status", equals="current", rule=BY_ITSELF)


@then(phrase("le document n'est pas entré au dossier de la patiente, {why:Why}", Why=NOT_BY_ITSELF))
def did_not_enter(dpi, patient, handed, why, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "found", equals=True, rule=why)
    judge.expect(record.exchange, f"documents[unique_id={handed.delivery.unique_id}]", absent=True, rule=why)


@then("le dossier montre les deux documents du courriel")
def both_shown(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    for each in (handed.earlier, handed):
        line = f"documents[unique_id={each.delivery.unique_id}]"
        judge.expect(record.exchange, f"{line}.status", equals="current", rule=WHOLE)


@then("le dossier compte un seul document")
def one_document(dpi, patient, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, "documents#", equals=1, rule=SINGLE)


@then(phrase("le dossier {alert:Alert} ce résultat", Alert={"signale": True, "ne signale pas": False}))
def alert_follows(dpi, patient, handed, alert, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    line = f"documents[unique_id={handed.delivery.unique_id}]"
    judge.expect(record.exchange, f"{line}.critical", equals=alert, rule=ALERT)


@then("le document est rangé sous le type qu'il dit")
def filed_by_type(dpi, patient, handed, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    wanted = handed.delivery.version.document
    line = f"documents[unique_id={wanted.unique_id}]"
    judge.expect(record.exchange, f"{line}.type_code", equals=wanted.type_code, rule=TYPED)
