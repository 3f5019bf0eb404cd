"""Abstract patterns and rules, and phases: what is left is patterns of concrete rules, in order (ISO/IEC 19757-3).

An abstract rule that shares no variable with those that extend it stays one rule, which they call: the official
Structuration minimale repeats its datatypes 700 times, and would compile to four times as much.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from rempart.validation.schematron.read import FILE, S, Schema, SchematronError, file_of

Element = etree._Element
_MOST_EXTENSIONS = 100_000  # of one schema: an abstract rule that extends itself would never end
_MADE = "{urn:rempart:schematron}made"  # marks the instance of an abstract pattern: its abstract rules are its own
CALL = "{urn:rempart:schematron}call"  # what `extends` becomes for a shared rule; `rule` is its key in `shared`
_BOUND = re.compile(r"\$([\w.-]+)\s*(?:\bin\b|:=)")  # for $x in, some $x in, let $x :=
_VARIABLE = re.compile(r"\$([\w.-]+)")


@dataclass
class Expanded:
    """Active concrete patterns, and the abstract rules that they call, complete, by key."""

    patterns: list[Element]
    shared: dict[str, Element]


def expand(schema: Schema) -> Expanded:
    """The active patterns of the schema, instantiated. SchematronError when a reference leads nowhere."""
    abstract = _abstract_patterns(schema.tree)
    instances = [_instance(p, abstract) for p in _active(schema, _concrete(schema.tree))]
    everywhere = _abstract_rules(schema.tree.iter(f"{S}rule"))
    # Put together before a shared rule is taken out of the pattern that defines it.
    complete = {name: _complete(rule, everywhere) for name, rule in everywhere.items()}
    shared: dict[str, Element] = {}
    for pattern in instances:
        own = {} if pattern.get(_MADE) is None else _abstract_rules(pattern.iter(f"{S}rule"))
        for rule in [r for r in pattern.iter(f"{S}rule") if r.get("abstract") != "true"]:
            _share(rule, complete, own, shared)
            _extend(rule, everywhere, own)
    for pattern in instances:
        for rule in [r for r in pattern.iter(f"{S}rule") if r.get("abstract") == "true"]:
            pattern.remove(rule)
    return Expanded(instances, shared)


def _complete(rule: Element, everywhere: dict[str, Element]) -> Element:
    """A copy of an abstract rule with what it extends itself put in."""
    made = copy.deepcopy(rule)
    made.set(FILE, file_of(rule))
    _extend(made, everywhere, {})
    return made


def _share(rule: Element, complete: dict[str, Element], own: dict[str, Element], shared: dict[str, Element]) -> None:
    """Make calls of the extensions whose rule neither uses a variable of this one nor gives it any."""
    used = _used([e for e in rule if e.tag != f"{S}extends"])
    for extends in rule.findall(f"{S}extends"):
        name = extends.get("rule", "")
        if name in own or name not in complete:
            continue
        lets = {e.get("name", "") for e in complete[name].iterfind(f"{S}let")}
        if _used(complete[name]) <= lets and not used & lets:
            shared[name] = complete[name]
            extends.tag = CALL


def _used(elements: Iterable[Element]) -> set[str]:
    """Names of the variables that some elements read, without those that an expression binds itself."""
    texts = (
        text for e in elements for inner in e.iter(f"{S}*") for text in map(str, inner.attrib.values()) if "$" in text
    )
    return {name for text in texts for name in {*_VARIABLE.findall(text)} - {*_BOUND.findall(text)}}


def phase_of(schema: Schema) -> Element | None:
    """The default phase; None when all patterns are active."""
    name = schema.tree.get("defaultPhase") or "#ALL"
    if name in ("#ALL", "#DEFAULT"):
        return None
    for phase in schema.tree.iterfind(f"{S}phase"):
        if phase.get("id") == name:
            return phase
    raise SchematronError(f"{schema.entry}: la phase {name} n'est pas définie")


def _concrete(tree: Element) -> list[Element]:
    return [p for p in tree.iter(f"{S}pattern") if p.get("abstract") != "true"]


def _abstract_patterns(tree: Element) -> dict[str, Element]:
    return {p.get("id", ""): p for p in tree.iter(f"{S}pattern") if p.get("abstract") == "true"}


def _abstract_rules(rules: Iterable[Element]) -> dict[str, Element]:
    return {r.get("id", ""): r for r in rules if r.get("abstract") == "true"}


def _instance(pattern: Element, abstract: dict[str, Element]) -> Element:
    """A concrete pattern, or the abstract one that it names with its parameters put in."""
    name = pattern.get("is-a")
    if not name:
        return pattern
    if name not in abstract:
        raise SchematronError(f"{file_of(pattern)}: le pattern abstrait {name} n'est pas défini")
    made = copy.deepcopy(abstract[name])
    values = {p.get("name", ""): p.get("value", "") for p in pattern.iterfind(f"{S}param")}
    for element in made.iter(f"{S}*"):
        for key, value in element.attrib.items():
            if "$" in (text := str(value)):
                element.set(key, _substituted(text, values))
    del made.attrib["abstract"]
    made.set("id", pattern.get("id", ""))
    made.set(FILE, file_of(pattern))
    made.set(_MADE, "")
    return made


def _substituted(text: str, values: dict[str, str]) -> str:
    """Parameters are put in as text, the longest name first, as the reference implementation does."""
    if not values:
        return text
    names = "|".join(re.escape(n) for n in sorted(values, key=len, reverse=True))
    return re.sub(rf"\$({names})", lambda m: values[m[1]], text)


def _extend(holder: Element, everywhere: dict[str, Element], own: dict[str, Element]) -> None:
    """Put, for each `extends`, what the abstract rule says: of this pattern first, else of the schema."""
    for _ in range(_MOST_EXTENSIONS):
        extends = next(holder.iter(f"{S}extends"), None)
        if extends is None:
            return
        name = extends.get("rule", "")
        source = own.get(name, everywhere.get(name))
        rule = extends.getparent()
        if source is None or rule is None:
            raise SchematronError(f"{file_of(extends)}: la règle abstraite {name} n'est pas définie")
        at = rule.index(extends)
        rule.remove(extends)
        for offset, child in enumerate(source):
            copied = copy.deepcopy(child)
            copied.set(FILE, file_of(child))
            rule.insert(at + offset, copied)
    raise SchematronError(f"{file_of(holder)}: une règle abstraite s'étend elle-même")


def _active(schema: Schema, patterns: list[Element]) -> list[Element]:
    phase = phase_of(schema)
    if phase is None:
        return patterns
    wanted = [a.get("pattern", "") for a in phase.iterfind(f"{S}active")]
    return [p for p in patterns if p.get("id") in wanted]


def unknown_patterns(schema: Schema) -> list[str]:
    """Patterns that the phase names and that the schema does not have: checks that an author believes to run."""
    phase = phase_of(schema)
    if phase is None:
        return []
    known = {p.get("id") for p in _concrete(schema.tree)}
    return [n for a in phase.iterfind(f"{S}active") if (n := a.get("pattern", "")) not in known]
