"""Exchanges as a reader sees them: whatever the bytes, something true is shown, and bounded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from reporting.fixture_messages import ack, finding, mdm

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.path import parse_path
from rempart.formats.hl7v2.write import replace
from rempart.model.exchange import Direction, Exchange
from rempart.reporting.field_names import field_name
from rempart.reporting.hl7_view import MAX_CHARACTERS, FieldRow, hl7_view
from rempart.reporting.messages import MAX_TEXT, ExchangeView, exchange_view, marks_in, visible
from rempart.reporting.outline import NumberedFinding
from rempart.resources import templates_dir


def view(data: bytes, protocol: str = "file/any") -> ExchangeView:
    exchange = Exchange(
        id="main-000001", time=datetime.now(UTC), direction=Direction.RECEIVED, protocol=protocol, role="r", peer="p",
        label="l", sha256="0" * 64, size=len(data),
    )  # fmt: skip
    return exchange_view(exchange, data, [])


def rows(message: bytes, **marks: str) -> dict[str, FieldRow]:
    """Rows by address; marks as `_1="PID-5.2"`."""
    places = {int(n[1:]): parse_path(p) for n, p in marks.items()}
    return {r.address: r for s in hl7_view(Message.parse(message), places).segments for r in s.rows}


def marked(row: FieldRow) -> list[tuple[str, list[int]]]:
    return [(t.text, t.marks) for t in row.tokens if t.marks]


@given(st.binary(max_size=300), st.sampled_from(["hl7v2/mllp", "driver/http", "file/any"]))
def test_any_bytes_give_a_view(data: bytes, protocol: str) -> None:
    found = view(data, protocol)
    assert found.hl7 or found.text or found.note
    assert visible(found.text) == found.text


@given(st.binary(max_size=200))
def test_any_segment_gives_rows(tail: bytes) -> None:
    assert view(b"MSH|^~\\&|" + tail, "hl7v2/mllp").kind == "hl7"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b'{"a": 1}', "json"),
        (b'{"a": 1', "text"),
        (b"[" * 100_000, "text"),
        (b"<a/>", "text"),
        ("é".encode("iso8859-15"), "text"),
        (b"PK\x03\x04\x00\x00", "binary"),
    ],
    ids=["nothing", "json", "json cut short", "json too deep", "xml", "latin-9", "archive"],
)
def test_each_kind_is_recognised(data: bytes, kind: str) -> None:
    assert view(data).kind == kind


def test_a_long_text_is_cut_and_says_so() -> None:
    found = view("é".encode() * 50_000)
    assert len(found.text) == MAX_TEXT and "début seulement" in found.note


def test_a_cut_in_the_middle_of_a_character_changes_no_encoding() -> None:
    found = view(b"a" + "é".encode() * 20_000)
    assert found.text.startswith("aéé") and "Ã" not in found.text


def test_long_values_of_json_are_named_by_their_start_and_length() -> None:
    found = view(b'{"messages": ["' + b"QUJD" * 5000 + b'"], "n": 1}')
    assert "(20000 caractères)" in found.text and '"n": 1' in found.text and len(found.text) < 300


def test_an_unreadable_message_says_why_and_shows_its_bytes() -> None:
    found = view(b"\x0bPID|1\x1c\r", "hl7v2/mllp")
    assert found.kind == "text" and "MSH" in found.note and "[0x0B]PID|1[0x1C]" in found.text


def test_a_component_is_marked_alone() -> None:
    assert marked(rows(mdm(), _1="PID-5.2")["PID-5"]) == [("DOMINIQUE", [1])]


def test_a_sub_component_is_marked_alone() -> None:
    assert marked(rows(mdm(), _1="PID-3.4.2")["PID-3"]) == [("1.2.250.1.213.1.4.10", [1])]


def test_a_repetition_is_marked_alone() -> None:
    found = rows(mdm(), _1="PID-3[2].4")
    assert marked(found["PID-3[2]"]) == [("CHU-X", [1])] and marked(found["PID-3"]) == []


def test_a_whole_field_is_marked_on_all_its_repetitions() -> None:
    found = rows(mdm(), _1="PID-3")
    assert found["PID-3"].marks == found["PID-3[2]"].marks == [1]


def test_two_findings_on_one_place_share_it() -> None:
    assert marked(rows(mdm(), _1="PID-5.2", _2="PID-5.2")["PID-5"]) == [("DOMINIQUE", [1, 2])]


@pytest.mark.parametrize(
    ("place", "row", "text"),
    [
        ("PID-40", "PID-40", "vide"),
        ("PID-6.1", "PID-6", "vide"),
        ("PID-5.12", "PID-5", "12: vide"),
        ("PID-3[4].1", "PID-3[4]", "vide"),
        ("PID-5.3", "PID-5", "vide"),
        ("PID-3.4.7", "PID-3", "4.7: vide"),
    ],
)
def test_an_absent_value_is_shown_where_it_should_stand(place: str, row: str, text: str) -> None:
    found = rows(mdm(), _1=place)[row]
    assert [t.text for t in found.tokens if t.marks or found.marks][-1:] == [text]


def test_an_absent_segment_is_named() -> None:
    found = hl7_view(Message.parse(mdm()), {3: parse_path("PRT"), 4: parse_path("OBX[3]-5")})
    assert found.absent == [("PRT", 3), ("OBX[3]-5", 4)] and found.marked == {3, 4}


def test_a_value_reads_as_it_stands_in_the_message() -> None:
    message = replace(mdm(), "PID-5.1", "D\\T\\ARTAGNAN")
    assert "".join(t.text for t in rows(message)["PID-5"].tokens) == "D\\T\\ARTAGNAN^DOMINIQUE^^^^^L"


def test_a_huge_document_costs_a_line() -> None:
    tokens = rows(mdm(b"x" * 30_000_000))["OBX-5"].tokens
    assert tokens[-1].kind == "folded" and "40,0 Mo" in tokens[-1].text and sum(len(t.text) for t in tokens) < 200


def test_a_message_of_many_segments_is_cut_and_says_so() -> None:
    message = mdm()[:-2] + b"NTE|1||" + b"x" * 200 + b"\r"
    message += (b"NTE|1||" + b"x" * 200 + b"\r") * 1000
    found = hl7_view(Message.parse(message), {})
    shown = sum(len(t.text) for s in found.segments for r in s.rows for t in r.tokens)
    assert found.omitted > 800 and shown < MAX_CHARACTERS + 1000


def test_fields_bear_their_name_once() -> None:
    found = rows(mdm())
    assert (found["PID-3"].name, found["PID-3[2]"].name) == ("Identifiants du patient", "")


def test_the_file_of_names_is_sound() -> None:
    names = yaml.safe_load((templates_dir() / "hl7-fields.yaml").read_text("utf-8"))
    for segment, fields in names.items():
        assert all(parse_path(f"{segment}-{n}") and isinstance(name, str) for n, name in fields.items())
        assert len(set(fields.values())) == len(fields), segment
    assert field_name("ZZZ", 1) == field_name("PID", 99) == ""


def test_a_check_of_several_exchanges_marks_only_where_the_value_stands() -> None:
    wrong = finding("HL7-150", "MSA-1", "refus inattendu", actual="AE")
    told = [NumberedFinding(1, wrong, ["m1", "m2"])]
    assert marks_in(Message.parse(ack("AE")), "m1", told) == {1: parse_path("MSA-1")}
    assert marks_in(Message.parse(ack("AA")), "m2", told) == {}
    assert marks_in(Message.parse(ack("AE")), "m3", told) == {}


@pytest.mark.parametrize("place", ["/ClinicalDocument/id (ligne 3)", "outcome", "", "PID-0", "SMTP header X"])
def test_other_places_are_left_to_the_list_of_findings(place: str) -> None:
    told = [NumberedFinding(1, finding("X-1", place, "m"), ["m1"])]
    assert marks_in(Message.parse(mdm()), "m1", told) == {}


@pytest.mark.parametrize(
    ("place", "row", "text"),
    [
        ("MSH-1", "MSH-1", "|"),
        ("MSH-2", "MSH-2", None),
        ("MSH-9.3", "MSH-9", "MDM_T02"),
        ("MSH-30", "MSH-30", "vide"),
    ],
)
def test_a_place_of_the_header_is_marked(place: str, row: str, text: str | None) -> None:
    found = rows(mdm(), _1=place)[row]
    assert found.marks == [1] or marked(found) == [(text, [1])]
    assert text is None or text in [t.text for t in found.tokens]


def test_a_segment_is_marked_as_a_whole() -> None:
    found = hl7_view(Message.parse(mdm()), {1: parse_path("PID")})
    assert [s.title for s in found.segments if s.marks] == ["PID"] and found.absent == []


def test_one_more_segment_that_is_missing_is_not_the_one_that_is_there() -> None:
    """The PRT of the sender is missing: the first PRT, that of someone else, is not at fault."""
    message = Message.parse(mdm())
    absent = finding("HL7-087", "OBX", "absente").model_copy(update={"offset": len(message.data), "length": 0})
    marks = marks_in(message, "m1", [NumberedFinding(1, absent, ["m1"])])
    count = len(message.all("OBX"))
    assert [p for p, _ in hl7_view(message, marks).absent] == [f"OBX[{count + 1}]"]


def test_a_segment_whose_name_is_no_name_is_marked_by_its_offset() -> None:
    message = Message.parse(mdm() + b"Pv3|1\r")
    wrong = finding("HL7-007", "Pv3", "m").model_copy(update={"offset": message.segments[-1].start, "length": 5})
    view = hl7_view(message, marks_in(message, "m1", [NumberedFinding(1, wrong, ["m1"])]))
    assert view.segments[-1].marks == [1] and view.marked == {1}
