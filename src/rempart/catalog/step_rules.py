"""Which rules the steps of features name, and which features run those steps: read in the source, nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from rempart.catalog.features import read_features
from rempart.resources import campaign_root

_ID = re.compile(r"[A-Z0-9]+-\d{3}")
_KINDS = ("given", "when", "then", "step")


def features_naming(rule_id: str) -> list[str]:
    """Feature files with a step that names the rule, in its own words or through a constant of its module."""
    return _features().get(rule_id, [])


@cache
def _features() -> dict[str, list[str]]:
    patterns = list(_steps())
    found: dict[str, list[str]] = {}
    for scenario in read_features():
        for pattern, ids in patterns:
            if any(pattern.fullmatch(step) for step in scenario.steps):
                for rule_id in ids:
                    files = found.setdefault(rule_id, [])
                    if scenario.file not in files:
                        files.append(scenario.file)
    return found


def _steps() -> Iterator[tuple[re.Pattern[str], set[str]]]:
    """Each step definition: its sentence, and the rules that it names."""
    for file in sorted((campaign_root() / "steps").glob("*.py")):
        module = ast.parse(file.read_text("utf-8"))
        constants = dict(_constants(module))
        for function in (n for n in module.body if isinstance(n, ast.FunctionDef)):
            ids = {i for node in ast.walk(function) for i in _named(node, constants)}
            for sentence in _sentences(function, constants):
                yield _pattern(sentence), ids


def _constants(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """`NAME = value` and `A, B = "…", "…"` of a module."""
    for node in module.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                yield from ((n.id, v) for n, v in zip(names, values, strict=False) if isinstance(n, ast.Name))


def _named(node: ast.AST, constants: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _ID.fullmatch(node.value):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        for inner in ast.walk(constants[node.id]):
            if not (isinstance(inner, ast.Name) and inner.id == node.id):
                yield from _named(inner, constants)


def _sentences(function: ast.FunctionDef, constants: dict[str, ast.expr]) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id in _KINDS:
            said: ast.expr | None = decorator.args[0] if decorator.args else None
            if isinstance(said, ast.Name):
                said = constants.get(said.id)
            if isinstance(said, ast.Call):  # phrase("…")
                said = said.args[0] if said.args else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def _pattern(sentence: str) -> re.Pattern[str]:
    """`la patiente "{name}"` as what it matches; so does the `<name>` of an outline."""
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", sentence)))
