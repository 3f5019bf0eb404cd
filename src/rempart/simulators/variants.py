"""Documents that a sound DPI accepts though they are unusual: a stylesheet inside, unknown parts, critical results…

Each is a change of a document of `documents.py`; what a document says of itself (id, set, version) does not change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape

from lxml import etree

from rempart.formats.cda.model import LOINC, V3, Coded
from rempart.formats.cda.nodes import XSI, Node, coded, node
from rempart.simulators.documents import Version

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="#"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<data:Contenu xmlns:data="urn:asip-sante:ci-sis">{document}</data:Contenu>
<xsl:template match="/" xmlns:c="urn:hl7-org:v3">
  <html><body>
    <h1>{mark}</h1>
    <xsl:for-each select="//c:section[not(.//c:observationMedia)]">
      <h2><xsl:value-of select="c:title"/></h2>
      <xsl:for-each select="c:text/c:paragraph"><p><xsl:value-of select="."/></p></xsl:for-each>
    </xsl:for-each>
  </body></html>
</xsl:template>
</xsl:stylesheet>
"""
_INTERPRETATION = "2.16.840.1.113883.5.83"
_INTERPRETATIONS = {"AA": "Anormal critique", "HH": "Haut critique", "LL": "Bas critique", "H": "Haut", "N": "Normal"}
UNKNOWN_SECTION = "Ce que la structuration minimale ne connaît pas"
ADDED = "Conseils à la patiente: marcher chaque jour"


def written_by_hand(version: Version) -> Version:
    """Other quotes, an empty element in two tags, a comment: what a program that writes the XML again would lose."""
    by_hand = {
        b"<?xml version='1.0' encoding='UTF-8'?>": b'<?xml version="1.0"  encoding="UTF-8" ?>',
        b'<realmCode code="FR"/>': "<!-- document du confrère --><realmCode   code='FR' ></realmCode>".encode(),
    }
    data = version.document.cda
    for ours, theirs in by_hand.items():
        data = data.replace(ours, theirs)
    return _with(version, data)


def with_unknown_parts(version: Version) -> Version:
    """A section of no known model, and one more element in the header: a structured document may say more."""
    section = node(
        "section",
        coded("code", Coded("48767-8", LOINC, "Annotation")),
        node("title", UNKNOWN_SECTION),
        node("text", node("paragraph", ADDED)),
    )
    header = node("authorization", node("consent", coded("code", Coded("64292-6", LOINC, "Non-opposition"))))
    header[0].append(node("statusCode", code="completed"))

    def change(root: Node) -> None:
        _body(root).append(node("component", section))
        _first(root, "componentOf").addprevious(header)

    return _changed(version, change)


def with_result(version: Version, interpretation: str) -> Version:
    """A result of biology whose interpretation is this code (AA, HH, LL, H, N), in a section of its own."""
    label = _INTERPRETATIONS[interpretation]
    value = node("value", value="6.9", unit="mmol/L")
    value.set(f"{{{XSI}}}type", "PQ")
    observation = node(
        "observation",
        node("id", nullFlavor="NAV"),
        coded("code", Coded("2823-3", LOINC, "Potassium [Moles/Volume] Sérum/Plasma ; Numérique")),
        node("statusCode", code="completed"),
        node("effectiveTime", nullFlavor="NAV"),
        value,
        coded("interpretationCode", Coded(interpretation, _INTERPRETATION, label)),
        classCode="OBS",
        moodCode="EVN",
    )
    section = node(
        "section",
        node("templateId", root="1.3.6.1.4.1.19376.1.3.3.2.1"),
        coded("code", Coded("18719-5", LOINC, "Biochimie")),
        node("title", "Biochimie"),
        node("text", node("paragraph", "Potassium: 6,9 mmol/L")),
        node("entry", observation),
    )
    return _changed(version, lambda root: _body(root).insert(0, node("component", section)))


def self_presentable(version: Version, mark: str) -> Version:
    """The document inside its own stylesheet, which shows `mark`, then the title and text of each section."""
    root = etree.fromstring(version.document.cda, _PARSER)
    sheet = _SHEET.format(document=etree.tostring(root, encoding="unicode"), mark=escape(mark))
    return _with(version, sheet.encode())


def same_identifier(version: Version, other: Version) -> Version:
    """This document under the identifier of the other one."""
    theirs = other.document.unique_id
    data = version.document.cda.replace(version.document.unique_id.encode(), theirs.encode())
    return replace(version, document=replace(version.document, cda=data, unique_id=theirs))


def same_version(version: Version, other: Version) -> Version:
    """This document as the same version of the same set as the other one: only the identifier differs."""
    data = version.document.cda.replace(version.set_id.encode(), other.set_id.encode())
    return replace(_with(version, data), set_id=other.set_id, number=other.number)


def _changed(version: Version, change: Callable[[Node], None]) -> Version:
    root = etree.fromstring(version.document.cda, _PARSER)
    change(root)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["sdtc", "xsi", "ps3-20"])
    return _with(version, etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _with(version: Version, cda: bytes) -> Version:
    return replace(version, document=replace(version.document, cda=cda))


def _first(root: Node, name: str) -> Node:
    return next(root.iter(f"{{{V3}}}{name}"))


def _body(root: Node) -> Node:
    """Raises StopIteration for a document that is not structured."""
    return _first(root, "structuredBody")
