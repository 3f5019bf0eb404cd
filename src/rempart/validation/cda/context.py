"""What CDA rules are given: the document, the edition that judges it, and what was declared about its use.

What was not declared never makes a rule fire: a document alone does not say that it is bound for the DMP.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import TypeVar

from lxml import etree

from rempart.formats.cda.header import CdaHeader, header_elements
from rempart.formats.cda.model import SDTC, V3, CdaPatient
from rempart.formats.cda.nodes import PS3, XSI
from rempart.formats.cda.read import CdaTree, location
from rempart.formats.ins import REGISTERS
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.models import models
from rempart.validation.registry import finding

Element = etree._Element
T = TypeVar("T")
_SPACES = {None: V3, "sdtc": SDTC, "ps3-20": PS3, "xsi": XSI}
_LATEST = 99  # an edition named without its last number is the last of its line: 1.16 is 1.16.8


def edition_number(text: str, *, latest: bool = False) -> tuple[int, ...]:
    """`"1.16"` -> (1, 16), or (1, 16, 99) when it names the edition in force. ValueError when it is no edition."""
    parts = tuple(int(part) for part in text.split("."))
    return (*parts, _LATEST) if latest and len(parts) < 3 else parts


@cache
def edition_applies(edition: str, since: str) -> bool:
    """Whether what came with `since` is asked by `edition`."""
    return edition_number(edition, latest=True) >= edition_number(since)


@dataclass(frozen=True, eq=False)
class CdaContext:
    """One document under one edition of the Structuration minimale."""

    tree: CdaTree
    edition: str = "1.16"
    environment: str | None = None  # test | production: which INS registers are expected, when it was declared
    destination: str | None = None  # "dmp" when the document is bound for it
    requirements: frozenset[str] = frozenset()  # REM ids that the document illustrates: "DOC/va1.06"
    now: datetime | None = None  # rules read no clock: without it, nothing is in the future
    identity: CdaPatient | None = None  # the identity that the test injected
    _known: dict[object, object] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: object, find: Callable[[], T]) -> T:
        """What `find` returns, found once per document: several rules look at the same elements."""
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]  # type: ignore[return-value]

    def at(self, path: str) -> list[Element]:
        """Elements at a path from ClinicalDocument; the same list each time, each step walked once."""
        known = self._known.get(path)
        if known is None:
            above, _, last = path.rpartition("/")
            # A quote in a step may hold a slash: such a path is walked whole.
            parents = [self.root] if not above or "'" in path else self.at(above)
            step = path if "'" in path else last
            known = self._known[path] = [e for parent in parents for e in select(parent, step)]
        return known  # type: ignore[return-value]

    @property
    def root(self) -> Element:
        return self.tree.root

    @property
    def header(self) -> CdaHeader:
        return self.tree.header

    @cached_property
    def facts(self) -> frozenset[str]:
        """What conditions of profile lines can name."""
        ids = self.header.patient_ids
        found = {f"type={self.header.type.code}", self.header.level.lower()}
        found |= {f"requirement={r}" for r in self.requirements}
        if self.header.type.code in models().prescriptions:
            found.add("prescription")
        if self.destination:
            found.add(f"destination={self.destination}")
        if ids and ids[0].root in REGISTERS:
            found.add("ins")
        return frozenset(found)

    @cached_property
    def header_elements(self) -> tuple[Element, ...]:
        return tuple(header_elements(self.root))

    def in_header(self, *names: str) -> list[Element]:
        """HL7 elements of the header with one of these names, anywhere in it."""
        return [e for name in names for e in self._by_tag.get(f"{{{V3}}}{name}", ())]

    @cached_property
    def _by_tag(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.header_elements:
            found.setdefault(element.tag, []).append(element)
        return found

    def applies_since(self, edition: str) -> bool:
        return edition_applies(self.edition, edition)

    def find(
        self,
        rule: str,
        node: Element,
        below: str = "",
        message: str = "",
        *,
        expected: str = "",
        actual: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """A finding at `node`, or at what is `below` it; the value of an attribute is quoted."""
        if not actual and below.startswith("@"):
            actual = node.get(below[1:], "")
        return finding(
            rule,
            location(node, below),
            message,
            expected=expected,
            actual=actual,
            severity=severity,
            edition=self.edition,
        )


def select(node: Element, path: str) -> list[Element]:
    """Elements at a path of HL7 names (`name/family[@qualifier='BR']`); the node itself for an empty path."""
    steps = _steps(path)
    if steps is None:
        return node.findall(path, _SPACES)  # type: ignore[arg-type]
    if len(steps) == 1 and not steps[0][1]:
        return list(node.iterchildren(steps[0][0]))
    found = [node]
    for tag, attribute, value in steps:
        if not found:
            break
        found = [child for parent in found for child in parent.iterchildren(tag)]
        if attribute:
            found = [child for child in found if child.get(attribute) == value]
    return found


def first(node: Element | None, path: str) -> Element | None:
    if node is None:
        return None
    steps = _steps(path)
    if steps and len(steps) == 1 and not steps[0][1]:
        return next(node.iterchildren(steps[0][0]), None)
    return next(iter(select(node, path)), None)


def query(path: str) -> Callable[[Element], list[Element]]:
    """A compiled XPath that finds elements, names of HL7 v3 under `v3:`: for what whole documents are searched for."""
    return etree.XPath(path, namespaces={"v3": V3})  # type: ignore[return-value]


def values(path: str) -> Callable[[Element], list[str]]:
    """A compiled XPath that finds attributes: their values alone."""
    return etree.XPath(path, namespaces={"v3": V3}, smart_strings=False)  # type: ignore[return-value]


_STEP = re.compile(r"(?:(\w[\w-]*):)?(\w+)(?:\[@(\w+)='([^']*)'\])?")


@cache
def _steps(path: str) -> tuple[tuple[str, str, str], ...] | None:
    """Tag, attribute and its value of each step, () for the node itself; None for a path with anything else, which
    ElementPath reads (ten times as slowly: these paths are walked some five hundred times per document)."""
    if path in ("", "."):
        return ()
    found = []
    for step in re.split(r"/(?![^\[]*\])", path):
        match = _STEP.fullmatch(step)
        if match is None or (match[1] or None) not in _SPACES:
            return None
        found.append((f"{{{_SPACES[match[1]]}}}{match[2]}", match[3] or "", match[4] or ""))
    return tuple(found)


def text(node: Element | None) -> str:
    """White space normalised."""
    return "" if node is None else " ".join("".join(str(t) for t in node.itertext()).split())
