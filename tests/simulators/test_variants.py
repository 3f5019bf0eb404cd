"""Unusual documents are sound ones: no rule of documents blames them, and each is what its name says."""

from __future__ import annotations

import pytest
from lxml import etree

from rempart.formats.cda.read import parse_cda
from rempart.simulators import variants
from rempart.simulators.documents import TYPES, first_version, next_version
from rempart.simulators.patients import patient
from rempart.validation.cda.validate import validate_cda

DOMINIQUE = patient("Dominique PAT-TROIS", ipp="IPP1")
N1, N3 = first_version(DOMINIQUE), first_version(DOMINIQUE, level="N3")
ALL = {
    "written_by_hand": variants.written_by_hand(N1),
    "unknown_parts": variants.with_unknown_parts(N3),
    "result": variants.with_result(N3, "HH"),
    "self_presentable": variants.self_presentable(N3, "Mise en page <1>"),
    "same_identifier": variants.same_identifier(first_version(DOMINIQUE), N1),
    "same_version": variants.same_version(first_version(DOMINIQUE), N1),
}


@pytest.mark.parametrize("name", ALL)
def test_no_rule_blames_a_variant(name: str) -> None:
    report = validate_cda(ALL[name].document.cda)
    assert not report.unreadable and [f"{f.rule} {f.location}" for f in report.findings] == []


@pytest.mark.parametrize("code", TYPES)
def test_no_rule_blames_a_type(code: str) -> None:
    assert validate_cda(first_version(DOMINIQUE, type_code=code).document.cda).findings == []


def test_writing_the_xml_again_shows() -> None:
    data = ALL["written_by_hand"].document.cda
    assert etree.tostring(etree.fromstring(data).getroottree(), encoding="UTF-8", xml_declaration=True) != data


def test_twins_share_what_they_should() -> None:
    one, twin, other = (parse_cda(v.document.cda).header for v in (N1, ALL["same_version"], ALL["same_identifier"]))
    assert (twin.set_id, twin.version) == (one.set_id, one.version) and twin.id != one.id
    assert other.id == one.id and other.set_id != one.set_id


def test_a_document_inside_its_stylesheet_keeps_its_identity() -> None:
    styled = ALL["self_presentable"]
    tree = parse_cda(styled.document.cda)
    assert tree.wrapper == "autoprésentable" and tree.header.unique_id == N3.document.unique_id
    following = next_version(styled, DOMINIQUE, level="N3")
    assert str(parse_cda(following.document.cda).header.replaces) == N3.document.unique_id
