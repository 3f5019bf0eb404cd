"""What the patient chose, told by the user or by the patient administration, and what the DPI makes of it."""

from __future__ import annotations

import pytest
from pytest_bdd import given, then, when

from rempart.simulators.gap import consent
from steps._play import Announcement, patient_id, prepared
from steps._words import phrase

CONSENTS, TRACED, CONSULTATION = "HL7-187", "REM-005", "REM-006"
RECORD = phrase("l'utilisateur enregistre que la patiente {choice:Choice}")
ANNOUNCE = phrase("le référentiel d'identités annonce que la patiente {choice:Choice}")


@pytest.fixture
def choices():
    """The last known choices of the patient, as the patient administration repeats them in each message."""
    return {}


@given(RECORD)
@when(RECORD)
def choice_recorded(dpi, patient, choice):
    reply = dpi.ask("record_consent", patient=patient_id(patient), **{choice.what: choice.code})
    prepared(reply, "enregistrement du choix")


@given(ANNOUNCE, target_fixture="announcement")
@when(ANNOUNCE, target_fixture="announcement")
def choice_announced(gap, patient, choice, choices):
    choices[choice.what] = choice.code
    return Announcement(patient, gap.update(patient, consent=consent(**choices)), CONSENTS)


@then(phrase("le dossier montre que la patiente {choice:Choice}"))
def record_shows_choice(dpi, patient, choice, judge):
    record = dpi.ask("open_patient_record", patient=patient_id(patient))
    judge.expect(record.exchange, choice.what, equals=choice.code, rule=CONSENTS)


@then("le choix de la patiente est tracé")
def choice_traced(dpi, patient, judge):
    traces = dpi.ask("read_traces", patient=patient_id(patient))
    words = ["consentement", "opposition"]
    judge.check("observation.mention", traces.exchange, path="traces", words=words, rule=TRACED)


@when("l'utilisateur demande à consulter le DMP", target_fixture="answer")
def consultation_asked(dpi, patient):
    return dpi.ask("consult_dmp", patient=patient_id(patient))


@then(phrase("la consultation est {access:Access}"))
def consultation_is(answer, access, judge):
    judge.expect(answer.exchange, "outcome", equals=access, rule=CONSULTATION)
