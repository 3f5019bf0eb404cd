"""Deposits beside candidate.yaml: what makes one ready, and everything that makes it not."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from rempart.candidate.attestations import FILE, Attestation, Attestations, Product, folder_name
from rempart.candidate.attesting import DepositError, add_file, begin, save
from rempart.candidate.declarations import declarations
from rempart.formats.pdf import minimal_pdf

PREUVE = "INS/va1.36.01.01"
DPI, PFI = "HOP-DPI-Va2", "HOP-PFI-Va2"
DAY = datetime.date(2026, 3, 1)


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    file = tmp_path / "candidate.yaml"
    file.write_text("version: 1\n")
    return file


def attestations(beside: Path, version: str = "1") -> Attestations:
    return Attestations.beside(beside, "Essai", version)


def deposited(beside: Path, *, dispositifs: tuple[str, ...] = (DPI,), apart: bool = False) -> Path:
    folder, begun = begin(attestations(beside), PREUVE, dispositifs, apart, DAY)
    source = beside.parent / "écran de test.png"
    source.write_bytes(b"image")
    kept = add_file(folder, begun, source)
    save(folder, kept.model_copy(update={"by": "J. Test, test", "verdict": "conforme"}))
    return folder


def changed(folder: Path, **update: object) -> None:
    body = yaml.safe_load((folder / FILE).read_text("utf-8"))
    (folder / FILE).write_text(yaml.safe_dump(body | update, allow_unicode=True), "utf-8")


def test_a_deposit_is_found_whole_under_a_name_that_every_system_takes(beside: Path) -> None:
    folder = deposited(beside)
    assert folder.name == folder_name(PREUVE) == "INS-va1.36.01.01"
    found = attestations(beside).find(DPI, PREUVE)
    assert found.state == "ready" and [f.name for f in found.files] == ["écran-de-test.png"]
    assert found.attestation is not None and found.attestation.date == DAY


def test_nothing_deposited_is_absent(beside: Path) -> None:
    assert attestations(beside).find(DPI, PREUVE).state == "absent"
    assert Attestations(None, Product(name="x", version="1")).find(DPI, PREUVE).state == "absent"


def test_it_stands_for_its_dispositifs_and_no_other(beside: Path) -> None:
    deposited(beside)
    assert attestations(beside).find(PFI, PREUVE).state == "absent"
    deposited(beside, dispositifs=(PFI,), apart=True)
    assert attestations(beside).find(PFI, PREUVE).folder.parent.name == PFI
    assert attestations(beside).find(DPI, PREUVE).folder.parent.name == "attestations"


def test_it_expires_with_the_version_of_the_candidate(beside: Path) -> None:
    deposited(beside)
    found = attestations(beside, "2").find(DPI, PREUVE)
    assert found.state == "expired" and found.reason == "attestée pour Essai 1, à refaire pour Essai 2"


def test_a_file_that_changed_or_went_is_told(beside: Path) -> None:
    folder = deposited(beside)
    (folder / "écran-de-test.png").write_bytes(b"autre")
    assert attestations(beside).find(DPI, PREUVE).reason == "le fichier écran-de-test.png a changé depuis l'attestation"
    (folder / "écran-de-test.png").unlink()
    assert attestations(beside).find(DPI, PREUVE).reason == "le fichier écran-de-test.png manque"
    (folder / "écran-de-test.png").symlink_to(beside)
    assert attestations(beside).find(DPI, PREUVE).state == "altered"


@pytest.mark.parametrize(
    ("update", "state"),
    [
        ({"by": ""}, "incomplete"),
        ({"verdict": None}, "incomplete"),
        ({"files": []}, "incomplete"),
        ({"files": [{"name": "../candidate.yaml", "sha256": "0" * 64}]}, "unreadable"),
        ({"files": [{"name": "a.png", "sha256": "0"}]}, "unreadable"),
        ({"verdict": "peut-être"}, "unreadable"),
        ({"preuve": "INS/va1.36.01.02"}, "unreadable"),
        ({"dispositifs": []}, "unreadable"),
        ({"inconnu": 1}, "unreadable"),
    ],
)
def test_what_is_not_complete_is_not_ready(beside: Path, update: dict[str, object], state: str) -> None:
    folder = deposited(beside)
    changed(folder, **update)
    found = attestations(beside).find(DPI, PREUVE)
    assert found.state == state and found.reason and not found.files


def test_an_interrupted_deposit_is_taken_up(beside: Path) -> None:
    folder, begun = begin(attestations(beside), PREUVE, (DPI,), False, DAY)
    source = beside.parent / "a.png"
    source.write_bytes(b"image")
    add_file(folder, begun, source)
    assert attestations(beside).find(DPI, PREUVE).state == "incomplete"
    _, again = begin(attestations(beside), PREUVE, (DPI,), False, DAY)
    assert [f.name for f in again.files] == ["a.png"]


def test_a_file_is_replaced_by_its_namesake_and_a_missing_one_refused(beside: Path) -> None:
    folder, begun = begin(attestations(beside), PREUVE, (DPI,), False, DAY)
    source = beside.parent / "a.png"
    for content in (b"un", b"deux"):
        source.write_bytes(content)
        begun = add_file(folder, begun, source)
    assert len(begun.files) == 1 and (folder / "a.png").read_bytes() == b"deux"
    with pytest.raises(DepositError, match="n'existe pas"):
        add_file(folder, begun, beside.parent / "absent.png")
    named = beside.parent / FILE
    named.write_bytes(b"piege")
    assert add_file(folder, begun, named).files[-1].name != FILE


def test_an_attestation_that_is_written_is_the_one_that_is_read(beside: Path) -> None:
    folder = deposited(beside)
    body = yaml.safe_load((folder / FILE).read_text("utf-8"))
    assert Attestation.model_validate(body) == attestations(beside).find(DPI, PREUVE).attestation


DECLARATION = {
    "requirement": "SSI/GEN.06",
    "dispositifs": [DPI],
    "date": DAY,
    "signatory": "A. Test, gérante",
    "reason": "Le produit n'héberge aucune donnée de santé.",
}


def declared(beside: Path, *, pdf: bytes | None = None, name: str = "SSI-GEN.06", **update: object) -> list[str]:
    """What is refused of a declaration; nothing when it holds."""
    folder = beside.parent / "attestations" / "non-applicable"
    folder.mkdir(parents=True, exist_ok=True)
    body = {k: v for k, v in (DECLARATION | update).items() if v is not None}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    if pdf is not None:
        (folder / f"{name}.pdf").write_bytes(pdf)
    found, problems = declarations(beside, DAY + datetime.timedelta(days=30))
    assert bool(found) is not bool(problems)
    return problems


def test_a_dated_reasoned_signed_declaration_holds(beside: Path) -> None:
    assert declared(beside, pdf=minimal_pdf(["Déclaration signée"])) == []
    found, _ = declarations(beside, DAY)
    assert found[0].words.startswith("déclarée non applicable le 01/03/2026 par A. Test, gérante: Le produit")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pdf": None}, "n'est pas à côté"),
        ({"pdf": b"signe"}, "ne s'ouvre pas"),
        ({"date": None}, "date"),
        ({"signatory": None}, "signatory"),
        ({"reason": "non"}, "reason"),
        ({"date": datetime.date(2027, 1, 1)}, "n'est pas encore venue"),
        ({"name": "SSI-GEN.07"}, "se nomme SSI-GEN.06.yaml"),
    ],
)
def test_a_declaration_that_lacks_something_is_refused(beside: Path, changes: dict[str, object], told: str) -> None:
    arguments: dict[str, object] = {"pdf": minimal_pdf(["Déclaration signée"])} | changes
    problems = declared(beside, **arguments)  # type: ignore[arg-type]
    assert len(problems) == 1 and told in problems[0] and problems[0].startswith("déclaration refusée: ")
