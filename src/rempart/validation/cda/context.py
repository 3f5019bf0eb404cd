"""What CDA rules are given: the document, the edition that judges it, and what was declared about its use.

What was not declared never makes a rule fire: a document alone does not say that it is bound for the DMP.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import TypeVar

from lxml import etree

from rempart.formats.cda.header import CdaHeader, is_pdf_section
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
COMPONENT = f"{{{V3}}}component"
# What rules look for in the header, in the whole document, in the body of a structured one: found in one walk of each.
_IN_HEADER = tuple(f"{{{V3}}}{name}" for name in (
    "id", "effectiveTime", "time", "birthTime", "low", "high", "prefix", "suffix", "assignedAuthor", "assignedPerson",
    "associatedPerson", "relatedPerson", "informationRecipient", "representedOrganization", "receivedOrganization",
    "scopingOrganization", "guardianOrganization",
))  # fmt: skip
_ANYWHERE = (
    *(f"{{{V3}}}{name}" for name in ("telecom", "addr", "value", "code", "assignedAuthor")),
    f"{{{SDTC}}}deceasedTime",
)
_IN_BODY = tuple(f"{{{V3}}}{name}" for name in ("section", "originalText", "renderMultiMedia"))
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
    _step_of: dict[Element, str] = field(default_factory=dict, init=False, repr=False)
    _at: dict[str, list[Element]] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: object, find: Callable[[], T]) -> T:
        """What `find` returns, found once per document: several rules look at the same elements."""
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]  # type: ignore[return-value]

    def at(self, path: str) -> list[Element]:
        """Elements at a path from ClinicalDocument; the same list each time, each step walked once."""
        known = self._at.get(path)
        if known is None:
            above, step, tag = _above(path)
            if tag and not above:
                known = self.top.get(tag, [])
            else:
                parents = self.at(above) if above else [self.tree.root]
                if tag:
                    known = [e for parent in parents for e in parent.iterchildren(tag)]
                else:
                    known = [e for parent in parents for e in select(parent, step)]
            self._at[path] = known
        return known

    @cached_property
    def top(self) -> dict[str, list[Element]]:
        """The children of ClinicalDocument, by tag."""
        found: dict[str, list[Element]] = {}
        for child in self.tree.root.iterchildren(etree.Element):
            found.setdefault(child.tag, []).append(child)
        return found

    def first(self, path: str) -> Element | None:
        """The first of `at`."""
        return next(iter(self.at(path)), None)

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

    def in_header(self, *names: str) -> list[Element]:
        """Elements of the header with these names, anywhere in it. KeyError when they are not of `_IN_HEADER`."""
        return [e for name in names for e in self._header[f"{{{V3}}}{name}"]]

    @cached_property
    def _header(self) -> dict[str, list[Element]]:
        parts = [child for tag, alike in self.top.items() if tag != COMPONENT for child in alike]
        return _by_tag(parts, _IN_HEADER)

    def anywhere(self, name: str, namespace: str = V3) -> list[Element]:
        """Elements of the whole document with this name. KeyError when it is not of `_ANYWHERE`."""
        return self._anywhere[f"{{{namespace}}}{name}"]

    @cached_property
    def _anywhere(self) -> dict[str, list[Element]]:
        return _by_tag([self.root], _ANYWHERE)

    @cached_property
    def body(self) -> Element | None:
        """The body of a structured document."""
        return self.first("component/structuredBody")

    def in_body(self, name: str) -> list[Element]:
        """Elements of the structured body with this name. KeyError when it is not of `_IN_BODY`."""
        return self._body[f"{{{V3}}}{name}"]

    @cached_property
    def _body(self) -> dict[str, list[Element]]:
        return _by_tag([] if self.body is None else [self.body], _IN_BODY)

    @cached_property
    def pdf_sections(self) -> list[Element]:
        """Sections FR-Document-PDF-copie, at any depth."""
        return [section for section in self.in_body("section") if is_pdf_section(section)]

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
            location(node, below, self._step_of),
            message,
            expected=expected,
            actual=actual,
            severity=severity,
            edition=self.edition,
        )


def _by_tag(nodes: Iterable[Element], tags: Sequence[str]) -> dict[str, list[Element]]:
    """Elements of these tags in these nodes, in their order; an empty list for a tag that none has."""
    found: dict[str, list[Element]] = {tag: [] for tag in tags}
    for node in nodes:
        for element in node.iter(*tags):
            found[element.tag].append(element)
    return found


def select(node: Element, path: str) -> list[Element]:
    """Elements at a path of HL7 names (`name/family[@qualifier='BR']`); the node itself for an empty path."""
    steps = _steps(path)
    if isinstance(steps, str):
        return list(node.iterchildren(steps))
    if steps is None:
        return node.findall(path, _SPACES)  # type: ignore[arg-type]
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
    if isinstance(steps, str):
        return next(node.iterchildren(steps), None)
    return next(iter(select(node, path)), None)


def query(path: str) -> Callable[[Element], list[Element]]:
    """A compiled XPath that finds elements, names of HL7 v3 under `v3:`: for what whole documents are searched for."""
    return etree.XPath(path, namespaces={"v3": V3})  # type: ignore[return-value]


def values(path: str) -> Callable[[Element], list[str]]:
    """A compiled XPath that finds attributes: their values alone."""
    return etree.XPath(path, namespaces={"v3": V3}, smart_strings=False)  # type: ignore[return-value]


_STEP = re.compile(r"(?:(\w[\w-]*):)?(\w+)(?:\[@(\w+)='([^']*)'\])?")


@cache
def _steps(path: str) -> str | tuple[tuple[str, str, str], ...] | None:
    """The tag of a single step without condition, which most paths are; else tag, attribute and its value of each step,
    () for the node itself; None for a path with anything else, which ElementPath reads (ten times as slowly: these
    paths are walked some hundreds of times per document)."""
    if path in ("", "."):
        return ()
    found = []
    for step in re.split(r"/(?![^\[]*\])", path):
        match = _STEP.fullmatch(step)
        if match is None or (match[1] or None) not in _SPACES:
            return None
        found.append((f"{{{_SPACES[match[1]]}}}{match[2]}", match[3] or "", match[4] or ""))
    return found[0][0] if len(found) == 1 and not found[0][1] else tuple(found)


@cache
def first_tag(path: str) -> str:
    """The tag of the first step of a path; "" when the path is that of the node itself."""
    steps = _steps(path.partition("/")[0])
    return steps if isinstance(steps, str) else steps[0][0] if steps else ""


@cache
def _above(path: str) -> tuple[str, str, str]:
    """A path without its last step, that step, and its tag if it has no condition. A quote in a step may hold a slash:
    such a path is walked whole."""
    above, _, last = path.rpartition("/")
    if "'" in path:
        above, last = "", path
    tag = _steps(last)
    return above, last, tag if isinstance(tag, str) else ""
