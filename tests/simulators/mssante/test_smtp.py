"""Submission: what is taken and kept, who may come in, and the records that checks read."""

from __future__ import annotations

import smtplib
import socket
import ssl

import pytest
from mss_client import (
    APP,
    CITIZEN,
    DOCTOR,
    ELSEWHERE,
    PASSWORD,
    SERVICE,
    bearer,
    kept,
    mail,
    smtp,
    submit,
    tls,
)

from rempart.simulators.errors import CandidateGarbage
from rempart.validation.checks import run_check


def errors(name, *evidence):
    return [f.rule for f in run_check(name, list(evidence), {}) if f.severity == "error"]


# -- a mail that is taken


def test_a_mail_is_kept_byte_for_byte_with_its_envelope_and_its_session(operator, ledger):
    sent = mail(1, body=".caché\r\n..\r\n. fin".replace("é", "e"))
    assert submit(operator, sent, DOCTOR, ELSEWHERE) == {}
    heard = operator.next_mail(timeout=5)
    assert heard.accepted and heard.reply.startswith("250 2.0.0")
    assert kept(ledger, heard.exchange) == sent == heard.message
    assert (heard.message_id, heard.subject, heard.login) == ("<1@x.mssante.fr>", "essai 1", APP)
    assert heard.envelope.rcpt_to == (DOCTOR, ELSEWHERE)
    assert heard.envelope.mail_from == APP
    assert errors("mss.envelope", sent, kept(ledger, heard.envelope_exchange)) == []
    assert "certificat client SHA-256" in heard.exchange.note


def test_it_is_kept_before_it_is_answered(operator, ledger):
    submit(operator, mail())
    lines = [line for line in ledger.lines() if line[1] in ("courriel", "250", "enveloppe", "session smtp")]
    assert lines[0] == ("received", "courriel")
    assert ("sent", "250") in lines
    operator.next_session(timeout=5)
    assert ledger.lines()[-2:] == [("received", "dialogue"), ("observed", "session smtp")]


def test_a_client_that_does_all_that_the_texts_ask_has_a_session_without_a_finding(operator, ledger):
    context = tls(operator)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256")
    with smtp(operator, context=context) as client:
        client.sendmail(APP, [DOCTOR], mail())
    heard, session = operator.next_mail(timeout=5), operator.next_session(timeout=5)
    for exchange in (heard.session_exchange, session.record):
        assert [f.rule for f in run_check("mss.session", [kept(ledger, exchange)], {})] == []
    record = session.session
    assert (record.tls.version, record.tls.suite) == ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
    assert record.tls.group_bits >= 256
    assert record.tls.offered_suites == ("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256")
    assert (record.mailbox, record.address, record.sent, record.closed_by_client) == ("APP", APP, 1, True)
    assert session.problem == ""


def test_the_dialogue_is_kept_without_its_secrets(operator, ledger):
    submit(operator, mail())
    dialogue = kept(ledger, operator.next_session(timeout=5).exchange).decode()
    assert "C: AUTH PLAIN ***" in dialogue
    assert "S: 235" in dialogue
    assert "-- courriel de" in dialogue
    assert "Bonjour" not in dialogue
    assert all(PASSWORD.encode() not in data for _, data in ledger.kept)


def test_what_dsn_asks_for_is_in_the_envelope(operator):
    with smtp(operator) as client:
        client.mail(APP, ["RET=FULL", "ENVID=lot+2B1"])
        client.rcpt(DOCTOR, ["NOTIFY=SUCCESS,DELAY", f"ORCPT=rfc822;{DOCTOR}"])
        client.rcpt(SERVICE, ["NOTIFY=NEVER"])
        assert client.data(mail())[0] == 250
    envelope = operator.next_mail(timeout=5).envelope
    assert (envelope.ret, envelope.envelope_id) == ("FULL", "lot+1")
    assert envelope.notify == ("SUCCESS,DELAY", "NEVER")
    assert envelope.original == (DOCTOR, "")


def test_several_mails_in_one_session_each_have_their_envelope(operator):
    with smtp(operator) as client:
        for number, to in enumerate([DOCTOR, SERVICE, CITIZEN]):
            client.sendmail(APP, [to], mail(number))
    assert [operator.next_mail(timeout=5).envelope.rcpt_to for _ in range(3)] == [(DOCTOR,), (SERVICE,), (CITIZEN,)]
    assert operator.next_session(timeout=5).session.sent == 3


def test_a_client_that_pipelines_is_answered_in_order(operator):
    with smtp(operator) as client:
        client.sock.sendall(f"MAIL FROM:<{APP}>\r\nRCPT TO:<{DOCTOR}>\r\nRCPT TO:<a@ailleurs.fr>\r\nDATA\r\n".encode())
        assert [client.getreply()[0] for _ in range(4)] == [250, 250, 550, 354]
        client.sock.sendall(mail() + b".\r\nNOOP\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [250, 250]
    heard = operator.next_mail(timeout=5)
    assert heard.accepted
    assert heard.refused == (("a@ailleurs.fr", "550 5.7.1 Destinataire hors de l'espace de confiance MSSante"),)


# -- TLS and certificates


def test_nothing_is_taken_in_the_clear(operator, ledger):
    with smtplib.SMTP("localhost", operator.addresses.smtp, timeout=5) as client:
        client.ehlo()
        assert "auth" not in client.esmtp_features
        assert client.docmd("MAIL", f"FROM:<{APP}>")[0] == 530
        assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] == 538
        assert client.docmd("RCPT", f"TO:<{DOCTOR}>")[0] == 503
    session = operator.next_session(timeout=5)
    assert not session.session.authentication.protected
    assert "MSS-001" in errors("mss.session", kept(ledger, session.record))


