"""What holds of any bytes: the parser raises its own error or loses nothing, and what writes changes one place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from validation.hl7v2.volet_messages import BASES

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.hl7v2.charset import LATIN9, UTF8
from rempart.formats.hl7v2.escape import Delimiters, escape, unescape
from rempart.formats.hl7v2.mllp import END, START, Fault, Framer, MllpError, unwrap, wrap
from rempart.formats.hl7v2.path import Path, parse_path
from rempart.formats.hl7v2.write import build, replace, segment, without
from rempart.validation.hl7v2.validate import validate_message

# The same examples everywhere, no database: a failure of the CI is reproduced by running the file.
some = settings(
    max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
few = settings(some, max_examples=40)

HEAD = b"MSH|^~\\&|A|B|C|D|20260105||MDM^T02^MDM_T02|1|T|2.6|||||FRA|UNICODE UTF-8"
_PIECES = [b"|", b"^", b"~", b"&", b"\\", b"\r", b"\n", b"\r\n", b"\x0b", b"\x1c", b'""', b"\xff", b"\xc3\xa9", b"PID"]
soup = st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=4)), max_size=40).map(b"".join)
messages = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda start, tail: start + HEAD + tail, st.sampled_from([b"", b"\x0b", b"\xef\xbb\xbf", b" \n"]), soup),
    st.builds(lambda base, tail: base() + tail, st.sampled_from(list(BASES.values())), soup),
)
texts = st.text(st.characters(codec="utf-8"), max_size=40)
words = st.text(st.sampled_from("ABCé012 "), min_size=1, max_size=5)
paths = st.builds(
    lambda name, occurrence, numbers, repetition: Path(
        name, occurrence, *(numbers[:1] + ([repetition] if len(numbers) > 0 else []) + numbers[1:])
    ),
    st.from_regex(r"[A-Z][A-Z0-9]{2}", fullmatch=True),
    st.integers(1, 30),
    st.lists(st.integers(1, 60), max_size=3),
    st.one_of(st.none(), st.integers(2, 20)),
)


def parsed(data: bytes) -> Message:
    try:
        return Message.parse(data)
    except Hl7Error as error:
        assert 0 <= error.offset <= len(data)
        assert error.reason
        assume(False)
        raise


@some
@given(messages)
@example(b"MSH")
@example(b"MSH|^~\\&")
@example(b"MSH|^~\\&\x1c\r")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """`Hl7Error` and nothing else; what is read is kept byte for byte, and every place of it can be asked for."""
    message = parsed(data)
    assert message.data == data
    assert message.bytes == data[slice(*message.body)]
    assert message.undecodable() is None or 0 <= message.undecodable() < len(data)
    for found in message:
        assert found.raw == message.decode(found.start, found.end)
        for number in range(1, min(found.length, 12) + 1):
            assert found.get(number) is not None
            assert found.view(number).tobytes() == data[slice(*found.field_span(number))]


@some
@given(messages)
def test_segments_fields_and_ends_add_up_to_the_message(data: bytes) -> None:
    """Nothing is lost between the pieces: what lies outside the segments is only what ends them."""
    message = parsed(data)
    at = message.body[0]
    for found in message:
        assert data[at : found.start].strip(b"\r\n") == b""
        spans = [found.field_span(n) for n in range(found.length + 1)]
        assert (spans[0][0], spans[-1][1]) == (found.start, found.end)
        pieces = [data[slice(*s)] for s in spans]
        if found.name == "MSH":
            del pieces[1]  # MSH-1 is the separator itself
        assert b"|".join(pieces) == found_bytes(message, found.index)
        at = found.end
    assert data[at : message.body[1]].strip(b"\r\n") == b""


def found_bytes(message: Message, index: int) -> bytes:
    found = message.segments[index]
    return message.data[found.start : found.end]


@some
@given(messages, st.booleans())
def test_any_bytes_are_judged(data: bytes, on_wire: bool) -> None:
    report = validate_message(data, on_wire=on_wire)
    assert "erreur de Rempart" not in report.unreadable
    for found in report.findings:
        assert found.offset is None or 0 <= found.offset <= len(data)


@some
@given(soup, st.sampled_from([(3, None, None), (3, 2, None), (5, 1, 2), (5, 2, 3)]), st.sampled_from([1, 2, 4]))
def test_text_and_span_name_the_same_place(body: bytes, place: tuple[int, int | None, int | None], sub: int) -> None:
    """Text is read from fields cut once, positions from the bytes: they never part, in short segments and long ones."""
    number, repetition, component = place
    address = f"{number}" + (f"[{repetition}]" if repetition else "") + (f".{component}.{sub}" if component else "")
    for padding in (b"", b"|" + b"A" * 5000):
        message = Message.parse(HEAD + b"\rPID|1|" + body.replace(b"\x1c", b"") + padding)
        for found in message:
            assert found.text(address) == message.decode(*found.spans(address))


@some
@given(texts)
@example("\\F\\|\\")
@example("\r\n")
def test_escaped_text_comes_back(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped) & set("|^~&\r\n")
    assert unescape(escaped) == text


@some
@given(texts, st.permutations("|^~\\&#!"))
def test_escaped_text_comes_back_under_other_delimiters(text: str, marks: list[str]) -> None:
    d = Delimiters(*marks[:5])
    assert unescape(escape(text, d), d) == text


@some
@given(texts)
def test_any_text_is_unescaped(text: str) -> None:
    """Unknown and unclosed sequences stay as they are."""
    if "\\" not in text:
        assert unescape(text) == text
    assert isinstance(unescape(text + "\\"), str)


@some
@given(paths)
def test_an_address_is_read_as_it_is_printed(path: Path) -> None:
    assert str(parse_path(str(path))) == str(path)


@some
@given(st.text(st.sampled_from("PIDZ0123-[]."), max_size=12))
def test_what_is_no_address_is_refused(text: str) -> None:
    try:
        path = parse_path(text)
    except ValueError:
        return
    assert str(parse_path(str(path))) == str(path)


@some
@given(
    st.dictionaries(
        st.builds(
            lambda field, repetition, component, sub: f"{field}[{repetition}].{component}.{sub}",
            st.integers(2, 9), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3),
        ),
        words,
        max_size=6,
    ),
    st.sampled_from([UTF8, LATIN9]),
)  # fmt: skip
def test_written_values_are_read_back(values: dict[str, str], charset: str) -> None:
    header = segment("MSH", {"9.1": "ADT", "18": charset})
    message = Message.parse(build([header, ("PID", values)], charset))
    pid = message.segments[1]
    assert {address: pid.get(address) for address in values} == values
    assert message.get("MSH-18") == charset


@few
@given(
    st.sampled_from(list(BASES)), st.integers(0, 40), st.integers(3, 30),
    st.one_of(st.none(), st.integers(1, 3)), st.one_of(st.none(), st.integers(1, 4)), words,
)  # fmt: skip
@example("mdm-T02-2.1", 0, 30, 2, 3, "X")  # beyond the end of the segment, all that leads there is created
def test_replacing_changes_one_place_only(
    base: str, rank: int, field: int, repetition: int | None, component: int | None, value: str
) -> None:
    data = BASES[base]()
    before = Message.parse(data)
    target = before.segments[rank % len(before.segments)]
    assume((target.name, field) != ("MSH", 18))  # the character set of everything else
    address = f"{field}" + (f"[{repetition}]" if repetition else "") + (f".{component}" if component else "")
    changed = replace(data, f"{target.name}[{target.occurrence}]-{address}", value)
    after = Message.parse(changed)
    assert after.segments[target.index].get(address) == value
    assert len(after.segments) == len(before.segments)
    for old, new in zip(before, after, strict=True):
        if old.index != target.index:
            assert found_bytes(before, old.index) == found_bytes(after, new.index)
            continue
        for number in range(1, old.length + 1):
            assert number == field or old.text(number) == new.text(number)
        if component:
            others = [f"{field}[{r}].{c}" for r in range(1, 4) for c in range(1, 6)]
            for other in others:
                if other != f"{field}[{repetition or 1}].{component}":
                    assert old.text(other) == new.text(other)


@few
@given(st.sampled_from(list(BASES)), st.integers(0, 40))
def test_taking_a_segment_out_leaves_the_others(base: str, rank: int) -> None:
    before = Message.parse(BASES[base]())
    target = before.segments[1 + rank % (len(before.segments) - 1)]
    after = Message.parse(without(before.data, target.name, target.occurrence))
    kept = [found_bytes(before, s.index) for s in before if s.index != target.index]
    assert [found_bytes(after, s.index) for s in after] == kept


contents = st.binary(max_size=30).filter(lambda b: END not in START + b + END[:1])


@some
@given(st.lists(contents, min_size=1, max_size=5), st.lists(st.integers(0, 200), max_size=12))
def test_blocks_are_the_same_however_the_stream_is_cut(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(wrap(body) for body in bodies)
    edges = sorted({0, len(stream), *(cut % len(stream) for cut in cuts)})
    framer, found = Framer(), []
    for start, end in pairwise(edges):
        found += framer.feed(stream[start:end])
    assert [unwrap(block) for block in found] == bodies
    assert not framer.pending


@some
@given(st.lists(st.one_of(contents.map(wrap), st.binary(min_size=1, max_size=10)), max_size=6), st.integers(1, 7))
def test_no_byte_of_a_broken_stream_is_lost(pieces: list[bytes], step: int) -> None:
    """Whole blocks and garbage, in the order they came, are the stream: what is left is pending."""
    stream = b"".join(pieces)
    framer, seen = Framer(), b""
    for start in range(0, len(stream), step):
        data = stream[start : start + step]
        while True:
            try:
                seen += b"".join(framer.feed(data))
            except MllpError as error:
                assert error.fault is Fault.GARBAGE
                seen += error.received
            if framer.pending[:1] in (b"", START) and END not in framer.pending:
                break
            data = b""
    assert seen + framer.pending == stream


@pytest.mark.parametrize("limit", [0, 1, 10])
def test_a_block_beyond_its_limit_is_refused(limit: int) -> None:
    with pytest.raises(MllpError) as caught:
        Framer(limit).feed(START + b"A" * (limit + 1))
    assert caught.value.fault is Fault.TOO_BIG
