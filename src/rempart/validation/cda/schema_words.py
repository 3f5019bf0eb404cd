"""Refusals of our CDA schema in French: what is wrong, where, and what the schema expects there.

Each kind of libxml2 refusal has its words; the declarations of xmlschema tell the codes, children and types that the
place admits. Without them (xmlschema did not reach the element) the words are the same, and less is expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from rempart.formats.cda.header import text
from rempart.model.finding import Finding
from rempart.validation.cda.context import CdaContext, Element
from rempart.validation.cda.schema_children import children, local, model, prefixed

Explained = tuple[Finding, tuple[str, ...]]  # a finding, and the places whose own rule makes it superfluous
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_MANY = 14  # codes or names listed

# What a value looks like, by the name of its type in schemas/cda or in XML Schema.
_FORMS = {
    "Uid": "un OID (nombres sans zéro en tête séparés par des points), un UUID ou un nom réservé par HL7",
    "Oid": "un OID (nombres sans zéro en tête séparés par des points)",
    "PointInTime": "AAAA, AAAAMM, AAAAMMJJ ou AAAAMMJJhhmmss, suivi d'un décalage (+0100) après une heure",
    "Flag": "true ou false",
    "Number": "un nombre, avec un point décimal",
    "Probability": "un nombre de 0 à 1",
    "Text": "au moins un caractère",
    "Code": "un code, sans espace",
    "integer": "un nombre entier",
    "positiveInteger": "un nombre entier à partir de 1",
    "boolean": "true ou false",
    "ID": "un identifiant XML (lettre, puis lettres, chiffres, - _ .) que rien d'autre ne porte",
    "IDREF": "l'ID d'un élément du document",
    "IDREFS": "des ID d'éléments du document",
    "NMTOKEN": "un mot, sans espace",
    "NMTOKENS": "des mots séparés par des espaces",
    "base64Binary": "des données en base64",
    "anyURI": "une adresse (URI)",
}
_TYPES_OF = {
    "ANY": "CD, CE, PQ, IVL_PQ, INT, REAL, ST, ED, BL, TS, IVL_TS, RTO_PQ_PQ ou un autre type de HL7",
    "QTY": "PQ, INT, REAL, MO ou TS",
    "SXCM_TS": "IVL_TS, PIVL_TS, EIVL_TS ou SXPR_TS",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What libxml2 refused: an element, its attribute or "", the kind of refusal and its words."""

    node: Element
    kind: str
    attribute: str
    message: str


@dataclass(slots=True)
class Declared:
    """What xmlschema knows of elements at fault: their declarations, and its own errors."""

    elements: dict[Element, Any] = field(default_factory=dict)
    errors: dict[Element, list[Any]] = field(default_factory=dict)

    def element(self, node: Element) -> Any:
        """Declaration of the element: its own, else what its parent says of this name."""
        if (own := self.elements.get(node)) is not None:
            return own
        parent = node.getparent()
        above = None if parent is None else self.elements.get(parent)
        return model(getattr(above, "type", None)).get(str(node.tag))

    def type_of(self, node: Element) -> Any:
        """Type of the element, that of xsi:type when it has one; None when xmlschema did not reach it."""
        element = self.element(node)
        if element is None or not (name := node.get(XSI_TYPE)):
            return getattr(element, "type", None)
        prefix, _, local = name.strip().rpartition(":")
        return element.maps.types.get(f"{{{node.nsmap.get(prefix or None, '')}}}{local}", element.type)

    def attribute_type(self, node: Element, name: str) -> Any:
        attributes = getattr(self.type_of(node), "attributes", {})
        return getattr(attributes.get(name), "type", None)


def explain(context: CdaContext, refusal: Refusal, declared: Declared) -> Explained:
    """The finding that a refusal is, and the places that it is about."""
    if refusal.kind == "SCHEMAV_ELEMENT_CONTENT":
        return children(
            context, refusal.node, refusal.message, declared.type_of, lambda node: declared.errors.get(node, [])
        )
    words = _WORDS.get(refusal.kind, _value if refusal.attribute else _unknown)
    below, message, expected, actual = words(refusal, declared)
    found = context.find("CDA-002", refusal.node, below, message, expected=expected, actual=actual)
    return found, (found.location,)


Words = tuple[str, str, str, str]  # below, message, expected, actual


def _unknown(refusal: Refusal, _: Declared) -> Words:
    return "", "Le schéma refuse cet élément", "", refusal.message


def _not_allowed(refusal: Refusal, declared: Declared) -> Words:
    attributes = getattr(declared.type_of(refusal.node), "attributes", {})
    names = [prefixed(n) for n, a in attributes.items() if n and getattr(a, "use", "") != "prohibited"]
    name = prefixed(refusal.attribute)
    close = [n for n in names if n.lower() == name.lower()]
    written = {prefixed(a) for a in refusal.node.attrib} if len(refusal.node.attrib) < 100 else set()
    expected = close or [n for n in names if n not in written]
    return f"@{name}", f"L'attribut {name} n'est pas prévu dans {local(refusal.node.tag)}", _listed(expected), ""


def _required(refusal: Refusal, declared: Declared) -> Words:
    kind = declared.attribute_type(refusal.node, refusal.attribute)
    name = refusal.attribute
    return f"@{name}", f"L'attribut {name} de {local(refusal.node.tag)} est obligatoire", _form(kind), ""


