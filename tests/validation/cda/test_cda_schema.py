"""Our schema of the header: loadable by both libraries, as strict as the official one, and explained in French."""

from __future__ import annotations

from functools import cache

import pytest
import xmlschema
from cda_samples import SAMPLES
from lxml import etree
from shared import OFFICIAL_CDA, needs_shared

from rempart.formats.cda import build, parse_cda
from rempart.resources import schemas_dir
from rempart.validation.cda import validate_cda

ENTETE = schemas_dir() / "cda" / "cda.xsd"


@cache
def ours() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(ENTETE))


@cache
def official() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(OFFICIAL_CDA / "infrastructure/cda/CDA_extended.xsd"))


@pytest.mark.parametrize("name", SAMPLES)
def test_both_libraries_accept_our_documents(name: str) -> None:
    root = parse_cda(build(SAMPLES[name])).root
    assert ours().validate(root)
    assert list(xmlschema.XMLSchema(ENTETE).iter_errors(root)) == []


def mutants(name: str) -> list[tuple[str, etree._Element]]:
    """One structural change of the header at a time: an element dropped, doubled, renamed, moved; attributes lost."""
    found = []
    data = build(SAMPLES[name])
    count = sum(1 for e in etree.fromstring(data).iter() if in_header(e))
    for index in range(count):
        for change in CHANGES:
            root = etree.fromstring(data)
            node = [e for e in root.iter() if in_header(e)][index]
            place = f"{change.__name__} {root.getroottree().getelementpath(node)}"
            if change(node):
                found.append((place, root))
    return found


def in_header(node: etree._Element) -> bool:
    return node.getparent() is not None and not any(
        a.tag == "{urn:hl7-org:v3}component" for a in (node, *node.iterancestors())
    )


def drop(node: etree._Element) -> bool:
    node.getparent().remove(node)
    return True


def double(node: etree._Element) -> bool:
    node.addnext(etree.fromstring(etree.tostring(node)))
    return True


def rename(node: etree._Element) -> bool:
    node.tag += "X"
    return True


def to_the_end(node: etree._Element) -> bool:
    if node.getnext() is None:
        return False
    node.getparent().append(node)
    return True


def bare(node: etree._Element) -> bool:
    if not node.attrib:
        return False
    node.attrib.clear()
    return True


def alien(node: etree._Element) -> bool:
    node.set("alien", "1")
    return True


def odd_root(node: etree._Element) -> bool:
    changed = [a for a in ("root", "codeSystem", "value") if a in node.attrib]
    for attribute in changed:
        node.set(attribute, "pas ça")
    return bool(changed)


def emptied(node: etree._Element) -> bool:
    for attribute in node.attrib:
        node.set(attribute, "")
    return bool(node.attrib)


CHANGES = (drop, double, rename, to_the_end, bare, alien, odd_root, emptied)


@needs_shared
@pytest.mark.parametrize("name", ["imaging", "replacement", "addressed"])
def test_our_schema_and_the_official_one_say_the_same(name: str) -> None:
    verdicts = {place: (official().validate(root), ours().validate(root)) for place, root in mutants(name)}
    assert len(verdicts) > 400
    assert [place for place, (theirs, own) in verdicts.items() if theirs != own] == []


def test_a_refusal_is_explained_in_french() -> None:
    data = build(SAMPLES["n1"]).replace(b"<setId", b"<copie/><setId", 1)
    (found,) = validate_cda(data).findings
    assert found.location.startswith("/ClinicalDocument/copie (ligne ")
    assert found.message == "L'élément copie n'est pas attendu ici"
    assert found.expected == "recordTarget"


def test_the_explanation_may_fail_without_the_verdict_being_lost() -> None:
    data = build(SAMPLES["n1"]).replace(b"<author>", b'<author xsi:type="Inconnu">', 1)
    report = validate_cda(data)
    assert [f.rule for f in report.findings] == ["CDA-002"]
    assert report.verdict == "non_conforme"
    assert report.findings[0].actual
