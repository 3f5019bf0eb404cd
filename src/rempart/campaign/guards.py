"""Guards against what pytest-bdd does silently wrong: each would turn an unexecuted check into a pass.

- two scenarios of one name in a feature: only one is collected (pytest-bdd issue 191);
- a tag on an Exemples table: never handed to the hook that selects scenarios;
- an `async def` step: called, never awaited, passed (pytest-bdd issue 223).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from pytest_bdd.steps import step_function_context_registry

from rempart.catalog.features import parse_feature

# With a space before its colon, a keyword is read as description: the scenario disappears.
_SPACED = re.compile(r"^\s*(Fonctionnalité|Contexte|Scénario|Plan du scénario|Exemples?|Règle)\s+:", re.M)


def lint_features(folder: Path) -> list[str]:
    """Problems of the feature files, one French line each; empty when all is well."""
    problems = []
    for file in sorted(folder.rglob("*.feature")):
        name = file.relative_to(folder).as_posix()
        try:
            text = file.read_text("utf-8")
            document = parse_feature(text)
        except (ParserException, CompositeParserException) as error:
            problems.append(f"{name}: illisible: {error}")
            continue
        except UnicodeDecodeError as error:
            problems.append(f"{name}: n'est pas en UTF-8 (octet {error.start})")
            continue
        for match in _SPACED.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            problems.append(f"{name}:{line}: « {match[1]} : » s'écrit sans espace avant les deux-points")
        scenarios = list(_scenarios(document["feature"])) if document.get("feature") else []
        if not scenarios:
            problems.append(f"{name}: ne contient aucun scénario")
        problems += _lint(name, scenarios)
    return problems


def _scenarios(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in node["children"]:
        if "scenario" in child:
            yield child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"])


def _lint(file: str, scenarios: list[dict[str, Any]]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for scenario in scenarios:
        name, line = scenario["name"], scenario["location"]["line"]
        if name in seen:
            yield f"{file}:{line}: le scénario « {name} » porte le même nom que celui de la ligne {seen[name]}"
        seen[name] = line
        for examples in scenario["examples"]:
            if examples["tags"]:
                tags = " ".join(t["name"] for t in examples["tags"])
                at = examples["location"]["line"]
                yield f"{file}:{at}: étiquette {tags} sur une table Exemples: la poser sur le scénario"


def lint_steps(functions: Iterable[Any]) -> list[str]:
    """Step functions that would never run."""
    problems = []
    for function in functions:
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            code = function.__code__
            where = f"{Path(code.co_filename).name}:{code.co_firstlineno}"
            problems.append(f"{where}: l'étape {function.__name__} est « async def »: elle ne serait jamais exécutée")
    return problems


def step_functions() -> list[Any]:
    """All step functions that pytest-bdd knows of, whoever defined them."""
    return [context.step_func for context in step_function_context_registry.values()]
