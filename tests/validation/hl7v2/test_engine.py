"""What a line of a field table can say, and how the structure is read, on small profiles of our own."""

from __future__ import annotations

from typing import Any

import pytest

from rempart.formats.hl7v2 import Message
from rempart.validation import registry
from rempart.validation.hl7v2 import datatypes
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.engine import check_message
from rempart.validation.hl7v2.order import out_of_order
from rempart.validation.hl7v2.profiles import _Lines, _merge, _profile, _spread, profiles
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import functions, implemented, rules, table, table_entries


def findings(body: str, lines: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    """Findings on `MSH… PID… OBX…`, the lines given under HL7-036 by default."""
    structure = more.pop("structure", ["MSH", {"PID": "0..*"}, {"OBX": "0..*"}])
    data = {
        "title": "essai", "family": "none", "edition": "0", "source": "essai", "messages": ["ORU^R01"],
        "structure_rule": "HL7-025", "structure": structure,
        "segments": {k: [{"rule": "HL7-036", **x} for x in _spread(v)] for k, v in lines.items()}, **more,
    }  # fmt: skip
    profile = _profile("essai", data, _Lines())
    message = Message.parse(f"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1\r{body}".encode())
    return [(f.rule, f.severity.value, f.location) for f in check_message(Context(message, profile))]


E, W = "error", "warning"


@pytest.mark.parametrize(
    ("line", "pid", "places"),
    [
        ({"field": 3, "usage": "R"}, "||", ["PID-3"]),
        ({"field": 3, "usage": "R"}, "||x", []),
        ({"field": "3.4.2", "usage": "R"}, "||x^^^a&b", []),
        ({"field": "3.4.2", "usage": "R"}, "||x^^^a", ["PID-3.4.2"]),
        ({"field": "3[2].1", "usage": "R"}, "||x~", ["PID-3[2].1"]),
        ({"field": 3, "usage": "X"}, "||x", ["PID-3"]),
        ({"fields": [2, 3], "usage": "X"}, "|y|x", ["PID-2", "PID-3"]),
        ({"field": "3[*].1", "usage": "R"}, "||a^b~^c~d", ["PID-3[2].1"]),
        ({"field": 3, "values": ["a", "b^c"]}, "||b^c", []),
        ({"field": 3, "values": ["a"]}, "||b", ["PID-3"]),
        ({"field": 3, "equals": "b^c"}, "||b^c", []),
        ({"field": 3, "values": ["b&c"]}, "||b\\T\\c", []),
        ({"field": "3[*].1", "values": ["a"], "any": True}, "||b~a", []),
        ({"field": "3[*].1", "values": ["a"], "any": True}, "||b~c", ["PID-3"]),
        ({"field": 3, "pattern": r"\d+"}, "||12a", ["PID-3"]),
        ({"field": 3, "repetitions": "1..2"}, "||a~b~c", ["PID-3"]),
        ({"field": 3, "repetitions": "1..2"}, "||", ["PID-3"]),
        ({"field": 3, "type": "TS"}, "||20261301", ["PID-3"]),
        ({"field": "3[*]", "type": "CE"}, "||a^b^c~d^e", ["PID-3[2].3"]),
        ({"field": 3, "table": "0445"}, "||VALI", []),
        ({"field": 3, "table": "0445"}, "||QUAL", ["PID-3"]),
        ({"field": 3, "usage": "R", "when": {"PID-2": ["a"]}}, "|b|", []),
        ({"field": 3, "usage": "R", "when": {"PID-2": ["a"]}}, "|a|", ["PID-3"]),
        ({"field": 3, "usage": "R", "when": {"PID-2": {"not": ["a"]}}}, "|b|", ["PID-3"]),
        ({"field": 3, "usage": "R", "when": {"PID-2": "absent", "MSH-3": "present"}}, "||", ["PID-3"]),
        ({"field": 3, "usage": "R", "when": {"PID-2": {"table": "0445"}}}, "|VALI|", ["PID-3"]),
        ({"field": 3, "usage": "R", "when": {"PID-2": {"not_table": "0445"}}}, "|VALI|", []),
    ],
)
def test_line(line: dict[str, Any], pid: str, places: list[str]) -> None:
    assert [place for _, _, place in findings(f"PID|{pid}\r", {"PID": [line]})] == places


def test_case_and_severity() -> None:
    line = {"field": 3, "values": ["text"], "case": W}
    assert findings("PID|||TEXT\r", {"PID": [line]}) == [("HL7-036", W, "PID-3")]
    assert findings("PID|||pdf\r", {"PID": [line]}) == [("HL7-036", E, "PID-3")]
    assert findings("PID|||pdf\r", {"PID": [line]}, severities={"HL7-036": W}) == [("HL7-036", W, "PID-3")]
    assert findings("PID|||pdf\r", {"PID": [{**line, "severity": "info"}]}) == [("HL7-036", "info", "PID-3")]


def test_slots() -> None:
    slots = {"OBX.b": {"segment": "OBX", "where": [{"OBX-3": ["b"]}, {"OBX-2": ["B"]}]}}
    lines = {"OBX.b": [{"field": 5, "usage": "R"}]}
    assert [p for _, _, p in findings("OBX||A|a\rOBX||A|b\rOBX||B|c\r", lines, slots=slots)] == ["OBX[2]-5", "OBX[3]-5"]


def test_lines_for_a_slot_that_is_not_one() -> None:
    with pytest.raises(ValueError, match="no slot"):
        findings("PID|1\r", {"PID.x": [{"field": 1}]})


GROUP = {"group": "G", "card": "1..*", "of": ["ORC", {"OBX": "1..1"}, {"NTE": "0..*"}]}
GROUPS = ["MSH", "PID", GROUP, {"ZZ1": "0..0"}]


@pytest.mark.parametrize(
    ("names", "places"),
    [
        ("PID ORC OBX", []),
        ("PID ORC OBX NTE NTE ORC OBX", []),
        ("ORC OBX", ["PID"]),
        ("PID OBX", ["ORC"]),
        ("PID ORC", ["OBX"]),
        ("PID", ["ORC", "OBX"]),
        ("PID ORC NTE OBX", ["NTE"]),
        ("PID PID ORC OBX", ["PID[2]"]),
        ("ORC OBX PID", ["PID"]),
        ("PID ORC OBX ORC ORC OBX", ["OBX"]),
        ("PID ORC OBX ZZ1", ["ZZ1"]),
        ("PID NTE NTE ORC OBX", ["NTE"]),
    ],
)
def test_structure(names: str, places: list[str]) -> None:
    told = findings("".join(f"{n}|1\r" for n in names.split()), {}, structure=GROUPS)
    assert [(rule, place) for rule, _, place in told] == [("HL7-025", place) for place in places]


def test_unknown_segment_is_a_warning() -> None:
    assert findings("PID|1\rQQQ|1\r", {}, structure=["MSH", "PID"]) == [("HL7-007", W, "QQQ")]


def test_extending_file_replaces_lines_of_the_same_field_and_rule() -> None:
    base = {"segments": {"PID": [{"field": 3, "rule": "A"}, {"field": 3, "rule": "B"}]}, "slots": {"x": 1}}
    own = {"segments": {"PID": [{"field": "3", "rule": "A", "usage": "R"}]}, "severities": {"B": "info"}}
    merged = _merge(base, own)
    assert merged["segments"]["PID"] == [{"field": 3, "rule": "B"}, {"field": "3", "rule": "A", "usage": "R"}]
    assert (merged["slots"], merged["severities"]) == ({"x": 1}, {"B": "info"})


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2026", True), ("202601", True), ("20260105101500+0100", True), ("20240229", True), ("2026010510-0330", True),
        ('""', True), ("20230229", False), ("2026-01-05", False), ("20260105101500.123", False), ("202", False),
        ("20260105246000", False), ("20260105^D", False), ("2026010510+9900", False), ("00000101", False),
    ],
)  # fmt: skip
def test_timestamp(text: str, right: bool) -> None:
    assert (datatypes.timestamp(text) == ()) is right


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        ("SI", "12", True), ("SI", "1a", False), ("SI", "²", False),
        ("MAIL", "adam.hoda@test-ci-sis.mssante.fr", True), ("MAIL", "a@b", False), ("MAIL", "a b@c.fr", False),
        ("MAIL", "Adam <a@b.fr>", False), ("OID", "1.2.250.1", True), ("OID", "1.2.", False), ("OID", "1.02", False),
        ("CE", "a^b^c", True), ("CE", "^b", True), ("CE", "a", False),
    ],
)  # fmt: skip
def test_datatype(kind: str, text: str, right: bool) -> None:
    assert (datatypes.CHECKS[kind](text) == ()) is right


