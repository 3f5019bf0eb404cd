"""`rempart catalog check`: what the catalogue and the features must agree on, one disagreement at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from rempart.catalog import CatalogError, check, load, read_features, trace

FEATURE = """\
# language: fr
@HOP-DPI-Va2
Fonctionnalité: Essai
  Contexte:
    Étant donné une PFI

  @CDA/HL7.02.01
  Scénario: Un document part
    Quand il part
    Alors il arrive
"""
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


def problems(folder: Path, item: str = ITEM, feature: str = FEATURE) -> list[str]:
    (folder / "a.yaml").write_text(item, encoding="utf-8")
    (folder / "a.feature").write_text(feature, encoding="utf-8")
    return check(load(folder), folder)


def test_the_shipped_catalogue_and_features_agree() -> None:
    assert check() == []


def test_every_shipped_scenario_is_traced_to_a_feature_unless_a_reason_is_given() -> None:
    catalog = load()
    traced = trace(catalog)
    reasons = {r.key for r in catalog.requirements if r.not_tested}
    untraced = {(d, catalog.requirement_of(d, s).id) for (d, s), found in traced.items() if not found}
    assert untraced <= reasons
    assert len(traced[("HOP-DPI-Va2", "CDA/HL7.02.01")]) > 3


def test_a_sound_pair_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: CDA/HL7.02\n", "id: CDA-HL7.02\n", "identifiant mal formé: CDA-HL7.02"),
        ("id: CDA/HL7.02\n", "id: DPI.CDA/HL7.02\n", "s'écrit sans préfixe"),
        ("id_source: DPI.CDA/HL7.02", "id_source: DPI.CDA/HL7.03", "ne désigne pas la même exigence"),
        ("- id: CDA/HL7.02.01\n", "- id: CDA/HL7.02.1\n", "scénario mal numéroté"),
        ("id: CDA/HL7.02.01.01,", "id: CDA/HL7.02.02.01,", "preuve mal numérotée"),
        ("DOIT transmettre", "transmet", "ni DOIT, ni NE DOIT PAS, ni PEUT"),
        ("nature: exigence", "nature: règle de gestion", "n'est pas une exigence officielle"),
        ("edition: Volet", "not_tested: plus tard\n  edition: Volet", "« not_tested » est donné alors"),
    ],
)
def test_a_fault_of_the_catalogue_is_told_at_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in ITEM
    found = problems(tmp_path, item=ITEM.replace(old, new, 1))
    assert [p for p in found if p.startswith("a.yaml:1: HOP-DPI-Va2 ") and told in p], found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  @CDA/HL7.02.01\n", "", "aucune fonctionnalité ne porte @CDA/HL7.02.01"),
        ("  @CDA/HL7.02.01\n", "", "doit porter un scénario de conformité et un seul, 0 donné(s)"),
        ("@CDA/HL7.02.01", "@CDA/HL7.02.07", "CDA/HL7.02.07 n'est pas au catalogue de HOP-DPI-Va2"),
        ("@HOP-DPI-Va2", "@HOP-PFI-Va2", "CDA/HL7.02.01 n'est pas au catalogue de HOP-PFI-Va2"),
        ("@HOP-DPI-Va2\n", "", "doit porter un dispositif et un seul"),
        ("@HOP-DPI-Va2", "@HOP-DPI-Va2 @HOP-PFI-Va2", "doit porter un dispositif et un seul"),
    ],
)
def test_a_fault_of_a_feature_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FEATURE
    found = problems(tmp_path, feature=FEATURE.replace(old, new, 1))
    assert [p for p in found if told in p], found


def test_a_requirement_without_scenario_needs_a_reason(tmp_path: Path) -> None:
    alone = ITEM[: ITEM.index("  scenarios:")]
    nothing = "# language: fr\nFonctionnalité: Rien\n"
    assert "aucun scénario de conformité, et aucune raison" in problems(tmp_path, item=alone, feature=nothing)[0]
    assert problems(tmp_path, item=alone + "  not_tested: se constate à l'écran\n", feature=nothing) == []


def test_a_feature_that_cannot_be_parsed_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.feature").write_text(FEATURE.replace("Scénario:", "Scénario :"), encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        read_features(tmp_path)
    assert caught.value.problems[0].startswith("a.feature:8: fonctionnalité illisible")


def test_steps_of_the_background_and_of_a_rule_are_read(tmp_path: Path) -> None:
    text = FEATURE + "\n  Règle: Encore\n    @CDA/HL7.02.01\n    Scénario: Deux\n      Alors il repart\n"
    (tmp_path / "a.feature").write_text(text, encoding="utf-8")
    one, two = read_features(tmp_path)
    assert one.steps == ("une PFI", "il part", "il arrive")
    assert two.steps == ("une PFI", "il repart")
    assert one.tags == two.tags == ("HOP-DPI-Va2", "CDA/HL7.02.01")
