"""Segment order and cardinality: the message read against the structure of its profile.

The grammars of HL7 v2 are decided by the next segment's name, so one pass with one segment of look-ahead suffices.
The reader recovers from every fault, to report each once, at the segment that is wrong: a segment that stands in
another place than the grammar's is out of order (error); one that the grammar does not know is at the sender's own
responsibility (warning HL7-007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.order import out_of_order
from rempart.validation.hl7v2.profile import Node

UNKNOWN = "HL7-007"
_OUT_OF_SCOPE = "n'est pas prévu par ce profil: le récepteur n'est pas tenu de le lire"


def check_structure(context: Context) -> Iterator[Finding]:
    """Findings of the profile's `structure_rule`, and of HL7-007 for segments the profile does not name."""
    nodes = context.profile.structure_of(context.message.kind)
    known, pattern = _grammar(nodes)
    segments = [s for s in context.message.segments if s.name in known]
    if len(segments) < len(context.message.segments):
        for segment in context.message.segments:
            if segment.name not in known:
                yield context.find(UNKNOWN, segment, message=f"le segment {segment.name} {_OUT_OF_SCOPE}")
    if pattern.fullmatch(",".join([*(s.name for s in segments), ""])):
        return
    reader = _Reader(context, segments, _rules(nodes))
    reader.set_aside(_displaced(nodes, segments))
    reader.read(nodes, ())
    reader.leftover()
    yield from reader.findings


@cache
def _grammar(nodes: Sequence[Node]) -> tuple[frozenset[str], re.Pattern[str]]:
    """The names it knows, and what the names of a message without fault look like, a comma after each.

    The next name decides: no step is ever taken back, so that no message makes the pattern slow.
    """

    def written(node: Node) -> str:
        inside = "".join(map(written, node.children)) if node.children else f"{node.name},"
        least, most = node.card
        return f"(?:{inside}){{{least},{'' if most is None else most}}}+"

    return _names(nodes), re.compile("".join(map(written, nodes)))


@cache
def _names(nodes: Sequence[Node]) -> frozenset[str]:
    names: set[str] = set()
    for node in nodes:
        names |= _names(node.children) if node.children else {node.name}
    return frozenset(names)


@cache
def _rules(nodes: Sequence[Node]) -> dict[str, str]:
    """The rule that a segment breaks by its place, where the structure names one."""
    rules: dict[str, str] = {}
    for node in nodes:
        rules |= _rules(node.children) if node.children else {node.name: node.rule}
    return {name: rule for name, rule in rules.items() if rule}


@cache
def _ranks(nodes: Sequence[Node]) -> dict[str, int]:
    """Position in the grammar of the segments that stand in one place; the same one for all those of a loose group."""
    order: list[tuple[str, int]] = []

    def walk(level: Sequence[Node], loose: int | None = None) -> None:
        for node in level:
            if node.children:
                walk(node.children, len(order) if _is_loose(node) else loose)
            else:
                order.append((node.name, len(order) if loose is None else loose))

    walk(nodes)
    places = {name: [i for i, (other, _) in enumerate(order) if other == name] for name, _ in order}
    return {name: order[at[0]][1] for name, at in places.items() if at[-1] - at[0] < len(at)}


def _is_loose(node: Node) -> bool:
    """A repeatable group of optional segments: they come in any order."""
    return node.card[1] is None and not any(child.card[0] for child in node.children)


def _displaced(nodes: Sequence[Node], segments: Sequence[Segment]) -> list[Segment]:
    """The fewest lone segments to take out for the others to be in order (heaviest increasing subsequence)."""
    ranks = _ranks(nodes)
    firsts: dict[str, Segment] = {}
    count: dict[str, int] = {}
    for segment in segments:
        if segment.name in ranks:
            firsts.setdefault(segment.name, segment)
            count[segment.name] = count.get(segment.name, 0) + 1
    row = list(firsts.values())
    # Equal ranks (a loose group) keep the order they come in.
    wrong = out_of_order([ranks[s.name] * len(row) + i for i, s in enumerate(row)], [count[s.name] for s in row])
    return [row[i] for i in wrong if count[row[i].name] == 1]


