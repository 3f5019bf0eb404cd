"""The administrator sets what enters and what leaves by itself; after the scenario, all is as it was."""

from __future__ import annotations

import pytest
from pytest_bdd import given, when

from steps._play import prepared
from steps._words import TYPES, phrase

LETTER = TYPES["DocumentType"]["lettre de liaison à la sortie"].code
SETTINGS = {
    "désactive l'intégration automatique": {"automatic": False},
    "réserve l'intégration automatique aux lettres de liaison": {"type_codes": [LETTER]},
    "étend l'alerte aux résultats hauts": {"alert_codes": ["AA", "HH", "LL", "H"]},
    "réserve l'alerte aux résultats très hauts": {"alert_codes": ["HH"]},
    "demande à valider les remplacements et les suppressions": {"confirm_changes": True},
}
SET = phrase("l'administrateur {setting:Setting}", Setting=SETTINGS)


@pytest.fixture
def integration(dpi):
    """Sets what enters by itself; everything does again at the end."""
    done = []
    yield lambda asked: done.append(prepared(dpi.ask("set_mss_integration", **asked), "réglage de l'intégration"))
    for _ in done[:1]:
        dpi.ask("set_mss_integration")


@pytest.fixture
def mailing(dpi):
    """Sets the types that leave by themselves; none does at the end."""
    done = []
    yield lambda types: done.append(
        prepared(dpi.ask("set_automatic_mailing", type_codes=types), "réglage de l'envoi automatique")
    )
    for _ in done[:1]:
        dpi.ask("set_automatic_mailing", type_codes=[])


@given(SET)
@when(SET)
def integration_set(integration, setting):
    integration(setting)


@given("l'administrateur réserve l'envoi automatique par messagerie aux lettres de liaison")
def mailing_set(mailing):
    mailing([LETTER])
