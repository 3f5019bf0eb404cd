"""One structural fault at a time in a CDA document: what an editor's code really does, and what nobody would.

A mutation is drawn in two steps, so that rare places are reached as often as frequent ones: first a place, that is a
pair of names (parent, element), then one of its occurrences.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

Element = etree._Element
V3, SDTC, XSI = "urn:hl7-org:v3", "urn:hl7-org:sdtc", "http://www.w3.org/2001/XMLSchema-instance"
PHARM, LAB = "urn:ihe:pharm:medication", "urn:oid:1.3.6.1.4.1.19376.1.3.2"
TYPE = f"{{{XSI}}}type"

TYPES = """
    ANY BL BN CD CE CO CR CS CV ED EIVL_TS EN GLIST_PQ HXIT_CE II INT IVL_INT IVL_MO IVL_PPD_TS IVL_PQ IVL_REAL
    IVL_TS IVXB_TS MO ON PIVL_TS PN PPD_PQ PPD_TS PQ PQR QTY REAL RTO RTO_MO_PQ RTO_PQ_PQ RTO_QTY_QTY SC SLIST_TS
    ST SXCM_INT SXCM_TS SXPR_TS TEL TN TS URL UVP_TS AD ADXP ENXP BXIT_CD NOPE
""".split()  # noqa: SIM905  # a list of words
ATTRIBUTES = """
    nullFlavor classCode moodCode typeCode determinerCode contextControlCode contextConductionInd negationInd
    inversionInd ID code codeSystem codeSystemName displayName root extension value unit use qualifier partType
    mediaType representation language operator inclusive institutionSpecified alignment styleCode align border
    colspan alien
""".split()  # noqa: SIM905  # a list of words
NAMES = """
    code id text title value effectiveTime statusCode templateId entry entryRelationship observation act organizer
    component section author time participant name addr telecom reference table paragraph content item td br low
    high center width translation originalText qualifier country given family performer consumable quantity
""".split()  # noqa: SIM905  # a list of words
VALUES = [
    "", " ", "x", "1 2", "0", "1", "-1", "1.5", "1,5", "1e3", "true", "TRUE", "UNK", "NI", "OTH", "XX", "abc.def",
    "1.2.3", "1.02.3", "3.4", "2025", "202513", "20250101103000+0100", "2025-01-01", "20250101T1030", "#ref", "a b",
    " EVN ", "EVN", "RQO", "OBS", "ACT", "PROC", "COMP", "REFR", "SUBJ", "PSN", "ORG", "KIND", "INSTANCE", "HP", "WP",
    "HP WP", "BR", "CL", "SP", "text/plain", "B64", "TXT", "é", "1.2.250.1.213.1.4.10", "PAT", "PRF", "AUT",
    "550e8400-e29b-41d4-a716-446655440000",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document with one fault: `root` is its own copy."""

    kind: str
    region: str  # header | body
    place: str  # XPath of the element that was chosen, in the document before the fault
    detail: str  # what was done: the attribute and its value, the name given
    root: Element


