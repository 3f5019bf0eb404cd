"""Messages at rest: MTOM cut into its parts and put together again, and hostile ones refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rempart.formats.soap import (
    Part,
    SoapError,
    read_capture,
    read_envelope,
    split_multipart,
    write_capture,
    write_fault,
    write_multipart,
)
from rempart.formats.soap.capture import content_of
from rempart.formats.soap.envelope import Addressing, Fault, write_envelope
from rempart.formats.soap.model import XOP
from rempart.formats.soap.multipart import MAX_PARTS, media_type

ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'


def _with(*hrefs: str) -> bytes:
    held = "".join(f'<d><xop:Include xmlns:xop="{XOP}" href="{h}"/></d>' for h in hrefs)
    return ENVELOPE.replace(b"<s:Body/>", f"<s:Body>{held}</s:Body>".encode())


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_what_is_attached_is_read_again_byte_for_byte(contents: list[bytes]) -> None:
    attached = {f"p{n}@x": c for n, c in enumerate(contents)}
    capture = read_capture(write_capture(_with(*(f"cid:{i}" for i in attached)), "urn:a", attached))
    assert capture.faults == () and capture.on_wire and capture.multipart
    assert [content_of(d, capture) for d in capture.root.iter("d")] == contents


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    heads = (b"", b"Content-Type: multipart/related; boundary=a\r\n\r\n", b"Content-Type: application/soap+xml\n\n")
    for head in heads:
        try:
            read_capture(head + data)
        except SoapError as error:
            assert error.reason


@given(st.lists(st.binary(max_size=100), min_size=1, max_size=5))
def test_parts_come_back_in_their_order(contents: list[bytes]) -> None:
    parts = [Part(headers={"content-id": f"<{n}>"}, content=c) for n, c in enumerate(contents)]
    found = split_multipart(write_multipart(parts, "une-frontiere-du-test"), "une-frontiere-du-test")
    assert [p.content for p in found.parts] == contents and found.faults == ()


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "vide"), (b"<a", "bien form"), (b"<!DOCTYPE a><a/>", "DOCTYPE"),
    (b"Content-Type: application/soap+xml", "ligne vide"),
    (b"Content-Type: a/b\r\n\r\n<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "DOCTYPE"),
    (b"X-Autre: 1\r\n\r\n<a/>", "Content-Type"),
    (b"Content-Type: multipart/related\r\n\r\n<a/>", "fronti"),
    (b"Content-Type: multipart/related; boundary=x\r\n\r\n<a/>", "n'est pas dans le message"),
    (b"Content-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n", "aucune"),
    (b"Content-Type: multipart/related; boundary=x\r\n\r\n" + b"--x\r\n\r\n<a/>\r\n" * (MAX_PARTS + 1), "parties"),
    (b"<a>" * 300 + b"</a>" * 300, "imbriqu"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SoapError) as refused:
        read_capture(data)
    assert reason in refused.value.reason


def test_a_message_cut_short_says_so() -> None:
    data = write_capture(_with("cid:p@x"), "urn:a", {"p@x": b"document"})
    cut = read_capture(data[: data.rindex(b"\r\n--")])
    assert any("coup" in f for f in cut.faults)


def test_parts_are_decoded_from_their_transfer_encoding() -> None:
    head = b'Content-Type: multipart/related; boundary="x"; start="<r>"\n\n'
    part = b"--x\nContent-ID: <%s>\nContent-Transfer-Encoding: %s\n\n%s\n"
    body = part % (b"p", b"base64", b"ZG9j\ndW1l\nbnQ=") + part % (b"r", b"8bit", _with("cid:p")) + b"--x--\n"
    capture = read_capture(b"preamble\n" * 0 + head + body)
    assert [content_of(d, capture) for d in capture.root.iter("d")] == [b"document"]
    broken = read_capture(head + body.replace(b"ZG9j", b"Z*9j"))
    assert any("base64" in f for f in broken.faults)


def test_two_parts_of_one_name_and_a_part_nobody_has() -> None:
    data = write_capture(_with("cid:a@x", "cid:z@x"), "urn:a", {"a@x": b"1", "b@x": b"2"})
    twice = read_capture(data.replace(b"<b@x>", b"<a@x>"))
    assert any("même Content-ID" in f for f in twice.faults)
    assert [part is None for _, part in twice.includes] == [False, True]


def test_an_escaped_content_id_is_found() -> None:
    capture = read_capture(write_capture(_with("cid:a%40x%2Fy"), "urn:a", {"a@x/y": b"1"}))
    assert content_of(next(capture.root.iter("d")), capture) == b"1"


def test_a_media_type_keeps_what_is_quoted() -> None:
    kind, parameters = media_type('Multipart/Related; Boundary="a;b"; type="application/xop+xml"; start-info=x')
    assert kind == "multipart/related"
    assert parameters == {"boundary": "a;b", "type": "application/xop+xml", "start-info": "x"}


def test_a_fault_is_read_as_it_is_written() -> None:
    fault = Fault(codes=("Sender", "DMPInvalidCertificate"), reason="Certificat refusé")
    addressing = Addressing(action="urn:fault", message_id="urn:uuid:1", relates_to="urn:uuid:0")
    root = write_envelope(write_fault(fault), addressing)
    read = read_envelope(etree.fromstring(etree.tostring(root)))
    assert read.fault == fault and read.relates_to == "urn:uuid:0" and read.action_understood
