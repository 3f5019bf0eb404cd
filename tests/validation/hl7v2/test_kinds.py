"""What a segment is to its profile, remembered from one message to the next."""

from __future__ import annotations

from rempart.formats.hl7v2 import Message, Segment
from rempart.validation.hl7v2 import kinds
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.kinds import NOTHING, Sorter, sorters
from rempart.validation.hl7v2.profiles import profiles

PROFILE = profiles()["mdm-cda-2.1"]


def _segments(*lines: str) -> list[Segment]:
    return Message.parse("\r".join(["MSH|^~\\&|A", *lines, ""]).encode()).segments[1:]


def test_what_is_remembered_is_what_is_found_afresh() -> None:
    lines = [
        "PRT|1|UC||SB^émetteur^HL70912|801234567890^DOC^JO^^^^^^ASIP&1.2.250.1.71.4.2.1&ISO^^^^IDNPS",
        "PRT|1|UC||RCT^destinataire^HL70912|279035121518989^PAT^ORD^^^^^^X&1.2.250.1.213.1.4.8&ISO^^^^INS",
        "PRT|1|UC||RCT^destinataire^HL70912||||HOPITAL^^^^^FINESS&1.2.250.1.71.4.2.2&ISO^FINEG",
        "PRT|1|UC||R\\X43\\T^destinataire^HL70912",
        "PRT",
    ]
    sorter = sorters(PROFILE)["PRT"]
    for segment in [*_segments(*lines), *_segments(*reversed(lines))]:
        assert sorter.kind(segment) == Sorter("PRT", PROFILE).kind(segment)


def test_a_name_of_a_person_decides_nothing_by_itself() -> None:
    sorter = Sorter("PRT", PROFILE)
    for segment in _segments(*(f"PRT|1|UC||SB^émetteur^HL70912|{n}^NOM{n}^P{n}" for n in range(50))):
        sorter.kind(segment)
    assert len(sorter.known) == 1


def test_what_is_remembered_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(kinds, "_KEPT", 8)
    sorter = Sorter("OBX", PROFILE)
    for segment in _segments(*(f"OBX|1|ED|CODE{n}^x^LN" for n in range(50)), f"OBX|1|ED|{'C' * 65}"):
        sorter.kind(segment)
    assert 0 < len(sorter.known) <= 8
    assert not any("C" * 65 in key for key in sorter.known)


def test_a_segment_that_the_profile_does_not_name_is_nothing_and_leaves_no_trace() -> None:
    message = Message.parse(b"MSH|^~\\&|A\rZQ9|1\r")
    assert Context(message, PROFILE).kind(message.segments[1]) == NOTHING
    assert "ZQ9" not in sorters(PROFILE)
