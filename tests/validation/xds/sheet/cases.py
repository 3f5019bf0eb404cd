"""The tables of this folder, read once: what is sound, what differs and stays so, what is faulty and where."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from validation.xds.sheet.edits import changed
from validation.xds.sheet.messages import Message
from validation.xds.sheet.sound import SOUND, VIHF

from rempart.resources import own_yaml

HERE = Path(__file__).parent
FAULTS: list[tuple[str, dict[str, Any]]] = [
    (rule, line)
    for path in sorted(HERE.glob("faults-*.yaml"))
    for rule, lines in own_yaml(path).items()
    for line in lines
]
VARIANTS: dict[str, dict[str, Any]] = own_yaml(HERE / "variants.yaml")


@cache
def message(name: str) -> Message:
    """A sound one; an assertion alone has the form `vihf`."""
    return SOUND[name]() if name in SOUND else Message(action="", body="<none/>", vihf=VIHF[name], form="vihf")


def faulty(line: dict[str, Any]) -> Message:
    return _after(line.get("of", "feed"), [line["do"], *line.get("and", ())])


def variant(name: str) -> Message:
    return _after(VARIANTS[name].get("of", "feed"), VARIANTS[name]["do"])


def _after(name: str, steps: Iterable[list[Any]]) -> Message:
    found = message(name)
    for step in steps:
        found = changed(found, step)
    return found
