"""Submission: what an operator refuses, and what hostile clients try."""

from __future__ import annotations

import smtplib

import pytest
from mss_client import (
    APP,
    CITIZEN,
    DOCTOR,
    PASSWORD,
    SERVICE,
    kept,
    mail,
    smtp,
    submit,
)

from rempart.simulators.errors import MissingMessage

# -- what is refused, as an operator refuses it


def test_a_mail_leaves_from_the_mailbox_that_was_opened(operator):
    with smtp(operator) as client:
        assert client.mail(DOCTOR)[0] == 553
        assert client.mail("")[0] == 250  # the null return path of an MDN
        assert client.rset()[0] == 250
    heard = operator.next_mail(timeout=5)
    assert (heard.accepted, heard.envelope.mail_from, heard.message) == (False, DOCTOR, b"")
    operator.service.settings.own_sender = False
    with smtp(operator) as client:
        assert client.mail(DOCTOR)[0] == 250


def test_recipients_that_do_not_exist_are_closed_or_full(operator):
    operator.mailbox(SERVICE).quota = 100
    operator.mailbox(DOCTOR).closed = "départ"
    with smtp(operator) as client:
        client.mail(APP, ["SIZE=5000"])
        wanted = {"nul@test-ci-sis.mssante.fr": 550, DOCTOR: 550, SERVICE: 552, "a@gmail.com": 550, CITIZEN: 250}
        assert {address: client.rcpt(address)[0] for address in wanted} == wanted


def test_without_any_recipient_there_is_no_data_and_the_attempt_is_told(operator, ledger):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        submit(operator, mail(), "nul@test-ci-sis.mssante.fr")
    heard = operator.next_mail(timeout=5)
    assert not heard.accepted
    assert heard.reply == "550 5.1.1 Boite inconnue"
    assert heard.envelope.rcpt_to == ("nul@test-ci-sis.mssante.fr",)
    assert heard.exchange == heard.envelope_exchange
    with smtp(operator) as client:
        client.mail(APP)
        assert client.docmd("DATA")[0] == 554


def test_a_mail_beyond_the_size_that_is_offered(operator):
    operator.service.settings.max_size = 2000
    with smtp(operator) as client:
        assert client.esmtp_features["size"] == "2000"
        assert client.docmd("MAIL", f"FROM:<{APP}> SIZE=2001")[0] == 552
        client.docmd("MAIL", f"FROM:<{APP}>")
        client.rcpt(DOCTOR)
        assert client.data(mail(body="x" * 3000))[0] == 552
        client.sendmail(APP, [DOCTOR], mail(7))
    assert [operator.next_mail(timeout=5).accepted for _ in range(3)] == [False, False, True]


def test_a_mailbox_that_sends_too_much_is_asked_to_slow_down(operator):
    operator.service.settings.quota = 2
    with smtp(operator) as client:
        for number in range(2):
            client.sendmail(APP, [DOCTOR], mail(number))
        assert client.mail(APP)[0] == 450


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("MAIL FROM:bal@x.fr", 501), ("MAIL TO:<a@b.fr>", 501), ("MAIL FROM:<a b@c.fr>", 501), ("MAIL FROM:<a>", 501),
        (f"MAIL FROM:<{APP}> SIZE=un", 501), (f"MAIL FROM:<{APP}> SIZE={'9' * 30}", 501),
        (f"MAIL FROM:<{APP}> BODY=BINARYMIME", 501), (f"MAIL FROM:<{APP}> SMTPUTF8", 555),
        (f"MAIL FROM:<{APP}> RET=ALL", 501), (f"MAIL FROM:<{APP}> ENVID=a+Z", 501),
        (f"MAIL FROM:<{APP}> RET=FULL RET=HDRS", 501), (f"MAIL FROM:<{APP}> BODY=8BITMIME SIZE=1 RET=HDRS", 250),
        ("HELP", 500), ("VRFY a", 252), ("EHLO", 501), ("STARTTLS", 503), ("DATA", 503), ("RCPT TO:<a@b.fr>", 503),
        ("MAIL FROM:<é@b.fr>", 553), ("", 500), ("NOOP", 250),
    ],
)  # fmt: skip
def test_commands_are_read_strictly(operator, command, code):
    with smtp(operator) as client:
        client.sock.sendall(command.encode("latin-1") + b"\r\n")
        assert client.getreply()[0] == code


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("NOTIFY=NEVER,SUCCESS", 501), ("NOTIFY=LATER", 501), ("ORCPT=a@b.fr", 501), ("ORCPT=;a", 501),
        ("NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@c.fr", 250), ("SIZE=1", 555), ("ORCPT=rfc822;a=b", 501),
    ],
)  # fmt: skip
def test_parameters_of_recipients_are_read_strictly(operator, parameters, code):
    with smtp(operator) as client:
        client.mail(APP)
        assert client.docmd("RCPT", f"TO:<{DOCTOR}> {parameters}")[0] == code


# -- hostile clients


def test_a_line_that_does_not_end_is_cut(operator):
    with smtp(operator) as client:
        client.sock.sendall(b"NOOP " + b"x" * 5000)
        assert client.getreply()[0] == 500
    assert "2000 octets" in operator.next_session(timeout=5).problem


def test_too_many_mistakes_end_the_session(operator):
    with smtp(operator) as client:
        codes = [client.docmd("ERREUR")[0] for _ in range(5)]
        client.sock.sendall(b"ERREUR\r\n")
        assert codes == [500] * 5
        assert [client.getreply()[0] for _ in range(2)] == [500, 421]


def test_too_many_recipients_wait_for_another_mail(operator):
    with smtp(operator) as client:
        client.mail(APP)
        assert [client.rcpt(DOCTOR)[0] for _ in range(6)] == [250] * 5 + [452]


def test_a_message_that_stops_in_the_middle_is_kept_as_far_as_it_came(operator, ledger):
    with smtp(operator) as client:
        client.mail(APP)
        client.rcpt(DOCTOR)
        client.docmd("DATA")
        client.sock.sendall(mail(3)[:-5])
        client.close()
    heard = operator.next_mail(timeout=5)
    assert (heard.accepted, heard.reply, heard.message_id) == (False, "", "<3@x.mssante.fr>")
    assert heard.exchange.label == "courriel incomplet"
    assert kept(ledger, heard.exchange) == mail(3)[:-5]
    assert operator.mailbox(DOCTOR).inbox.messages == []


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\n.\r"])
def test_only_one_sequence_ends_a_message(operator, end):
    """What is smuggled behind another one is of the message (CVE-2023-51764)."""
    inside = mail(1, body="a") + end + b"MAIL FROM:<" + DOCTOR.encode() + b">\r\n"
    with smtp(operator) as client:
        client.mail(APP)
        client.rcpt(DOCTOR)
        client.docmd("DATA")
        client.sock.sendall(inside + b".\r\n")
        assert client.getreply()[0] == 250
        assert client.docmd("NOOP")[0] == 250
    assert b"MAIL FROM" in operator.next_mail(timeout=5).message
    with pytest.raises(MissingMessage):
        operator.next_mail(timeout=0.05)


def test_a_trace_holds_nothing_that_the_client_wrote_on_several_lines(operator):
    with smtp(operator, login="") as client:
        assert client.docmd("EHLO", "a b")[0] == 501
        client.login(APP, PASSWORD)
        client.sendmail(APP, [DOCTOR], mail())
    stored = operator.held(DOCTOR, "<1@x.mssante.fr>")
    assert stored.startswith(b"Return-Path: <" + APP.encode() + b">\r\nReceived: from ")
    assert stored.endswith(mail())
