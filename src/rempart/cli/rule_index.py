"""Where each rule is applied, read from what applies it: profile lines and structures, rule functions, state rules over
a folder of messages, named checks, steps of features. The index of rules is computed from this, never written by hand.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from rempart.campaign.selftest import Mutant, mutants
from rempart.catalog.step_rules import features_naming
from rempart.reporting.words import SEVERITY
from rempart.resources import schemas_dir
from rempart.validation import checks, registry
from rempart.validation.cda import profile as cda
from rempart.validation.cda.validate import validate_cda
from rempart.validation.hl7v2 import profile as hl7v2
from rempart.validation.hl7v2.profile import Line, Node
from rempart.validation.hl7v2.profiles import profiles
from rempart.validation.hl7v2.validate import validate_message  # with it, the rule functions register
from rempart.validation.mail.validate import validate_mail
from rempart.validation.packs.catalogue import catalogue
from rempart.validation.packs.official import check_official
from rempart.validation.registry import RuleInfo, functions_of, load_yaml, rules
from rempart.validation.vihf.validate import validate_vihf
from rempart.validation.xdm.validate import validate_archive
from rempart.validation.xds import metadata as xds
from rempart.validation.xds.validate_message import validate_xds

_ID = re.compile(r"[A-Z0-9]+-\d{3}")
_NUMBERED = tuple(f"HL7-{n:03}" for n in range(1, 201))
# Those that the fact sheet of CDA documents numbers; the others are ours.
_CDA_RANGES = ((1, 28), (30, 45), (50, 67), (70, 80), (90, 103), (110, 117))
_CDA_NUMBERED = tuple(f"CDA-{n:03}" for first, last in _CDA_RANGES for n in range(first, last + 1))
_XDS_NUMBERED = tuple(f"XDS-{n:03}" for n in range(1, 132))
Function = Callable[..., Any]
# What they say themselves, lines and rules apart.
_READERS: tuple[Function, ...] = (
    validate_message, validate_cda, validate_archive, validate_mail, check_official, validate_xds, validate_vihf,
)  # fmt: skip
_AT_REST = tuple(f.__name__ for f in _READERS)  # a check that calls them reports what messages at rest do


@dataclass
class Use:
    """What applies a rule. `lines`: places and profiles of the same words; `checks` and `features`: in dialogue."""

    lines: list[str] = field(default_factory=list)
    functions: dict[Function, list[str]] = field(default_factory=dict)
    stories: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)  # official schematrons, when their pack is installed
    checks: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    mutants: dict[str, list[str]] = field(default_factory=dict)  # defects that break it, and who catches them

    @property
    def at_rest(self) -> bool:
        return bool(self.lines or self.functions or self.packs)

    @property
    def anywhere(self) -> bool:
        return bool(self.at_rest or self.stories or self.checks or self.features or self.mutants)


def use_of(info: RuleInfo) -> Use:
    """Everything that can report this rule, or the rule that says it too."""
    rule_id = info.same_as or info.id
    return Use(
        lines=[*_lines().get(rule_id, ()), *_cda_lines().get(rule_id, ()), *_xds_lines().get(rule_id, ())],
        functions={**functions_of(rule_id), **{f: ["lecture"] for f in _READERS if rule_id in _named_by_reader(f)}},
        packs=_in_packs().get(rule_id, []),
        stories=_in_stories().get(rule_id, []),
        checks=_in_checks().get(rule_id, []),
        features=features_naming(rule_id),
        mutants={name: m.caught_by for name, m in _mutants().items() if rule_id in m.rules},
    )


def editions_of(info: RuleInfo) -> list[str]:
    """Editions of the texts whose profiles name the rule, or whose functions apply it."""
    rule_id = info.same_as or info.id
    families = {f for names in functions_of(rule_id).values() for f in names}
    named = {p.edition for p in profiles().values() if p.family in families or _names(p.id, rule_id)}
    return sorted(named)


def missing() -> dict[str, str]:
    """Numbered rules that nothing applies, with the reason; "" when none is written, which a test forbids."""
    reasons = not_implemented()
    known = rules()
    numbered = (*_NUMBERED, *_CDA_NUMBERED, *_XDS_NUMBERED)
    absent = [i for i in numbered if i not in known or not use_of(known[i]).anywhere]
    return {i: reasons.get(i, "") for i in absent}


@cache
def not_implemented() -> dict[str, str]:
    """Reasons written in the `index/not-implemented.yaml` of each family."""
    files = [schemas_dir() / family / "index" / "not-implemented.yaml" for family in ("hl7v2", "cda", "xds")]
    return {rule_id: reason for file in files for rule_id, reason in (load_yaml(file) or {}).items()}


@cache
def _mutants() -> dict[str, Mutant]:
    return mutants()


# -- profiles -------------------------------------------------------------------------------------------------------


@cache
def _lines() -> dict[str, list[str]]:
    """`mdm-cda-2.1, mdm-cda-2.0: MSH-17 = FRA, obligatoire`, by rule: one entry for places of the same words."""
    grouped: dict[str, dict[str, list[str]]] = {}  # rule -> place and words -> profiles
    for profile in profiles().values():
        for rule_id, words in _of_profile(profile.id):
            grouped.setdefault(rule_id, {}).setdefault(words, []).append(profile.id)
    found: dict[str, list[str]] = {}
    for rule_id, entries in grouped.items():
        by_profiles: dict[tuple[str, ...], list[str]] = {}
        for words, names in entries.items():
            by_profiles.setdefault(tuple(dict.fromkeys(names)), []).append(words)
        found[rule_id] = [f"{', '.join(names)}: {w}" for names, words in by_profiles.items() for w in _joined(words)]
    return found


def _joined(words: list[str]) -> list[str]:
    """Places that the same is said of, together: `MSH-3, MSH-4 obligatoire`."""
    said: dict[str, list[str]] = {}
    for entry in words:
        place, _, rest = entry.partition(" ")
        said.setdefault(rest, []).append(place)
    return [f"{', '.join(dict.fromkeys(places))} {rest}".strip() for rest, places in said.items()]


def _names(profile_id: str, rule_id: str) -> bool:
    return any(named == rule_id for named, _ in _of_profile(profile_id))


@cache
def _of_profile(profile_id: str) -> tuple[tuple[str, str], ...]:
    profile = profiles()[profile_id]
    placed = [(slot, line) for slot, lines in profile.segments.items() for line in lines]
    found = [(line.rule, f"{slot}-{line.field} {words}") for slot, line in placed if (words := _words(line))]
    found.append((profile.structure_rule, "structure: ordre et nombre des segments"))
    for nodes in (profile.structure, *profile.structures.values()):
        found += _of_structure(nodes)
    return tuple(found)


def _of_structure(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if node.rule:
            least, most = node.card
            yield node.rule, f"{node.name} {least}..{'*' if most is None else most} à sa place"
        yield from _of_structure(node.children)


def _words(line: Line) -> str:
    """A line in words: `∈ NW, RO, CA obligatoire si PV1-2 ∈ E, I`; "" for one that lifts another edition's."""
    said = []
    if line.equals is not None:
        said.append(f"= {line.equals}")
    if line.values:
        said.append(f"∈ {', '.join(line.values)}")
    if line.table:
        said.append(f"dans la table {line.table}")
    if line.pattern:
        said.append(line.expected or f"de forme {line.pattern}")
    if line.type:
        said.append(f"de type {line.type}")
    if line.repetitions:
        least, most = line.repetitions
        said.append(f"{least}..{'*' if most is None else most} répétitions")
    said += {"R": ["obligatoire"], "X": ["vide"]}.get(line.usage, [])
    if line.when.source:
        said.append(f"si {_condition(line.when.source)}")
    if line.severity and said:
        said.append(f"({SEVERITY[line.severity]})")
    return " ".join(said)


