"""Where a finding is in the bytes, and what is shown of them: every kind of address, every kind of file."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.hl7v2.volet_faults import FAULTS, Fault
from validation.hl7v2.volet_messages import BASES

from rempart.formats.hl7v2 import Message, Path
from rempart.model.finding import Finding, Severity
from rempart.validation.explain import WIDTH, Excerpt, Explainer, place, span
from rempart.validation.hl7v2.validate import validate_message

PLAIN = (
    "MSH|^~\\&|DPI|CHU|PFI|CHU|20260105||ORU^R01^ORU_R01|1|T|2.5\r"
    "PID|||INS1^^^NIR&1.2&ISO^INS~IPP2^^^CHU&1.9||Éléonore^DÎNER||1979\r"
    "OBX|1|ED|X\r"
    "OBX|2|CE|Y||N^^Z\r"
)


def at(location: str, **more: object) -> Finding:
    return Finding(rule="HL7-999", severity=Severity.ERROR, location=location, message="m", **more)  # type: ignore[arg-type]


def wrap(name: str) -> bytes:
    return {
        "plain": PLAIN.encode(),
        "mllp": b"\x0b" + PLAIN.encode() + b"\x1c\r",
        "crlf": PLAIN.replace("\r", "\r\n").encode(),
        "bom": b"\xef\xbb\xbf" + PLAIN.encode(),
        "latin-9": PLAIN.replace("|2.5\r", "|2.5||||||8859/15\r").encode("iso8859-15"),
    }[name]


@pytest.mark.parametrize("framing", ["plain", "mllp", "crlf", "bom", "latin-9"])
@pytest.mark.parametrize(
    ("location", "value"),
    [
        ("MSH-1", "|"),
        ("MSH-2", "^~\\&"),
        ("MSH-3", "DPI"),
        ("MSH-9.3", "ORU_R01"),
        ("PID-3", "INS1^^^NIR&1.2&ISO^INS~IPP2^^^CHU&1.9"),
        ("PID-3.4", "NIR&1.2&ISO"),
        ("PID-3.4.2", "1.2"),
        ("PID-3[2]", "IPP2^^^CHU&1.9"),
        ("PID-3[2].1", "IPP2"),
        ("PID-3[2].4.2", "1.9"),
        ("PID-5.2", "DÎNER"),
        ("PID-7", "1979"),
        ("OBX[2]-5.3", "Z"),
        ("OBX[2]-5.2", ""),
        ("PID-3[2].4.3", ""),
        ("PID-3[3].1", ""),
        ("PID-32", ""),
        ("MSH-21", ""),
    ],
)
def test_a_place_is_its_bytes(framing: str, location: str, value: str) -> None:
    data = wrap(framing)
    message = Message.parse(data)
    found = span(message, at(location))
    assert found is not None and message.decode(*found) == value
    excerpt = Explainer(data).excerpt(at(location))
    assert excerpt is not None and excerpt.text[excerpt.start : excerpt.end] == value
    assert excerpt.text.startswith(location[:3]) and "\r" not in excerpt.text


@pytest.mark.parametrize(
    ("location", "caret"),
    [
        ("PID-2", "PID||"),
        ("OBX[2]-5.2", "OBX|2|CE|Y||N^"),
        ("OBX-9", "OBX|1|ED|X"),
        ("PID-3[2].4.3", "PID|||INS1^^^NIR&1.2&ISO^INS~IPP2^^^CHU&1.9"),
    ],
)
def test_what_is_missing_has_a_caret_where_it_would_stand(location: str, caret: str) -> None:
    excerpt = Explainer(PLAIN.encode()).excerpt(at(location))
    assert excerpt is not None and excerpt.text[: excerpt.start] == caret
    assert excerpt.underline == " " * len(caret) + "^"


@pytest.mark.parametrize("location", ["PRT-4", "OBX[3]-5", "bloc MLLP", "/ClinicalDocument/id (ligne 1)", "PRT", ""])
def test_what_is_not_in_the_message_is_not_shown(location: str) -> None:
    assert Explainer(PLAIN.encode()).excerpt(at(location)) is None


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_findings_carry_their_own_bytes(fault: Fault) -> None:
    """What a finding quotes stands at its offset, for its length, and the excerpt underlines it."""
    data = fault.change(BASES[fault.base]())
    report = validate_message(data, on_wire=fault.on_wire)
    explainer = Explainer(data)
    for found in report.findings:
        if found.offset is None or found.length is None:
            assert found.location == "bloc MLLP" or found.location.startswith("MSH"), found
            continue
        message = Message.parse(data)
        assert 0 <= found.offset <= found.offset + found.length <= len(data)
        if "-" in found.location:
            fresh = span(message, found.model_copy(update={"offset": None}))
            assert fresh == (found.offset, found.offset + found.length), found
        shown = explainer.excerpt(found)
        assert shown is not None and len(shown.text) <= WIDTH + 3
        if found.length and "-" in found.location:
            quoted = data[found.offset : found.offset + found.length].decode(message.codec, "replace")
            marked = shown.text[shown.start : shown.end]
            assert marked == quoted or "…" in marked or "\\" in marked


def test_an_absent_segment_stands_before_the_next_one() -> None:
    data = PLAIN.encode()
    before = Explainer(data).excerpt(at("PV1", offset=data.index(b"OBX|1"), length=0))
    assert before == Excerpt("OBX|1|ED|X", 0, 0, "PV1 absent") and before.underline == "^ PV1 absent"
    last = Explainer(data).excerpt(at("ERR", offset=len(data), length=0))
    assert last is not None and last.text[: last.start] == "OBX|2|CE|Y||N^^Z"


def test_a_segment_as_a_whole_is_told_by_its_name() -> None:
    data = PLAIN.encode()
    excerpt = Explainer(data).excerpt(at("OBX[2]", offset=data.index(b"OBX|2"), length=16))
    assert excerpt == Excerpt("OBX|2|CE|Y||N^^Z", 0, 3)


def test_a_long_segment_is_cut_around_the_place() -> None:
    data = PLAIN.replace("1979", "|".join(f"v{n}" for n in range(400))).encode()
    excerpt = Explainer(data).excerpt(at("PID-207"))
    assert excerpt is not None and excerpt.text[excerpt.start : excerpt.end] == "v200" and len(excerpt.text) <= WIDTH
    assert excerpt.text.startswith("PID|…") and excerpt.text.endswith("…")
    first = Explainer(data).excerpt(at("PID-3.1"))
    assert first is not None and first.text.startswith("PID|||INS1^^^NIR")


@pytest.mark.parametrize("location", ["OBX-5.5", "OBX-5.4", "OBX-11", "OBX-6"])
def test_a_huge_document_is_folded_to_its_start_and_size(location: str) -> None:
    data = PLAIN.replace("|ED|X", "|ED|X||^text^XML^Base64^" + "PD94" * 2_000_000 + "||||||F").encode()
    excerpt = Explainer(data).excerpt(at(location))
    assert excerpt is not None and "PD94… (8000000 octets)" in excerpt.text and len(excerpt.text) <= WIDTH
    assert excerpt.text.startswith("OBX|1|ED|X||^text^XML^Base64^PD94")


def test_the_underline_counts_columns_and_not_code_points() -> None:
    data = PLAIN.replace("Éléonore", "E\u0301漢").encode()
    excerpt = Explainer(data).excerpt(at("PID-5.2"))
    assert excerpt is not None and len(excerpt.underline.rstrip("^")) == len(excerpt.text[: excerpt.start])
    narrow = Explainer(data.replace("漢".encode(), b"")).excerpt(at("PID-5.2"))
    assert narrow is not None and len(narrow.underline.rstrip("^")) == narrow.start - 1


def test_control_characters_are_shown_as_escapes() -> None:
    excerpt = Explainer(PLAIN.replace("Éléonore", "\x1b[2J").encode()).excerpt(at("PID-5.1"))
    assert excerpt is not None and excerpt.text[excerpt.start : excerpt.end] == "\\x1b[2J"


def test_a_segment_whose_name_is_no_name_is_found_by_its_offset() -> None:
    data = PLAIN.replace("OBX|1", "Pv3|1").encode()
    message = Message.parse(data)
    assert place(message, at("Pv3", offset=data.index(b"Pv3"), length=10)) == Path("Pv3", 1)
    assert place(message, at("Pv3")) is None
    assert place(message, at("OBX", offset=0, length=0)) == Path("OBX", 2)


@given(st.binary(max_size=200), st.integers(-1, 300), st.integers(0, 300))
def test_any_bytes_and_any_offset_give_an_excerpt_or_none(tail: bytes, offset: int, length: int) -> None:
    for head in (b"MSH|^~\\&|", b"MSH", b"<a>", b""):
        for location in ("PID-3", "PID", "MSH-2", "Pid", "/a (ligne 2)"):
            excerpt = Explainer(head + tail).excerpt(at(location, offset=offset, length=length))
            if excerpt:
                assert excerpt.text.isprintable() and 0 <= excerpt.start <= excerpt.end <= len(excerpt.text)
                assert len(excerpt.text) <= WIDTH + 60 and excerpt.underline.isprintable()


XML = """<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <id root="1.2.3"/>
  <author><time value="2026"/><assignedAuthor><id root="4"/></assignedAuthor></author>
