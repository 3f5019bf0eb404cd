"""Delimiters found by their text are those that the grammar of RFC 2046 gives, whatever the content."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rempart.formats.soap.multipart import _delimiter

PIECES = st.lists(
    st.sampled_from([b"--b", b"--", b"\r\n", b"\n", b"\r", b" ", b"\t", b"x", b"-", b"--bb", b"\r\n--b", b"\n--b--"]),
    max_size=20,
).map(b"".join)  # fmt: skip
GRAMMAR = re.compile(rb"(?:\A|\r?\n)--b(--)?[ \t]*(?=\r?\n|\Z)")


@given(PIECES, st.integers(0, 30))
def test_the_same_lines_as_the_grammar(data: bytes, floor: int) -> None:
    expected, found = GRAMMAR.search(data, floor), _delimiter(data, "b", floor)
    if expected is None:
        assert found is None
    else:
        assert found == (expected.start(), expected.end(), bool(expected[1]))