def _condition(source: str) -> str:
    """A condition as profiles write it, in words."""
    said = []
    for place, wanted in ast.literal_eval(source).items():
        if isinstance(wanted, str):
            said.append(f"{place} {'présent' if wanted == 'present' else 'absent'}")
        elif isinstance(wanted, list):
            said.append(f"{place} ∈ {', '.join(map(str, wanted))}")
        elif "not" in wanted:
            said.append(f"{place} ∉ {', '.join(str(v) or '(vide)' for v in wanted['not'])}")
        else:
            kind, name = next(iter(wanted.items()))
            said.append(f"{place} {'dans' if kind == 'table' else 'hors de'} la table {name}")
    return " et ".join(said)


@cache
def _cda_lines() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in cda.lines():
        usage = {"R": "obligatoire", "X": "interdit"}.get(line.usage, "")
        values = f"∈ {', '.join(line.values)}" if line.values else f"dans la table {line.table}" if line.table else ""
        at = "" if line.at == "." else f"{line.at}/"
        found.setdefault(line.rule, []).append(" ".join(filter(None, (f"{at}{line.path}", values, usage))))
    return found


@cache
def _in_packs() -> dict[str, list[str]]:
    """Layers of the official packs that report a rule."""
    found: dict[str, list[str]] = {}
    for pack in catalogue().values():
        for layer in pack.schematrons:
            found.setdefault(layer.rule, []).append(f"{pack.name}: {layer.file}")
    return found


