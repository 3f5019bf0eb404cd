"""Handshakes of OpenSSL in memory: what the bytes say is what both sides know."""

from __future__ import annotations

import ssl
from contextlib import suppress

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from rempart.formats.tls import read_group, read_offer


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def handshake(authority, *, suites="", curve="", low="TLSv1_2", high="TLSv1_3"):
    """What each side sent, and the suite and version that they agreed on."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost", key_type=trustme.KeyType.RSA).configure_cert(server)
    authority.configure_trust(client)
    for context in (server, client):
        context.minimum_version, context.maximum_version = ssl.TLSVersion[low], ssl.TLSVersion[high]
        if suites:
            context.set_ciphers(suites)
    if curve:
        server.set_ecdh_curve(curve)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    sent, got = bytearray(), bytearray()
    for _ in range(4):
        for side, out, back, kept in ((theirs, to_server, to_server, sent), (ours, to_client, to_client, got)):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
            data = out.read()
            kept += data
            back.write(data)
    suite, *_ = theirs.cipher()
    return bytes(sent), bytes(got), suite, theirs.version()


def test_a_client_of_tls_1_2_and_1_3(authority):
    client, server, suite, version = handshake(authority)
    offer = read_offer(client)
    assert version == "TLSv1.3"
    assert offer.versions == ("TLSv1.3", "TLSv1.2")
    assert suite in offer.suites and "ECDHE-RSA-AES256-GCM-SHA384" in offer.suites
    assert not [s for s in offer.suites if s.startswith("0x")]
    assert read_group(server, suite).bits >= 256


@pytest.mark.parametrize(("curve", "name", "bits"), [("prime256v1", "secp256r1", 256), ("secp384r1", "secp384r1", 384)])
def test_the_curve_of_tls_1_2(authority, curve, name, bits):
    suites = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256"
    client, server, suite, _ = handshake(authority, suites=suites, curve=curve, high="TLSv1_2")
    offer = read_offer(client)
    assert (offer.versions, offer.suites) == (("TLSv1.2",), tuple(suites.split(":")))
    group = read_group(server, suite)
    assert (group.name, group.bits, group.elliptic) == (name, bits, True)


def test_a_suite_without_exchange_has_no_group(authority):
    _, server, suite, _ = handshake(authority, suites="AES256-GCM-SHA384", high="TLSv1_2")
    assert suite == "AES256-GCM-SHA384"
    assert read_group(server, suite) is None


# A ClientHello of TLS 1.0 written by hand: two suites, one signal, one greased value, one that OpenSSL does not have.
BODY = bytes([3, 1]) + bytes(32) + b"\0" + b"\0\x0a" + b"\xc0\x13\x00\xff\x0a\x0a\x00\x9f\xee\xee" + b"\x01\0"
HELLO = b"\x16\x03\x01" + (len(BODY) + 4).to_bytes(2, "big") + b"\x01" + len(BODY).to_bytes(3, "big") + BODY


def test_an_old_client_without_extensions():
    offer = read_offer(HELLO)
    assert offer.versions == ("TLSv1",)
    assert offer.suites == ("ECDHE-RSA-AES128-SHA", "DHE-RSA-AES256-GCM-SHA384", "0xEEEE")


def test_an_exchange_of_finite_field_says_its_size():
    prime = (1 << 1023 | 1).to_bytes(128, "big")
    body = len(prime).to_bytes(2, "big") + prime + b"\0\x01\x02\0\x01\x03"
    message = b"\x0c" + len(body).to_bytes(3, "big") + body
    records = b"".join(b"\x16\x03\x03" + len(p).to_bytes(2, "big") + p for p in (message[:50], message[50:]))
    group = read_group(records, "DHE-RSA-AES256-GCM-SHA384")
    assert (group.bits, group.elliptic) == (1024, False)


@given(st.binary(max_size=200), st.integers(0, len(HELLO)))
def test_bytes_that_are_no_handshake_say_nothing_and_never_raise(data, cut):
    for bad in (
        data,
        HELLO[:cut] + data,
        b"\x16\x03\x01\x00\xff\x01" + data,
        b"\x16\x03\x03\x00\x40\x02\0\0\x3c" + data,
    ):
        read_offer(bad)
        read_group(bad, "ECDHE-RSA-AES256-GCM-SHA384")
    assert read_offer(HELLO[:20]) is None
