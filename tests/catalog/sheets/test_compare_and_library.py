"""What an import changes is told id by id, and what is kept is found again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rempart.catalog import load
from rempart.catalog.sheets import (
    Library,
    Rem,
    RemEvidence,
    RemRequirement,
    RemScenario,
    SheetError,
    against_catalog,
    against_previous,
    rem_of,
)

DPI = "HOP-DPI-Va2"
CATALOG = rem_of(load().requirements, DPI)


def _requirement(requirement_id: str, statement: str = "Le système DOIT.", **fields: object) -> RemRequirement:
    evidence = (RemEvidence(id="E1", text="Copie d'écran"), RemEvidence(id="E2", text="Vidéo"))
    scenarios = (RemScenario(id="S1", text="Afficher", evidence=evidence),)
    return RemRequirement.model_validate(
        {"id": requirement_id, "statement": statement, "scenarios": scenarios} | fields
    )


def _rem(*requirements: RemRequirement, edition: str = "2024-11", day: int = 1) -> Rem:
    when = datetime(2026, 11, day, tzinfo=UTC)
    return Rem(dispositif=DPI, edition=edition, requirements=requirements, imported=when)


def test_nothing_changes_against_itself() -> None:
    rem = _rem(_requirement("SC.INS/va1.16"))
    found = against_previous(rem, rem)
    assert (found.new, found.gone, found.changed, found.same) == ([], [], {}, 1)


def test_typography_is_no_rewording() -> None:
    before = _rem(_requirement("A.1", "Le système\u00a0: « DOIT » afficher l’identité."))
    after = _rem(_requirement("A.1", '<p>Le système: "DOIT"  afficher l\'identité</p>'))
    assert against_previous(after, before).changed == {}


def test_each_kind_of_change_is_named() -> None:
    before = _rem(_requirement("SC.A.1"), _requirement("SC.A.2"), _requirement("SC.A.4"))
    scenario = RemScenario(id="S2", text="Imprimer", evidence=(RemEvidence(id="E1", text="Vidéo de l'écran"),))
    after = _rem(
        _requirement("SC.A.1", "Le système NE DOIT PAS.", profile="IAM", nature="PRECONISATION", scenarios=(scenario,)),
        _requirement("SC.A.3"),
        _requirement("DPI.A.4"),
    )
    found = against_previous(after, before)
    assert [r.id for r in found.new] == ["SC.A.3"] and [r.id for r in found.gone] == ["SC.A.2"]
    assert [(c.what, c.id) for c in found.changed["SC.A.1"]] == [
        ("énoncé", "SC.A.1"),
        ("scénario ajouté", "S2"),
        ("scénario retiré", "S1"),
        ("preuve reformulée", "E1"),
        ("preuve retirée", "E2"),
    ]
    assert [(c.what, c.before) for c in found.changed["DPI.A.4"]] == [("identifiant", "SC.A.4")]


def test_a_known_nature_with_or_without_its_accent_is_the_same() -> None:
    before = _rem(_requirement("A.1", nature="PRÉCONISATION", profile="Général"))
    after = _rem(_requirement("A.1", nature="Preconisation", profile="GENERAL"))
    assert against_previous(after, before).changed == {}


def test_two_ids_that_differ_by_their_prefix_stay_apart() -> None:
    """`DPI.DMP/HISTO.08` and `SC.DMP/HISTO.08` are two exigences (REM, state of February 2023)."""
    both = _rem(_requirement("DPI.DMP/HISTO.08", "Un indicateur."), _requirement("SC.DMP/HISTO.08", "Un réglage."))
    found = against_previous(both, both)
    assert found.same == 2 and not found.changed


def test_a_prefix_left_out_is_no_change() -> None:
    found = against_previous(_rem(_requirement("INS/va1.16")), _rem(_requirement("SC.INS/va1.16")))
    assert (found.same, found.changed) == (1, {})


def test_a_former_number_is_followed() -> None:
    ours = _rem(_requirement("DPI.INS/va1.62", own={"aliases": '["DPI.INS.12"]'}))
    found = against_previous(_rem(_requirement("DPI.INS.12")), ours)
    assert (found.new, found.gone) == ([], [])
    assert [c.what for c in found.changed["DPI.INS.12"]] == ["identifiant"]


def test_against_our_paraphrases_structure_is_compared_and_wordings_are_shown() -> None:
    first = CATALOG.requirements[0]
    official = first.model_copy(update={"statement": "Énoncé officiel."})
    found = against_catalog(_rem(official), CATALOG)
    assert found.changed == {} and found.same == 1
    assert found.beside == [(first.id, "Énoncé officiel.", first.statement)]
    assert all(not r.id.startswith("SEED") for r in found.gone)
    assert len(found.gone) == sum(r.own.get("official") != "false" for r in CATALOG.requirements) - 1


def test_what_is_saved_is_loaded_listed_and_removed(tmp_path: Path) -> None:
    library = Library(tmp_path)
    rem = _rem(_requirement("SC.A.1"))
    library.save(rem)
    assert library.load(DPI, "2024-11") == rem
    assert library.editions() == [(DPI, "2024-11")]
    library.remove(DPI, "2024-11")
    assert library.editions() == []
    with pytest.raises(SheetError, match="inconnue"):
        library.remove(DPI, "2024-11")


def test_the_latest_is_the_one_imported_last(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.latest(DPI) is None
    library.save(_rem(edition="b", day=2))
    library.save(_rem(edition="z", day=1))
    assert (found := library.latest(DPI)) and found.edition == "b"
    assert (found := library.latest(DPI, other_than="b")) and found.edition == "z"


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "..", "x" * 200, "a\0", "-x", "fin."])
def test_a_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(SheetError, match="refusé"):
        Library(tmp_path).save(_rem(edition=name))
    assert list(tmp_path.iterdir()) == []


def test_an_edition_that_was_damaged_says_so(tmp_path: Path) -> None:
    path = Library(tmp_path).save(_rem(edition="x"))
    path.write_text("{")
    with pytest.raises(SheetError, match="réimportez"):
        Library(tmp_path).load(DPI, "x")
    with pytest.raises(SheetError, match="importées: x"):
        Library(tmp_path).load(DPI, "y")
