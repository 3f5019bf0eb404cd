"""Delimiters are counted exactly, wherever they stand."""

from __future__ import annotations

import pytest

from rempart.validation.hl7v2.validate import validate_message

HEAD = b"MSH|^~\\&|A|B||||||ACK|1|P|2.5|||||FRA|8859/15\r"


@pytest.mark.parametrize("spread", [b"", b"A", b"A" * 30])
def test_the_limit_of_repetitions_is_met_to_the_unit(spread: bytes) -> None:
    for extra, refused in ((0, False), (1, True)):
        field = (b"~" + spread) * (9_999 + extra)  # MSH-2 has one more
        report = validate_message(HEAD + b"ZZZ|" + field + b"\r")
        assert ("répétitions" in report.unreadable) is refused
