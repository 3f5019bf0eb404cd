"""The silent holes of pytest-bdd are stopped at the door."""

from pathlib import Path

import pytest

from rempart.campaign.guards import lint_features, lint_steps

HEAD = "# language: fr\nFonctionnalité: essai\n"


def _lint(folder: Path, body: str) -> list[str]:
    (folder / "essai.feature").write_text(body, encoding="utf-8")
    return lint_features(folder)


def test_a_sound_feature_has_no_problem(tmp_path: Path) -> None:
    body = HEAD + "  Scénario: un\n    Quand a\n  Scénario: deux\n    Quand a\n"
    assert _lint(tmp_path, body) == []


@pytest.mark.parametrize("second", ["  Scénario: un\n    Quand b\n", "  Règle: r\n    Exemple: un\n      Quand b\n"])
def test_two_scenarios_of_one_name(tmp_path: Path, second: str) -> None:
    problems = _lint(tmp_path, HEAD + "  Scénario: un\n    Quand a\n" + second)
    assert len(problems) == 1
    assert "« un » porte le même nom que celui de la ligne 3" in problems[0]


def test_a_tag_on_an_examples_table(tmp_path: Path) -> None:
    body = HEAD + "  Plan du scénario: un\n    Quand <x>\n    @CDA/HL7.02.01\n    Exemples:\n      | x |\n      | a |\n"
    assert _lint(tmp_path, body) == [
        "essai.feature:6: étiquette @CDA/HL7.02.01 sur une table Exemples: la poser sur le scénario"
    ]


def test_french_space_before_the_colon_is_said(tmp_path: Path) -> None:
    problems = _lint(tmp_path, HEAD + "  Scénario : un\n    Quand a\n")
    assert problems[0] == "essai.feature:3: « Scénario : » s'écrit sans espace avant les deux-points"


def test_an_empty_feature_file_is_said(tmp_path: Path) -> None:
    assert "aucun scénario" in _lint(tmp_path, "")[0]


def test_a_feature_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    (tmp_path / "essai.feature").write_bytes("# language: fr\nFonctionnalité: é\n".encode("latin-1"))
    assert "UTF-8" in lint_features(tmp_path)[0]


def test_an_async_step_would_never_run() -> None:
    async def transmet() -> None: ...

    def recoit() -> None: ...

    problems = lint_steps([transmet, recoit])
    assert len(problems) == 1
    assert "transmet" in problems[0]
