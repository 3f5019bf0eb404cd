"""Spreadsheets as they come: columns moved, titles respelt, cells merged, texts with markup, rows cut in several."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from catalog.sheets.sheets import CONVERGENCE, RC, V1, workbook
from shared import SHARED, needs_shared

from rempart.catalog.sheets import Import, RemRequirement, SheetError, read_rem
from rempart.catalog.sheets.columns import layout
from rempart.catalog.sheets.text import identifier

NAME = "REM-HOP-DPI-Va2.xlsx"


def _rc(**more: object) -> dict[str, object]:
    return {
        "ID": "SC.INS/va1.16", "Chapitre": "INS", "Exigence": "Le système DOIT afficher l'identité.",
        "Nature de l'exigence": "EXIGENCE", "Profil": "Général", "N° scénario": "INS/va1.16.01",
        "Scénario de conformité": "Afficher un dossier.", "N° preuve 1": "INS/va1.16.01.01",
        "Preuve 1": "Copie d'écran",
        **more,
    }  # fmt: skip


def _one(found: Import) -> RemRequirement:
    (rem,) = found.rems
    (requirement,) = rem.requirements
    return requirement


def _troubles(found: Import) -> list[str]:
    return [n for n in found.notes if "lue(s)" not in n and "pas un tableau" not in n]


@pytest.mark.parametrize(
    ("name", "titles", "count"), [("convergence", CONVERGENCE, 14), ("rem-v1", V1, 31), ("rem-rc", RC, 34)]
)
def test_the_layouts_are_the_published_ones(name: str, titles: list[str], count: int) -> None:
    assert [t for _, t in layout(name).columns] == titles
    assert len(titles) == count


def test_a_published_rem_with_its_second_sheet(tmp_path: Path) -> None:
    found = read_rem(workbook(tmp_path / NAME, RC, [_rc()], before=[["REM"], []]))
    (rem,) = found.rems
    assert (rem.dispositif, rem.edition, len(rem.sha256)) == ("HOP-DPI-Va2", "REM-HOP-DPI-Va2", 64)
    r = _one(found)
    assert (r.id, r.bare, r.section, r.profile, r.nature) == (
        "SC.INS/va1.16",
        "INS/va1.16",
        "INS",
        "Général",
        "EXIGENCE",
    )
    assert [(s.id, s.text, [(e.id, e.text) for e in s.evidence]) for s in r.scenarios] == [
        ("INS/va1.16.01", "Afficher un dossier.", [("INS/va1.16.01.01", "Copie d'écran")])
    ]
    assert any("Liste Référentiels" in n and "ignorée" in n for n in found.notes)


def test_whatever_the_order_and_the_spelling_of_the_columns(tmp_path: Path) -> None:
    plain = _one(read_rem(workbook(tmp_path / NAME, RC, [_rc(**{"N° preuve 2": "X", "Preuve 2": "Vidéo"})])))
    titles = list(RC)
    random.Random(3).shuffle(titles)
    respelt = {t: t.upper().replace("É", "E").replace("N° ", "N°").replace("  ", " ") + "  " for t in titles}
    row = {respelt[t]: v for t, v in _rc(**{"N° preuve 2": "X", "Preuve 2": "Vidéo"}).items()}
    assert _one(read_rem(workbook(tmp_path / ("2" + NAME), list(respelt.values()), [row]))) == plain


def test_one_row_per_preuve_makes_one_scenario(tmp_path: Path) -> None:
    first = {
        "ID": "SC.MSS/UX.1", "Exigence": "Le système DOIT", "N° scénario": "MSS/UX.1.01",
        "Scénario de conformité": "Faire",
    }  # fmt: skip
    rows = [first | {"N° preuve": f"MSS/UX.1.01.0{n}", "Preuve": f"Preuve {n}"} for n in (1, 2, 3)]
    r = _one(read_rem(workbook(tmp_path / NAME, CONVERGENCE, rows)))
    assert [e.id for e in r.scenarios[0].evidence] == ["MSS/UX.1.01.01", "MSS/UX.1.01.02", "MSS/UX.1.01.03"]


def test_merged_cells_stand_for_each_of_their_rows(tmp_path: Path) -> None:
    rows = [
        _rc(),
        {"N° preuve 1": "INS/va1.16.01.02", "Preuve 1": "Vidéo"},
        _rc(ID="SC.INS/va1.17") | {"Chapitre": None},
    ]
    merged = [f"{column}2:{column}3" for column in "BDEIJ"] + ["C2:C4"]
    (rem,) = read_rem(workbook(tmp_path / NAME, RC, rows, merged=merged)).rems
    assert [r.section for r in rem.requirements] == ["INS", "INS"]
    assert [e.id for e in rem.requirements[0].scenarios[0].evidence] == ["INS/va1.16.01.01", "INS/va1.16.01.02"]


def test_an_empty_cell_that_is_not_merged_stays_empty(tmp_path: Path) -> None:
    (rem,) = read_rem(workbook(tmp_path / NAME, RC, [_rc(), _rc(ID="SC.INS/va1.17", Chapitre=None)])).rems
    assert [r.section for r in rem.requirements] == ["INS", ""]


def test_a_scenario_cut_in_several_rows_is_put_together(tmp_path: Path) -> None:
    rows = [
        _rc(),
        {"Scénario de conformité": "Puis fermer.", "Preuve 1": "et son heure"},
        {"N° preuve 1": "INS/va1.16.01.02"},
    ]
    found = read_rem(workbook(tmp_path / NAME, RC, rows))
    (scenario,) = _one(found).scenarios
    assert scenario.text == "Afficher un dossier.\nPuis fermer."
    assert [(e.id, e.text) for e in scenario.evidence] == [
        ("INS/va1.16.01.01", "Copie d'écran\net son heure"), ("INS/va1.16.01.02", ""),
    ]  # fmt: skip
    assert _troubles(found) == []


def test_markup_is_taken_off_and_comparisons_are_not(tmp_path: Path) -> None:
    text = "<p>Le syst&egrave;me&nbsp;DOIT&#160;:</p><ul><li>afficher</li><li class='x'>imprimer</li></ul>"
    text += " si TTL < 3 & x > 2<br/>_x000D_\r\nFin"
    r = _one(read_rem(workbook(tmp_path / NAME, RC, [_rc(Exigence=text)])))
    assert r.statement == "Le système\u00a0DOIT\u00a0:\n\n- afficher\n\n- imprimer\n\nsi TTL < 3 & x > 2\n\nFin"


def test_a_preconisation_without_scenario_is_kept(tmp_path: Path) -> None:
    row = {"ID": "DPI.CDA/DD.04", "Exigence": "Le système PEUT", "Nature de l'exigence": "PRÉCONISATION"}
    assert _one(read_rem(workbook(tmp_path / NAME, RC, [row]))).scenarios == ()


@pytest.mark.parametrize(
    ("given", "kept", "bare"),
    [
        (" sc.dmp/ux.14.bis ", "SC.DMP/UX.14.BIS", "DMP/UX.14.BIS"),
        ("DMP/UX.14.TER", "DMP/UX.14.TER", "DMP/UX.14.TER"),
        ("DPI.INS/VA1.62", "DPI.INS/va1.62", "INS/va1.62"),
        ("PFI.MSS/va1.31\n", "PFI.MSS/va1.31", "MSS/va1.31"),
    ],
)
def test_ids_are_written_one_way(tmp_path: Path, given: str, kept: str, bare: str) -> None:
    found = read_rem(workbook(tmp_path / NAME, RC, [_rc(ID=given)]))
    assert (_one(found).id, _one(found).bare) == (kept, bare)
    assert _troubles(found) == []


def test_what_is_odd_is_told_with_its_place(tmp_path: Path) -> None:
    rows = [
        {"Exigence": "orpheline"},
        _rc(),
        _rc(Exigence="Un autre énoncé"),
        _rc(ID="n'importe quoi", **{"N° scénario": None}),
    ]
    notes = " | ".join(_troubles(read_rem(workbook(tmp_path / NAME, [*RC, "Humeur"], rows))))
    for wanted in (
        "ligne 2: ligne sans numéro",
        "ligne 4: SC.INS/va1.16: autre énoncé",
        "ligne 5: identifiant inhabituel",
        "N'IMPORTEQUOI: scénario sans numéro",
        "colonnes ignorées: Humeur",
    ):
        assert wanted in notes, notes


def test_the_dispositif_is_found_or_asked_for(tmp_path: Path) -> None:
    named = workbook(tmp_path / "export.xlsx", RC, [_rc()])
    with pytest.raises(SheetError, match="--dispositif"):
        read_rem(named)
    assert read_rem(named, dispositif="HOP-PFI-Va2").rems[0].dispositif == "HOP-PFI-Va2"
    prefixed = workbook(tmp_path / "x.xlsx", RC, [_rc(), _rc(ID="PFI.INS/va1.17")])
    assert [r.dispositif for r in read_rem(prefixed).rems] == ["HOP-PFI-Va2"]


def test_values_are_read_not_formulas(tmp_path: Path) -> None:
    found = read_rem(workbook(tmp_path / NAME, RC, [_rc(Exigence='=CONCAT("a","b")', Ordre=12.0)]))
    assert _one(found).statement == "" and _one(found).order == "12"
    assert any("1 formule(s) sans valeur" in n and "E2" in n for n in found.notes)


def test_the_preuves_of_a_working_table_stand_in_one_cell(tmp_path: Path) -> None:
    titles = ["reference", "enonce", "ref_scenario", "scenario", "preuves"]
    cell = "INS/va1.16.01.01 : Copie d'écran\nde l'identité\nINS/va1.16.01.02: Vidéo"
    row = dict(zip(titles, ["INS/va1.16", "Le système DOIT", "INS/va1.16.01", "Afficher", cell], strict=True))
    (scenario,) = _one(read_rem(workbook(tmp_path / NAME, titles, [row]))).scenarios
    assert [(e.id, e.text) for e in scenario.evidence] == [
        ("INS/va1.16.01.01", "Copie d'écran\nde l'identité"),
        ("INS/va1.16.01.02", "Vidéo"),
    ]


def test_two_preuves_under_one_number_are_both_kept_and_told(tmp_path: Path) -> None:
    rows = [_rc(), _rc(**{"Preuve 1": "Une vidéo"})]
    found = read_rem(workbook(tmp_path / NAME, RC, rows))
    assert [e.text for e in _one(found).scenarios[0].evidence] == ["Copie d'écran", "Une vidéo"]
    assert any("deux preuves sous le même numéro" in n for n in found.notes)


@needs_shared
def test_the_working_table_of_2023_is_read_whole() -> None:
    """Real texts and real accidents, in columns of yet another name."""
    file = SHARED / "reference" / "rem-va2-hop-2023.csv"
    if not file.is_file():
        pytest.skip("../shared/reference/rem-va2-hop-2023.csv not found")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = read_rem(file)
    for rem in found.rems:
        mine = [r for r in rows if r["dispositif"] == rem.dispositif]
        assert {r.id for r in rem.requirements} == {identifier(r["reference"]) for r in mine}
        assert sum(len(r.scenarios) for r in rem.requirements) >= len(
            {r["ref_scenario"] for r in mine if r["ref_scenario"]}
        )
        assert len(rem.evidence) > 100
    assert len({r.id for rem in found.rems for r in rem.requirements}) == len({r["reference"] for r in rows})