@pytest.mark.parametrize(
    ("ranks", "out"), [([1, 2, 3], []), ([1, 2, 9, 3, 4], [2]), ([9, 1, 2, 3], [0]), ([2, 3, 4, 1], [3]), ([], [])]
)
def test_out_of_order(ranks: list[int], out: list[int]) -> None:
    assert out_of_order(ranks) == out


def test_out_of_order_keeps_the_heavier() -> None:
    assert out_of_order([2, 1], [5, 1]) == [1]
    assert out_of_order([2, 1], [1, 5]) == [0]


def test_every_rule_that_is_applied_is_described() -> None:
    lines = {x.rule for p in profiles().values() for many in p.segments.values() for x in many}
    structures = {p.structure_rule for p in profiles().values()}
    assert (lines | structures | implemented()) - set(rules()) == set()


def test_every_table_that_is_named_exists() -> None:
    named = {x.table for p in profiles().values() for many in p.segments.values() for x in many if x.table}
    assert all(table(name) for name in named)


def test_table_extends_another() -> None:
    assert list(table("meta-lps")) == ["MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "MODIF_CONF_CODE"]
    assert table_entries("meta-lps")["MASQUE_PS"]["system"] == "MetaDMPMSS"
    with pytest.raises(FileNotFoundError):
        table("no-such-table")


def test_described_twice_is_a_mistake_of_ours(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rules-a", "rules-b"):
        (tmp_path / f"{name}.yaml").write_text("X-1: {title: t, severity: error, source: s}\n")
    monkeypatch.setattr(registry, "schemas_dir", lambda: tmp_path)
    with pytest.raises(ValueError, match="described twice"):
        registry.rules.__wrapped__()


def test_families_have_their_functions() -> None:
    validate_message(b"")  # registers them
    assert all(list(functions(family)) for family in ("cda", "lps", "pam", "ack", "zam"))
