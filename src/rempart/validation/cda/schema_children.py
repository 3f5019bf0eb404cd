"""Children that our CDA schema refuses: missing, repeated, out of place, or unknown there, in French.

libxml2 names the child; the content model of its parent, by xmlschema, tells which of the four it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from lxml import etree

from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element

_LISTED = re.compile(r"Expected is (?:one of )?\( (.*) \)")
_MANY = 9
_LACKS = "Il manque "
_PREFIXES = {
    "urn:hl7-org:sdtc": "sdtc:",
    "urn:ihe:pharm:medication": "pharm:",
    "urn:oid:1.3.6.1.4.1.19376.1.3.2": "lab:",
    "urn:dicom-org:ps3-20": "ps3-20:",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:",
}
_BEGINNING = ("realmCode", "typeId", "templateId")


def children(
    context: CdaContext,
    node: Element,
    refusal: str,
    type_of: Callable[[Element], Any],
    errors_of: Callable[[Element], list[Any]],
) -> tuple[Finding, tuple[str, ...]]:
    """Finding of a refused content, and the places whose own rule says more of it."""
    listed = _names(refusal)
    if "Missing child element" in refusal:
        due = _due(errors_of(node)) or listed
        message = f"Il manque {_either(due) or 'un élément'} à la fin de {local(node.tag)}"
        found = context.find("CDA-002", node, due[0] if len(due) == 1 else "", message, expected=_either(due))
        return found, (found.location, *_missing(context, node, due))
    parent = node.getparent()
    if parent is None:
        return context.find("CDA-002", node, "", "Le schéma refuse cet élément", actual=refusal), ()
    due = [name for name in _due(errors_of(parent)) if name != local(node.tag)]
    late = _late(node, parent, type_of(parent), due)
    if late is not None:
        found = _too_late(context, late, node, parent)
    else:
        message, expected = _misplaced(node, parent, type_of(parent), due)
        lacks = len(due) == 1 and message.startswith(_LACKS)
        place, below = (parent, due[0]) if lacks else (node, "")
        found = context.find("CDA-002", place, below, message, expected=expected or _either(listed))
    return found, (found.location, *_missing(context, parent, due))


def _late(node: Element, parent: Element, kind: Any, due: list[str]) -> Element | None:
    """The element that should have come before this one and stands further down, when all the others are in order:
    it is the one to move, and not the one at which the schema stopped."""
    order = {tag: rank for rank, tag in enumerate(model(kind))}
    siblings = [child for child in parent.iterchildren(etree.Element) if child.tag in order]
    if node not in siblings:
        return None
    later = [child for child in siblings[siblings.index(node) :] if local(child.tag) in due]
    ranks = [order[str(child.tag)] for child in siblings if child not in later]
    moved = [order[str(child.tag)] for child in siblings if child is not node]
    return later[0] if later and ranks == sorted(ranks) and moved != sorted(moved) else None


def _too_late(context: CdaContext, late: Element, node: Element, parent: Element) -> Finding:
    name, before, where = local(late.tag), local(node.tag), local(parent.tag)
    message = f"L'élément {name} n'est pas à sa place: dans {where}, il vient avant {before}"
    return context.find("CDA-002", late, "", message, expected=f"{name} avant {before}")


def _misplaced(node: Element, parent: Element, kind: Any, due: list[str]) -> tuple[str, str]:
    """Why this child is refused, and what is expected when it is not what may come next."""
    name, where, known = local(node.tag), local(parent.tag), model(kind)
    if node.tag not in known:
        return _stranger(node, kind, where)
    order = {tag: rank for rank, tag in enumerate(known)}
    siblings = [child for child in parent.iterchildren(etree.Element) if child.tag in known]
    place = siblings.index(node)
    if known[str(node.tag)].max_occurs == 1 and any(c.tag == node.tag for c in siblings[:place]):
        return f"L'élément {name} est répété: il ne figure qu'une fois dans {where}", "un seul"
    awaited = [c for c in siblings[place:] if local(c.tag) in due]
    if late := next((local(c.tag) for c in awaited if order[str(c.tag)] < order[str(node.tag)]), None):
        return f"L'élément {name} n'est pas à sa place: dans {where}, il vient après {late}", f"{name} après {late}"
    if due and not awaited:  # what is awaited and comes later is at its place: this one is late
        return f"{_LACKS}{_either(due)} avant {name}", _either(due)
    if other := next((str(c.tag) for c in siblings[:place] if _exclusive(kind.content, str(node.tag), str(c.tag))), ""):
        return f"L'élément {name} ne va pas avec {local(other)}: {where} contient l'un ou l'autre", "l'un des deux"
    later = next((local(c.tag) for c in siblings[:place] if order[str(c.tag)] > order[str(node.tag)]), None)
    if later:
        return f"L'élément {name} n'est pas à sa place: dans {where}, il vient avant {later}", f"{name} avant {later}"
    return f"L'élément {name} n'est pas attendu ici", ""


def _stranger(node: Element, kind: Any, where: str) -> tuple[str, str]:
    """An element that its parent has at no place: an addition, a typing mistake, another namespace."""
    name, known = etree.QName(node), model(kind)
    if kind is None:
        return f"L'élément {name.localname} n'est pas attendu ici", ""
    if twin := next((tag for tag in known if local(tag) == name.localname), None):
        expected = f"{name.localname} dans {etree.QName(twin).namespace or 'aucun espace de noms'}"
        space = name.namespace or "aucun"
        return f"L'élément {name.localname} n'est pas dans l'espace de noms attendu: {space}", expected
    names = {local(tag).lower(): local(tag) for tag in known}
    message = f"L'élément {name.localname} n'existe pas dans {where}"
    if close := get_close_matches(name.localname.lower(), names, n=1, cutoff=0.8):
        return f"{message}: faut-il lire {names[close[0]]} ?", names[close[0]]
    # In a text, anything of the model may come at any place; libxml2 names only what ends it.
    return message, _either(list(names.values())) if kind.mixed else ""


def _exclusive(group: Any, one: str, other: str) -> bool:
    """Whether the smallest part of a content model that has both is a choice between them."""
    for part in group:
        names = {e.name for e in part.iter_elements()} if hasattr(part, "iter_elements") else set()
        if {one, other} <= names:
            return _exclusive(part, one, other)
    return one != other and group.model == "choice" and group.max_occurs == 1


def model(kind: Any) -> dict[str, Any]:
    """Elements of the content of a type by name, in order."""
    content = getattr(kind, "content", None)
    if content is None or not hasattr(content, "iter_elements"):
        return {}
    return {e.name: e for e in content.iter_elements() if getattr(e, "name", None)}


def _due(errors: list[Any]) -> list[str]:
    """Elements without which the parent is not complete at this place."""
    for error in errors:
        if type(error).__name__ == "XMLSchemaChildrenValidationError":  # by name: the package is loaded late
            return [prefixed(e.name) for e in error.expected or () if getattr(e, "name", None)]
    return []


def _missing(context: CdaContext, parent: Element, names: list[str]) -> tuple[str, ...]:
    return tuple(context.find("CDA-002", parent, name).location for name in names)


def _names(refusal: str) -> list[str]:
    """Names that libxml2 lists; those that any class may begin with are left out when there are others."""
    match = _LISTED.search(refusal)
    names = [prefixed(name) for name in match[1].split(", ") if not name.startswith("##")] if match else []
    return [name for name in names if name not in _BEGINNING] or names


def _either(names: list[str]) -> str:
    shown = " ou ".join(names[:_MANY])
    return f"{shown}…" if len(names) > _MANY else shown


def local(name: object) -> str:
    """A name without its namespace."""
    return str(name).rpartition("}")[2].rpartition(":")[2]


def prefixed(name: object) -> str:
    """sdtc:valueSet, xsi:type: a name with the prefix that everyone gives to what is not of HL7 V3."""
    space, _, bare = str(name).rpartition("}")
    return _PREFIXES.get(space[1:], "") + bare
