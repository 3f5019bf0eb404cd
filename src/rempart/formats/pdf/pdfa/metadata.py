"""Clauses 6.7 and 6.8: the XMP packet, what it declares, its agreement with the Info dictionary; level A."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pikepdf
from lxml import etree

from rempart.formats.pdf.pdfa.clauses import Breach, get

_PLACE = "métadonnées XMP"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PDFAID = "http://www.aiim.org/pdfa/ns/id/"
_DC, _XMP, _PDF = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/", "http://ns.adobe.com/pdf/1.3/"
# Entry of Info, and the property that says the same (table 1 of the standard).
_SAME = {
    "Title": (_DC, "title"), "Author": (_DC, "creator"), "Subject": (_DC, "description"),
    "Keywords": (_PDF, "Keywords"), "Creator": (_XMP, "CreatorTool"), "Producer": (_PDF, "Producer"),
}  # fmt: skip
_DATES = {"CreationDate": (_XMP, "CreateDate"), "ModDate": (_XMP, "ModifyDate")}
_DATE = re.compile(
    r"(?:D:)?(\d{4})-?(\d\d)?-?(\d\d)?T?(\d\d)?:?(\d\d)?(?::?\d\d)?(?:\.\d+)?(Z|[+-]\d\d'?:?\d\d'?)?"
)
_MOST = 4 * 1024 * 1024
_KNOWN = (
    "http://purl.org/dc/", "http://ns.adobe.com/", "http://www.aiim.org/pdfa/ns/", _RDF, "adobe:ns:meta/",
    "http://www.w3.org/XML/1998/namespace", "http://cipa.jp/exif/",
)  # fmt: skip
_URI = "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"


def check(pdf: pikepdf.Pdf) -> Iterator[Breach]:
    """The packet is there, unfiltered, well-formed, and says PDF/A-1."""
    stream = get(pdf.Root, "Metadata")
    if not isinstance(stream, pikepdf.Stream):
        yield Breach("6.7.2", "catalogue", "le PDF n'a pas de métadonnées XMP (Metadata)")
        return
    if get(stream, "Filter") is not None:
        yield Breach("6.7.2", _PLACE, "elles sont comprimées ou chiffrées (Filter)")
    try:
        data = bytes(stream.read_bytes())
    except (pikepdf.PdfError, RuntimeError, ValueError):
        yield Breach("6.7.2", _PLACE, "elles sont illisibles")
        return
    root = _parsed(data[:_MOST])
    if root is None:
        yield Breach("6.7.9", _PLACE, "ce n'est pas du RDF bien formé")
        return
    yield from _packet(data)
    yield from _declared(pdf, root)
    yield from _agreement(pdf, root)
    yield from _schemas(root)


def _parsed(data: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data.strip(b"\0 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.tag == f"{{{_RDF}}}RDF" or root.find(f".//{{{_RDF}}}RDF") is not None else None


def _packet(data: bytes) -> Iterator[Breach]:
    head = re.search(rb"<\?xpacket begin=[^?]*\?>", data[:1024])
    if head and re.search(rb"\b(bytes|encoding)\s*=", head[0]):
        yield Breach("6.7.5", _PLACE, "l'en-tête du paquet porte bytes ou encoding, interdits")


def _declared(pdf: pikepdf.Pdf, root: etree._Element) -> Iterator[Breach]:
    part, level = _value(root, _PDFAID, "part"), _value(root, _PDFAID, "conformance")
    if part != "1":
        said = f"PDF/A-{part}" if part else "rien"
        yield Breach("6.7.11", _PLACE, f"elles ne déclarent pas PDF/A-1 (pdfaid:part): {said}")
    if level not in ("A", "B"):
        yield Breach("6.7.11", _PLACE, f"le niveau (pdfaid:conformance) est A ou B, pas « {level} »")
    if level == "A":
        if get(get(pdf.Root, "MarkInfo"), "Marked") is not True:
            yield Breach("6.8.2.2", "catalogue", "le niveau A demande un PDF balisé (MarkInfo)")
        if get(pdf.Root, "StructTreeRoot") is None:
            yield Breach("6.8.3.3", "catalogue", "le niveau A demande un arbre de structure (StructTreeRoot)")
        if get(pdf.Root, "Lang") is None:
            yield Breach("6.8.4", "catalogue", "le niveau A demande la langue du document (Lang)")


def _agreement(pdf: pikepdf.Pdf, root: etree._Element) -> Iterator[Breach]:
    info = get(pdf.trailer, "Info")
    for key, (namespace, name) in _SAME.items():
        said = get(info, key)
        if said is not None and _plain(str(said)) != _plain(_value(root, namespace, name)):
            yield Breach("6.7.3", "Info", f"{key} et {name} des métadonnées XMP ne disent pas la même chose")
    for key, (namespace, name) in _DATES.items():
        said = get(info, key)
        if said is None:
            continue
        if _digits(str(said)) != _digits(_value(root, namespace, name)):
            yield Breach("6.7.3", "Info", f"{key} et {name} des métadonnées XMP ne disent pas la même chose")


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _digits(text: str) -> str:
    """The instant of a date of PDF or XMP, in UTC, without its seconds, which either may leave out."""
    match = _DATE.match(text)
    if not match:
        return text
    parts = [int(p) if p else least for p, least in zip(match.groups()[:5], (1, 1, 1, 0, 0), strict=True)]
    zone = match[6] or ""
    shift = re.sub(r"\D", "", zone).ljust(4, "0")
    minutes = (int(shift[:2]) * 60 + int(shift[2:4])) * (-1 if zone.startswith("-") else 1)
    year, month, day, hour, minute = parts
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=timezone(timedelta(minutes=minutes)))
    except ValueError:
        return text
    return f"{moment.astimezone(UTC):%Y%m%d%H%M}"


def _schemas(root: etree._Element) -> Iterator[Breach]:
    """6.7.8: a property of a schema that XMP does not know comes with the description of that schema."""
    used: set[str] = set()
    described = {str(e.text or "").strip() for e in root.iter(_URI)}
    described |= {str(e.get(_URI)) for e in root.iter(etree.Element) if e.get(_URI)}
    for node in root.iter(f"{{{_RDF}}}Description"):
        names = [str(c.tag) for c in node.iterchildren(etree.Element)] + [str(a) for a in node.attrib]
        used.update(n[1:].partition("}")[0] for n in names if n.startswith("{"))
    for namespace in sorted(used):
        if not namespace.startswith(_KNOWN) and namespace not in described:
            yield Breach("6.7.8", _PLACE, f"le schéma {namespace[:80]} n'est pas décrit (pdfaExtension:schemas)")


def _value(root: etree._Element, namespace: str, name: str) -> str:
    """A property as attribute, element, or first item of a list; "" when absent."""
    tag = f"{{{namespace}}}{name}"
    for node in root.iter(f"{{{_RDF}}}Description"):
        if tag in node.attrib:
            return str(node.get(tag))
        found: Any = node.find(tag)
        if found is not None:
            listed = found.findall(f".//{{{_RDF}}}li")
            parts = [" ".join(str(t) for t in e.itertext()) for e in listed] if listed else [str(found.text or "")]
            return "; ".join(p.strip() for p in parts) if name == "creator" else parts[0].strip()
    return ""
