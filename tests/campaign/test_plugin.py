"""The plugin on a small campaign of its own: one entry per scenario, whatever happens to it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rempart.resources import campaign_root

REQUIREMENTS = """
- id: TST/ESS.01
  id_source: TST/ESS.01
  dispositif: HOP-DPI-Va2
  title: Essai
  nature: exigence
  profile: Général
  statement: Le système DOIT passer l'essai.
  section: TST
  edition: "1"
  source: {document: essai, edition: "1"}
  scenarios:
    - id: TST/ESS.01.01
      summary: Un essai.
      verification: automatic
      evidence:
        - {id: TST/ESS.01.01.01, kind: log, label: Trace}
"""
FEATURE = """# language: fr
@HOP-DPI-Va2
Fonctionnalité: Essais

  @TST/ESS.01.01
  Scénario: tout va bien
    Quand le candidat répond "oui"
    Alors la réponse est "oui"

  @TST/ESS.01.01
  Scénario: le candidat se trompe
    Quand le candidat répond "non"
    Alors la réponse est "oui"
    Et la réponse est "non"

  @TST/ESS.01.01
  Scénario: une étape manque
    Quand le candidat répond "oui"
    Alors personne n'a écrit cette étape

  @TST/ESS.01.01
  Scénario: une personne doit regarder
    Quand l'action n'est pas offerte

  @TST/ESS.01.01
  Scénario: le candidat se tait
    Quand le candidat se tait

  @TST/ESS.01.01
  Scénario: le harnais se trompe
    Quand le harnais se trompe

  @TST/ESS.01.01
  Scénario: la préparation échoue
    Étant donné une préparation qui échoue

  @TST/ESS.01.01
  Scénario: rien n'est vérifié
    Quand le candidat répond "oui"

  @TST/ESS.01.01
  Plan du scénario: chaque ligne compte
    Quand le candidat répond "<réponse>"
    Alors la réponse est "oui"
    Exemples:
      | réponse |
      | oui     |
      | non     |
"""
STEPS = """
import json
import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from rempart.candidate.errors import ActionNotOffered
from rempart.model.inconclusive import Inconclusive
from rempart.resources import features_dir

scenarios(str(features_dir()))

@when(parsers.parse('le candidat répond "{text}"'), target_fixture="answer")
def _(judge, text):
    return judge.record("received", "driver/test", "pilote", "-", "essai", json.dumps({"value": text}).encode())

@then(parsers.parse('la réponse est "{text}"'))
def _(judge, answer, text):
    judge.expect(answer, "value", equals=text, rule="HL7-180")

@when("l'action n'est pas offerte")
def _(): raise ActionNotOffered("send_document")

@when("le candidat se tait")
def _(): raise Inconclusive("aucun message reçu")

@when("le harnais se trompe")
def _(): raise ZeroDivisionError("défaut")

@pytest.fixture
def broken(): raise OSError("disque plein")

@given("une préparation qui échoue")
def _(broken): pass
"""
EXPECTED = {
    "tout va bien": "conforme",
    "le candidat se trompe": "non_conforme",
    "une étape manque": "indetermine",
    "une personne doit regarder": "a_attester",
    "le candidat se tait": "indetermine",
    "le harnais se trompe": "indetermine",
    "la préparation échoue": "indetermine",
    "rien n'est vérifié": "indetermine",
    "chaque ligne compte [oui]": "conforme",
    "chaque ligne compte [non]": "non_conforme",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("campagne")
    for name, file, text in (
        ("requirements", "essai.yaml", REQUIREMENTS),
        ("features", "essai.feature", FEATURE),
        ("steps", "campaign.py", STEPS),
    ):
        (root / name).mkdir()
        (root / name / file).write_text(text, encoding="utf-8")
    (root / "schemas").symlink_to(campaign_root() / "schemas")
    (root / "conftest.py").write_text('pytest_plugins = ["rempart.campaign.plugin"]\n', encoding="utf-8")
    (root / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers -p no:cacheprovider\npython_files = campaign.py\n", encoding="utf-8"
    )
    return root


def _run(folder: Path, output: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    command = [sys.executable, "-m", "pytest", "-q", "steps", "--campaign-output", str(output), *arguments]
    environment = os.environ | {"REMPART_CAMPAIGN": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    results = output / "results.json"
    return done, json.loads(results.read_text("utf-8")) if results.is_file() else {}


@pytest.fixture(scope="module", params=[[], ["-n", "2"]], ids=["one process", "xdist"])
def played(request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campaign in one process, or in two: only read."""
    output = tmp_path_factory.mktemp("played") / "run"
    _run(folder, output, *request.param)
    return output


