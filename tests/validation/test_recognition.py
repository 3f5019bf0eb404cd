"""What a file is, by what it begins with: never by its name, and never slowly."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from cda_samples import SAMPLES
from dmp_samples import assertion, letter, sound
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.formats.cda import build
from rempart.validation.document import validate_bytes
from rempart.validation.recognise import FORMATS, recognised

SEARCH = sound()["search"]
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(("data", "kind"), [
    (SEARCH, "xds"), (sound()["feed-mtom"], "xds"), (assertion(), "vihf"), (letter().data, "cda"),
    (b"PK\x03\x04", "xdm"),
    (b"MSH|^~\\&|A", "hl7v2"), (b"", ""), (b"texte", ""), (b"<autre/>", "cda"),
    (b"<!-- <x> --><?x y?>" + SEARCH[SEARCH.index(b"<soap:"):], "xds"),
    (SEARCH.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "xds"),
    (b"POST /depot HTTP/1.1\r\nHost: dmp\r\n" + sound()["feed-mtom"], "xds"),
    (b"Content-Type: text/xml\r\n\r\n" + SEARCH, "xds"), (b"Content-Type: text/xml\n\n" + SEARCH, "xds"),
    (b"Content-Type: text/html\r\n\r\n<html/>", "mail"), (b"Subject: soap+xml\r\n\r\ntexte", "mail"),
    (b"Host: dmp\r\n\r\n<html/>", ""),
    (b"<Envelope xmlns='urn:autre'/>", "cda"), (b"<Response xmlns='urn:autre'/>", "cda"),
    # Meant as assertions: those are the rules that say what they are not.
    (b"<Assertion xmlns='urn:oasis:names:tc:SAML:1.0:assertion'/>", "vihf"), (b"<Assertion/>", "vihf"),
    (b"<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol'/>", "vihf"),
    (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>\n" + assertion().partition(b"?>")[2], "vihf"),
    (b"<!DOCTYPE a SYSTEM 'b.dtd'><ClinicalDocument/>", "cda"),
])  # fmt: skip
def test_each_format_is_recognised(data: bytes, kind: str) -> None:
    assert recognised(data) == kind


@pytest.mark.parametrize("data", [
    b"<?a?>" * 4000, b"<!---->" * 4000, b"<!DOCTYPE [" * 1400, b"<!DOCTYPE a[]" * 1200, b" " * 20000,
    b"Content-Type: a\r\n " * 4000,
])  # fmt: skip
def test_hostile_beginnings_take_no_time(data: bytes) -> None:
    started = time.perf_counter()
    recognised(data)
    assert time.perf_counter() - started < 2


def test_a_document_at_rest_was_made_before_now() -> None:
    """Without the instant at which it came in, that of the look: a clock a thousand years ahead is told.

    What is judged again later, to be compared, reads no clock."""
    ahead = build(SAMPLES["n1"]).replace(b'<effectiveTime value="2', b'<effectiveTime value="3', 1)
    told = {f.rule: f.severity for f in validate_bytes(ahead, looked_at=NOW).findings}
    assert told == {"CDA-017": "warning"}
    assert validate_bytes(build(SAMPLES["n1"]), looked_at=NOW).findings == validate_bytes(ahead).findings == []


@settings(deadline=None)  # the first of each format loads its rules
@given(st.binary(max_size=200), st.sampled_from([*FORMATS, None]))
def test_anything_gives_a_report(data: bytes, kind: str | None) -> None:
    report = validate_bytes(data, kind=kind, packs=())
    assert "erreur de Rempart" not in report.unreadable
    assert report.verdict in ("erreur", "non_conforme")