class _Reader:
    def __init__(self, context: Context, segments: list[Segment], rules: dict[str, str]) -> None:
        self.context, self.segments, self.rules, self.at = context, segments, rules, 0
        self.findings: list[Finding] = []
        self.last = {s.name: place for place, s in enumerate(segments)}
        self.aside: set[str] = set()  # segments out of place, already reported: neither missing nor met again

    @property
    def next(self) -> str:
        return self.segments[self.at].name if self.at < len(self.segments) else ""

    def remains(self, name: str) -> bool:
        return self.last.get(name, -1) >= self.at

    def set_aside(self, displaced: list[Segment]) -> None:
        for segment in displaced:
            self.aside.add(segment.name)
            place = self.segments.index(segment)
            previous = self.segments[place - 1].name if place else "le début du message"
            what = f"le segment {segment.name} n'est pas à sa place, après {previous}"
            self.fault(segment, what, "l'ordre du profil")
        self.segments = [s for s in self.segments if s not in displaced]
        self.last = {s.name: place for place, s in enumerate(self.segments)}

    def read(self, nodes: Sequence[Node], later: Sequence[Node]) -> None:
        """`later`: what may follow, nearest first, beyond these nodes."""
        for i, node in enumerate(nodes):
            self.read_node(node, (*nodes[i + 1 :], *later))

    def read_node(self, node: Node, later: Sequence[Node]) -> None:
        least, most = node.card
        count = 0
        while self.next:
            full = most is not None and count >= most and any(self.next in n.firsts for n in later)
            if not full and (self.next in node.firsts or (not count and self.headless(node, later))):
                count += 1
                if most is not None and count > most:
                    what = f"est présent plus de {most} fois" if most else "n'est pas permis dans cet événement"
                    self.fault(self.segments[self.at], f"{node.name} {what}", f"au plus {most}", node.rule)
                self.consume(node, later)
            elif self.expected_later(later):
                break
            else:
                self.unexpected()
        if count < least and node.name not in self.aside:
            self.missing(node)

    def consume(self, node: Node, later: Sequence[Node]) -> None:
        if not node.children:
            self.at += 1
            return
        again = () if node.card[1] == 1 else (node,)
        self.read(node.children, (*again, *later))

    def headless(self, node: Node, later: Sequence[Node]) -> bool:
        """Does the group start here without its first segment, which stands nowhere further on?"""
        if not node.children or self.next not in _names(node.children):
            return False
        return not self.remains(node.first) and not any(self.next in n.firsts for n in later)

    def expected_later(self, later: Sequence[Node]) -> bool:
        return any(self.next in n.firsts or self.headless(n, ()) for n in later)

    def unexpected(self) -> None:
        segment = self.segments[self.at]
        previous = self.segments[self.at - 1].name if self.at else "le début du message"
        if segment.name not in self.aside:
            self.fault(segment, f"le segment {segment.name} n'est pas attendu après {previous}", "l'ordre du profil")
        while self.next == segment.name:  # a run of them is one fault
            self.at += 1

    def leftover(self) -> None:
        while self.next:
            self.unexpected()

    def missing(self, node: Node) -> None:
        nodes = [n for n in node.children if n.card[0]] if node.children else [node]
        for name, rule in ((n.name, n.rule or node.rule) for n in nodes if n.name not in self.aside):
            before = f"{name} avant {self.next}" if self.next else f"{name} à la fin du message"
            self.findings.append(
                self.context.find(
                    rule or self.context.profile.structure_rule,
                    None,
                    location=name,
                    message=f"le segment obligatoire {name} est absent",
                    expected=before,
                    actual=self.next,
                )
            )

    def fault(self, segment: Segment, message: str, expected: str, rule: str = "") -> None:
        rule = rule or self.rules.get(segment.name, "") or self.context.profile.structure_rule
        self.findings.append(self.context.find(rule, segment, message=message, expected=expected, actual=segment.name))
