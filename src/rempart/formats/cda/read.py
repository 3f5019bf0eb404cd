"""Safe reading of a CDA document, signed or self-presentable ones included (Structuration minimale, §3.2, §3.3, §3.9).

A clinical document is hostile input: no DTD, no entity, no network, and a bound on bytes, markup and depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.illformed import in_french
from rempart.formats.cda.model import V3

LIMIT = 64 * 1024 * 1024  # bytes
MAX_MARKUP = 2_000_000  # `<` characters: what bounds the memory of the tree
MAX_DEPTH = 256
_TOO_DEEP = f"plus de {MAX_DEPTH} éléments imbriqués"
_TEXT_LIMIT = 9_000_000  # libxml2 refuses a text node of 10 MB unless told that the document is huge

ROOT = f"{{{V3}}}ClinicalDocument"
_V3_SPACE = f"{{{V3}"
_WRAPPERS = {
    "{http://www.w3.org/1999/XSL/Transform}stylesheet": "autoprésentable",
    "{http://www.w3.org/1999/XSL/Transform}transform": "autoprésentable",
    "{http://www.w3.org/2000/09/xmldsig#}Signature": "signature",
}
# Encodings that hide no markup from a scan of the decoded text; anything else (UTF-7, EBCDIC…) is refused.
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "latin-1",
    "latin1": "latin-1", "iso-8859-15": "iso-8859-15", "windows-1252": "cp1252",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
_BOM_UTF8 = b"\xef\xbb\xbf"
_BOMS = {_BOM_UTF8: "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DECLARATION = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["'][^>]*\?>""")


class CdaError(ValueError):
    """The bytes cannot be read as a CDA document. `reason` is French; `line` is None when no line is at fault."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"{reason} (ligne {line})" if line else reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, eq=False)
class CdaTree:
    """A parsed document. `root` is ClinicalDocument, whatever wraps it; `tree` is the whole file.

    `encoding` is the declared or marked one, lower case; `wrapper` is "", "autoprésentable" or "signature".
    """

    root: etree._Element
    tree: etree._ElementTree
    encoding: str
    bom: bool
    wrapper: str

    @cached_property
    def header(self) -> CdaHeader:
        return CdaHeader.of(self.root)

    @property
    def stylesheets(self) -> list[str]:
        """`href` of the xml-stylesheet instructions before the root element."""
        found = []
        node = self.tree.getroot().getprevious()
        while node is not None:
            if isinstance(node, etree._ProcessingInstruction) and node.target == "xml-stylesheet":
                found.append(node.get("href") or "")
            node = node.getprevious()
        return found[::-1]


def parse_cda(data: bytes | memoryview, *, limit: int = LIMIT) -> CdaTree:
    """The document in `data`. CdaError when it is empty, too big, not well-formed, has a DOCTYPE, or is no CDA."""
    tree, encoding, bom = parse_xml(data, limit=limit)
    root, wrapper = _clinical_document(tree)
    return CdaTree(root, tree, encoding, bom, wrapper)


def parse_xml(data: bytes | memoryview, *, limit: int = LIMIT) -> tuple[etree._ElementTree, str, bool]:
    """Any hostile XML: its tree, its encoding, and whether a byte order mark gives it. CdaError as above."""
    if len(data) > limit:
        raise CdaError(f"le fichier fait {len(data)} octets, au-delà de la limite de {limit}")
    raw = bytes(data)
    if not raw or raw.isspace():
        raise CdaError("le fichier est vide")
    encoding, bom = _encoding(raw)
    text = _as_utf8(raw, encoding, bom)
    _refuse_doctype(text)
    if len(text) > MAX_MARKUP and text.count(b"<") > MAX_MARKUP:
        raise CdaError(f"le document compte plus de {MAX_MARKUP} balises")
    return _parse(text), encoding, bom


def location(node: etree._Element, below: str = "", known: dict[etree._Element, str] | None = None) -> str:
    """`/ClinicalDocument/recordTarget/patientRole/id[1]/@extension (ligne 34)`: the path starts at ClinicalDocument.

    `below` is what is looked for under the node, present or missing: `@extension`, `name/family`. `known`: steps of
    elements of this document, kept from one call to the next.
    """
    steps = []
    element: etree._Element | None = node
    while element is not None:
        if known is not None and element not in known:
            known.update(_steps(element))
        steps.append(_step(element) if known is None else known[element])
        element = None if element.tag == ROOT else element.getparent()
    path = "/" + "/".join(reversed(steps)) + (f"/{below}" if below else "")
    line = line_of(node)
    return f"{path} (ligne {line})" if line else path


def line_of(element: etree._Element) -> int | None:
    line: int | None = element.sourceline  # type: ignore[assignment]  # lxml-stubs does not say
    return line


def _steps(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The steps of all siblings of this name, numbered in one go: one after the other, twenty thousand would be counted
    twenty thousand times."""
    parent = element.getparent()
    alike = [element] if element.tag == ROOT or parent is None else list(parent.iterchildren(element.tag))
    for rank, node in enumerate(alike, 1):
        yield node, _name(node) if len(alike) == 1 else f"{_name(node)}[{rank}]"