class Places:
    """Elements of a ClinicalDocument by region and by pair of names."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.by_region: dict[str, dict[tuple[str, str], list[int]]] = {"header": {}, "body": {}}
        body = root.find(f"{{{V3}}}component")
        inside = set() if body is None else set(body.iter(etree.Element))
        self.elements = list(root.iter(etree.Element))
        found: dict[str, dict[tuple[str, str], list[int]]] = {"header": defaultdict(list), "body": defaultdict(list)}
        for index, node in enumerate(self.elements):
            if (parent := node.getparent()) is not None and node is not root:
                found["body" if node in inside else "header"][parent.tag, node.tag].append(index)
        self.by_region = {region: dict(places) for region, places in found.items()}

    def draw(self, region: str, draw: random.Random) -> int:
        places = self.by_region[region]
        return draw.choice(places[draw.choice(list(places))])


def mutate(places: Places, kind: str, region: str, draw: random.Random) -> Mutant | None:
    """One fault of this kind, or None when the place that was drawn does not take it."""
    index = places.draw(region, draw)
    place = places.root.getroottree().getelementpath(places.elements[index])
    root = deepcopy(places.root)
    node = list(root.iter(etree.Element))[index]
    detail = KINDS[kind](node, draw)
    return None if detail is None else Mutant(kind, region, str(place), detail, root)


def _parent(node: Element) -> Element:
    parent = node.getparent()
    assert parent is not None
    return parent


def _dropped(node: Element, _: random.Random) -> str:
    _parent(node).remove(node)
    return ""


def _repeated(node: Element, _: random.Random) -> str:
    copy = deepcopy(node)
    for inner in copy.iter(etree.Element):
        inner.attrib.pop("ID", None)  # an ID twice would be another fault
    node.addnext(copy)
    return ""


def _renamed(node: Element, draw: random.Random) -> str | None:
    local = etree.QName(node).localname
    typo = draw.choice([local + "s", local[:-1] or "x", local.lower(), local.capitalize(), draw.choice(NAMES)])
    return _tag(node, f"{{{etree.QName(node).namespace}}}{typo}")


def _of_another_namespace(node: Element, draw: random.Random) -> str | None:
    return _tag(node, f"{{{draw.choice([V3, SDTC, PHARM, LAB, 'urn:autre'])}}}{etree.QName(node).localname}")


def _tag(node: Element, name: str) -> str | None:
    if name == node.tag:
        return None
    node.tag = name
    return name


def _moved(node: Element, draw: random.Random) -> str | None:
    parent = _parent(node)
    how = draw.choice(["next", "first", "last", "up", "down"])
    if how == "next" and (following := node.getnext()) is not None:
        following.addnext(node)
    elif how == "first" and parent.index(node):
        parent.insert(0, node)
    elif how == "last" and node.getnext() is not None:
        parent.append(node)
    elif how == "up" and parent.getparent() is not None:
        parent.addnext(node)
    elif how == "down" and (sibling := node.getprevious()) is not None and isinstance(sibling.tag, str):
        sibling.append(node)
    else:
        return None
    return how


def _inserted(node: Element, draw: random.Random) -> str:
    name = draw.choice([*(f"{{{V3}}}{n}" for n in NAMES), "{urn:autre}extension", f"{{{SDTC}}}id", "sansEspace"])
    new = etree.Element(name)
    if draw.random() < 0.5:
        node.addprevious(new)
        return f"{name} before"
    node.insert(draw.randint(0, len(node)), new)
    return f"{name} inside"


def _attribute_removed(node: Element, draw: random.Random) -> str | None:
    if not node.attrib:
        return None
    name = draw.choice(list(node.attrib))
    del node.attrib[name]
    return name


def _attribute_renamed(node: Element, draw: random.Random) -> str | None:
    if not node.attrib:
        return None
    name = draw.choice(list(node.attrib))
    new = draw.choice([name + "s", name.swapcase(), draw.choice(ATTRIBUTES)]) if name[0] != "{" else "type"
    if new in node.attrib:
        return None
    node.set(new, node.attrib.pop(name))
    return f"{name} -> {new}"


def _attribute_added(node: Element, draw: random.Random) -> str | None:
    name = draw.choice([*ATTRIBUTES, f"{{{SDTC}}}valueSet", "{urn:autre}a", f"{{{XSI}}}schemaLocation"])
    if name in node.attrib:
        return None
    node.set(name, draw.choice(VALUES))
    return f"{name}={node.get(name)!r}"


def _value(node: Element, draw: random.Random) -> str | None:
    names = [n for n in node.attrib if n != TYPE]
    if not names:
        return None
    name = draw.choice(names)
    old = node.attrib[name]
    node.set(name, draw.choice([*VALUES, old + " ", old + "x", old[:-1], old.lower(), old.upper(), old * 2]))
    return None if node.get(name) == old else f"{name}={node.get(name)!r}"


def _type(node: Element, draw: random.Random) -> str | None:
    if TYPE not in node.attrib and draw.random() < 0.5:
        return None
    prefix = next((p for p, uri in node.nsmap.items() if uri == V3 and p), "")
    value = draw.choice(TYPES)
    node.set(TYPE, f"{prefix}:{value}" if prefix else value)
    return value


def _text_inserted(node: Element, draw: random.Random) -> str:
    if draw.random() < 0.5:
        node.text = (node.text or "") + "texte"
        return "inside"
    node.tail = (node.tail or "") + "texte"
    return "after"


def _emptied(node: Element, _: random.Random) -> str | None:
    if not len(node) and not node.text:
        return None
    for child in list(node):
        node.remove(child)
    node.text = None
    return ""


KINDS: dict[str, Callable[[Element, random.Random], str | None]] = {
    "element dropped": _dropped,
    "element repeated": _repeated,
    "element renamed": _renamed,
    "element of another namespace": _of_another_namespace,
    "element moved": _moved,
    "element inserted": _inserted,
    "element emptied": _emptied,
    "attribute removed": _attribute_removed,
    "attribute renamed": _attribute_renamed,
    "attribute added": _attribute_added,
    "bad value": _value,
    "bad xsi:type": _type,
    "text inserted": _text_inserted,
}
