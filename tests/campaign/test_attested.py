"""A campaign with deposits: each state of a deposit gives its verdict, and its bytes are evidence."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from formats.video_samples import mp4
from PIL import Image

from rempart.campaign.replay import replay
from rempart.formats.pdf import minimal_pdf

CANDIDATE = """version: 1
candidate: {name: Essai, version: "2"}
profiles: [Général]
dispositifs:
  HOP-DPI-Va2: {driver: {kind: captures, folder: .}}
  HOP-PFI-Va2: {driver: {kind: captures, folder: .}}
"""
NOT_APPLICABLE = {"requirement": "PORT/va1.01", "dispositifs": ["HOP-DPI-Va2"], "date": "2026-01-01"}
NOT_APPLICABLE |= {"signatory": "A. Test, gérante", "reason": "Aucun document n'est détenu par le produit."}


def png(*, blank: bool = False) -> bytes:
    image = Image.new("RGB", (1280, 720), "white")
    if not blank:
        image.putpixel((1, 1), (0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def deposit(folder: Path, preuve: str, data: bytes, name: str = "preuve.png", **update: Any) -> None:
    body: dict[str, Any] = {"preuve": preuve, "dispositifs": ["HOP-DPI-Va2", "HOP-PFI-Va2"], "date": "2026-01-01"}
    body |= {"candidate": {"name": "Essai", "version": "2"}, "by": "J. Test", "verdict": "conforme"}
    body |= {"files": [{"name": name, "sha256": hashlib.sha256(data).hexdigest()}]}
    place = folder / "attestations" / preuve.replace("/", "-")
    place.mkdir(parents=True)
    (place / name).write_bytes(data)
    (place / "attestation.yaml").write_text(yaml.safe_dump(body | update, allow_unicode=True), "utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rempart.cli.main", "run", "--candidate", "candidate.yaml", *arguments]
    environment = os.environ | {"CI": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("depots")
    (folder / "candidate.yaml").write_text(CANDIDATE, "utf-8")
    deposit(folder, "HOP/va1.03.01.01", png())
    deposit(folder, "DMP/UX.44.01.01", png(), verdict="non_conforme", comment="la version manque")
    deposit(folder, "HOP/va1.07.01.01", png(blank=True))
    deposit(folder, "HOP/va1.08.01.01", png(), candidate={"name": "Essai", "version": "1"})
    deposit(folder, "SSI/GEN.11.01.01", minimal_pdf(["Attestation"]), "attestation.pdf")
    deposit(folder, "MSS/va1.20.01.01", mp4(), "film.mp4")
    deposit(folder, "INS/va1.61.01.01", png(), verdict="non_conforme", comment="l'INS manque")
    deposit(folder, "SEED.DMP.CONSENT.1.01.01", b"", "message.hl7")
    declared = folder / "attestations" / "non-applicable"
    declared.mkdir()
    (declared / "PORT-va1.01.yaml").write_text(yaml.safe_dump(NOT_APPLICABLE, allow_unicode=True), "utf-8")
    (declared / "PORT-va1.01.pdf").write_bytes(minimal_pdf(["Déclaration signée"]))
    other_modes = NOT_APPLICABLE | {"requirement": "PSC.01", "scenarios": ["PSC.01.02", "PSC.01.03"]}
    (declared / "PSC.01.yaml").write_text(yaml.safe_dump(other_modes, allow_unicode=True), "utf-8")
    (declared / "PSC.01.pdf").write_bytes(minimal_pdf(["Déclaration signée"]))
    done = run(folder, "--output", "out", "--no-report")
    assert (folder / "out" / "results.json").is_file(), done.stdout + done.stderr
    record: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text("utf-8"))
    return record | {"folder": folder / "out"}


@pytest.mark.parametrize(
    ("scenario", "verdict", "reason"),
    [
        ("HOP/va1.03.01", "atteste", "HOP/va1.03.01.01: attestée le 01/01/2026 par J. Test"),
        ("DMP/UX.44.01", "non_conforme", "constatée non conforme le 01/01/2026 par J. Test: la version manque"),
        ("HOP/va1.07.01", "non_conforme", "PRV-007, preuve.png: l'image est d'une seule couleur"),
        ("HOP/va1.08.01", "a_attester", "attestée pour Essai 1, à refaire pour Essai 2"),
        ("HOP/va1.11.01", "a_attester", "HOP/va1.11.01.01: rien n'est déposé"),
    ],
)
def test_the_state_of_a_deposit_gives_the_verdict(
    results: dict[str, Any], scenario: str, verdict: str, reason: str
) -> None:
    found = next(s for s in results["scenarios"] if s["scenario_id"] == scenario)
    assert found["verdict"] == verdict and reason in found["reason"]


def test_one_deposit_serves_both_dispositifs(results: dict[str, Any]) -> None:
    found = [s for s in results["scenarios"] if s["scenario_id"] == "SSI/GEN.11.01"]
    assert sorted((s["dispositif"], s["verdict"]) for s in found) == [
        ("HOP-DPI-Va2", "atteste"),
        ("HOP-PFI-Va2", "atteste"),
    ]


def test_no_verdict_without_evidence(results: dict[str, Any]) -> None:
    """The attestation and its files are kept, and what was judged is what is kept."""
    exchanges = {e["id"]: e for e in results["exchanges"]}
    for scenario in (s for s in results["scenarios"] if s["verdict"] == "atteste"):
        kept = [exchanges[i] for step in scenario["steps"] for i in step["exchanges"]]
        assert {"attestation.yaml"} < {e["peer"] for e in kept}, scenario["key"]
        judged = [c for step in scenario["steps"] for c in step["checks"]]
        assert judged and all(c["exchanges"] for c in judged)


def test_preuves_have_their_status(results: dict[str, Any]) -> None:
    by_id = {p["id"]: p for r in results["requirements"] if r["dispositif"] == "HOP-DPI-Va2" for p in r["preuves"]}
    assert by_id["HOP/va1.03.01.01"]["status"] == "supplied"
    assert by_id["HOP/va1.08.01.01"]["status"] == "to_supply"
    assert by_id["HOP/va1.08.01.01"]["reason"].startswith("attestée pour Essai 1")
    assert by_id["PORT/va1.01.01.01"]["status"] == "not_applicable"
    assert by_id["MSS/va1.20.01.01"]["status"] == "supplied", "of a scenario that the harness plays"
    for preuve in by_id.values():
        if preuve["file"]:
            data = (results["folder"] / preuve["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == preuve["sha256"]


def test_what_a_person_saw_counts_in_a_scenario_that_the_harness_plays(results: dict[str, Any]) -> None:
    """Attested non conforme: it does not conform. A file that is nothing: the preuve is still to be supplied."""
    played = [s for s in results["scenarios"] if s["key"].startswith("HOP-DPI-Va2::INS/va1.61.01::")]
    assert played and all(s["verdict"] == "non_conforme" and "l'INS manque" in s["reason"] for s in played)
    preuves = {p["id"]: p for r in results["requirements"] if r["dispositif"] == "HOP-DPI-Va2" for p in r["preuves"]}
    empty = preuves["SEED.DMP.CONSENT.1.01.01"]
    assert empty["status"] == "to_supply" and empty["reason"].startswith("PRV-001, message.hl7")
    others = [s for s in results["scenarios"] if s["scenario_id"] == "MSS/va1.20.01"]
    assert others and all(s["verdict"] == "a_attester" for s in others)
    assert replay(results["folder"]).identical


def test_what_is_left_out_says_why(results: dict[str, Any]) -> None:
    found = {(r["dispositif"], r["id"]): r for r in results["requirements"]}
    declared = found["HOP-DPI-Va2", "PORT/va1.01"]
    assert declared["verdict"] == "non_applicable" and "par A. Test, gérante: Aucun document" in declared["reason"]
    profile = found["HOP-DPI-Va2", "SSI/IAM.80"]
    assert profile["verdict"] == "non_applicable"
    assert profile["reason"] == "profil « IAM » non déclaré dans candidate.yaml"
    assert found["HOP-DPI-Va2", "DMP/CONF.10"]["reason"].startswith("Aucun scénario de conformité n'est publié")
    assert not [s for s in results["scenarios"] if s["requirement_id"] in ("PORT/va1.01", "SSI/IAM.80")]


def test_some_scenarios_of_a_requirement_may_be_left_out_alone(results: dict[str, Any]) -> None:
    """One mode of connection is due: the others are declared."""
    found = {s["scenario_id"] for s in results["scenarios"] if s["requirement_id"] == "PSC.01"}
    here = {s["scenario_id"] for s in results["scenarios"] if s["key"].startswith("HOP-DPI-Va2::PSC.01.")}
    assert here == {"PSC.01.01", "PSC.01.04"} and len(found) == 4, "the PFI has declared nothing"
    psc = next(r for r in results["requirements"] if (r["dispositif"], r["id"]) == ("HOP-DPI-Va2", "PSC.01"))
    assert psc["verdict"] == "a_attester" and psc["reason"] == ""
    status = {p["id"]: p["status"] for p in psc["preuves"]}
    assert (status["PSC.01.01.01"], status["PSC.01.02.01"]) == ("to_supply", "not_applicable")


def test_a_signed_declaration_is_evidence(results: dict[str, Any]) -> None:
    kept = {e["peer"] for e in results["exchanges"] if e["label"] == "PORT/va1.01"}
    assert kept == {"PORT-va1.01.yaml", "PORT-va1.01.pdf"}


def test_a_preconisation_never_blocks(results: dict[str, Any]) -> None:
    optional = [s for s in results["scenarios"] if s["scenario_id"].startswith(("HOP/va1.11", "SSI/IE.40"))]
    assert optional and not any(s["mandatory"] for s in optional)


@pytest.mark.parametrize(
    ("candidate", "told"),
    [
        (CANDIDATE, "déclaration refusée"),
        (CANDIDATE.replace("[Général]", "[IE Usager]"), "profil inconnu: « IE Usager » (« IE Usagers »?)"),
    ],
)
def test_a_campaign_does_not_start_on_a_refused_declaration_or_a_misspelt_profile(
    tmp_path: Path, candidate: str, told: str
) -> None:
    (tmp_path / "candidate.yaml").write_text(candidate, "utf-8")
    (tmp_path / "attestations" / "non-applicable").mkdir(parents=True)
    text = yaml.safe_dump(NOT_APPLICABLE, allow_unicode=True)
    (tmp_path / "attestations" / "non-applicable" / "PORT-va1.01.yaml").write_text(text, "utf-8")
    done = run(tmp_path, "--output", "out")
    assert done.returncode == 2 and told in done.stderr + done.stdout
    assert not (tmp_path / "out" / "results.json").exists()
