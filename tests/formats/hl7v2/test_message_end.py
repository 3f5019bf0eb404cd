"""The end of a block, and bytes that no set holds, looked for without passing over documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.formats.hl7v2 import Message

HEAD = b"MSH|^~\\&|A|B||||||||||||||UNICODE UTF-8\r"


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\x1c", b"Z", b"\r\n" * 50]), max_size=8).map(b"".join))
def test_a_block_ends_with_its_last_byte_that_ends_no_line(tail: bytes) -> None:
    message = Message.parse(HEAD + tail)
    whole = (HEAD + tail).rstrip(b"\r\n")
    assert message.framing.end_block == whole.endswith(b"\x1c")
    assert message.body[1] == (len(whole) - 1 if whole.endswith(b"\x1c") else len(HEAD + tail))


@pytest.mark.parametrize("wrong", [b"\xe9", b"\xc3"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_wrong_byte_is_found_on_either_side_of_what_is_known_to_be_ascii(wrong: bytes, place: str) -> None:
    document = b"QUJD" * 30_000
    parts = [HEAD, b"NTE|", wrong if place == "before" else b"", document, wrong if place == "after" else b"", b"\r"]
    data = b"".join(parts)
    start = data.index(document)
    message = Message.parse(data)
    found = message.undecodable(beside=[(start, start + len(document))])
    assert found == message.undecodable() == data.index(wrong)
