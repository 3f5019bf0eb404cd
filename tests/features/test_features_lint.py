"""The features read as a quality officer reads them: business French, one idea per step, no machinery."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from rempart.catalog import read_features
from rempart.resources import features_dir

FILES = sorted(features_dir().rglob("*.feature"))
SCENARIOS = read_features()
# What belongs to steps, simulators and checks.
MACHINERY = {
    "an OID": re.compile(r"\b\d+(?:\.\d+){3,}\b"),
    "a field of a message": re.compile(r"\b[A-Z][A-Z0-9]{2}-\d"),
    "a segment": re.compile(r"\b(?:MSH|EVN|PID|PV1|ORC|OBR|OBX|TXA|PRT|MSA|ERR|NTE|ZFA|ZBE|ZAM|ADT)\b"),
    "a code of a message": re.compile(r"\b(?:A|T|Z|R)\d\d\b"),
    "an acknowledgement code": re.compile(r"\b(?:AA|AE|AR)\b"),
    "a metadata": re.compile(r"\b[A-Z]{3,}_[A-Z_]+\b|\bDEST[A-Z]+\b"),
    "a port, a path or a delay": re.compile(r"\b\d+ ?(?:ms|s|secondes?)\b|\bport\b|/[a-z]+/|localhost"),
    "an alternative": re.compile(r"\bet/ou\b"),
}


def body(file: Path) -> list[str]:
    """Lines of a feature without its tags, which are REM ids."""
    return [line for line in file.read_text("utf-8").splitlines() if not line.strip().startswith(("@", "#"))]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
@pytest.mark.parametrize("what", MACHINERY)
def test_a_feature_speaks_the_words_of_its_reader(file: Path, what: str) -> None:
    assert [line for line in body(file) if MACHINERY[what].search(line)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_feature_says_its_language_and_what_it_is_for(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    assert lines[0] == "# language: fr"
    title = next(i for i, line in enumerate(lines) if line.startswith("Fonctionnalité:"))
    assert lines[title + 1].startswith("  ") and lines[title + 1].strip(), "a sentence for the reader follows the title"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_typography(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "\t" not in text and "  \n" not in text and " \n" not in text
    assert not re.search(r"^\s*(?:Scénario|Plan du scénario|Exemples|Contexte|Fonctionnalité) :", text, re.MULTILINE)
    assert not re.search(r"[A-Za-zéèà]\.\.\.", text), "three dots are one character"
    assert not re.search(r"\b(?:identite|recu|refuse par|validee|publie|derniere)\b", text), "accents are written"


def test_scenario_names_are_unique_in_a_feature_and_short() -> None:
    names = Counter((s.file, s.name) for s in SCENARIOS)
    assert [name for name, count in names.items() if count > 1] == []
    assert [s.name for s in SCENARIOS if len(s.name) > 90] == []


def test_a_scenario_has_one_subject_at_a_time() -> None:
    """Few steps, so that it can be read aloud."""
    assert [(s.place, len(s.steps)) for s in SCENARIOS if len(s.steps) > 12] == []


def test_each_scenario_ends_with_an_expectation() -> None:
    keywords = re.compile(r"^\s*(Alors|Quand|Et|Mais|Étant donné|Lorsque)\b", re.MULTILINE)
    for file in FILES:
        for part in re.split(r"^\s*(?:Plan du scénario|Scénario):", file.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            assert "Alors" in keywords.findall(part), (file.name, part.splitlines()[0])
