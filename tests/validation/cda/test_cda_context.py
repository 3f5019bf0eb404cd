"""What rules look for in a document is found as lxml finds it: the short ways give what the long ones do."""

from __future__ import annotations

import base64

import pytest
from lxml import etree
from shared import CORPUS_CDA, needs_shared

from rempart.formats.cda import parse_cda
from rempart.formats.cda.header import decode_base64, pdf_sections, text
from rempart.formats.cda.model import V3
from rempart.formats.cda.read import location
from rempart.validation.cda import context as module
from rempart.validation.cda.context import CdaContext, first_tag, select
from rempart.validation.cda.profile import lines

EXAMPLES = sorted(CORPUS_CDA.glob("*.xml"))[::9]
SPACES = {None: V3, "sdtc": "urn:hl7-org:sdtc", "ps3-20": "urn:dicom-org:ps3-20"}


@pytest.fixture(params=EXAMPLES, ids=lambda file: file.stem)
def document(request: pytest.FixtureRequest) -> CdaContext:
    return CdaContext(parse_cda(request.param.read_bytes()))


@needs_shared
def test_every_path_of_the_header_lines_leads_where_lxml_goes(document: CdaContext) -> None:
    for line in lines():
        nodes = document.root.findall(line.at, SPACES)
        assert document.at(line.at) == nodes
        for node in nodes:
            found = node.findall(line.elements, SPACES) if line.elements not in ("", ".") else [node]
            assert select(node, line.elements) == found
            if node is document.root:
                assert document.at(line.elements) == found
                assert not found or not first_tag(line.elements) or first_tag(line.elements) in document.top


@needs_shared
def test_elements_by_name_are_those_of_a_walk(document: CdaContext) -> None:
    whole = list(document.root.iter(etree.Element))
    header = [e for child in document.root if child.tag != module.COMPONENT for e in child.iter(etree.Element)]
    body = [] if document.body is None else list(document.body.iter(etree.Element))
    for tags, elements, asked in (
        (module._IN_HEADER, header, document.in_header),
        (module._IN_BODY, body, document.in_body),
        (module._ANYWHERE, whole, document.anywhere),
    ):
        for tag in tags:
            if tag.startswith(f"{{{V3}}}"):
                assert asked(tag.rpartition("}")[2]) == [e for e in elements if e.tag == tag]
    assert document.pdf_sections == pdf_sections(document.root)
    with pytest.raises(KeyError):
        document.in_header("nonXMLBody")


@needs_shared
def test_steps_that_are_kept_change_no_location_and_no_text(document: CdaContext) -> None:
    known: dict[etree._Element, str] = {}
    for element in list(document.root.iter(etree.Element))[::7]:
        assert location(element, "@code", known) == location(element, "@code")
        assert text(element) == " ".join("".join(str(t) for t in element.itertext()).split())


@pytest.mark.parametrize("white", ["\n", " \t\r\n", "\x0b", "\x1c", "\u00a0", "\u2003"])
def test_white_space_in_base64_is_ignored_whatever_it_is(white: str) -> None:
    content = bytes(range(256))
    assert decode_base64(white.join(base64.b64encode(content).decode())) == content


@pytest.mark.parametrize("wrong", ["AAA", "A=AA", "AA*A", "éAAA", "AAAA\x00"])
def test_what_is_no_base64_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        decode_base64(wrong)
