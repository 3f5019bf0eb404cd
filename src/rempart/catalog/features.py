"""The feature files read for traceability: which scénario de conformité each Gherkin scenario proves.

They are read with the parser that pytest-bdd uses, so that what is traced is what runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from rempart.catalog.errors import CatalogError
from rempart.resources import features_dir

ATTESTATIONS = "attestations/"  # folder of the scenarios that a person plays


@dataclass(frozen=True, slots=True)
class FeatureScenario:
    """One `Scénario` or `Plan du scénario`; `tags` holds its own and those of its feature, without `@`."""

    file: str
    line: int
    feature: str
    name: str
    tags: tuple[str, ...]
    steps: tuple[str, ...]
    instruction: str = ""  # what a person is told to do, in the doc string of a step

    @property
    def attested(self) -> bool:
        """A person plays it, and attests."""
        return self.file.startswith(ATTESTATIONS)

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def read_features(folder: Path | None = None) -> list[FeatureScenario]:
    """Every scenario of every feature file, in order. Raises CatalogError when a file cannot be parsed."""
    found: list[FeatureScenario] = []
    problems: list[str] = []
    root = folder or features_dir()
    for file in sorted(root.rglob("*.feature")):
        name = file.relative_to(root).as_posix()
        try:
            document = parse_feature(file.read_text("utf-8"))
        except CompositeParserException as error:
            problems += [f"{name}:{e.location['line']}: {_reason(e)}" for e in error.errors]
        except (ParserException, OSError, UnicodeDecodeError) as error:
            problems.append(f"{name}:1: {_reason(error)}")
        else:
            found += _scenarios(name, document.get("feature"))
    if problems:
        raise CatalogError(problems)
    return found


@lru_cache(maxsize=256)
def parse_feature(text: str) -> dict[str, Any]:
    """The document that a feature is, not to be modified. Raises ParserException."""
    document: Any = Parser().parse(text)
    return dict(document)


def _reason(error: Exception) -> str:
    return f"fonctionnalité illisible: {' '.join(str(error).split())}"


def _scenarios(file: str, feature: dict[str, Any] | None) -> Iterator[FeatureScenario]:
    if feature:
        yield from _children(file, feature["name"], feature, (), ())


def _children(
    file: str, feature: str, node: dict[str, Any], tags: tuple[str, ...], background: tuple[str, ...]
) -> Iterator[FeatureScenario]:
    """Scenarios of a feature or of one of its rules, with what they inherit from it."""
    tags += _tags(node)
    for child in node["children"]:
        if "background" in child:
            background += _steps(child["background"])
        elif "rule" in child:
            yield from _children(file, feature, child["rule"], tags, background)
        else:
            scenario = child["scenario"]
            yield FeatureScenario(
                file=file,
                line=scenario["location"]["line"],
                feature=feature,
                name=scenario["name"],
                tags=tags + _tags(scenario),
                steps=background + _steps(scenario),
                instruction=next((s["docString"]["content"] for s in scenario["steps"] if "docString" in s), ""),
            )


def _tags(node: dict[str, Any]) -> tuple[str, ...]:
    return tuple(t["name"].removeprefix("@") for t in node["tags"])


def _steps(node: dict[str, Any]) -> tuple[str, ...]:
    return tuple(s["text"] for s in node["steps"])
