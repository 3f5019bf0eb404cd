"""`rempart attest`: what is missing, a deposit without questions, and the questions."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from PIL import Image

from rempart.cli.attest import attest
from rempart.formats.pdf import minimal_pdf

CANDIDATE = """version: 1
candidate: {name: Essai, version: "1"}
dispositifs:
  HOP-DPI-Va2: {driver: {kind: captures, folder: .}}
  HOP-PFI-Va2: {driver: {kind: captures, folder: .}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "candidate.yaml").write_text(CANDIDATE, "utf-8")
    image = Image.new("RGB", (1280, 720), "white")
    image.putpixel((1, 1), (0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    (tmp_path / "écran.png").write_bytes(out.getvalue())
    (tmp_path / "signé.pdf").write_bytes(minimal_pdf(["Attestation"]))
    return tmp_path


def run(*arguments: str, answers: str = "") -> Result:
    result = CliRunner().invoke(attest, list(arguments), input=answers)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def states(*arguments: str) -> dict[str, str]:
    return {t["preuve"]: t["state"] for t in json.loads(run("--format", "json", *arguments).stdout)}


WHO = ("--by", "J. Test", "--verdict", "conforme")


def test_what_is_missing_is_listed_with_its_instruction(folder: Path) -> None:
    found = json.loads(run("--format", "json").stdout)
    assert len(found) > 200 and {t["state"] for t in found} == {"absent"}
    assert all(t["instruction"] and t["record"] and t["label"] for t in found)
    assert not [t for t in found if t["requirement"].startswith("SSI/IAM")], "of a profile that is not declared"
    shared = next(t for t in found if t["preuve"] == "SSI/GEN.01.01.01")
    assert shared["dispositifs"] == ["HOP-DPI-Va2", "HOP-PFI-Va2"]
    assert run("--list").stdout.endswith(f"0 preuve(s) déposée(s) sur {len(found)}, {len(found)} à déposer\n")
    assert set(states("--section", "SSI")) == {t["preuve"] for t in found if t["requirement"].startswith("SSI/")}


def test_a_preuve_is_deposited_without_questions(folder: Path) -> None:
    done = run("--preuve", "CDA/INT.04.01.01", "--file", "écran.png", *WHO)
    assert done.exit_code == 0 and "les contrôles passent" in done.stdout
    assert states("--section", "CDA/INT")["CDA/INT.04.01.01"] == "ready"


def test_a_preuve_is_known_by_its_published_number_too(folder: Path) -> None:
    assert run("--preuve", "DMP/INT.09.01.01", "--file", "écran.png", *WHO).exit_code == 0
    assert states("--section", "CDA/INT")["CDA/INT.09.01.01"] == "ready"


def test_a_file_that_is_not_what_it_should_be_is_kept_and_told(folder: Path) -> None:
    done = run("--preuve", "SSI/GEN.01.01.01", "--file", "écran.png", *WHO)
    assert done.exit_code == 1 and "écart: PRV-010" in done.stdout
    assert states("--section", "SSI/GEN")["SSI/GEN.01.01.01"] == "ready"


def test_two_files_of_one_name_are_refused(folder: Path) -> None:
    (folder / "b").mkdir()
    (folder / "b" / "signé.pdf").write_bytes(b"autre")
    arguments = ("--preuve", "SSI/GEN.01.01.01", "--file", "signé.pdf", "--file", "b/signé.pdf")
    done = run(*arguments, *WHO)
    assert done.exit_code == 2 and "le même nom" in done.output
    assert not (folder / "attestations" / "SSI-GEN.01.01.01").exists()


def test_one_dispositif_may_deposit_apart(folder: Path) -> None:
    arguments = ("--dispositif", "HOP-PFI-Va2", "--preuve", "SSI/GEN.01.01.01", "--file", "signé.pdf")
    assert run(*arguments, *WHO).exit_code == 0
    assert (folder / "attestations/HOP-PFI-Va2/SSI-GEN.01.01.01/signé.pdf").is_file()
    assert states("--dispositif", "HOP-PFI-Va2")["SSI/GEN.01.01.01"] == "ready"
    assert states("--dispositif", "HOP-DPI-Va2")["SSI/GEN.01.01.01"] == "absent"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--preuve", "CDA/INT.99.01.01", *WHO), "preuve inconnue"),
        (("--preuve", "CDA/INT.04.01.01", *WHO), "il manque: --file"),
        (("--preuve", "CDA/INT.04.01.01", "--file", "écran.png"), "il manque: --by, --verdict"),
        (("--preuve", "CDA/HL7.01.01.01", "--file", "écran.png", *WHO), "il manque: --reference"),
        (("--preuve", "CDA/INT.04.01.01", "--file", "absent.png", *WHO), "n'existe pas"),
        (("--candidate", "absent.yaml"), "fichier introuvable"),
    ],
)
def test_wrong_usage_is_told(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2 and told in done.stderr


def test_questions_are_asked_one_at_a_time_and_saved(folder: Path) -> None:
    answers = "d\nécran.png\n\nJ. Test, test\nn\nle tri échoue\nq\n"
    done = run("--section", "CDA/INT", answers=answers)
    assert done.exit_code == 0, done.stdout
    assert "trier par date puis par type." in done.stdout
    body = yaml.safe_load((folder / "attestations/CDA-INT.04.01.01/attestation.yaml").read_text("utf-8"))
    assert (body["by"], body["verdict"], body["comment"]) == ("J. Test, test", "non_conforme", "le tri échoue")


def test_an_interruption_loses_nothing_and_is_taken_up(folder: Path) -> None:
    interrupted = run("--section", "CDA/INT", answers="d\nécran.png\n")  # the terminal closes there
    assert interrupted.exit_code == 130 and "gardé" in interrupted.stdout
    assert states("--section", "CDA/INT")["CDA/INT.04.01.01"] == "incomplete"
    again = run("--section", "CDA/INT", answers="d\n\nJ. Test\no\n\nq\n")
    assert again.exit_code == 0 and "déjà joint: écran.png" in again.stdout
    assert states("--section", "CDA/INT")["CDA/INT.04.01.01"] == "ready"


def test_a_link_is_asked_for_where_the_preuve_is_one(folder: Path) -> None:
    answers = "d\nhttps://interopsegur.esante.gouv.fr/rapport/1\nJ. Test\no\n\nq\n"
    assert run("--section", "CDA/HL7", "--dispositif", "HOP-DPI-Va2", answers=answers).exit_code == 0
    assert "ready" in states("--section", "CDA/HL7", "--dispositif", "HOP-DPI-Va2").values()
