"""What becomes of a mail: mailboxes, other operators, reports of delivery, receipts of reading, conversations."""

from __future__ import annotations

import pytest
from mail_samples import header, sound
from mss_client import APP, CITIZEN, DOCTOR, ELSEWHERE, SERVICE, imap, kept, mail, submit

from rempart.formats import mail as formats
from rempart.formats.mail.source import read_head
from rempart.simulators.mails import Route, letter
from rempart.validation.mail.validate import validate_mail

UNKNOWN = "nul@operateur2-test.mssante.fr"


def reports(ledger):
    """The delivery reports that left, read."""
    found = [formats.read_dsn(data) for one, data in ledger.kept if one.label.startswith("DSN ")]
    return [(d.action, d.recipient, d.status) for report in found for d in report.deliveries]


def send(operator, *to, notify="", ret="", more=""):
    options = [f"NOTIFY={notify}"] if notify else []
    submit(operator, mail(1, more=more), *to, rcpt_options=options, mail_options=[f"RET={ret}"] if ret else [])
    assert operator.next_mail(timeout=5).accepted
    operator.next_session(timeout=5)


# -- reports


@pytest.mark.parametrize(
    ("to", "notify", "wanted"),
    [
        (DOCTOR, "", []),
        (DOCTOR, "SUCCESS", [("delivered", DOCTOR, "2.1.5")]),
        (DOCTOR, "FAILURE,DELAY", []),
        (ELSEWHERE, "SUCCESS,FAILURE", [("delivered", ELSEWHERE, "2.1.5")]),
        (UNKNOWN, "", [("failed", UNKNOWN, "5.1.1")]),
        (UNKNOWN, "SUCCESS", []),
        (UNKNOWN, "NEVER", []),
        (UNKNOWN, "FAILURE", [("failed", UNKNOWN, "5.1.1")]),
    ],
)
def test_reports_are_those_that_notify_asks_for(operator, ledger, to, notify, wanted):
    send(operator, to, notify=notify)
    assert reports(ledger) == wanted


def test_a_report_comes_back_to_the_sender_and_conforms(operator, ledger):
    send(operator, DOCTOR, UNKNOWN, notify="SUCCESS,FAILURE")
    with imap(operator) as client:
        _, found = client.search(None, 'FROM "postmaster"')
        assert found == [b"1 2"]
        _, lines = client.fetch("1:2", "(BODY.PEEK[])")
    for data in [line[1] for line in lines if isinstance(line, tuple)]:
        assert data.startswith(b"Return-Path: <>\r\n")
        assert formats.read_dsn(data).original_message_id == "<1@x.mssante.fr>"
        assert [f for f in validate_mail(data).findings if f.severity == "error"] == []


def test_a_report_names_the_envelope_and_the_recipient_as_the_sender_did(operator, ledger):
    submit(
        operator, mail(), UNKNOWN, mail_options=["ENVID=lot-7"], rcpt_options=["ORCPT=rfc822;ancien@x.mssante.fr"]
    )  # fmt: skip
    operator.next_session(timeout=5)
    (data,) = [data for one, data in ledger.kept if one.label == "DSN failed"]
    report = formats.read_dsn(data)
    assert report.envelope_id == "lot-7"
    assert report.deliveries[0].original == "ancien@x.mssante.fr"


@pytest.mark.parametrize(("ret", "whole"), [("FULL", True), ("HDRS", False), ("", False)])
def test_a_failure_gives_the_mail_back_when_it_is_asked_to(operator, ledger, ret, whole):
    send(operator, UNKNOWN, ret=ret)
    (data,) = [data for one, data in ledger.kept if one.label == "DSN failed"]
    assert (b"Bonjour" in data) is whole


def test_return_receipt_to_asks_for_the_success_too(operator, ledger):
    send(operator, DOCTOR, more=f"Return-Receipt-To: {APP}\r\n")
    assert reports(ledger) == [("delivered", DOCTOR, "2.1.5")]


def test_nobody_reports_on_a_mail_without_return_path(operator, ledger):
    submit(operator, mail(), UNKNOWN, sender="")
    operator.next_session(timeout=5)
    assert reports(ledger) == []


def test_an_operator_without_dsn_relays_and_says_no_more(operator, ledger):
    operator.service.space.operator_of(ELSEWHERE).dsn = False
    send(operator, ELSEWHERE, notify="SUCCESS")
    assert reports(ledger) == [("relayed", ELSEWHERE, "2.1.5")]


# -- another operator


def test_an_operator_out_of_reach_delays_then_takes(operator, ledger):
    operator.set_reachable(ELSEWHERE, False)
    send(operator, ELSEWHERE, notify="SUCCESS,FAILURE,DELAY")
    assert reports(ledger) == [("delayed", ELSEWHERE, "4.4.1")]
    assert not operator.mailbox(ELSEWHERE).inbox.messages
    operator.set_reachable(ELSEWHERE, True)
    assert reports(ledger)[1:] == [("delivered", ELSEWHERE, "2.1.5")]
    assert operator.held(ELSEWHERE, "<1@x.mssante.fr>").endswith(mail(1))


def test_an_operator_that_stays_out_of_reach_fails(operator, ledger):
    operator.set_reachable(ELSEWHERE, False)
    send(operator, ELSEWHERE, notify="FAILURE")
    assert reports(ledger) == []
    operator.give_up()
    assert reports(ledger) == [("failed", ELSEWHERE, "4.4.7")]
    operator.set_reachable(ELSEWHERE, True)
    assert not operator.mailbox(ELSEWHERE).inbox.messages


