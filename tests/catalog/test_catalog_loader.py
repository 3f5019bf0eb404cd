"""The loader tells every mistake, where it stands; the catalogue that ships has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from rempart.catalog import Catalog, CatalogError, load

ITEM = """\
- id: CDA/HL7.02
  id_source: DPI.CDA/HL7.02
  dispositif: HOP-DPI-Va2
  title: Transmettre
  nature: exigence
  statement: Le DPI DOIT transmettre.
  section: CDA/HL7
  edition: Volet 2.1
  source: {document: REM, edition: "2023-02"}
  scenarios:
    - id: CDA/HL7.02.01
      summary: Émission
      verification: automatic
      evidence:
        - {id: CDA/HL7.02.01.01, kind: gazelle, label: Lien}
"""


def problems(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load(folder)
    return caught.value.problems


def test_a_catalogue_is_read_again_when_a_file_holds_something_else(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(ITEM, encoding="utf-8")
    first = load(tmp_path)
    assert load(tmp_path) is first
    file.write_text(ITEM.replace("Transmettre", "Transmettra"), encoding="utf-8")  # as long, and in the same instant
    assert [r.title for r in load(tmp_path).requirements] == ["Transmettra"]
    (tmp_path / "b.yaml").write_text(ITEM.replace("HL7.02", "HL7.03"), encoding="utf-8")
    assert len(load(tmp_path).requirements) == 2
    file.unlink()
    assert len(load(tmp_path).requirements) == 1


def test_a_sound_item_is_found_by_its_key_and_by_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ITEM, encoding="utf-8")
    catalog = load(tmp_path)
    requirement = catalog.get("HOP-DPI-Va2", "CDA/HL7.02")
    assert requirement is not None
    assert catalog.requirement_of("HOP-DPI-Va2", "CDA/HL7.02.01") == requirement
    assert catalog.places[requirement.key] == "a.yaml:1"
    assert catalog.get("HOP-PFI-Va2", "CDA/HL7.02") is None
    assert catalog.scenario("HOP-PFI-Va2", "CDA/HL7.02.01") is None
    with pytest.raises(KeyError):
        catalog.requirement_of("HOP-DPI-Va2", "CDA/HL7.99.01")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("- id: CDA/HL7.02\n", "- id: [\n", "a.yaml:3: YAML illisible: "),
        ("  title: Transmettre\n", "  titel: Transmettre\n", "a.yaml:4: titel: clé inconnue"),
        ("  title: Transmettre\n", "", "a.yaml:1: title: clé obligatoire absente"),
        ("    - id: CDA/HL7.02.01\n      summary", "    - summary", "a.yaml:11: scenarios[0].id: clé obl"),
        ("kind: gazelle", "kind: fax", "a.yaml:15: scenarios[0].evidence[0].kind: « fax » n'est pas"),
        ("HOP-DPI-Va2", "HOP-RI-Va2", "a.yaml:3: dispositif: « HOP-RI-Va2 » n'est pas une valeur acceptée"),
        ("  title: Transmettre\n", "  title: Un\n  title: Deux\n", "a.yaml:5: la clé « title » est donnée deux fois"),
        ('edition: "2023-02"', "edition: 2023", "a.yaml:9: source.edition: un texte est attendu"),
        (ITEM, "id: seul\n", "a.yaml:1: une liste d'exigences est attendue"),
        ("title: Transmettre", "title: !python/object:x {}", "a.yaml:4: YAML illisible: "),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in ITEM
    assert [p for p in problems(tmp_path, a=ITEM.replace(old, new)) if p.startswith(told)]


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, a=ITEM.replace("title", "titel"), b=ITEM.replace("section", "sectoin"))
    assert {t.split(":")[0] for t in told} == {"a.yaml", "b.yaml"}


def test_a_key_given_in_two_files_is_a_mistake(tmp_path: Path) -> None:
    told = problems(tmp_path, a=ITEM, b="# copie\n" + ITEM)
    assert "b.yaml:2: HOP-DPI-Va2 CDA/HL7.02 est déjà donné en a.yaml:1" in told


def test_the_same_id_is_two_requirements_in_two_dispositifs(tmp_path: Path) -> None:
    other = ITEM.replace("HOP-DPI-Va2", "HOP-PFI-Va2").replace("DPI.CDA", "PFI.CDA")
    (tmp_path / "a.yaml").write_text(ITEM + other, encoding="utf-8")
    assert len(load(tmp_path).requirements) == 2


def test_an_empty_folder_is_not_an_empty_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="aucun fichier"):
        load(tmp_path)


def test_the_shipped_catalogue_holds_the_requirements_of_the_first_flow() -> None:
    catalog: Catalog = load()
    for dispositif, ids in {
        "HOP-DPI-Va2": "CDA/HL7.01 CDA/HL7.02 CDA/HL7.04 INS/va1.61 INS/va1.62 DMP/CONF.09 MSS/va1.20",
        "HOP-PFI-Va2": "CDA/HL7.01 CDA/HL7.02 CDA/HL7.03 CDA/HL7.04 INS/va1.16",
    }.items():
        for requirement_id in ids.split():
            requirement = catalog.get(dispositif, requirement_id)
            assert requirement is not None, requirement_id
            assert requirement.official and requirement.scenarios, requirement_id
    reception = catalog.get("HOP-DPI-Va2", "INS/va1.62")
    assert reception is not None and len(reception.scenarios) == 3
    sent, received = catalog.get("HOP-DPI-Va2", "CDA/HL7.02"), catalog.get("HOP-PFI-Va2", "CDA/HL7.02")
    assert sent is not None and received is not None and sent.statement != received.statement
