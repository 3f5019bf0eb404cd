"""Clients that stall: each wait of the operator has its end, and one client does not keep the others out."""

from __future__ import annotations

import smtplib
import socket
import threading

import pytest
from mss_client import APP, DOCTOR, mail, smtp, tls

from rempart.simulators.mssante import Limits, SimulatedOperator

LIMITS = Limits(idle=0.4, imap_idle=0.4, transfer=0.4, handshake=0.4, connections=2)


@pytest.fixture
def hurried(running, ledger):
    with SimulatedOperator(
        ledger.record, certificates=running[0].certificates, imaps_port=0, limits=LIMITS
    ) as operator:
        yield operator


def everything(sock):
    return b"".join(iter(lambda: sock.recv(4096), b""))


def test_a_client_that_says_nothing_is_told_and_left(hurried):
    with socket.create_connection(("localhost", hurried.addresses.smtp), 5) as sock:
        assert everything(sock).splitlines()[-1].startswith(b"421 4.4.2")
    assert "temps permis" in hurried.next_session(timeout=5).problem


def test_a_line_that_comes_drop_by_drop_has_no_more_time(hurried):
    with socket.create_connection(("localhost", hurried.addresses.imap), 5) as sock:
        sock.sendall(b"a NOO")
        assert everything(sock).endswith(b"* BYE Delai depasse\r\n")
    assert "temps permis" in hurried.next_session(timeout=5).problem


@pytest.mark.parametrize("port", ["smtp", "imaps"])
def test_a_handshake_that_does_not_come(hurried, port):
    with socket.create_connection(("localhost", getattr(hurried.addresses, port)), 5) as sock:
        if port == "smtp":
            sock.sendall(b"STARTTLS\r\n")
        everything(sock)
    assert "négociation TLS a échoué: délai dépassé" in hurried.next_session(timeout=5).problem


def test_a_message_that_does_not_end(hurried):
    with smtp(hurried) as client:
        client.mail(APP)
        client.rcpt(DOCTOR)
        client.docmd("DATA")
        client.sock.sendall(mail())
        with pytest.raises(smtplib.SMTPServerDisconnected):
            code, said = client.getreply()
            assert (code, said[:5]) == (421, b"4.4.2")
            client.getreply()
    assert not hurried.mailbox(DOCTOR).inbox.messages
    heard = hurried.next_mail(timeout=5)
    assert (heard.accepted, heard.reply) == (False, "")


def test_idle_has_its_end_too(hurried):
    with (
        socket.create_connection(("localhost", hurried.addresses.imaps), 5) as sock,
        tls(hurried).wrap_socket(sock, server_hostname="localhost") as secure,
    ):
        secure.sendall(f"a LOGIN {APP} rempart-app\r\nb IDLE\r\n".encode())
        assert everything(secure).endswith(b"* BYE Delai depasse\r\n")


def test_those_in_excess_wait_for_their_turn(hurried):
    kept = [socket.create_connection(("localhost", hurried.addresses.smtp), 5) for _ in range(2)]
    greeted = threading.Event()

    def come():
        with socket.create_connection(("localhost", hurried.addresses.smtp), 5) as third:
            assert third.recv(100).startswith(b"220")
            greeted.set()

    for sock in kept:
        assert sock.recv(100).startswith(b"220")
    third = threading.Thread(target=come)
    third.start()
    assert not greeted.wait(0.1)
    for sock in kept:
        sock.close()
    assert greeted.wait(5)
    third.join()
