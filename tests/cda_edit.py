"""One edit of a document, for tests that need a copy with one named fault.

An edit is `(operation, path, …)`; paths are those of ElementPath under ClinicalDocument, in the HL7 v3 namespace.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NS: Any = {None: "urn:hl7-org:v3", "sdtc": "urn:hl7-org:sdtc", "ps3-20": "urn:dicom-org:ps3-20"}
_AROUND = f'<x xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="{XSI}">%s</x>'

Edit = tuple[str, ...]


def edit(data: bytes, change: Edit) -> bytes:
    """The document after one change. AssertionError when there is nothing to change."""
    operation, path, *rest = change
    if operation == "bytes":
        assert path.encode() in data, path
        return data.replace(path.encode(), rest[0].encode(), 1)
    if operation == "encoding":
        return data.decode().replace("UTF-8", path, 1).encode(path)
    root = etree.fromstring(data)
    node = root if path == "." else root.find(path, _NS)
    assert node is not None, path
    _OPERATIONS[operation](node, *rest)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _text(node: Any, value: str) -> None:
    node.text = value


def _unset(node: Any, name: str) -> None:
    del node.attrib[name]


def _null(node: Any, flavor: str) -> None:
    for name in list(node.attrib):
        del node.attrib[name]
    node.set("nullFlavor", flavor)


def _xml(text: str) -> Any:
    return etree.fromstring(_AROUND % text)[0]


def _like(node: Any) -> list[Any]:
    """The node and those that stand at the same path: an element that repeats, or that several parents have."""
    path = [node.tag, *(parent.tag for parent in node.iterancestors())][::-1]
    return list(node.getroottree().getroot().findall("/".join(path[1:])))


def _set_all(node: Any, name: str, value: str) -> None:
    for found in _like(node):
        found.set(name, value)


def _remove_all(node: Any) -> None:
    for found in _like(node):
        found.getparent().remove(found)


_OPERATIONS: dict[str, Any] = {
    "set": lambda node, name, value: node.set(name, value),
    "setall": _set_all,
    "unset": _unset,
    "null": _null,
    "text": _text,
    "remove": lambda node: node.getparent().remove(node),
    "removeall": _remove_all,
    "copy": lambda node: node.addnext(deepcopy(node)),
    "before": lambda node, xml: node.addprevious(_xml(xml)),
    "after": lambda node, xml: node.addnext(_xml(xml)),
    "into": lambda node, xml: node.append(_xml(xml)),
    "for": lambda node, xml: node.getparent().replace(node, _xml(xml)),
    "up": lambda node: node.getprevious().addprevious(node),
    "last": lambda node: node.getparent().append(node),
}
