"""With --alluredir, each scenario is there once and each Gherkin step shows with its evidence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from rempart.campaign import allure_bridge
from rempart.resources import campaign_root

# The same hooks as the campaign's plugin, over scenarios that end in every way a scenario can.
CONFTEST = """
import pytest
from rempart.campaign import allure_bridge

def pytest_bdd_before_scenario(request, feature, scenario):
    allure_bridge.label("HOP-DPI-Va2", "CDA/HL7.02", "CDA/HL7.02.01", feature.name)
    allure_bridge.set_title(scenario.name)

def pytest_bdd_before_step(request, step):
    allure_bridge.start_step(f"{step.keyword.strip()} {step.name}")

def pytest_bdd_after_step(request):
    allure_bridge.attach("→ MDM^T02", b"\\x0bMSH|a\\rPID|b\\r\\x1c\\r", "hl7v2/mllp")
    allure_bridge.attach("réponse", b'{"outcome": "done"}', "driver/http")
    allure_bridge.attach("pdf", b"%PDF\\x00", "file")
    allure_bridge.stop_step("passed", "")

def pytest_bdd_step_error(exception):
    allure_bridge.stop_step("failed", str(exception))

def pytest_bdd_after_scenario():
    allure_bridge.close_steps()

@pytest.fixture
def broken():
    raise RuntimeError("setup")

def pytest_sessionfinish():
    allure_bridge.never_run("DPI/6", "Jamais joué", ("HOP-DPI-Va2", "CDA/HL7.03", "CDA/HL7.03.01", "f"), "arrêt")
"""
FEATURE = """# language: fr
Fonctionnalité: Transmission
  Scénario: Réussi
    Étant donné un point de départ
    Alors tout va bien
  Scénario: Échoué
    Étant donné un point de départ
    Alors le message est refusé
  Scénario: Sauté
    Quand une personne doit regarder
  Scénario: Étape absente
    Alors personne ne connaît cette étape
  Scénario: Préparation en panne
    Étant donné un candidat en panne
"""
STEPS = """
import pytest
from pytest_bdd import given, scenarios, then, when
scenarios("a.feature")

@given("un point de départ")
def start(): ...
@then("tout va bien")
def fine(): ...
@then("le message est refusé")
def refused():
    assert False, "PID-3 absent"
@when("une personne doit regarder")
def attest():
    pytest.skip("à attester")
@given("un candidat en panne")
def down(broken): ...
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("allure")
    for name, text in (("conftest.py", CONFTEST), ("a.feature", FEATURE), ("test_a.py", STEPS)):
        (folder / name).write_text(text, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = os.environ | {"PYTHONPATH": str(campaign_root() / "src")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--alluredir", "out", "."]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "3 failed, 1 passed, 1 skipped" in run.stdout, run.stdout + run.stderr
    loaded = [json.loads(f.read_text("utf-8")) | {"_dir": f.parent} for f in (folder / "out").glob("*-result.json")]
    return sorted(loaded, key=lambda r: r["name"])


def named(results: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = (r for r in results if r["name"] == name)
    return found


def test_every_scenario_is_there_once_whatever_happened(results: list[dict[str, Any]]) -> None:
    assert {r["name"]: r["status"] for r in results} == {
        "Réussi": "passed",
        "Échoué": "failed",
        "Sauté": "skipped",
        "Étape absente": "broken",
        "Préparation en panne": "broken",
        "Jamais joué": "skipped",
    }
    assert len(results) == 6
    assert len({r["historyId"] for r in results}) == 6


def test_gherkin_steps_show_with_their_status(results: list[dict[str, Any]]) -> None:
    steps = {r["name"]: [(s["name"], s["status"]) for s in r.get("steps", [])] for r in results}
    assert steps["Réussi"] == [("Étant Donné un point de départ", "passed"), ("Alors tout va bien", "passed")]
    assert steps["Échoué"][1] == ("Alors le message est refusé", "failed")
    assert steps["Sauté"] == [("Quand une personne doit regarder", "skipped")]


def test_the_reason_of_a_failed_step_is_told(results: list[dict[str, Any]]) -> None:
    assert "PID-3 absent" in named(results, "Échoué")["steps"][1]["statusDetails"]["message"]
    assert named(results, "Jamais joué")["statusDetails"]["message"] == "arrêt"


def test_evidence_is_attached_to_its_step(results: list[dict[str, Any]]) -> None:
    result = named(results, "Réussi")
    message, answer, pdf = result["steps"][0]["attachments"]
    assert [message["type"], answer["type"], pdf["type"]] == [
        "text/plain",
        "application/json",
        "application/octet-stream",
    ]
    assert (result["_dir"] / message["source"]).read_bytes() == b"MSH|a\nPID|b"
    assert json.loads((result["_dir"] / answer["source"]).read_bytes()) == {"outcome": "done"}


def test_a_scenario_is_filed_under_its_requirement(results: list[dict[str, Any]]) -> None:
    labels = {(x["name"], x["value"]) for x in named(results, "Réussi")["labels"]}
    assert {("epic", "HOP-DPI-Va2"), ("story", "CDA/HL7.02"), ("feature", "Transmission")} <= labels
    assert ("tag", "CDA/HL7.02.01") in labels
    assert "a.feature" not in named(results, "Réussi")["description"]


def test_without_allure_nothing_happens() -> None:
    assert not allure_bridge.active()
    allure_bridge.start_step("x")
    allure_bridge.attach("x", b"", "text")
    allure_bridge.label("a", "b", "c", "d")
    allure_bridge.set_title("x")
    allure_bridge.never_run("k", "t", ("a", "b", "c", "d"), "r")
    allure_bridge.stop_step("passed", "")
    assert allure_bridge._open == []


def test_a_very_long_document_is_attached_by_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(allure_bridge, "active", lambda: True)
    monkeypatch.setattr(allure_bridge.allure, "attach", lambda data, **more: seen.update(data=data, **more))
    allure_bridge.attach("MDM", b"x" * (allure_bridge.MAX_ATTACHMENT + 5), "hl7v2/mllp")
    assert len(seen["data"]) == allure_bridge.MAX_ATTACHMENT
    assert str(allure_bridge.MAX_ATTACHMENT + 5) in seen["name"]