def _fixed(refusal: Refusal, _: Declared) -> Words:
    value = re.search(r"fixed value constraint '(.*)'", refusal.message)
    fixed = value[1] if value else ""
    return f"@{refusal.attribute}", f"La valeur de {refusal.attribute} est fixée à {fixed}", fixed, ""


def _value(refusal: Refusal, declared: Declared) -> Words:
    name, node = refusal.attribute, refusal.node
    value = node.get(name, "")
    kind = declared.attribute_type(node, name)
    codes = list(_codes(kind))
    message = f"La valeur de l'attribut {name} n'a pas la forme attendue"
    if codes:
        message = f"La valeur de l'attribut {name} n'est pas un des codes admis"
    elif "'xs:ID'" in refusal.message and _twice(node, name, value):
        message = f"L'identifiant {name} est déjà celui d'un autre élément"
    return f"@{name}", f"{message}: « {value[:80]} »", _form(kind), value


def _twice(node: Element, name: str, value: str) -> bool:
    root = node.getroottree().getroot()
    return any(other is not node and other.get(name) == value for other in root.iter(etree.Element))


def _type_unknown(refusal: Refusal, declared: Declared) -> Words:
    name = refusal.node.get(XSI_TYPE, "")
    element = declared.element(refusal.node)
    message = f"xsi:type nomme un type qui n'existe pas: « {name[:40]} »"
    return "@xsi:type", message, _type_name(element), name


def _type_apart(refusal: Refusal, declared: Declared) -> Words:
    name, element = refusal.node.get(XSI_TYPE, ""), declared.element(refusal.node)
    message = f"Le type {name} (xsi:type) ne convient pas à {local(refusal.node.tag)}"
    return "@xsi:type", message, _type_name(element), name


def _abstract(refusal: Refusal, declared: Declared) -> Words:
    message = f"{local(refusal.node.tag)} doit dire son type dans xsi:type"
    return "@xsi:type", message, _type_name(declared.element(refusal.node)), ""


def _type_name(element: Any) -> str:
    """Types that an element takes; a class of the model (Act, Section) has but its own, and says none."""
    name = local(str(getattr(getattr(element, "type", None), "name", None) or ""))
    datatype = f"{name} ou un type qui en dérive, ou pas de xsi:type" if name.isupper() else "pas de xsi:type"
    return _TYPES_OF.get(name, datatype if name else "")


def _text_between(refusal: Refusal, declared: Declared) -> Words:
    node = refusal.node
    pieces = (node.text, *(child.tail for child in node))
    stray = next((" ".join(str(piece).split()) for piece in pieces if piece and piece.strip()), "")
    place, hint = _value_place(declared.type_of(node))
    return "", f"Du texte n'est pas prévu dans {local(node.tag)}, hors de ses éléments{hint}", place, stray[:80]


def _in_empty(refusal: Refusal, declared: Declared) -> Words:
    node, kind = refusal.node, declared.type_of(refusal.node)
    if (child := next(node.iterchildren(etree.Element), None)) is not None:
        types = _TYPES_OF.get(local(getattr(kind, "name", "")))
        if types and XSI_TYPE not in node.attrib:
            return "@xsi:type", f"{local(node.tag)} contient {local(child.tag)}: xsi:type doit le dire", types, ""
        message = f"{local(node.tag)} est un élément vide: {local(child.tag)} n'y a pas sa place"
        return local(child.tag), message, "", ""
    place, hint = _value_place(kind)
    return "", f"{local(node.tag)} ne contient pas de texte{hint}", place, text(node)[:80]


def _value_place(kind: Any) -> tuple[str, str]:
    """The attribute that holds what was written as text, and how to say it."""
    attributes = getattr(kind, "attributes", {})
    name = next((n for n in ("value", "code", "root") if n in attributes), "")
    return (f"@{name}", f": la valeur s'écrit dans l'attribut {name}") if name else ("", "")


def _form(kind: Any) -> str:
    """What a value of a simple type looks like."""
    if codes := list(_codes(kind)):
        return _listed(codes)
    while kind is not None:
        if known := _FORMS.get(local(str(kind.name or ""))):
            return known
        kind = getattr(kind, "base_type", None)
    return ""


def _codes(kind: Any) -> Iterator[str]:
    """Codes of an enumeration, of a union of them, of a list of them."""
    if kind is None:
        return
    if kind.enumeration:
        yield from map(str, kind.enumeration)
    for member in (getattr(kind, "item_type", None), *(getattr(kind, "member_types", None) or ())):
        yield from _codes(member)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MANY])
    return shown if len(names) <= _MANY else f"{shown}… ({len(names)} possibles)"


_WORDS: dict[str, Callable[[Refusal, Declared], Words]] = {
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": _not_allowed,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": _not_allowed,
    "SCHEMAV_CVC_COMPLEX_TYPE_4": _required,
    "SCHEMAV_CVC_AU": _fixed,
    "SCHEMAV_CVC_ELT_4_2": _type_unknown,
    "SCHEMAV_CVC_ELT_4_3": _type_apart,
    "SCHEMAV_CVC_TYPE_2": _abstract,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": _text_between,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": _in_empty,
}
