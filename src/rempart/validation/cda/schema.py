"""Our schema of the document (`schemas/cda/cda.xsd`): libxml2 gives the verdict, xmlschema explains it.

libxml2 names the elements at fault. xmlschema is loaded only then, and is led to these elements alone: what it costs
depends on the number of faults, not on the size of the document. It may stop on an exception of its own: what libxml2
said is then enough for a finding at the right place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from rempart.resources import schemas_dir
from rempart.validation.cda.context import CdaContext, Element
from rempart.validation.cda.schema_words import XSI_TYPE, Declared, Explained, Refusal, explain

_TOO_MANY = 1000  # refused attributes or children of one name: xmlschema takes a time that is their square
_MOST = 50  # explained refusals: the reader corrects these first, and asks again


def _file() -> str:
    return str(schemas_dir() / "cda" / "cda.xsd")


@cache
def _verdict() -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.XMLSchema(etree.parse(_file(), parser))


@cache
def _explainer() -> Any:
    import xmlschema

    # Tests load it with every check of the schema itself; here that would cost two seconds for each process.
    return xmlschema.XMLSchema(_file(), validation="skip")


def check_schema(context: CdaContext) -> Iterator[Explained]:
    """CDA-002 findings, each with the places that it is about."""
    schema = _verdict()
    if schema.validate(context.root):
        return
    log: Any = schema.error_log
    refusals = list(islice(_distinct(_refusal(context.root, entry) for entry in log), _MOST))
    nodes = [refusal.node for refusal in refusals]
    declared = Declared() if any(_crowded(node) for node in nodes) else _declared(context.root, nodes)
    told: set[tuple[str, str]] = set()
    for refusal in refusals:
        try:
            found, places = explain(context, refusal, declared)
        except Exception:  # declarations are objects of xmlschema: less is said without them, at the same place
            found, places = explain(context, refusal, Declared())
        if (found.location, found.message) not in told:
            told.add((found.location, found.message))
            yield found, places


def _crowded(node: Element) -> bool:
    """The element is of no document that somebody wrote: less is said of it, in bounded time."""
    alike = islice(node.itersiblings(node.tag), _TOO_MANY)
    return len(node.attrib) > _TOO_MANY or sum(1 for _ in alike) == _TOO_MANY


def _refusal(root: Element, entry: Any) -> Refusal:
    """What libxml2 says, at the element that it says it of."""
    message = str(entry.message)
    attribute = re.search(r", attribute '([^']+)'|The attribute '([^']+)' is required", message)
    name = next((g for g in attribute.groups() if g), "") if attribute else ""
    return Refusal(_at(root, entry.path or ""), str(entry.type_name), name, message)


def _distinct(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """The first refusal of each attribute or element: libxml2 adds that the value is not one of the type either.

    What it says of an element whose xsi:type it does not accept is said of another type: only the first counts.
    """
    seen: set[tuple[Element, str]] = set()
    for refusal in refusals:
        key = (refusal.node, refusal.attribute or refusal.kind)
        if key not in seen and (refusal.node, XSI_TYPE) not in seen:
            seen.add(key)
            yield refusal


def _at(root: Element, path: str) -> Element:
    """The element at a path of libxml2 (`/*/*[3]/c:code[2]`, where * counts every element); as near as it is found."""
    node = root
    for step in path.split("/")[2:]:
        name, _, rank = step.rstrip("]").partition("[")
        same = (child for child in node.iterchildren(etree.Element) if name == "*" or _prefixed(child) == name)
        child = next(islice(same, int(rank or 1) - 1, None), None)
        if child is None:
            break
        node = child
    return node


def _prefixed(node: Element) -> str:
    local = etree.QName(node).localname
    return f"{node.prefix}:{local}" if node.prefix else local


def _declared(root: Element, nodes: list[Element]) -> Declared:
    """What xmlschema says of these elements, of those around them, and nothing about the others."""
    wanted = {ancestor for node in nodes for ancestor in (node, *node.iterancestors())}
    declared = Declared()

    def skip(node: Element, declaration: Any) -> bool:
        if node in wanted:
            declared.elements[node] = declaration
        return node not in wanted

    try:
        for error in islice(_explainer().iter_errors(root, validation_hook=skip), 4 * _MOST):
            if error.elem is not None:
                declared.errors.setdefault(error.elem, []).append(error)
    except Exception:  # xmlschema raises whatever it likes on what it did not foresee
        return declared
    return declared
