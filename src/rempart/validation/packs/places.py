"""From the XPath that an engine gives to the place that a finding shows: element of the document, path and line."""

from __future__ import annotations

import re

from lxml import etree

from rempart.formats.cda.read import location

Element = etree._Element
_STEP = re.compile(r"/Q\{([^}]*)\}([^\[/]+)\[(\d+)\]")
_ATTRIBUTE = re.compile(r"/@(?:Q\{[^}]*\})?([^/]+)$")


def place(root: Element, path: str) -> str:
    """`/ClinicalDocument/title (ligne 12)` for a path of EQNames, `/Q{urn:hl7-org:v3}ClinicalDocument[1]/…`.

    As far as it leads: a step that is not there, or that names a text or a comment, ends at what holds it.
    """
    node = root
    for number, step in enumerate(_STEP.finditer(path)):
        if number == 0:
            continue  # the document element: the root
        name = f"{{{step[1]}}}{step[2]}" if step[1] else step[2]
        children = node.findall(name)
        if len(children) < int(step[3]):
            break
        node = children[int(step[3]) - 1]
    attribute = _ATTRIBUTE.search(path)
    return location(node, f"@{attribute[1]}" if attribute else "")
