"""One recorded content without its identities: HL7 v2 messages, CDA documents, JSON of a driver. Anything else is
taken out whole: what cannot be read cannot be said to be clean.

`Walk.learn` and `Walk.rewrite` are the same walk: identities are learnt from all contents before any is rewritten.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from rempart.evidence.redact.pseudonyms import Pseudonyms, places
from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.hl7v2.charset import codec
from rempart.formats.hl7v2.standard import place

Swap = Callable[[str, str], str]  # kind, value -> what stands in its place
Text = Callable[[str], str]
_HL7 = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*MSH[^\w\s]")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]{200,}")
_DEEPEST = 200


@dataclass
class Walk:
    """The walk over a content; `swap` is told of each identity, `text` of all running text."""

    swap: Swap
    text: Text

    @classmethod
    def learning(cls, names: Pseudonyms) -> Walk:
        return cls(names.learn, lambda text: text)

    @classmethod
    def rewriting(cls, names: Pseudonyms) -> Walk:
        return cls(names.swap, names.text)

    def content(self, data: bytes) -> bytes:
        """The content rewritten, or a notice in its place."""
        if not data:
            return data
        try:
            if _HL7.match(data):
                return self._hl7(data)
            if data.lstrip()[:1] == b"<":
                return self._cda(data)
            if data.lstrip()[:1] in (b"{", b"["):
                value = self._json(json.loads(data), "", "", 0)
                return json.dumps(value, ensure_ascii=False).encode()
        except (Hl7Error, etree.XMLSyntaxError, ValueError, RecursionError):
            return withheld(data)
        return withheld(data)

    # -- HL7 v2 ----------------------------------------------------------------------------------------------------

    def _hl7(self, data: bytes) -> bytes:
        message = Message.parse(data)
        named = codec(message.charset) or "utf-8"
        version = message.get("MSH-12.1")
        out, end = [], 0
        for segment in message.segments:
            out.append(data[end : segment.start])
            text = data[segment.start : segment.end].decode(named, "surrogateescape")
            done = text if segment.name == "MSH" else self._segment(segment.name, text, message, version)
            out.append(done.encode(named, "surrogateescape"))
            end = segment.end
        return b"".join([*out, data[end:]])

    def _segment(self, name: str, text: str, message: Message, version: str) -> str:
        d, known = message.delimiters, places()["hl7v2"]
        fields = text.split(d.field)
        for number in range(1, len(fields)):
            kind = known["fields"].get(f"{name}-{number}")
            found = place(name, number, version=version)
            datatype = found.datatype if found else ""
            if name == "OBX" and number == 5:
                datatype = fields[2]
            cells = fields[number].split(d.repetition)
            if kind:
                cells = [self.swap(kind, cell) for cell in cells]
            elif datatype in known["documents"] and name == "OBX":
                cells = [self._embedded(cell, d.component) for cell in cells]
            elif kinds := known["datatypes"].get(datatype):
                cells = [self._cell(cell, kinds, d.component, d.sub) for cell in cells]
            else:
                cells = [self.text(fields[number])]
            fields[number] = d.repetition.join(cells)
        return d.field.join(fields)

    def _cell(self, cell: str, kinds: dict[int, str], component: str, sub: str) -> str:
        parts = cell.split(component)
        for number, part in enumerate(parts, 1):
            if number in kinds:
                parts[number - 1] = sub.join(self.swap(kinds[number], p) for p in part.split(sub))
            else:
                parts[number - 1] = self.text(part)
        return component.join(parts)

    def _embedded(self, cell: str, component: str) -> str:
        parts = cell.split(component)
        for number, part in enumerate(parts):
            parts[number] = self._base64(part) if number == 4 else self.text(part)
        return component.join(parts)

    def _base64(self, text: str) -> str:
        """A document in base64, rewritten and in base64 again."""
        try:
            data = base64.b64decode(text, validate=False)
        except ValueError:
            data = text.encode("utf-8", "replace")
        return base64.b64encode(self.content(data)).decode()

    # -- CDA -------------------------------------------------------------------------------------------------------

    def _cda(self, data: bytes) -> bytes:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        root = etree.fromstring(data, parser)
        if etree.QName(root).localname != "ClinicalDocument":
            return withheld(data)
        for element in root.iter("*"):
            self._element(element)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def _element(self, element: etree._Element) -> None:
        known, name = places()["cda"], etree.QName(element).localname
        if element.get("representation") == "B64":
            element.text = self._base64(str(element.text or ""))
            return
        handled = set()
        for attribute, kind in known["elements"].get(name, []):
            if attribute and (value := element.get(attribute)):
                element.set(attribute, self._telecom(kind, value))
                handled.add(attribute)
            elif not attribute:
                for inner in element.iter("*"):
                    inner.text = self.swap(kind, inner.text) if inner.text and inner.text.strip() else inner.text
        if name in ("id", "name", "given", "family", "prefix") and _person(element):
            if value := element.get("extension"):
                element.set("extension", self.swap("id", value))
                handled.add("extension")
            if name != "id" and name != "prefix" and element.text and element.text.strip():
                element.text = self.swap("name", element.text)
        for attribute, said in element.attrib.items():
            if attribute not in handled:
                element.set(attribute, self.text(str(said)))
        element.text = self.text(element.text) if element.text else element.text
        element.tail = self.text(element.tail) if element.tail else element.tail

    def _telecom(self, kind: str, value: str) -> str:
        """`tel:` and `mailto:` stay: they say what is hidden."""
        scheme, colon, rest = value.rpartition(":")
        return f"{scheme}{colon}{self.swap('mail' if '@' in rest else kind, rest)}"

    # -- JSON ------------------------------------------------------------------------------------------------------

    def _json(self, value: Any, key: str, above: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("too deep")
        if isinstance(value, dict):
            return {str(k): self._json(v, str(k), key, depth + 1) for k, v in value.items()}
        if isinstance(value, list):
            return [self._json(v, key, above, depth + 1) for v in value]
        if not isinstance(value, str):
            return value
        known = places()
        if kind := known["json"].get(f"{above}.{key}") or known["json"].get(key):
            return self.swap(kind, value)
        if key in known["json_documents"] or _BASE64.fullmatch(value):
            return self._base64(value)
        return self.text(value)


def _person(element: etree._Element) -> bool:
    """Is this the name or identifier of a person? The nearest element that is one or the other says so."""
    known = places()["cda"]
    for above in element.iterancestors():
        name = etree.QName(above).localname
        if name in known["organisations"]:
            return False
        if name in known["people"]:
            return True
    return False


def withheld(data: bytes) -> bytes:
    """What stands in the place of a content that is taken out. Each has its own: its digest is in it."""
    digest = hashlib.sha256(data).hexdigest()
    return f"Contenu retiré par le caviardage.\nSHA-256 de l'original: {digest}\nTaille: {len(data)} octets\n".encode()
