"""One change of one part of a message, said in the words of the texts, and where a finding about it is expected.

`[E1.creationTime, set, 2026]`: the slot creationTime of the first entry; `#classCode` is a classification, `!uniqueId` an
external identifier, `/Name` a child, `@id` an attribute, `~2` the second one. The letter says where: L the set, E1 E2 entries, S the entry of
the signature, A1 A2 associations, B the body, Q the stored query, V the assertion (`=role` is one of its attributes), D1
a document. `[soap|wire|assertion|manifest|signature, old, new]` changes the text of what is already made.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

from cda_edit import edit as edit_cda
from lxml import etree
from validation.xds.sheet.messages import Message
from validation.xds.sheet.pieces import ATTRIBUTES
from validation.xds.sheet.words import NS, SCHEMES, XSI

_STEP = re.compile(r"([.#!/@=])([\w:$-]+)(?:~(\d+))?")
_RAW = ("soap", "wire", "assertion", "manifest", "signature")
_WRAP = " ".join(f'xmlns:{n}="{u}"' for n, u in (NS | {"xsi": XSI}).items())


def changed(message: Message, do: list[Any]) -> Message:
    """The message after `do`. AssertionError when there is nothing to change."""
    target, verb, *rest = (str(w) for w in do)
    if target in _RAW:
        return replace(message, after=(*message.after, (target, verb, rest[0])))
    if target == "D1" or target == "D2":
        name = list(message.files)[int(target[1]) - 1]
        ident, data = message.files[name]
        return replace(message, files=message.files | {name: (ident, edit_cda(data, (verb, *rest)))})
    if target == "body":
        text = message.body
        assert verb in text, verb
        return replace(message, body=text.replace(verb, rest[0], -1 if rest[1:] else 1))
    part = "vihf" if target[0] == "V" else "body"
    root = etree.fromstring(getattr(message, part))
    xpath, leaf = _path(target)
    found = root.xpath(xpath, namespaces=NS)
    assert found, f"{target}: {xpath}"
    _VERBS[verb](found[0], leaf, *rest)
    return replace(message, **{part: etree.tostring(root, encoding="unicode")})


def place(target: str, message: Message) -> str:
    """Where a finding on `target` is, as the reports of Rempart write it."""
    match = re.match(r"([A-Z])(\d*)", target)
    assert match, target
    letter, number = match[1], match[2] or "1"
    if letter == "S":
        letter, number = "E", str(len(message.files) + 1)
    body = etree.QName(etree.fromstring(message.body)).localname
    at = {"L": f"/RegistryObjectList/RegistryPackage[{number}]", "E": f"/RegistryObjectList/ExtrinsicObject[{number}]",
          "A": f"/RegistryObjectList/Association[{number}]", "B": f"/Envelope/Body/{body}",
          "Q": f"/Envelope/Body/{body}/AdhocQuery", "V": "/Assertion"}[letter]  # fmt: skip
    for sign, name, index in _STEP.findall(target[match.end() :]):
        where = {
            ".": f"/Slot[@name='{name}']", "/": f"/{name}" + (f"[{index}]" if index else ""), "@": f"/@{name}",
            "=": f"/AttributeStatement/Attribute[@Name='{ATTRIBUTES.get(name, name)}']",
        }  # fmt: skip
        if sign in "#!":
            kind = (
                ("Classification", "classificationScheme")
                if sign == "#"
                else ("ExternalIdentifier", "identificationScheme")
            )
            where[sign] = f"/{kind[0]}[@{kind[1]}='{SCHEMES[letter][name]}']"
        at += where[sign]
    return at


_TOP = {
    "L": "//rim:RegistryPackage[{}]", "E": "(//rim:ExtrinsicObject)[{}]", "A": "(//rim:Association)[{}]", "B": "/*", "V": "/*",
    "Q": "//rim:AdhocQuery", "S": "//rim:ExtrinsicObject[@id='Signature']",
}  # fmt: skip


def _path(target: str) -> tuple[str, str]:
    """Its XPath, and the attribute that it ends with or ""."""
    match = re.match(r"([A-Z])(\d*)", target)
    assert match and match[1] in _TOP, target
    letter, number = match[1], match[2] or "1"
    xpath, leaf = _TOP[letter].format(number), ""
    schemes = SCHEMES["E" if letter == "S" else letter] if letter in "LES" else {}
    for sign, name, index in _STEP.findall(target[match.end() :]):
        number = index or "1"
        match sign:
            case ".":
                xpath += f"/rim:Slot[@name='{name}']"
            case "#":
                xpath += f"/rim:Classification[@classificationScheme='{schemes[name]}'][{number}]"
            case "!":
                xpath += f"/rim:ExternalIdentifier[@identificationScheme='{schemes[name]}']"
            case "=":
                xpath += f"/*/saml:Attribute[@Name='{ATTRIBUTES.get(name, name)}']"
            case "/":
                xpath += f"/*[local-name()='{name}'][{number}]"
            case _:
                leaf = name
    return xpath, leaf


def _held(node: Any) -> Any:
    """The element whose text a slot, an attribute of the VIHF or anything else shows."""
    name = etree.QName(node).localname
    if name == "Slot":
        return node.find(".//rim:Value", NS)
    return node.find("saml:AttributeValue", NS) if name == "Attribute" else node


def _read(node: Any, leaf: str) -> tuple[Any, str]:
    """Element and attribute that hold the value; the attribute is "" when it is the text."""
    if leaf:
        return (node if leaf != "code" or etree.QName(node).localname != "Attribute" else node.find("*/*")), leaf
    name = etree.QName(node).localname
    if name == "Classification":
        return node, "nodeRepresentation"
    if name == "ExternalIdentifier":
        return node, "value"
    if name in ("Name", "Description"):
        return node[0], "value"
    return _held(node), ""


def _set(node: Any, leaf: str, value: str = "") -> None:
    held, name = _read(node, leaf)
    if name:
        held.set(name, value)
    else:
        held.text = value


def _sub(node: Any, leaf: str, old: str, new: str = "") -> None:
    held, name = _read(node, leaf)
    value = held.get(name) if name else held.text
    assert old in value, (old, value)
    _set(node, leaf, value.replace(old, new, 1))


def _drop(node: Any, leaf: str) -> None:
    held, name = _read(node, leaf) if leaf else (node, "")
    if name:
        del held.attrib[name]
    else:
        node.getparent().remove(node)


def _add(node: Any, leaf: str, value: str) -> None:
    """One more value in a slot or an attribute of the VIHF."""
    held = _held(node)
    more = deepcopy(held)
    more.text = value
    held.addnext(more)


def _xml(text: str) -> Any:
    return etree.fromstring(f"<x {_WRAP}>{text}</x>")[0]


_VERBS: dict[str, Any] = {
    "set": _set,
    "sub": _sub,
    "drop": _drop,
    "add": _add,
    "twice": lambda node, leaf: node.addnext(deepcopy(node)),
    "last": lambda node, leaf: node.getparent().append(node),
    "before": lambda node, leaf, xml: node.addprevious(_xml(xml)),
    "after": lambda node, leaf, xml: node.addnext(_xml(xml)),
    "into": lambda node, leaf, xml: node.append(_xml(xml)),
    "for": lambda node, leaf, xml: node.getparent().replace(node, _xml(xml)),
    "rename": lambda node, leaf, name: setattr(node, "tag", f"{{{etree.QName(node).namespace}}}{name}"),
}