@pytest.mark.parametrize(("name", "alert"), [("expired", "expired"), ("revoked", "revoked"), ("foreign", "unknown ca")])
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_wrong_certificate_is_refused_in_the_handshake_and_both_sides_know_why(operator, name, alert, version):
    context = tls(operator, name, low=version)
    context.maximum_version = ssl.TLSVersion[version]
    # In TLS 1.3 the client believes that it has shaken hands when it is refused: smtplib then wraps the alert.
    refused = (ssl.SSLError, smtplib.SMTPServerDisconnected)
    with pytest.raises(refused, match=f"alert (certificate )?{alert}"), smtp(operator, context=context):
        pass
    session = operator.next_session(timeout=5)
    assert session.session.starttls and session.session.tls is None
    assert "négociation TLS" in session.problem
    with pytest.raises(CandidateGarbage, match="négociation TLS"):
        operator.next_mail(timeout=0.1)


@pytest.mark.parametrize("certificate", [None, "neighbour"])
def test_software_does_not_come_in_without_the_certificate_of_its_structure(operator, certificate):
    with (
        pytest.raises(smtplib.SMTPAuthenticationError) as error,
        smtp(operator, certificate=certificate),
    ):
        pass
    assert error.value.smtp_code == 535
    assert not operator.next_session(timeout=5).session.authentication.accepted


def test_a_certificate_may_be_required_of_everybody(operator):
    operator.service.settings.certificate_required = True
    context = tls(operator, None)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError, match="alert"), smtp(operator, login="", context=context):
        pass


def test_tls_1_3_may_be_left_out(operator):
    operator.service.settings.tls_13 = False
    submit(operator, mail())
    assert operator.next_session(timeout=5).session.tls.version == "TLSv1.2"


def test_what_is_sent_behind_starttls_is_not_carried_over(operator):
    with socket.create_connection(("localhost", operator.addresses.smtp), 5) as sock:
        said = sock.makefile("rb")
        said.readline()
        sock.sendall(b"EHLO x\r\n")
        while not said.readline().startswith(b"250 "):
            pass
        sock.sendall(b"STARTTLS\r\nMAIL FROM:<" + APP.encode() + b">\r\n")
        assert said.readline().startswith(b"220")
        with tls(operator).wrap_socket(sock, server_hostname="localhost") as secure:
            secure.sendall(b"NOOP\r\n")
            assert secure.recv(100).startswith(b"250 2.0.0")  # and not the reply to MAIL
            secure.sendall(b"RCPT TO:<" + DOCTOR.encode() + b">\r\n")
            assert secure.recv(100).startswith(b"503")


# -- who may open what


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_opens_the_mailbox_of_a_service_even_without_a_certificate(operator, mechanism):
    token = operator.token(SERVICE)
    with smtp(operator, login="", certificate=None) as client:
        assert bearer(client, mechanism, SERVICE, token)[0] == 235
        client.sendmail(SERVICE, [DOCTOR], mail(sender=SERVICE))
    heard = operator.next_mail(timeout=5)
    assert heard.login == SERVICE
    session = operator.next_session(timeout=5).session
    assert (session.mailbox, session.authentication.mechanism, session.tls.client) == ("ORG", mechanism, None)


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_any_other_token_does_not(operator, mechanism):
    expired, revoked, other = operator.token(SERVICE, 0), operator.token(SERVICE), operator.token(DOCTOR)
    operator.service.tokens.revoke(revoked)
    for token in (expired, revoked, other, "inconnu"):
        with smtp(operator, login="") as client:
            assert bearer(client, mechanism, SERVICE, token)[0] == 535


@pytest.mark.parametrize(
    ("login", "password"), [(APP, "faux"), ("nul@test-ci-sis.mssante.fr", PASSWORD), (SERVICE, ""), (APP.upper(), "x")]
)
def test_a_wrong_password_opens_nothing(operator, login, password):
    with pytest.raises(smtplib.SMTPAuthenticationError), smtp(operator, login=login, password=password):
        pass


def test_software_has_no_token(operator):
    with smtp(operator, login="") as client:
        assert bearer(client, "XOAUTH2", APP, operator.token(APP))[0] == 535


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("AUTH CRAM-MD5", 504), ("AUTH PLAIN ***", 535), ("AUTH PLAIN YQ==", 535), ("AUTH", 504),
        ("AUTH PLAIN " + "A" * 1500, 535), ("AUTH XOAUTH2 YQ==", 334),
    ],
)  # fmt: skip
def test_a_response_that_is_none_is_refused(operator, command, code):
    with smtp(operator, login="") as client:
        assert client.docmd(command)[0] == code
        if code == 334:
            assert client.docmd("")[0] == 535


def test_a_client_may_give_up_authenticating_and_start_again(operator):
    with smtp(operator, login="") as client:
        assert client.docmd("AUTH PLAIN")[0] == 334
        assert client.docmd("*")[0] == 501
        client.login(APP, PASSWORD)
        assert client.docmd("AUTH PLAIN AGEAYg==")[0] == 503
