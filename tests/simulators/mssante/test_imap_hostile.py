"""What an IMAP client may try: bounds hold, and the next client is served."""

from __future__ import annotations

import socket
from contextlib import contextmanager

import pytest
from mss_client import APP, PASSWORD, imap, mail, tls


@contextmanager
def raw(operator, *, authenticated=True):
    """Lines by hand, under TLS."""
    with (
        socket.create_connection(("localhost", operator.addresses.imaps), 5) as sock,
        tls(operator).wrap_socket(sock, server_hostname="localhost") as secure,
        secure.makefile("rb") as lines,
    ):
        lines.readline()
        if authenticated:
            secure.sendall(f"a LOGIN {APP} {PASSWORD}\r\n".encode())
            assert b"OK" in lines.readline()
        yield secure, lines


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"a LOGIN {99999999}\r\n", b"a NO [TOOBIG]"), (b"a APPEND Sent {999999999999}\r\n", b"a NO [TOOBIG]"),
        (b"a SELECT {5000}\r\n", b"a NO [TOOBIG]"), (b"a FETCH 1 ALL\r\n", b"a BAD"), (b"a ZUT\r\n", b"a BAD"),
        (b"a LOGIN x y\r\n", b"a BAD"), (b"\r\n", b"* BAD"), (b"a STARTTLS\r\n", b"a BAD"), (b"a UID\r\n", b"a BAD"),
        (b"a AUTHENTICATE PLAIN\r\n", b"a BAD"), (b"a SELECT\r\n", b"a BAD"), (b"a STATUS INBOX\r\n", b"a BAD"),
        (b"a APPEND\r\n", b"a BAD"), (b"a APPEND Sent x\r\n", b"a BAD"), (b"a LIST x\r\n", b"a BAD"),
        (b"a ID NIL\r\n", b"* ID"), (b"a CREATE a%b\r\n", b"a BAD"), (b"a EXPUNGE\r\n", b"a BAD"),
    ],
)  # fmt: skip
def test_a_command_out_of_place_is_refused_and_the_session_goes_on(operator, sent, answer):
    with raw(operator) as (secure, lines):
        secure.sendall(sent)
        assert lines.readline().startswith(answer)
        secure.sendall(b"z NOOP\r\n")
        while not (line := lines.readline()).startswith(b"z"):
            assert line
        assert line == b"z OK NOOP\r\n"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"a LOGIN {5+}\r\nabcde x\r\n", b"LITERAL"), (b"a NOOP " + b"x" * 3000, b"BYE"), (b"a ZUT\r\n" * 8, b"BYE"),
        (b"a NOOP\r\n" * 1100, b"BYE"),
    ],
)  # fmt: skip
def test_what_cannot_go_on_ends_with_a_word(operator, sent, said):
    with raw(operator) as (secure, lines):
        secure.sendall(sent)
        everything = lines.read()
        assert said in everything
        assert everything.splitlines()[-1].startswith(b"* BYE")
    assert operator.next_session(timeout=5).problem


def test_too_many_failures_of_authentication_end_the_session(operator):
    with raw(operator, authenticated=False) as (secure, lines):
        for _ in range(6):
            secure.sendall(b"a LOGIN x y\r\n")
            assert b"AUTHENTICATIONFAILED" in lines.readline()
        assert lines.readline().startswith(b"* BYE")


def test_a_client_that_leaves_in_the_middle_of_a_literal(operator):
    with raw(operator) as (secure, lines):
        secure.sendall(b"a APPEND Sent {100}\r\n")
        assert lines.readline().startswith(b"+ ")
        secure.sendall(b"x" * 50)
    assert operator.next_session(timeout=5).problem
    assert operator.mailbox(APP).folders["Sent"].messages == []


def test_a_client_that_says_something_else_than_done(operator):
    with raw(operator) as (secure, lines):
        secure.sendall(b"a IDLE\r\n")
        lines.readline()
        secure.sendall(b"a NOOP\r\n")
        assert lines.readline().startswith(b"a BAD")


def test_a_mailbox_of_hostile_mails_can_be_looked_at(operator):
    hostile = [
        b"", b"\r\n", b"x", b"Subject: " + b"a" * 100_000 + b"\r\n\r\n",
        b"From: " + b"<a@b.fr>, " * 9_000 + b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=\"" + b"x" * 9_000 + b"\"\r\n\r\n--x\r\n", b"\xff\xfe\r\n\r\n\x00",
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 5000, b"Date: hier\r\nTo: @@@\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n" * 300, mail(1),
    ]  # fmt: skip
    for data in hostile:
        operator.deliver(data, APP, sender=APP)
    with imap(operator) as client:
        status, lines = client.fetch("1:*", "(ENVELOPE BODYSTRUCTURE FLAGS BODY.PEEK[HEADER])")
        assert status == "OK"
        assert sum(1 for line in lines if isinstance(line, tuple) and b"BODY[HEADER]" in line[0]) == len(hostile)
        assert client.search(None, 'BODY "zzz" SUBJECT "z" SENTSINCE 1-Jan-2020') == ("OK", [b""])