def _name(element: etree._Element) -> str:
    space, _, name = element.tag.rpartition("}")
    return f"{element.prefix}:{name}" if space != _V3_SPACE and element.prefix is not None else name


def _step(element: etree._Element) -> str:
    tag, name = element.tag, _name(element)
    if tag == ROOT or element.getparent() is None:
        return name
    before = sum(1 for _ in element.itersiblings(tag, preceding=True))
    alone = before == 0 and next(element.itersiblings(tag), None) is None
    return name if alone else f"{name}[{before + 1}]"


def _encoding(raw: bytes) -> tuple[str, bool]:
    """Encoding by byte order mark, else by declaration, else UTF-8; and whether there is a mark."""
    for mark, name in _BOMS.items():
        if raw.startswith(mark):
            return name, True
    if raw[:4] in (b"<\0?\0", b"\0<\0?"):
        return ("utf-16le" if raw[0] else "utf-16be"), False
    declared = _DECLARATION.match(raw, 0, 1024)
    return (declared[1].decode("ascii").lower() if declared else "utf-8"), False


def _as_utf8(raw: bytes, encoding: str, bom: bool) -> bytes:
    codec = _CODECS.get(encoding)
    if codec is None:
        raise CdaError(f"l'encodage {encoding} n'est pas accepté: UTF-8 est attendu", 1)
    if codec == "utf-8":
        return raw.removeprefix(_BOM_UTF8) if bom else raw
    try:
        return raw.decode(codec).encode("utf-8")
    except UnicodeError as error:
        raise CdaError(f"le fichier n'est pas en {encoding} comme il le dit: {error}") from error


def _refuse_doctype(text: bytes) -> None:
    """Look at the prolog only: after the root element's start, a DOCTYPE is not well-formed anyway."""
    at = 0
    while (at := text.find(b"<", at)) >= 0:
        for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if text.startswith(opening, at):
                end = text.find(closing, at + len(opening))
                at = len(text) if end < 0 else end + len(closing)
                break
        else:
            if text.startswith(b"<!", at):
                line = text.count(b"\n", 0, at) + 1
                raise CdaError("une déclaration DOCTYPE ou d'entité est refusée", line)
            return


def _parse(text: bytes) -> etree._ElementTree:
    huge = len(text) > _TEXT_LIMIT
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=huge,
    )  # fmt: skip
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        reason = _TOO_DEEP if "depth" in str(error.msg) else f"le XML n'est pas bien formé: {in_french(str(error.msg))}"
        raise CdaError(reason, error.lineno or None) from error
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        raise CdaError("une déclaration DOCTYPE est refusée")
    if huge:
        _check_depth(root)
    return tree


def _check_depth(root: etree._Element) -> None:
    """What libxml2 checks by itself when a document is not huge."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise CdaError(_TOO_DEEP, line_of(element))


def _clinical_document(tree: etree._ElementTree) -> tuple[etree._Element, str]:
    root = tree.getroot()
    if root.tag == ROOT:
        return root, ""
    wrapper = _WRAPPERS.get(root.tag)
    if wrapper is None:
        name = etree.QName(root)
        where = f"l'espace de noms {name.namespace}" if name.namespace else "aucun espace de noms"
        raise CdaError(
            f"la racine est {name.localname} dans {where}, au lieu de ClinicalDocument dans {V3}", line_of(root)
        )
    found: Iterator[etree._Element] = root.iter(ROOT)
    documents = [d for d, _ in zip(found, range(2), strict=False)]
    if len(documents) != 1:
        count = "aucun" if not documents else "plusieurs"
        raise CdaError(f"l'enveloppe {root.tag} contient {count} ClinicalDocument au lieu d'un seul", line_of(root))
    return documents[0], wrapper
