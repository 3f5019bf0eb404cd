"""From a real campaign to its dossier, verified and replayed elsewhere, by the commands that people type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import rempart
from rempart.campaign.selftest import mutants
from rempart.resources import campaign_root

ENTRIES = ("conftest.py", "requirements", "features", "steps", "schemas")
SCENARIOS = ("INS/va1.62.01", "CDA/HL7.04.01")


def call(
    *arguments: str | Path, cwd: Path, source: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """`rempart` in a process of its own, out of a folder of packages, with nothing else of ours in its environment."""
    packages = source or Path(rempart.__file__).resolve().parents[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REMPART_", "PYTHON", "PYTEST_"))}
    environment = kept | {"PYTHONPATH": str(packages)} | more
    command = [sys.executable, "-m", "rempart.cli.main", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a campaign on the reference (run/), a key and certificate, and its dossier."""
    folder = tmp_path_factory.mktemp("dossier")
    wanted = [part for scenario in SCENARIOS for part in ("--scenario", scenario)]
    done = call("run", *wanted, "--output", folder / "run", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert call("dossier", "keygen", folder / "key", "--self-signed", cwd=folder).returncode == 0
    done = call("dossier", "build", "run", *signing(folder), "--output", "dossier.zip", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def signing(folder: Path) -> list[str]:
    return ["--sign", str(folder / "key" / "key.pem"), "--cert", str(folder / "key" / "cert.pem")]


@pytest.fixture(scope="module")
def elsewhere(place: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Another machine: packages as a wheel lays them out, an empty folder, and the dossier alone."""
    packages = tmp_path_factory.mktemp("site-packages")
    source = Path(rempart.__file__).resolve().parent
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, packages / "rempart", ignore=without)
    for entry in ENTRIES:
        one, other = campaign_root() / entry, packages / "rempart" / "_campaign" / entry
        other.parent.mkdir(exist_ok=True)
        shutil.copytree(one, other, ignore=without) if one.is_dir() else shutil.copy(one, other)
    empty = tmp_path_factory.mktemp("empty")
    shutil.copy(place / "dossier.zip", empty)
    return packages, empty


def test_verified_and_replayed_on_another_machine(elsewhere: tuple[Path, Path]) -> None:
    packages, empty = elsewhere
    done = call("verify", "dossier.zip", cwd=empty, source=packages)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Intact" in done.stdout and "autosigné" in done.stdout
    done = call("replay", "dossier.zip", cwd=empty, source=packages)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "Identique" in done.stdout
    told = json.loads(call("replay", "dossier.zip", "--format", "json", cwd=empty, source=packages).stdout)
    assert told["identical"] and told["checks"] > 10 and told["exchanges"] > 10 and told["warnings"] == []
    assert [p.name for p in empty.iterdir()] == ["dossier.zip"]


def test_built_again_it_differs_by_its_signature_alone(place: Path, tmp_path: Path) -> None:
    run = shutil.copytree(place / "run", tmp_path / "run")
    (run / "report.html").write_text("tout est conforme", "utf-8")  # reports are built again: this one is not signed
    assert call("dossier", "build", "run", *signing(place), cwd=tmp_path).returncode == 0
    assert _signed_part(run / "dossier.zip") == _signed_part(place / "dossier.zip")


def test_its_pdf_and_xlsx_reports_are_built_again_too(place: Path, tmp_path: Path) -> None:
    """Another day, another folder of the same name: the same bytes, and never the report that stood there."""
    made = []
    for day in ("un", "deux"):
        run = shutil.copytree(place / "run", tmp_path / day / "run")
        for name in ("report.pdf", "report.xlsx"):
            (run / name).write_text(f"tout est conforme, le jour {day}", "utf-8")
        assert call("dossier", "build", "run", *signing(place), cwd=tmp_path / day).returncode == 0
        made.append(_signed_part(run / "dossier.zip"))
        with zipfile.ZipFile(run / "dossier.zip") as archive:
            assert archive.read("report.pdf")[:5] == b"%PDF-" and archive.read("report.xlsx")[:2] == b"PK"
    assert made[0] == made[1]


def _signed_part(one: Path) -> bytes:
    with zipfile.ZipFile(one) as archive:
        return one.read_bytes()[: archive.getinfo("MANIFEST.json.p7s").header_offset]


def test_the_candidate_and_its_configuration_are_not_needed(place: Path, tmp_path: Path) -> None:
    """The folder of the campaign, alone: no candidate.yaml stands anywhere near it, and its dispositifs are stopped."""
    run = shutil.copytree(place / "run", tmp_path / "run")
    assert not list(tmp_path.rglob("candidate.yaml"))
    assert call("replay", run, cwd=tmp_path).returncode == 0


def test_a_candidate_that_fails_is_replayed_as_failing(tmp_path: Path) -> None:
    mutant = next(name for name, told in mutants().items() if SCENARIOS[0] in str(told))
    done = call("run", "--mutant", mutant, "--scenario", SCENARIOS[0], "--output", "run", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert call("replay", "run", cwd=tmp_path).returncode == 0
    path = tmp_path / "run" / "results.json"
    path.write_text(path.read_text("utf-8").replace('"non_conforme"', '"conforme"'), "utf-8")
    done = call("replay", "run", cwd=tmp_path)
    assert done.returncode == 1 and "Écart: scénario" in done.stdout


def test_an_altered_dossier_is_said_by_both(place: Path, tmp_path: Path) -> None:
    data = bytearray((place / "dossier.zip").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "dossier.zip").write_bytes(data)
    done = call("verify", "dossier.zip", cwd=tmp_path)
    assert done.returncode == 1 and "Altéré" in done.stdout
    done = call("replay", "dossier.zip", cwd=tmp_path)
    assert done.returncode == 1 and "dossier altéré" in done.stdout, done.stdout


def test_authorities_are_asked_when_they_are_given(place: Path) -> None:
    done = call("verify", "dossier.zip", "--ca", place / "key" / "cert.pem", cwd=place)
    assert done.returncode == 0 and "une des autorités données répond" in done.stdout
    assert call("dossier", "keygen", "other", "--self-signed", "--kind", "rsa", cwd=place).returncode == 0
    done = call("verify", "dossier.zip", "--ca", place / "other" / "cert.pem", cwd=place)
    assert done.returncode == 1 and "aucune" in done.stdout
    told = json.loads(call("verify", "dossier.zip", "--format", "json", cwd=place).stdout)
    assert told["intact"] and told["signer"]["self_signed"] and told["signer"]["trusted"] is None


def test_a_redacted_dossier_is_verified_and_replayed_in_part(place: Path) -> None:
    done = call("dossier", "build", "run", *signing(place), "--redact", "--output", "redacted.zip", cwd=place)
    assert done.returncode == 0, done.stderr
    done = call("verify", "redacted.zip", cwd=place)
    assert done.returncode == 0 and "caviardés" in done.stdout
    done = call("replay", "redacted.zip", cwd=place)
    assert done.returncode == 3 and "Non rejouable" in done.stdout and "Identique" not in done.stdout
    assert "Écart" not in done.stdout and "en défaut" not in done.stdout


def test_a_redacted_report_names_nobody(place: Path) -> None:
    done = call("report", "run", "--redact", "--output", "shown", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "PAT-TROIS" in (place / "run" / "report.html").read_text("utf-8")
    assert "PAT-TROIS" not in (place / "shown" / "report.html").read_text("utf-8")
    done = call("report", "run", "--redact", "--output", "shown", cwd=place)
    assert done.returncode == 2 and "existe déjà" in done.stderr
    assert call("report", "run", "--output", "other", cwd=place).returncode == 2


def test_the_lint_stops_the_build_and_force_passes_over_what_may_be(place: Path, tmp_path: Path) -> None:
    run = shutil.copytree(place / "run", tmp_path / "run")
    (run / "evidence" / "HOP-DPI-Va2-main.log").write_text("patient 185017512300176\n", "utf-8")
    done = call("dossier", "lint", "run", cwd=tmp_path)
    assert done.returncode == 1 and "erreur: evidence/HOP-DPI-Va2-main.log" in done.stderr, done.stderr
    done = call("dossier", "build", "run", *signing(place), cwd=tmp_path)
    assert done.returncode == 1 and not (run / "dossier.zip").exists()
    assert call("dossier", "build", "run", *signing(place), "--force", cwd=tmp_path).returncode == 0
    assert call("verify", run / "dossier.zip", cwd=tmp_path).returncode == 0
    assert call("dossier", "build", "run", *signing(place), "--force", "--strict", cwd=tmp_path).returncode == 1


def test_a_key_that_is_not_the_certificates_is_never_used(place: Path, tmp_path: Path) -> None:
    assert call("dossier", "keygen", "k", "--self-signed", cwd=tmp_path).returncode == 0
    pair = ["--sign", tmp_path / "k" / "key.pem", "--cert", place / "key" / "cert.pem"]
    done = call("dossier", "build", place / "run", *pair, "--force", "--output", "x.zip", cwd=tmp_path)
    assert done.returncode == 1 and "n'est pas celle du certificat" in done.stderr
    assert not (tmp_path / "x.zip").exists()


def test_an_encrypted_key_takes_its_passphrase_from_a_file_or_the_environment(place: Path, tmp_path: Path) -> None:
    secret = {"REMPART_KEY_PASSPHRASE": "sésame"}
    assert call("dossier", "keygen", "k", "--self-signed", cwd=tmp_path, **secret).returncode == 0
    build = ["dossier", "build", place / "run", *signing(tmp_path), "--output", "x.zip"]
    build = [str(a).replace(f"{tmp_path}/key/", f"{tmp_path}/k/") for a in build]
    assert call(*build, cwd=tmp_path, **secret).returncode == 0
    (tmp_path / "pass").write_text("sésame\n", "utf-8")
    assert call(*build, "--passphrase-file", "pass", cwd=tmp_path).returncode == 0
    done = call(*build, cwd=tmp_path, REMPART_KEY_PASSPHRASE="autre")
    assert done.returncode == 2 and "phrase secrète" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["replay", "absent"], 2),
        (["verify", "absent.zip"], 2),
        (["replay", "empty"], 3),
        (["replay", "text.zip"], 3),
        (["verify", "text.zip"], 3),
        (["verify", "text.zip", "--ca", "text.zip"], 2),
        (["dossier", "build", "empty", "--sign", "text.zip", "--cert", "text.zip"], 2),
        (["dossier", "lint", "empty"], 2),
        (["dossier", "keygen", "k"], 2),
        (["report", "empty", "--redact"], 2),
    ],
)
def test_wrong_usage_is_one_clear_line(tmp_path: Path, arguments: list[str], code: int) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("bonjour")
    done = call(*arguments, cwd=tmp_path)
    assert done.returncode == code and done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*-redacted"))
