"""Bytes that are no CDA document: `erreur` with a finding, quickly, and never an exception."""

from __future__ import annotations

import time

import pytest
from cda_samples import SAMPLES
from lxml import etree

from rempart.formats.cda import build
from rempart.validation.cda import validate_cda

HOSTILE = {
    "empty": b"",
    "html": b"<!DOCTYPE html><html><body>erreur 500</body></html>",
    "hl7": b"MSH|^~\\&|DPI|\r",
    "pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "zip": b"PK\x03\x04\x14\x00\x00",
    "nul bytes": b"\0" * 1000,
    "bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    "invalid utf-8": build(SAMPLES["n1"]).replace(b"DIAZ", b"DI\xc1Z"),
    "cut": build(SAMPLES["n1"])[:3000],
    "deep": b"<a>" * 100_000,
    "100 MB": b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>' + b"a" * 100_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_document_is_an_error_with_its_reason(name: str) -> None:
    started = time.perf_counter()
    report = validate_cda(HOSTILE[name])
    assert time.perf_counter() - started < 2
    assert (report.verdict, [f.rule for f in report.findings]) == ("erreur", ["CDA-001"])
    assert report.unreadable
    assert not report.validators


def test_a_document_of_nothing_is_judged() -> None:
    report = validate_cda(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
    assert report.verdict == "non_conforme"
    assert {"CDA-005", "CDA-030", "CDA-050", "CDA-070", "CDA-090"} <= {f.rule for f in report.findings}


def test_another_encoding_is_read_and_refused() -> None:
    data = build(SAMPLES["n1"]).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    report = validate_cda(data)
    assert (report.verdict, [f.rule for f in report.findings]) == ("non_conforme", ["CDA-001"])


def test_elements_emptied_one_by_one_raise_nothing() -> None:
    """Each element of the header without its content, then without itself: findings or silence, never an exception."""
    for sample in ("imaging", "n3", "addressed"):
        data = build(SAMPLES[sample])
        count = len(list(etree.fromstring(data).iter()))
        for index in range(1, count):
            for change in (_empty, _remove):
                root = etree.fromstring(data)
                change(list(root.iter())[index])
                assert validate_cda(etree.tostring(root)).validators


def _empty(node: etree._Element) -> None:
    for child in list(node):
        node.remove(child)
    node.text = None
    for name in list(node.attrib):
        del node.attrib[name]


def _remove(node: etree._Element) -> None:
    node.getparent().remove(node)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>", "<title " + " ".join(f'a{n}="1"' for n in range(20_000)) + ">"),
        ("<custodian>", "<inconnu/>" * 20_000 + "<custodian>"),
    ],
    ids=["attributes", "elements"],
)
def test_what_is_unknown_by_thousands_is_told_in_bounded_time(old: str, new: str) -> None:
    data = build(SAMPLES["n1"]).decode()
    assert old in data
    started = time.perf_counter()
    report = validate_cda(data.replace(old, new, 1).encode())
    assert report.verdict == "non_conforme" and {f.rule for f in report.findings} == {"CDA-002"}
    assert time.perf_counter() - started < 10
