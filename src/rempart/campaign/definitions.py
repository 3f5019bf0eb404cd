"""Which definition a step is for, found once for each sentence.

At each step pytest-bdd asks pytest about every fixture that it knows, then tries the pattern of each definition: that
took more processor time than what the steps do. Definitions no longer change once all is collected, and those that the
scenarios of a module see are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.steps import step_function_context_registry

from rempart.campaign.selection import example_of, template_of

Definition = Any  # a FixtureDef, pytest's own

_VISIBLE = pytest.StashKey[list[Definition]]()
_FOUND = pytest.StashKey[dict[tuple[str | None, str], list[Definition]]]()

_scenario = import_module("pytest_bdd.scenario")  # in the package, that name is its decorator
of_pytest_bdd = _scenario.find_fixturedefs_for_step


def install() -> None:
    """For the scenarios of this process, from now on."""
    _scenario.find_fixturedefs_for_step = find  # type: ignore[attr-defined]


def find_all(item: pytest.Item) -> None:
    """Those of a scenario that is not played yet."""
    for step in template_of(item.obj).render(example_of(item)).steps:  # type: ignore[attr-defined]
        find(step, item.session._fixturemanager, item)


def find(step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Definition]:
    """The definitions that can parse `step` and that `node` sees, in the order of pytest-bdd's own search."""
    place = node.parent
    assert place is not None
    found = place.stash.setdefault(_FOUND, {})
    key = (step.type, step.name)
    if key not in found:
        if _VISIBLE not in place.stash:
            place.stash[_VISIBLE] = _visible(fixturemanager, place)
        found[key] = [d for d in place.stash[_VISIBLE] if _parses(d, step)]
    return found[key]


def _visible(fixturemanager: Any, place: Any) -> list[Definition]:
    names = get_fixture_names(fixturemanager=fixturemanager)
    known = [d for name in names for d in getfixturedefs(fixturemanager, name, place) or ()]
    return [d for d in known if d.func in step_function_context_registry]


def _parses(definition: Definition, step: Any) -> bool:
    context = step_function_context_registry[definition.func]
    return context.type in (None, step.type) and bool(context.parser.is_matching(step.name))
