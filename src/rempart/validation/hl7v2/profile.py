"""Message profiles: what a table of an official text can say, as data (`schemas/hl7v2/*.yaml`).

One file per message family and edition. The format is described in `docs/profiles.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.path import Path, parse_path
from rempart.model.finding import Severity
from rempart.resources import schemas_dir
from rempart.validation.hl7v2.conditions import ALWAYS, Condition, condition, prepared
from rempart.validation.registry import load_yaml

Card = tuple[int, int | None]


def card(text: object) -> Card:
    """`"0..*"` -> (0, None)."""
    match = re.fullmatch(r"(\d+)\.\.(\d+|\*)", str(text))
    if not match:
        raise ValueError(f"cardinality {text!r} is not like 1..1 or 0..*")
    return int(match[1]), None if match[2] == "*" else int(match[2])


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Conditional = Annotated[Condition, BeforeValidator(condition)]


class Line(_Data):
    """One line of a field table. `field` is an address inside the segment: 3, "4.2", "3[*].1" (each repetition)."""

    field: int | str
    rule: str
    usage: Literal["R", "RE", "O", "X"] = "O"
    values: tuple[str, ...] = ()
    equals: str | None = None  # the whole field as it stands in the message
    table: str = ""
    pattern: str = ""
    type: Literal["", "TS", "CE", "SI", "MAIL", "OID"] = ""
    any: bool = False  # one repetition that fits is enough
    case: Severity | None = None  # severity of a value that differs by its case only
    repetitions: Annotated[Card, BeforeValidator(card)] | None = None
    when: Conditional = ALWAYS
    severity: Severity | None = None
    message: str = ""
    expected: str = ""  # what the finding says is expected, where the constraint itself would not be clear

    @cached_property
    def path(self) -> Path:
        """`field`, parsed; of the repetition 1 when the line looks at each."""
        return parse_path("XXX-" + str(self.field).replace("[*]", "[1]"))

    @cached_property
    def from_field(self) -> int:
        """The line has nothing to say of a segment that ends before this field; 0 when absence is what it looks for."""
        silent = self.usage != "R" and (self.repetitions is None or self.repetitions[0] == 0)
        return (self.path.field or 0) if silent else 0

    @cached_property
    def each(self) -> bool:
        return "[*]" in str(self.field)

    @cached_property
    def constrained(self) -> bool:
        return bool(self.equals is not None or self.values or self.table or self.pattern or self.type)


class Node(_Data):
    """One position of a structure: a segment, or a group of positions."""

    name: str
    card: Card
    children: tuple[Node, ...] = ()
    rule: str = ""  # the rule that its absence or excess breaks, where it is not the profile's `structure_rule`

    def __hash__(self) -> int:
        """Structures are keys of caches on the way of every message: they are hashed once, not walked each time."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.name, self.card, self.children, self.rule))

    @property
    def first(self) -> str:
        """Segment that opens it."""
        return self.children[0].first if self.children else self.name

    @cached_property
    def firsts(self) -> frozenset[str]:
        """Segments that may open it: its optional beginning, and its first required one."""
        names = frozenset[str]() if self.children else frozenset({self.name})
        for child in self.children:
            names |= child.firsts
            if child.card[0]:
                break
        return names


def _segment_names(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield from _segment_names(node.children) if node.children else (node.name,)


def _node(entry: Any) -> Node:
    if isinstance(entry, str):
        return Node(name=entry, card=(1, 1))
    if "group" in entry:
        children = tuple(_node(c) for c in entry["of"])
        return Node(name=entry["group"], card=card(entry.get("card", "1..1")), children=children)
    rule = entry.get("rule", "")
    ((name, cardinality),) = ((k, v) for k, v in entry.items() if k != "rule")
    return Node(name=name, card=card(cardinality), rule=rule)


def _alternatives(value: object) -> object:
    return value if isinstance(value, list) else [value]


class Slot(_Data):
    """A kind of occurrence of a segment: the document OBX, the sender PRT. A list of conditions: one must hold."""

    segment: str
    where: Annotated[tuple[Conditional, ...], BeforeValidator(_alternatives)]

    @cached_property
    def tests(self) -> tuple[Callable[[Segment], bool], ...]:
        """The conditions, ready to be asked of a segment."""
        return tuple(prepared(condition, self.segment) for condition in self.where)


class Profile(_Data):
    """A message profile. `family` selects the rule functions that go with it."""

    id: str
    title: str
    family: str
    edition: str
    source: str
    messages: tuple[str, ...]  # "MDM^T02"; "ACK" alone for any event
    msh21: str = ""  # the profile declared in MSH-21 by this edition
    markers: tuple[Conditional, ...] = ()  # what tells this edition from its sisters when MSH-21 does not
    structure: tuple[Node, ...]
    severities: dict[str, Severity] = Field(default_factory=dict)  # rules that this edition does not know as errors
    structure_rule: str
    structures: dict[str, tuple[Node, ...]] = Field(default_factory=dict)  # by message, where events differ
    slots: dict[str, Slot] = Field(default_factory=dict)
    segments: dict[str, tuple[Line, ...]] = Field(default_factory=dict)

    # A profile is itself and no other: it is the key of what is made ready for it once.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Segments of the structures, in the order in which they are first named."""
        structures = (*self.structures.values(), self.structure)
        names = dict.fromkeys(name for nodes in structures for name in _segment_names(nodes))
        return {name: rank for rank, name in enumerate(names)}

    @cached_property
    def openers(self) -> dict[str, str]:
        """The segment that opens the repeatable group of another one: OBX of PRT."""
        openers: dict[str, str] = {}

        def walk(nodes: Iterable[Node], opener: str) -> None:
            for node in nodes:
                if node.children:
                    walk(node.children, node.first if node.card[1] is None else opener)
                elif opener not in ("", node.name):
                    openers[node.name] = opener

        for nodes in (*self.structures.values(), self.structure):
            walk(nodes, "")
        return openers

    def structure_of(self, kind: str) -> tuple[Node, ...]:
        """By message; by event when MSH-9.1 is what is wrong."""
        if kind in self.structures:
            return self.structures[kind]
        event = kind.rpartition("^")[2]
        return next((s for k, s in self.structures.items() if k.endswith(f"^{event}")), self.structure)


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


@cache
def _source(name: str) -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(schemas_dir() / "hl7v2" / f"{name}.yaml")
    data["segments"] = {segment: _spread(lines) for segment, lines in data.get("segments", {}).items()}
    for base in reversed(data.pop("extends", [])):
        data = _merge({k: v for k, v in _source(base).items() if k != "abstract"}, data)
    return data


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by id; files marked `abstract: true` are only there to be extended."""
    found = {}
    for file in sorted((schemas_dir() / "hl7v2").glob("*.yaml")):
        if file.stem.startswith("rules"):
            continue
        data = dict(_source(file.stem))
        if data.pop("abstract", False):
            continue
        data["structure"] = [_node(n) for n in data["structure"]]
        data["structures"] = {k: [_node(n) for n in v] for k, v in data.get("structures", {}).items()}
        profile = Profile(id=file.stem, **data)
        found[profile.id] = profile
    return found
