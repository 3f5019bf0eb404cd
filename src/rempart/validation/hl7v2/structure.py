"""Segment order and cardinality: the message read against the structure of its profile.

The grammars of HL7 v2 are decided by the next segment's name, so one pass with one segment of look-ahead suffices.
The reader recovers from every fault, to report them all: a segment that the grammar knows in another place is out of
order (error); one that it does not know at all is at the sender's own responsibility (warning HL7-007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.profile import Node

UNKNOWN = "HL7-007"


def check_structure(context: Context) -> Iterator[Finding]:
    """Findings of the profile's `structure_rule`, and of HL7-007 for segments the profile does not name."""
    nodes = context.profile.structure_of(context.message.kind)
    known = _names(nodes)
    segments = []
    for segment in context.message.segments:
        if segment.name in known:
            segments.append(segment)
        else:
            what = "n'est pas prévu par ce profil: le récepteur n'est pas tenu de le lire"
            yield context.find(UNKNOWN, segment, message=f"le segment {segment.name} {what}")
    reader = _Reader(context, segments)
    reader.read(nodes)
    reader.leftover()
    yield from reader.findings


@cache
def _names(nodes: Sequence[Node]) -> frozenset[str]:
    names: set[str] = set()
    for node in nodes:
        names |= _names(node.children) if node.children else {node.name}
    return frozenset(names)


class _Reader:
    def __init__(self, context: Context, segments: list[Segment]) -> None:
        self.context, self.segments, self.at = context, segments, 0
        self.findings: list[Finding] = []
        self.displaced: set[int] = set()  # reported where they were expected: not again where they stand

    @property
    def next(self) -> str:
        return self.segments[self.at].name if self.at < len(self.segments) else ""

    def read(self, nodes: Sequence[Node], follow: frozenset[str] = frozenset()) -> None:
        for i, node in enumerate(nodes):
            after = frozenset(n.first for n in nodes[i + 1 :]) | follow
            self.read_node(node, after)

    def read_node(self, node: Node, follow: frozenset[str]) -> None:
        least, most = node.card
        count = 0
        while self.starts(node, follow):
            count += 1
            if most is not None and count > most:
                what = f"est présent plus de {most} fois" if most else "n'est pas permis dans cet événement"
                self.fault(f"{node.name} {what}", expected=f"au plus {most}", rule=node.rule)
            if node.children:
                self.read(node.children, follow | {node.first})
            else:
                self.at += 1
        if count < least:
            self.missing(node)

    def starts(self, node: Node, follow: frozenset[str]) -> bool:
        """Is the next segment the beginning of this node? A group whose first segment is missing is recognised by a
        segment that only it can hold here."""
        if self.next == node.first:
            return True
        return bool(node.children) and self.next in _names(node.children) and self.next not in follow

    def missing(self, node: Node) -> None:
        nodes = [n for n in node.children if n.card[0]] if node.children else [node]
        for name, rule in ((n.name, n.rule or node.rule) for n in nodes):
            elsewhere = [s for s in self.segments[self.at :] if s.name == name]
            self.displaced |= {s.index for s in elsewhere[:1]}
            what = "n'est pas à sa place" if elsewhere else "est absent"
            before = f"avant {self.next}" if self.next else "à la fin du message"
            self.findings.append(
                self.context.find(
                    rule or self.context.profile.structure_rule,
                    None,
                    location=elsewhere[0].location() if elsewhere else name,
                    message=f"le segment obligatoire {name} {what}",
                    expected=f"{name} {before}",
                    actual=self.next,
                )
            )

    def fault(self, message: str, expected: str, rule: str = "") -> None:
        segment = self.segments[self.at]
        rule = rule or self.context.profile.structure_rule
        self.findings.append(self.context.find(rule, segment, message=message, expected=expected, actual=segment.name))

    def leftover(self) -> None:
        """What the grammar could not place: the first of a run is named, the rest follows from it."""
        while self.at < len(self.segments):
            segment = self.segments[self.at]
            previous = self.segments[self.at - 1].name if self.at else "le début"
            if segment.index not in self.displaced:
                self.fault(f"le segment {segment.name} n'est pas attendu après {previous}", expected="ordre du profil")
            self.at += 1
            self.skip_to_known()

    def skip_to_known(self) -> None:
        while self.at < len(self.segments) and self.next == self.segments[self.at - 1].name:
            self.at += 1
