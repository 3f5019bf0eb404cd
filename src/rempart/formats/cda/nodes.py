"""Small constructors of HL7 v3 elements."""

from __future__ import annotations

from lxml import etree

from rempart.formats.cda.model import V3, Coded

XSI = "http://www.w3.org/2001/XMLSchema-instance"
PS3 = "urn:dicom-org:ps3-20"

Node = etree._Element


def node(name: str, *content: str | Node, namespace: str = V3, **attributes: str) -> Node:
    """An element: text then children; attributes whose value is empty are left out."""
    element = etree.Element(f"{{{namespace}}}{name}", {k: v for k, v in attributes.items() if v})
    for item in content:
        if isinstance(item, str):
            element.text = item
        else:
            element.append(item)
    return element


def coded(name: str, value: Coded) -> Node:
    return node(name, code=value.code, displayName=value.label, codeSystem=value.system)
