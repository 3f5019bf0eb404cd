"""Our schema of the document: loadable by both libraries, as strict as the official one, and explained in French."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import xmlschema
from cda_edit import edit
from cda_samples import SAMPLES
from lxml import etree
from shared import OFFICIAL_CDA, needs_shared

from rempart.formats.cda import build, parse_cda
from rempart.resources import own_yaml, schemas_dir
from rempart.validation.cda import schema, validate_cda

HERE = Path(__file__).parent
SCHEMAS = sorted((schemas_dir() / "cda").glob("*.xsd"))
ENTRY = schemas_dir() / "cda" / "cda.xsd"
FAULTS = own_yaml(HERE / "schema_faults.yaml")


@cache
def ours() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(ENTRY))


@cache
def explainer() -> Any:
    return xmlschema.XMLSchema(ENTRY)  # strict: an error in the schema itself is raised


@cache
def official() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(OFFICIAL_CDA / "infrastructure/cda/CDA_extended.xsd"))


@cache
def with_entries() -> bytes:
    """Our N3 document with one more section: tests/validation/cda/entries.xml."""
    root = etree.fromstring(build(SAMPLES["n3"]))
    body = root.find("{*}component/{*}structuredBody")
    assert body is not None
    body.append(etree.parse(HERE / "entries.xml").getroot())
    return etree.tostring(root)


@pytest.mark.parametrize("name", [*SAMPLES, "entries"])
def test_both_libraries_accept_our_documents(name: str) -> None:
    root = parse_cda(with_entries() if name == "entries" else build(SAMPLES[name])).root
    assert ours().validate(root), ours().error_log
    assert list(explainer().iter_errors(root)) == []


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda f: f.name)
def test_a_schema_file_says_what_it_holds(file: Path) -> None:
    root = etree.parse(file).getroot()
    first = next(root.iterchildren(etree.Element))
    assert len(" ".join("".join(str(t) for t in first.itertext()).split())) > 60


def test_every_schema_file_is_used_and_every_name_in_it() -> None:
    """No file that nothing loads, no group or simple type that nothing refers to."""
    texts = {file.name: file.read_text("utf-8") for file in SCHEMAS}
    everything = "".join(texts.values())
    references = re.findall(r'(?:type|ref|base|itemType|memberTypes)="([^"]*)"', everything)
    used = set(re.findall(r"[\w.-]+", " ".join(references)))
    assert [name for name in texts if name != ENTRY.name and f'schemaLocation="{name}"' not in everything] == []
    xs = "{http://www.w3.org/2001/XMLSchema}"
    for file in SCHEMAS:
        for kind in ("group", "attributeGroup", "simpleType"):
            for node in etree.parse(file).getroot().iterchildren(xs + kind):
                assert node.get("name") in used


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


def test_the_document_with_entries_has_no_fault() -> None:
    assert [f for f in validate_cda(with_entries()).findings if f.rule == "CDA-002"] == []


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: " ".join(row["edit"])[:90])
def test_what_an_editor_gets_wrong_is_said_at_its_place(row: dict[str, Any]) -> None:
    found = [f for f in validate_cda(edit(with_entries(), tuple(row["edit"]))).findings if f.rule == "CDA-002"]
    assert [f.location.split(" (")[0] for f in found] == [f"/ClinicalDocument{at}" for at in row["at"]]
    assert found[0].message == row["message"]
    assert found[0].expected == row.get("expected", "")


@needs_shared
@pytest.mark.parametrize("row", FAULTS, ids=lambda row: " ".join(row["edit"])[:90])
def test_the_official_schema_refuses_it_too(row: dict[str, Any]) -> None:
    assert official().validate(parse_cda(with_entries()).root)
    assert not official().validate(parse_cda(edit(with_entries(), tuple(row["edit"]))).root)


def test_comments_do_not_move_the_place_of_a_fault() -> None:
    data = build(SAMPLES["n1"]).replace(b"<setId", b"<!-- un --><?deux trois?><copie/><setId", 1)
    (found,) = validate_cda(data).findings
    assert found.location.startswith("/ClinicalDocument/copie (ligne ")
    assert found.message == "L'élément copie n'existe pas dans ClinicalDocument"


def test_prefixes_do_not_move_the_place_of_a_fault() -> None:
    root = etree.fromstring(with_entries())
    text = etree.tostring(root).decode()
    text = text.replace('xmlns="urn:hl7-org:v3"', 'xmlns:c="urn:hl7-org:v3"').replace("</", "</c:").replace("<", "<c:")
    for spoilt in ("/c:", "!", "?"):
        text = text.replace(f"<c:{spoilt}", f"<{spoilt[0]}{spoilt[1:]}")
    for other in ("lab:", "pharm:", "sdtc:", "ps3-20:"):
        text = text.replace(f"c:{other}", other)
    text = text.replace("<c:statusCode", "<c:statuscode", 1)  # an empty element: it has no end tag
    text = text.replace('xsi:type="', 'xsi:type="c:')
    (found,) = [f for f in validate_cda(text.encode()).findings if f.rule == "CDA-002"]
    assert "/statuscode (ligne " in found.location
    assert found.expected == "statusCode"


ENVELOPES = {
    "stylesheet": b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
    b'<d:Contenu xmlns:d="urn:asip-sante:ci-sis">%s</d:Contenu></xsl:stylesheet>',
    "signature": b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>%s</ds:Object></ds:Signature>',
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_document_in_an_envelope_is_judged_and_explained(name: str) -> None:
    bare_document = etree.tostring(etree.fromstring(with_entries()))
    assert "CDA-002" not in {f.rule for f in validate_cda(ENVELOPES[name] % bare_document).findings}
    data = ENVELOPES[name] % bare_document.replace(b"</procedure>", b"<duree/></procedure>")
    (found,) = [f for f in validate_cda(data).findings if f.rule == "CDA-002"]
    assert "/structuredBody/component[3]/section/entry[3]/procedure/duree (ligne " in found.location
    assert found.message == "L'élément duree n'existe pas dans procedure"


def test_the_explanation_may_fail_without_the_verdict_being_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def iter_errors(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("unforeseen")

    monkeypatch.setattr(schema, "_explainer", Broken)
    for row in FAULTS:
        found = [f for f in validate_cda(edit(with_entries(), tuple(row["edit"]))).findings if f.rule == "CDA-002"]
        assert found
        assert all(f.location.startswith("/ClinicalDocument/") for f in found)
        assert all(f.message for f in found)


@pytest.mark.parametrize("count", [20_000])
def test_a_large_faulty_document_is_explained_in_bounded_time(count: int) -> None:
    """What is at fault is looked at, not the ten thousands of elements around it; fifty refusals are told."""
    row = b"<tr><td>1</td><td/></tr>"
    data = with_entries().replace(b"<tbody>", b"<tbody>" + row * count + b"<td/>" * 100, 1)
    validate_cda(edit(with_entries(), ("into", "id", "<x/>")))  # loads the explanations
    started = perf_counter()
    found = [f for f in validate_cda(data).findings if f.rule == "CDA-002"]
    assert perf_counter() - started < 10
    assert found[0].message == "L'élément td n'existe pas dans tbody"
    assert len(found) <= 50


DEEP = b"<component><section><title>x</title>%s</section></component>"


def test_sections_in_sections_in_sections_do_not_explode() -> None:
    nested = b""
    for _ in range(60):
        nested = DEEP % nested
    data = with_entries().replace(b"<structuredBody>", b"<structuredBody>" + DEEP % (nested + b"<fin/>"), 1)
    started = perf_counter()
    found = [f for f in validate_cda(data).findings if f.rule == "CDA-002"]
    assert perf_counter() - started < 5
    assert any("fin" in f.message for f in found)


def test_the_schema_is_loaded_in_no_time() -> None:
    """A cold `rempart validate` loads it: `_verdict` alone, without xmlschema."""
    started = perf_counter()
    etree.XMLSchema(etree.parse(ENTRY))
    assert perf_counter() - started < 0.5  # 0.03 s on an idle machine