@cache
def _xds_lines() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for of in ("lot", "fiche"):
        for line in xds.lines(of):
            least, most = line.card
            found.setdefault(line.rule, []).append(f"{of}: {line.name} {least}..{'*' if most is None else most}")
            if line.form:
                found.setdefault(line.form_rule or line.rule, []).append(f"{of}: {line.name}, forme")
            if line.tables:
                named = " ou ".join(line.tables)
                found.setdefault(line.table_rule or line.rule, []).append(f"{of}: {line.name} dans {named}")
    return found


# -- code -----------------------------------------------------------------------------------------------------------


@cache
def _in_stories() -> dict[str, list[str]]:
    """Modules that judge a folder (`validation.hl7v2.story`, `validation.cda.story`) and name a rule."""
    found: dict[str, list[str]] = {}
    files = sorted((Path(hl7v2.__file__).parent / "story").glob("*.py"))
    for file in (*files, Path(cda.__file__).with_name("story.py")):
        named = {n.value for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Constant)}
        for rule_id in sorted(i for i in named if isinstance(i, str) and _ID.fullmatch(i)):
            found.setdefault(rule_id, []).append(file.stem)
    return found


@cache
def _in_checks() -> dict[str, list[str]]:
    """Named checks that name a rule themselves; the others are given it by a step."""
    found: dict[str, list[str]] = {}
    for name in checks.names():
        for rule_id in sorted(_named_by(checks.function(name), set())):
            found.setdefault(rule_id, []).append(name)
    return found


@cache
def _named_by_reader(function: Function) -> set[str]:
    return _named_by(function, set())


def _named_by(function: Any, seen: set[Any]) -> set[str]:
    """Rule ids in the constants of a function, of its globals and of the functions of validation that it calls."""
    seen.add(function)
    found = _ids((function.__defaults__, tuple((function.__kwdefaults__ or {}).values())))
    constants, names = _read(function.__code__)
    found |= _ids(constants)
    for name in names:
        value = function.__globals__.get(name)
        if inspect.isfunction(value):
            inside = value.__module__.startswith("rempart.validation.") and name not in _AT_REST
            inside = inside and value.__module__ != registry.__name__  # which knows all rules, and names none
            found |= _named_by(value, seen) if inside and value not in seen else set()
        else:
            found |= _ids(value)
    return found


def _read(code: CodeType) -> tuple[list[Any], set[str]]:
    constants, names = list(code.co_consts), set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            more, others = _read(inner)
            constants, names = constants + more, names | others
    return constants, names


def _ids(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if _ID.fullmatch(value) else set()
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return {i for v in value for i in _ids(v)} if isinstance(value, list | tuple | set | frozenset) else set()