</ClinicalDocument>
"""


@pytest.mark.parametrize(
    ("location", "line", "marked"),
    [
        ("/ClinicalDocument/id/@root (ligne 3)", '<id root="1.2.3"/>', 'root="1.2.3"'),
        ("/ClinicalDocument/id (ligne 3)", '<id root="1.2.3"/>', '<id root="1.2.3"/>'),
        ("/ClinicalDocument/id/@extension (ligne 3)", '<id root="1.2.3"/>', '<id root="1.2.3"/>'),
        ("/ClinicalDocument/author/time (ligne 4)", "", '<time value="2026"/>'),
        ("/ClinicalDocument/title (ligne 3)", '<id root="1.2.3"/>', '<id root="1.2.3"/>'),
    ],
)
def test_an_xpath_shows_its_line(location: str, line: str, marked: str) -> None:
    excerpt = Explainer(XML.encode()).excerpt(at(location))
    assert excerpt is not None and excerpt.text[excerpt.start : excerpt.end] == marked
    assert excerpt.text == line or not line


def test_a_document_on_one_line_is_cut_around_the_element_or_not_shown() -> None:
    data = XML.replace("\n", "").replace("<author>", "<title>" + "t" * 300 + "</title><author>").encode()
    one = Explainer(data).excerpt(at("/ClinicalDocument/author/time/@value (ligne 1)"))
    assert one is not None and one.text[one.start : one.end] == 'value="2026"' and len(one.text) <= WIDTH + 2
    assert Explainer(data).excerpt(at("/ClinicalDocument/id (ligne 1)")) is None
    assert Explainer(data).excerpt(at("/ClinicalDocument/id (ligne 9)")) is None


def test_ten_thousand_findings_on_one_line_are_shown_in_bounded_time() -> None:
    """A document may be one line of some megabytes: it is not read again, nor searched through, for each finding."""
    data = b"<a>" + b"<b/>" * 300_000 + b"</a>"
    explainer = Explainer(data)
    said = at("/a/b[2] (ligne 1)")
    started = perf_counter()
    assert {explainer.excerpt(said) for _ in range(10_000)} == {None}
    assert perf_counter() - started < 5