@pytest.mark.parametrize(
    ("change", "status"), [({"closed": "clôture"}, "5.2.1"), ({"quota": 10}, "5.2.2")]
)  # fmt: skip
def test_a_patient_who_closed_or_filled_the_mailbox_is_known_after_the_mail_was_taken(operator, ledger, change, status):
    for name, value in change.items():
        setattr(operator.mailbox(CITIZEN), name, value)
    send(operator, CITIZEN)
    assert reports(ledger) == [("failed", CITIZEN, status)]


def test_every_published_patient_with_an_ins_has_a_mailbox(operator):
    assert operator.mailbox(CITIZEN).kind == "PAT"
    assert operator.mailbox("277076322082910@patient.mssante.fr").label == "RUTH NESSI"
    with pytest.raises(KeyError):
        operator.mailbox("199999999999999@patient.mssante.fr")


# -- receipts


def ask(operator, to=DOCTOR, more=""):
    submit(operator, mail(1, more=f"Disposition-Notification-To: {APP}\r\n{more}"), to)
    operator.next_session(timeout=5)


def test_who_reads_a_mail_lets_a_receipt_go(operator, ledger):
    ask(operator)
    exchange = operator.read(DOCTOR, "<1@x.mssante.fr>")
    receipt = formats.read_mdn(kept(ledger, exchange))
    assert "displayed" in receipt.disposition
    assert (receipt.original_message_id, receipt.final_recipient) == ("<1@x.mssante.fr>", DOCTOR)
    assert operator.held(APP, read_head(kept(ledger, exchange)).value("Message-ID")).endswith(kept(ledger, exchange))
    assert "\\Seen" in operator.mailbox(DOCTOR).inbox.messages[0].flags


def test_no_receipt_without_a_request(operator):
    submit(operator, mail(1), DOCTOR)
    operator.next_session(timeout=5)
    assert operator.read(DOCTOR, "<1@x.mssante.fr>") is None
    with pytest.raises(KeyError):
        operator.read(DOCTOR, "<2@x.mssante.fr>")


def test_a_holder_may_read_all_that_comes(operator, ledger):
    operator.mailbox(ELSEWHERE).answers = "displayed"
    ask(operator, ELSEWHERE)
    assert [one.label for one, _ in ledger.kept if one.direction == "sent" and one.protocol == "mail/rfc822"] == ["MDN"]


@pytest.mark.parametrize("error", [None, ("902", "Patient inconnu")])
def test_software_that_integrates_answers_as_the_volet_says(operator, ledger, error):
    submit(operator, header(sound()["asking"], "Disposition-Notification-To", APP), DOCTOR)
    operator.next_session(timeout=5)
    exchange = operator.read(DOCTOR, "<1.20260504@ch-test.mssante.fr>", processed=True, error=error)
    receipt = formats.read_mdn(kept(ledger, exchange))
    assert (receipt.error_code, receipt.error_label) == (error or ("", ""))
    assert "processed" in receipt.disposition


# -- conversations


def test_the_headers_of_a_conversation_are_left_as_they_are(operator):
    thread = "In-Reply-To: <a@b>\r\nReferences: <0@b>\r\n <a@b>\r\nX-MSS-NIL: DEV1\r\n"
    submit(operator, mail(1, more=thread), DOCTOR, SERVICE)
    operator.next_session(timeout=5)
    for address in (DOCTOR, SERVICE):
        assert operator.held(address, "<1@x.mssante.fr>").endswith(mail(1, more=thread))


def test_a_mail_for_nobody_is_kept_and_said(operator, ledger):
    with pytest.raises(KeyError):
        operator.deliver(mail(), "nul@test-ci-sis.mssante.fr")
    submit(operator, mail(1, more="Disposition-Notification-To: nul@x.mssante.fr\r\n"), DOCTOR)
    operator.next_session(timeout=5)
    assert "boîte inconnue" in operator.read(DOCTOR, "<1@x.mssante.fr>").note


def test_a_mail_that_brings_its_return_path_is_delivered_with_that_one_alone(operator):
    sent = letter(route=Route(return_path=ELSEWHERE))
    operator.deliver(sent.message, sent.recipient)
    held = operator.held(sent.recipient, sent.message_id)
    assert held.startswith(f"Return-Path: <{ELSEWHERE}>\r\nReceived: from mx.operateur2-test".encode())
    assert held.lower().count(b"\nreturn-path:") == 0


def test_a_header_in_raw_bytes_and_an_envelope_in_any_byte_are_reported_on(operator, ledger):
    """What a careless client writes must not stop the operator."""
    subject = "Compte rendu de séjour".encode()
    sent = mail(1).replace(b"essai 1", subject)
    submit(operator, sent, UNKNOWN, mail_options=["ENVID=+0D+0A+E9", "BODY=8BITMIME"])
    operator.next_session(timeout=5)
    (data,) = [data for one, data in ledger.kept if one.label == "DSN failed"]
    assert subject in data
    assert formats.read_dsn(data).original_message_id == "<1@x.mssante.fr>"


def test_a_mail_that_nobody_can_read_has_no_receipt(operator):
    operator.mailbox(DOCTOR).answers = "displayed"
    ask(operator, more="A: b\r\n" * 2000)
    assert operator.next_mail(timeout=5).accepted
    (stored,) = operator.mailbox(DOCTOR).inbox.messages
    assert "\\Seen" in stored.flags
    assert not operator.mailbox(APP).inbox.messages
