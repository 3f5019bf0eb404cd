"""The vocabulary of steps: every sentence has one meaning, every meaning is used, every rule named exists."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gherkin.parser import Parser
from pytest_bdd.steps import step_function_context_registry

from rempart.resources import campaign_root, features_dir
from rempart.validation.registry import rules

STEPS = sorted(f for f in (campaign_root() / "steps").glob("[a-z]*.py") if f.stem != "campaign")
MODULES = [importlib.import_module(f"steps.{f.stem}") for f in STEPS]
FUNCTIONS = {
    function
    for module in MODULES
    for _, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
}


def definitions() -> Iterator[tuple[str | None, object]]:
    """(type, parser) of each step definition of the project."""
    for context in step_function_context_registry.values():
        if context.step_func in FUNCTIONS:
            yield context.type, context.parser


def sentences() -> Iterator[tuple[str, str, str]]:
    """(place, type, text) of each step that the features run, outlines filled in from their tables."""
    for file in sorted(features_dir().rglob("*.feature")):
        feature = Parser().parse(file.read_text("utf-8"))["feature"]
        background: list[dict[str, object]] = []
        for child in feature["children"]:
            if "background" in child:
                background = child["background"]["steps"]
                continue
            scenario = child["scenario"]
            for row in rows(scenario):
                kind = "given"
                for step in (*background, *scenario["steps"]):
                    kind = {"Context": "given", "Action": "when", "Outcome": "then"}.get(step["keywordType"], kind)
                    text = re.sub(r"<([^>]+)>", lambda m: row[m[1]], step["text"])  # noqa: B023
                    yield f"{file.name}:{step['location']['line']}", kind, text


def rows(scenario: dict[str, object]) -> Iterator[dict[str, str]]:
    if not scenario["examples"]:
        yield {}
    for table in scenario["examples"]:
        names = [cell["value"] for cell in table["tableHeader"]["cells"]]
        for row in table["tableBody"]:
            yield dict(zip(names, (cell["value"] for cell in row["cells"]), strict=True))


SENTENCES = list(sentences())
DEFINITIONS = list(definitions())


def test_every_sentence_of_the_features_has_exactly_one_definition() -> None:
    wrong = []
    for place, kind, text in SENTENCES:
        found = [p.name for t, p in DEFINITIONS if t in (None, kind) and p.is_matching(text)]
        if len(found) != 1:
            wrong.append((place, kind, text, found))
    assert wrong == []


def test_every_definition_is_used() -> None:
    used = {id(p) for _, kind, text in SENTENCES for t, p in DEFINITIONS if t in (None, kind) and p.is_matching(text)}
    assert [p.name for _, p in DEFINITIONS if id(p) not in used] == []


def test_the_vocabulary_stays_small() -> None:
    """Few sentences, used again and again: a new one for each scenario would be no vocabulary."""
    functions = {context.step_func for context in step_function_context_registry.values()} & FUNCTIONS
    assert len(functions) <= 400
    assert len({text for _, _, text in SENTENCES}) > len(functions)


def test_every_rule_that_steps_name_is_described() -> None:
    named = {r for f in STEPS for r in re.findall(r'"((?:HL7|REM|CDA)-\d{3})"', f.read_text("utf-8"))}
    assert named - set(rules()) == set()


@pytest.mark.parametrize("file", STEPS, ids=lambda f: f.stem)
def test_a_step_says_what_and_never_how(file: Path) -> None:
    """No loop over time, no try, no parsing: those belong to drivers, simulators and checks."""
    tree = ast.parse(file.read_text("utf-8"))
    steps = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.decorator_list]
    for step in steps:
        assert not [n for n in ast.walk(step) if isinstance(n, ast.Try | ast.While | ast.With | ast.If)], step.name
        assert len(step.body) <= 5, step.name
