"""Reading the message profiles of `schemas/hl7v2`: plain data made into `Profile`.

It is on the way of every start: plain classes, each line made once though many profiles extend the one that has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from rempart.model.finding import Severity
from rempart.resources import schemas_dir
from rempart.validation.cardinality import card
from rempart.validation.hl7v2.conditions import Condition, condition
from rempart.validation.hl7v2.profile import Line, Node, Profile, Slot
from rempart.validation.yamlfile import load_yaml_files

_USAGES = ("R", "RE", "O", "X")
_TYPES = ("", "TS", "CE", "SI", "MAIL", "OID")
_TEXTS = ("rule", "equals", "table", "pattern", "message", "expected")


def _node(entry: Any) -> Node:
    if isinstance(entry, str):
        return Node(name=entry, card=(1, 1))
    if "group" in entry:
        children = tuple(_node(c) for c in entry["of"])
        return Node(name=entry["group"], card=card(entry.get("card", "1..1")), children=children)
    rule = entry.get("rule", "")
    ((name, cardinality),) = ((k, v) for k, v in entry.items() if k != "rule")
    return Node(name=name, card=card(cardinality), rule=rule)


def _conditions(value: Any) -> tuple[Condition, ...]:
    return tuple(condition(one) for one in (value if isinstance(value, list) else [value]))


def _line(entry: dict[str, Any]) -> Line:
    """TypeError, ValueError when it says something unknown."""
    given = dict(entry)
    wrong = [n for n in _TEXTS if not isinstance(given.get(n, ""), str)]
    wrong += ["values"] * (not all(isinstance(v, str) for v in given.get("values", ())))
    wrong += ["usage"] * (given.get("usage", "O") not in _USAGES) + ["type"] * (given.get("type", "") not in _TYPES)
    if wrong:
        raise ValueError(f"field {given.get('field')}, rule {given.get('rule')}: {', '.join(wrong)} is not as expected")
    if "values" in given:
        given["values"] = tuple(given["values"])
    if "repetitions" in given:
        given["repetitions"] = card(given["repetitions"])
    if "when" in given:
        given["when"] = condition(given["when"])
    for name in ("severity", "case"):
        if name in given:
            given[name] = Severity(given[name])
    return Line(**given)


class _Lines:
    """Lines by the entry that they are made of, which stays alive here: what profiles share is made once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[dict[str, Any], Line]] = {}

    def of(self, entry: dict[str, Any]) -> Line:
        known = self._made.get(id(entry))
        if known is None:
            known = self._made[id(entry)] = (entry, _line(entry))
        return known[1]


def _profile(name: str, data: dict[str, Any], lines: _Lines) -> Profile:
    given = dict(data)
    given["messages"] = tuple(given["messages"])
    given["markers"] = _conditions(given.get("markers", []))
    given["structure"] = _nodes(given["structure"])
    given["structures"] = {k: _nodes(v) for k, v in given.get("structures", {}).items()}
    given["severities"] = {k: Severity(v) for k, v in given.get("severities", {}).items()}
    slots = given.get("slots", {})
    given["slots"] = {k: Slot(**{**v, "where": _conditions(v["where"])}) for k, v in slots.items()}
    given["segments"] = {k: tuple(map(lines.of, v)) for k, v in given.get("segments", {}).items()}
    return Profile(id=name, **given)


def _nodes(entries: Iterable[Any]) -> tuple[Node, ...]:
    return tuple(_node(entry) for entry in entries)


def _spread(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`{fields: [3, 4], …}` is one line for each of these fields."""
    spread = []
    for line in lines:
        fields = line.get("fields", [line.get("field")])
        spread += [{**{k: v for k, v in line.items() if k != "fields"}, "field": f} for f in fields]
    return spread


def _merge(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """`own` over `base`; field lines add up, except that those of one field and rule replace those of the base."""
    merged = {**base, **own}
    for key in ("slots", "severities"):
        merged[key] = {**base.get(key, {}), **own.get(key, {})}
    segments = {name: list(lines) for name, lines in base.get("segments", {}).items()}
    for name, lines in own.get("segments", {}).items():
        replaced = {(str(line["field"]), line["rule"]) for line in lines}
        kept = [x for x in segments.get(name, []) if (str(x["field"]), x["rule"]) not in replaced]
        segments[name] = kept + list(lines)
    merged["segments"] = segments
    return merged


def _extended(name: str, sources: dict[str, dict[str, Any]], done: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A profile with what it takes from those that it extends."""
    if name not in done:
        data = dict(sources[name])
        data["segments"] = {segment: _spread(lines) for segment, lines in data.get("segments", {}).items()}
        for base in reversed(data.pop("extends", [])):
            data = _merge({k: v for k, v in _extended(base, sources, done).items() if k != "abstract"}, data)
        done[name] = data
    return done[name]


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by id; files marked `abstract: true` are only there to be extended."""
    files = [f for f in sorted((schemas_dir() / "hl7v2").glob("*.yaml")) if not f.stem.startswith("rules")]
    sources = {file.stem: data for file, data in zip(files, load_yaml_files(files), strict=True)}
    done: dict[str, dict[str, Any]] = {}
    found, lines = {}, _Lines()
    for name in sources:
        data = dict(_extended(name, sources, done))
        if not data.pop("abstract", False):
            found[name] = _profile(name, data, lines)
    return found
