"""Whatever the bytes: a report, in bounded time, and never `conforme` for what cannot be read."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.hl7v2.volet_messages import BASES, b64, carrying, cda, mdm, put

from rempart.formats.cda import read
from rempart.validation.hl7v2 import embedded, validate
from rempart.validation.hl7v2.validate import validate_message

OURS = "erreur de Rempart"
_TOKENS = [bytes([c]) for c in b"|^~&\\\r\n\x0b\xff"] + [b"\x1c\r", b'""', b"MSH|^~\\&|", b"OBX|", b"PRT|"]


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    report = validate_message(data)
    assert OURS not in report.unreadable
    assert report.verdict != "conforme"


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_anything_behind_a_header(tail: bytes) -> None:
    report = validate_message(b"MSH|^~\\&|A|B|C|D|20260105||MDM^T02^MDM_T02|1|T|2.6\r" + tail)
    assert OURS not in report.unreadable
    assert report.verdict != "conforme"


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_messages(seed: int) -> None:
    """Cuts, splices and shuffled lines of sound messages."""
    dice = random.Random(seed)
    bases = [base() for base in BASES.values()]
    for _ in range(150):
        message = bytearray(dice.choice(bases))
        for _ in range(dice.randint(1, 5)):
            at = dice.randrange(len(message) or 1)
            if dice.random() < 0.4:
                message[at : at + dice.randint(0, 5)] = dice.choice(_TOKENS)
            elif dice.random() < 0.5:
                del message[at : at + dice.randint(1, 40)]
            else:
                lines = bytes(message).split(b"\r")
                dice.shuffle(lines)
                message = bytearray(b"\r".join(lines))
        assert OURS not in validate_message(bytes(message), on_wire=dice.random() < 0.5).unreadable


def test_a_fault_of_ours_is_an_error_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boum")

    monkeypatch.setattr(validate, "check_message", broken)
    report = validate_message(mdm())
    assert report.verdict == "erreur"
    assert "boum" in report.unreadable


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("segments", mdm() + b"NTE|1\r" * 100_000),
        ("segments of nothing but names", b"MSH|^~\\&|A\r" * 100_000),
        ("fields", mdm() + b"ZZZ" + b"|" * 300_000 + b"\r"),
        ("repetitions", put("PID-3", "~" * 100_000)(mdm())),
        ("identifiers", put("PID-3", "~".join(["1^^^A&1.2&ISO^PI"] * 100_000))(mdm())),
    ],
)
def test_endless_parts_are_refused(name: str, message: bytes) -> None:
    started = time.process_time()
    report = validate_message(message)
    assert report.verdict == "erreur"
    assert "limite" in report.unreadable or "plus de" in report.unreadable
    assert time.process_time() - started < 2


def test_many_repetitions_cost_no_more_than_their_number() -> None:
    ids = "~".join(f"{n}^^^A&1.2.{n}&ISO^PI" for n in range(3000))
    started = time.process_time()
    report = validate_message(put("PID-3", ids)(mdm()))
    assert report.verdict == "non_conforme"
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("PID-5", "\\F\\" * 350_000),
        ("PID-5", "\\" * 1_000_000),
        ("PID-5", "\\X41\\" * 200_000),
        ("OBX-5.5", "\\E\\" * 350_000),
        ("OBX-5.5", "A" * 20_000_000 + "*"),
        ("OBX-5.5", "A" * 20_000_001),
        ("PID-3.4", "^" * 150_000),
        ("PID-3.4", "&" * 150_000),
        ("PID-11", "~".join(["^^^^^^BDL"] * 9_000)),
    ],
    ids=["sequences", "backslashes", "hexadecimal", "base64 of sequences", "late foreign character", "length of base64",
         "components", "sub-components", "repetitions"],
)  # fmt: skip
def test_large_faulty_values_get_a_finding_soon(place: str, value: str) -> None:
    message = put(place, value)(mdm())
    started = time.process_time()
    report = validate_message(message)
    assert time.process_time() - started < 2
    assert report.verdict == "non_conforme"
    where = place.split(".")[0]
    assert any(f.location.startswith(where) for f in report.findings if f.blocks)
    assert all(len(f.actual) < 300 for f in report.findings)


@pytest.mark.parametrize("name", ["base64 beyond its limit", "document beyond its limit"])
def test_documents_beyond_the_limits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "base64 beyond its limit":
        monkeypatch.setattr(embedded, "MAX_BASE64", 500)
    else:
        monkeypatch.setattr(read, "MAX_MARKUP", 20)
    report = validate_message(mdm())
    found = [f for f in report.findings if f.rule == "HL7-065"]
    assert [(f.location, f.blocks) for f in found] == [("OBX-5.5", True)]
    assert "limite" in found[0].message or "plus de" in found[0].message


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("no end", b"\x0b" + mdm()),
        ("no start", mdm() + b"\x1c\r"),
        ("end without CR", b"\x0b" + mdm() + b"\x1c"),
        ("bare", mdm()),
    ],
)
def test_broken_blocks_on_the_wire(name: str, block: bytes) -> None:
    report = validate_message(block, on_wire=True)
    assert [(f.rule, f.location) for f in report.findings if f.rule == "HL7-001"]
    assert report.verdict == "non_conforme"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("UTF-16", mdm().decode().encode("utf-16")),
        ("UTF-32", mdm().decode().encode("utf-32")),
        ("EBCDIC", mdm().decode().encode("cp037", "replace")),
        ("two starts", b"\x0b\x0b" + mdm() + b"\x1c\r"),
        ("gzip", b"\x1f\x8b\x08" + bytes(500)),
    ],
)
def test_wrong_encodings_and_wrappers_are_never_sound(name: str, data: bytes) -> None:
    report = validate_message(data)
    assert report.verdict != "conforme"
    assert report.unreadable or report.findings


def test_latin_bytes_under_utf8_are_told_where_they_are() -> None:
    report = validate_message(put("PID-11.1", "Hôpital")(mdm()).replace("ô".encode(), "ô".encode("latin-1")))
    assert ("HL7-006", "PID-11") in [(f.rule, f.location) for f in report.findings if f.blocks]


@pytest.mark.parametrize("lines", [b"NTE|1\r", b"EVN\r\r\r\r", b"OBX\r\n"])
def test_a_message_that_never_begins_is_refused_at_once(lines: bytes) -> None:
    """A pattern that looks for its MSH must not try every way to cut the lines before."""
    started = time.process_time()
    report = validate_message(lines * 50_000)
    assert time.process_time() - started < 2
    assert report.verdict == "erreur"


def test_blanks_before_a_message_are_passed_over_at_once() -> None:
    started = time.process_time()
    assert validate_message(b" " * 20_000_000 + mdm()).verdict == "conforme"
    assert time.process_time() - started < 2


def test_one_rule_is_not_told_more_than_a_hundred_times() -> None:
    report = validate_message(mdm() + b"ZZZ|1\r" * 500)
    told = [f for f in report.findings if f.rule == "HL7-007"]
    assert len(told) == validate.MAX_OF_ONE_RULE
    assert sum(f.count for f in told) == 500


_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "ha">{_LAUGHS}]>'


@pytest.mark.parametrize(
    "document",
    [
        cda(prolog=BOMB, name="&a19;"),
        cda(prolog='<!DOCTYPE ClinicalDocument SYSTEM "http://127.0.0.1/x.dtd">'),
        cda(prolog='<!-- x --><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', name="&e;"),
        cda(tail="<a>" * 400 + "</a>" * 400),
        cda().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        b"\x00" * 100,
    ],
    ids=["bomb", "external DTD", "external entity", "depth", "UTF-16", "zeros"],
)
def test_documents_that_must_not_be_trusted(document: bytes) -> None:
    report = validate_message(carrying(document)(mdm()))
    if report.verdict == "conforme":  # UTF-16 is well-formed XML
        assert document.startswith(b"\xff\xfe")
    else:
        assert [(f.rule, f.location) for f in report.findings if f.blocks] == [("HL7-065", "OBX-5.5")]


def test_large_document_is_read() -> None:
    """12 MB of text in one element, beyond what libxml2 takes by default."""
    large = cda(tail="<component><nonXMLBody><text>" + "A" * 12_000_000 + "</text></nonXMLBody></component>")
    assert validate_message(put("OBX-5.5", b64(large))(mdm())).verdict == "conforme"


def test_undecodable_byte_far_into_a_message() -> None:
    """Found across the chunks that the character set is checked by."""
    message = put("OBX-5.5", b64(cda()) + "é" * 600_000)(mdm())
    broken = message.replace("é".encode() * 10, "é".encode() * 9 + b"\xc3", 1)
    report = validate_message(broken)
    assert ("HL7-006", "OBX-5") in [(f.rule, f.location) for f in report.findings]


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("sound", lambda message: message),
        ("undecodable", lambda message: message.replace(b"AAA|", b"AA\xff|", 1)),
        ("base64", lambda message: message.replace(b"AAA|", b"AA*|", 1)),
        ("mislabelled", lambda message: message.replace(b"UNICODE UTF-8", b"8859/15", 1)),
    ],
)
def test_a_large_document_is_judged_in_bounded_memory(name: str, spoil: Callable[[bytes], bytes]) -> None:
    """Under four times its size with the message itself; what is shown of it in a finding is its beginning."""
    message = spoil(put("OBX-5.5", "A" * 8_000_000)(mdm()))
    tracemalloc.start()
    report = validate_message(message)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * len(message)
    assert report.verdict == "non_conforme"
    assert all(len(f.actual) < 300 for f in report.findings)
