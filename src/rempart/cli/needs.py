"""What each scenario asks of a candidate, read from its steps: driver actions, and whether messages are sent to it.

The steps are ordinary functions: the actions that they, the helpers they call and the fixtures they ask for can name
are found in their code. Nothing is run. A campaign on the reference holds this reading to what really happens (tests).
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pytest_bdd.feature import get_features
from pytest_bdd.parser import ScenarioTemplate
from pytest_bdd.steps import step_function_context_registry

from rempart.campaign.selection import feature_of
from rempart.candidate.actions import ACTIONS, DPI, PFI
from rempart.catalog.features import ATTESTATIONS
from rempart.resources import campaign_root, features_dir

# Fixtures through which a message is sent to the candidate (campaign/fixtures.py).
_SENDERS = {DPI: {"gap"}, PFI: {"gap", "simulated_dpi"}}


@dataclass(frozen=True, slots=True)
class Need:
    """One scenario: `actions` it may ask of the driver; `receives`: it sends messages to the candidate."""

    dispositif: str
    scenario_id: str
    name: str
    actions: tuple[str, ...]
    receives: bool


def needs() -> list[Need]:
    """Every scenario that is played on a candidate, in file order; those of `attestations/` ask nothing of it."""
    modules = _step_modules()
    features = get_features([str(features_dir())], encoding="utf-8")
    templates = [t for f in features for t in f.scenarios.values() if not feature_of(t).startswith(ATTESTATIONS)]
    return [_need(template, modules) for template in templates]


def _step_modules() -> list[ModuleType]:
    root = campaign_root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    names = sorted(f.stem for f in (root / "steps").glob("*.py") if f.stem not in ("campaign", "__init__"))
    return [importlib.import_module(f"steps.{name}") for name in names]


def _need(template: ScenarioTemplate, modules: list[ModuleType]) -> Need:
    tags = set(template.tags) | set(template.feature.tags)
    dispositif = PFI if PFI in tags else DPI
    rows = [context for examples in template.examples for context in examples.as_contexts()] or [{}]
    words: set[str] = set()
    for kind, name in {(step.type, step.name) for row in rows for step in template.render(row).steps}:
        for context in step_function_context_registry.values():
            if context.type in (None, kind) and context.parser.is_matching(name):
                words |= _words(context.step_func, modules, set())
    actions = tuple(a for a in ACTIONS if a in words and dispositif in ACTIONS[a].dispositifs)
    scenario = min(tags - {DPI, PFI}, default="")
    return Need(dispositif, scenario, template.name, actions, bool(words & _SENDERS[dispositif]))


def _words(function: Any, modules: list[ModuleType], seen: set[Any]) -> set[str]:
    """String constants and fixture names in a function, in what it calls and in the fixtures it asks for."""
    function = inspect.unwrap(getattr(function, "_get_wrapped_function", lambda: function)())
    if not isinstance(function, FunctionType) or function in seen:
        return set()
    seen.add(function)
    found = set(inspect.signature(function).parameters)
    names = set(found)
    for code in _codes(function.__code__):
        found |= {c for c in code.co_consts if isinstance(c, str)}
        names |= set(code.co_names)
    for scope in (function.__globals__, *map(vars, modules)):
        for name in names & set(scope):
            if getattr(scope[name], "__module__", "").startswith("steps."):
                found |= _words(scope[name], modules, seen)
    return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