def _results(output: Path) -> dict[str, Any]:
    results: dict[str, Any] = json.loads((output / "results.json").read_text("utf-8"))
    return results


def test_each_scenario_has_one_entry_and_its_verdict(played: Path) -> None:
    results = _results(played)
    assert sorted((s["name"], s["verdict"]) for s in results["scenarios"]) == sorted(EXPECTED.items())
    assert results["requirements"][0]["verdict"] == "non_conforme"
    assert results["requirements"][0]["breakdown"] == {
        "conforme": 2,
        "non_conforme": 2,
        "indetermine": 5,
        "a_attester": 1,
    }


def test_whatever_happened_is_replayed_from_the_evidence_alone(folder: Path, played: Path) -> None:
    command = [sys.executable, "-m", "rempart.cli.main", "replay", str(played), "--format", "json"]
    environment = os.environ | {"REMPART_CAMPAIGN": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["differences"], told["faults"]) == (0, [], [])
    assert (told["scenarios"], told["checks"]) == (len(EXPECTED), 5)


def test_reasons_say_what_happened_and_checks_go_on_after_a_finding(played: Path) -> None:
    results = _results(played)
    by_name = {s["name"]: s for s in results["scenarios"]}
    assert by_name["une étape manque"]["reason"] == "aucune définition pour l'étape « personne n'a écrit cette étape »"
    assert by_name["le candidat se tait"]["reason"] == "aucun message reçu"
    assert "ZeroDivisionError" in by_name["le harnais se trompe"]["reason"]
    assert "disque plein" in by_name["la préparation échoue"]["reason"]
    statuses = [s["status"] for s in by_name["le candidat se trompe"]["steps"]]
    assert statuses == ["passed", "failed", "passed"]
    evidence = {e["id"] for e in results["exchanges"]}
    assert all(i in evidence for s in results["scenarios"] for step in s["steps"] for i in step["exchanges"])


def test_a_selection_that_selects_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    done, results = _run(folder, tmp_path / "run", "--scenario", "TST/ESS.01.99")
    assert done.returncode == 4
    assert "scénario inconnu du catalogue: TST/ESS.01.99" in done.stdout + done.stderr
    assert results == {}


def test_looking_at_the_collection_leaves_no_campaign(folder: Path, tmp_path: Path) -> None:
    done, results = _run(folder, tmp_path / "run", "--collect-only")
    assert "10 tests collected" in done.stdout
    assert results == {}
    assert not (tmp_path / "run").exists()


def test_two_campaigns_are_never_mixed(folder: Path, tmp_path: Path) -> None:
    _run(folder, tmp_path / "run", "--scenario", "TST/ESS.01.01")
    before = (tmp_path / "run" / "results.json").read_bytes()
    for workers in ([], ["-n", "2"]):
        done, _ = _run(folder, tmp_path / "run", *workers)
        assert done.returncode == 4
        assert "contient déjà une campagne" in done.stdout + done.stderr
    assert (tmp_path / "run" / "results.json").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "features/zz.feature",
            FEATURE.replace("Scénario: le candidat se tait", "Scénario: tout va bien"),
            "porte le même nom",
        ),
        ("features/zz.feature", FEATURE, "deux scénarios « tout va bien » sous TST/ESS.01.01"),
        ("features/zz.feature", FEATURE.replace("    Exemples:", "    @x\n    Exemples:"), "table Exemples"),
        ("steps/campaign.py", STEPS + '\n@when("x")\nasync def attend(): pass\n', "async def"),
        ("features/zz.feature", FEATURE.replace("@TST/ESS.01.01", "@TST/ESS.09.01"), "doit porter l'étiquette"),
    ],
    ids=["same name", "same name in two files", "tag on a table", "async step", "unknown tag"],
)
def test_a_silent_hole_stops_the_campaign(folder: Path, tmp_path: Path, file: str, text: str, told: str) -> None:
    copy = tmp_path / "campagne"
    subprocess.run(["cp", "-r", str(folder), str(copy)], check=True)
    (copy / file).write_text(text, encoding="utf-8")
    done, results = _run(copy, tmp_path / "run")
    assert done.returncode != 0
    assert told in done.stdout + done.stderr
    assert results == {}
