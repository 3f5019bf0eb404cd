"""Replay of what persons attested and declared: a journal rewritten with results.json changes nothing of the bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from campaign.test_attested import CANDIDATE, NOT_APPLICABLE, deposit, png, run
from formats.video_samples import mp4

from rempart.campaign.replay import Replay, replay
from rempart.formats.pdf import minimal_pdf

Edit = Callable[[dict[str, Any]], None]
DPI = "HOP-DPI-Va2"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("atteste")
    (folder / "candidate.yaml").write_text(CANDIDATE, "utf-8")
    deposit(folder, "HOP/va1.03.01.01", png())
    deposit(folder, "HOP/va1.07.01.01", png(), verdict="non_conforme", comment="l'origine manque")
    deposit(folder, "HOP/va1.08.01.01", png(blank=True))
    deposit(folder, "HOP/va1.11.01.01", png(), candidate={"name": "Essai", "version": "1"})
    deposit(folder, "ANN/va1.01.01.01", b"2026-01-01 import termin\xc3\xa9: 3 lignes\n" * 20, "import.log")
    deposit(folder, "MSS/va1.20.01.01", mp4(), "film.mp4", verdict="non_conforme")
    declared = folder / "attestations" / "non-applicable"
    declared.mkdir()
    (declared / "PORT-va1.01.yaml").write_text(yaml.safe_dump(NOT_APPLICABLE, allow_unicode=True), "utf-8")
    (declared / "PORT-va1.01.pdf").write_bytes(minimal_pdf(["Déclaration signée"]))
    done = run(folder, "--output", "out", "--no-report", "--dispositif", DPI)
    assert (folder / "out" / "results.json").is_file(), done.stdout + done.stderr
    return folder / "out"


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "run"))


def forge(folder: Path, scenario: str, journal: Edit, record: Edit) -> Replay:
    """Edits a scenario in the journal and in results.json, and chains the journal again, its ends too."""
    path = folder / "results.json"
    results = json.loads(path.read_text("utf-8"))
    record(next((s for s in results["scenarios"] if s["scenario_id"] == scenario), results))
    path.write_text(json.dumps(results, ensure_ascii=False), "utf-8")
    heads = {}
    for name in ("journal-main.jsonl", "journal-campaign.jsonl"):
        file, head, lines = folder / "evidence" / name, "", []
        for line in file.read_bytes().splitlines():
            entry = json.loads(line)
            identity = entry["body"].get("identity", {})
            if identity.get("scenario_id") == scenario or (not scenario and entry["kind"] == "campaign"):
                journal(entry["body"])
            if entry["kind"] == "campaign":
                entry["body"]["heads"] |= heads
            text = json.dumps(entry | {"previous": head}, ensure_ascii=False, separators=(",", ":")).encode()
            head = hashlib.sha256(text).hexdigest()
            lines.append(text + b"\n")
        file.write_bytes(b"".join(lines))
        heads[name] = head
    return replay(folder)


def says(verdict: str, reason: str) -> tuple[Edit, Edit]:
    def in_journal(body: dict[str, Any]) -> None:
        body["concluded"] = [[verdict, reason]]

    def in_record(scenario: dict[str, Any]) -> None:
        scenario |= {"verdict": verdict, "reason": reason}

    return in_journal, in_record


def replayed_as(told: Replay, scenario: str) -> str:
    """The verdict that the replay gives a scenario, against the one that is stated."""
    found = [d for d in told.differences if d.subject.startswith(f"scénario {DPI}::{scenario}::") and d.stated != ""]
    return next((d.replayed for d in found if ", " not in d.subject), "")


def test_an_untouched_campaign_with_attestations_is_identical(folder: Path) -> None:
    told = replay(folder)
    assert told.identical, (told.differences, told.faults)


@pytest.mark.parametrize(
    ("scenario", "verdict", "reason", "replayed"),
    [
        ("HOP/va1.07.01", "atteste", "HOP/va1.07.01.01: attestée le 01/01/2026 par J. Test", "non_conforme"),
        ("HOP/va1.07.01", "a_attester", "HOP/va1.07.01.01: rien n'est déposé", "non_conforme"),
        ("HOP/va1.11.01", "atteste", "HOP/va1.11.01.01: attestée le 01/01/2026 par J. Test", "a_attester"),
        ("DMP/UX.44.01", "atteste", "DMP/UX.44.01.01: attestée le 01/01/2026 par J. Test", "a_attester"),
        # one of its two preuves is deposited: the other one is left out of the journal
        ("ANN/va1.01.01", "atteste", "ANN/va1.01.01.01: attestée le 01/01/2026 par J. Test", "a_attester"),
    ],
)
def test_a_conclusion_that_no_bytes_bear_out_is_a_difference(
    folder: Path, scenario: str, verdict: str, reason: str, replayed: str
) -> None:
    told = forge(folder, scenario, *says(verdict, reason))
    assert replayed_as(told, scenario) == replayed


def test_a_check_that_is_left_out_of_the_journal_is_a_fault(folder: Path) -> None:
    """A picture of one colour, attested conforme: without its check, the attestation alone would count."""

    def in_journal(body: dict[str, Any]) -> None:
        for step in body["steps"]:
            step["checks"] = []

    def in_record(scenario: dict[str, Any]) -> None:
        for step in scenario["steps"]:
            step |= {"checks": [], "status": "passed"}
        scenario |= {"verdict": "atteste", "reason": "HOP/va1.08.01.01: attestée le 01/01/2026 par J. Test"}

    told = forge(folder, "HOP/va1.08.01", in_journal, in_record)
    assert any("preuve.recording jamais demandé" in fault for fault in told.faults), told.faults


def test_a_step_that_is_left_out_of_the_journal_is_a_fault(folder: Path) -> None:
    def drop(body: dict[str, Any]) -> None:
        del body["steps"][-1]

    told = forge(folder, "ANN/va1.01.01", drop, drop)
    assert any("les étapes du journal" in fault for fault in told.faults), told.faults


def test_a_scenario_of_the_harness_is_not_attested_by_its_journal(folder: Path) -> None:
    told = forge(folder, "CDA/HL7.04.01", *says("atteste", "vu par une personne"))
    assert any("sans attestation conservée" in fault for fault in told.faults), told.faults


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("HOP/va1.07", "déclarée non applicable le 01/01/2026 par A. Test, gérante: Aucun document n'est détenu"),
        ("HOP/va1.07", "profil « Général » non déclaré dans candidate.yaml"),
    ],
)
def test_what_is_left_out_is_what_profiles_and_declarations_say(folder: Path, requirement: str, reason: str) -> None:
    def in_journal(body: dict[str, Any]) -> None:
        body["scope"]["left_out"].append([DPI, requirement, reason])

    def in_record(results: dict[str, Any]) -> None:
        found = next(r for r in results["requirements"] if r["id"] == requirement)
        found |= {"verdict": "non_applicable", "reason": reason}

    told = forge(folder, "", in_journal, in_record)
    subject = f"exigence {DPI} {requirement}"
    assert next(d for d in told.differences if d.subject == subject).replayed == "non_conforme"


def test_a_declaration_without_its_signed_pdf_leaves_nothing_out(folder: Path) -> None:
    """Its line is taken out of the sidecar: the number of exchanges tells, and the requirement is due again."""
    sidecar = folder / "evidence" / "exchanges-attestations.jsonl"
    lines = [line for line in sidecar.read_bytes().splitlines() if b"PORT-va1.01.pdf" not in line]
    sidecar.write_bytes(b"\n".join(lines) + b"\n")
    told = replay(folder)
    assert any(d.subject == f"exigence {DPI} PORT/va1.01" for d in told.differences)


def test_a_supplied_preuve_needs_its_attestation(folder: Path) -> None:
    digest = hashlib.sha256(png()).hexdigest()

    def in_journal(body: dict[str, Any]) -> None:
        body["scope"]["supplied"].append([DPI, "DMP/UX.44.01.01", {"sha256": digest, "reason": ""}])

    def in_record(results: dict[str, Any]) -> None:
        found = next(p for r in results["requirements"] for p in r["preuves"] if p["id"] == "DMP/UX.44.01.01")
        found |= {"status": "supplied", "file": f"evidence/objects/{digest[:2]}/{digest}", "sha256": digest}

    told = forge(folder, "", in_journal, in_record)
    assert any("DMP/UX.44.01.01" in d.subject and "status" in d.subject for d in told.differences)


def test_what_a_person_saw_of_a_scenario_of_the_harness_is_not_left_out(folder: Path) -> None:
    def in_journal(body: dict[str, Any]) -> None:
        body["scope"]["supplied"] = [[d, i, t | {"against": ""}] for d, i, t in body["scope"]["supplied"]]

    def in_record(results: dict[str, Any]) -> None:
        for scenario in (s for s in results["scenarios"] if s["scenario_id"] == "MSS/va1.20.01"):
            assert scenario["verdict"] == "non_conforme"
            scenario |= {"verdict": "a_attester", "reason": "le candidat n'offre pas l'action"}

    assert replayed_as(forge(folder, "", in_journal, in_record), "MSS/va1.20.01") == "non_conforme"


def test_a_redacted_campaign_takes_its_attestations_as_stated(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rempart.cli.main", "report", str(folder), "--redact", "--output", "redacted"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told = replay(tmp_path / "redacted")
    assert (told.differences, told.faults) == ([], []) and not told.identical
    assert told.not_read == 4, "HOP/va1.03, .07, .08 and ANN are attested, and MSS is no scenario of a person"
