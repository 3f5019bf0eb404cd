"""Files that the installer makes because the publisher's repository lacks them: the same bytes for the same pack."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from rempart.validation.packs.catalogue import Derived, Pack

_SVS = "{urn:ihe:iti:svs:2008}"
_V3 = "urn:hl7-org:v3"
_XS = "http://www.w3.org/2001/XMLSchema"


class DeriveError(ValueError):
    """The file that another one is made from cannot be read; the message is French."""


def derived_files(pack: Pack, root: Path) -> dict[str, bytes]:
    """What is to be added to the files in `root`: nothing that is there already."""
    made = {}
    for derived in pack.derived:
        if (root / derived.file).exists() or not (root / derived.source).is_file():
            continue
        made[derived.file] = make(derived, root)
    return made


def make(derived: Derived, root: Path) -> bytes:
    """The bytes of a derived file. DeriveError when its source is damaged, OSError when it cannot be read."""
    return _decor_value_set(derived, root) if derived.made == "decor-value-set" else _xsd_driver(derived)


def _decor_value_set(derived: Derived, root: Path) -> bytes:
    """An ART-DECOR `valueSets` file, as StructurationMinimale looks codes up in, from an IHE SVS value set."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        answer = etree.parse(root / derived.source, parser).getroot()
    except etree.XMLSyntaxError as error:
        raise DeriveError(f"{derived.source}: XML mal formé ({error.msg})") from error
    source = answer.find(f"{_SVS}ValueSet")
    if source is None:
        raise DeriveError(f"{derived.source} n'est pas un jeu de valeurs IHE SVS")
    top = etree.Element(f"{{{_V3}}}valueSets", nsmap={"hl7": _V3})  # what is inside is in no namespace
    values = etree.SubElement(top, "valueSet", id=source.get("id", ""), name=Path(derived.source).stem)
    values.set("versionLabel", source.get("dateMaj", ""))
    concepts = etree.SubElement(values, "conceptList")
    for concept in source.iter(f"{_SVS}Concept"):
        kept = {name: concept.get(name, "") for name in ("code", "codeSystem", "displayName")}
        etree.SubElement(concepts, "concept", kept)
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _xsd_driver(derived: Derived) -> bytes:
    """One entry for schemas that import each other in a circle: libxml2 resolves them when it meets all at once."""
    top = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS}, elementFormDefault="qualified")
    top.set("targetNamespace", derived.namespace)
    for location in derived.includes:
        etree.SubElement(top, f"{{{_XS}}}include", schemaLocation=location)
    for namespace, location in derived.imports.items():
        etree.SubElement(top, f"{{{_XS}}}import", namespace=namespace, schemaLocation=location)
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8", pretty_print=True)
