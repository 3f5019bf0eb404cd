"""Message profiles: what a table of an official text can say, as data (`schemas/hl7v2/*.yaml`, read by `profiles`).

One file per message family and edition. The format is described in `docs/profiles.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.path import Path, parse_path
from rempart.model.finding import Severity
from rempart.validation.cardinality import Card
from rempart.validation.hl7v2.conditions import ALWAYS, Condition, prepared


@dataclass(frozen=True, kw_only=True)
class Line:
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
    repetitions: Card | None = None
    when: Condition = ALWAYS
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


@dataclass(frozen=True, kw_only=True)
class Node:
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


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A kind of occurrence of a segment: the document OBX, the sender PRT. A list of conditions: one must hold."""

    segment: str
    where: tuple[Condition, ...]

    @cached_property
    def tests(self) -> tuple[Callable[[Segment], bool], ...]:
        """The conditions, ready to be asked of a segment."""
        return tuple(prepared(condition, self.segment) for condition in self.where)


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """A message profile. `family` selects the rule functions that go with it."""

    id: str
    title: str
    family: str
    edition: str
    source: str
    messages: tuple[str, ...]  # "MDM^T02"; "ACK" alone for any event
    msh21: str = ""  # the profile declared in MSH-21 by this edition
    markers: tuple[Condition, ...] = ()  # what tells this edition from its sisters when MSH-21 does not
    structure: tuple[Node, ...]
    severities: dict[str, Severity] = field(default_factory=dict)  # rules that this edition does not know as errors
    structure_rule: str
    structures: dict[str, tuple[Node, ...]] = field(default_factory=dict)  # by message, where events differ
    slots: dict[str, Slot] = field(default_factory=dict)
    segments: dict[str, tuple[Line, ...]] = field(default_factory=dict)

    # A profile is itself and no other (eq=False): it is the key of what is made ready for it once.

    @cached_property
    def marks(self) -> tuple[tuple[str, Callable[[Segment], bool]], ...]:
        """The markers, ready to be asked of the segments of a name."""
        return tuple((marker.segment, prepared(marker, marker.segment)) for marker in self.markers)

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
