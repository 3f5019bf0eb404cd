"""MSSanté mails and their notifications: written, read back, and read as far as possible when they are wrong."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.formats import mail
from rempart.formats.mail import reading

DATE = datetime(2026, 3, 6, 11, 12, 13, tzinfo=UTC)
ZIP, PDF = b"PK\x05\x06" + bytes(range(256)), b"%PDF-1.4 " + bytes(range(256))
MAIL = mail.Mail(
    sender="pfi@ch-x.mssante.fr",
    recipients=("adam.hoda@test-ci-sis.mssante.fr", "urologie@ch-y.mssante.fr"),
    subject=mail.document_subject("CR d'imagerie médicale", "PAT-TROIS", "DOMINIQUE", "19790328"),
    body="Cher confrère,\n\nvoici le compte rendu.",
    message_id="<1.2@ch-x.mssante.fr>",
    date=DATE,
    reply_to="secretariat@ch-x.mssante.fr",
    notify_to="pfi@ch-x.mssante.fr",
    product="DEV000001",
    ins="O",
    cda_codes=("34112-3", "PRESC-BIO"),
    no_reply=True,
    archive=ZIP,
    attachments=(mail.Attachment(name="compte-rendu.pdf", data=PDF, type="application/pdf"),),
)


def test_a_mail_comes_back_as_it_was():
    assert mail.read(mail.write(MAIL)) == MAIL


def test_the_headers_are_those_of_mssante():
    message = email.message_from_bytes(mail.write(MAIL), policy=email.policy.default)
    assert message["Subject"] == "XDM/1.0/DDM+CR d'imagerie médicale PAT-TROIS DOMINIQUE 28/03/1979"
    assert [message[f"X-MSS-{n}"] for n in ("NIL", "INS", "MES")] == ["DEV000001", "O", "FIN"]
    assert message["X-MSS-CODECDA"] == "34112-3,PRESC-BIO"
    assert [p.get_filename() for p in message.iter_attachments()] == ["IHE_XDM.ZIP", "compte-rendu.pdf"]
    assert b"\r\n" in mail.write(MAIL) and b"\n" not in mail.write(MAIL).replace(b"\r\n", b"")


def test_a_plain_mail_has_no_mssante_headers_nor_parts():
    plain = mail.Mail(sender="a@b.fr", recipients=("c@d.fr",), subject="Bonjour", body="Texte", message_id="<1@b.fr>")
    assert mail.read(mail.write(plain)) == plain
    assert b"X-MSS" not in mail.write(plain)


def test_the_archive_is_found_whatever_its_case():
    renamed = mail.write(MAIL).replace(b"IHE_XDM.ZIP", b"ihe_xdm.zip")
    assert mail.read(renamed).archive == ZIP


def test_a_header_cannot_be_injected():
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        mail.write(replace(MAIL, subject="x\r\nBcc: pirate@example.org"))


# -- notifications


def mdn(**options) -> mail.Mdn:
    original = mail.write(replace(MAIL, **options.pop("mail", {})))
    data = mail.write_mdn(original, mailbox="dpi@ch-y.mssante.fr", message_id="<9@ch-y>", date=DATE, **options)
    assert data is not None
    found = mail.read_mdn(data)
    assert found is not None
    return found


def test_a_success_is_processed_and_carries_everything_back():
    found = mdn()
    assert found.subject == MAIL.subject
    assert found.disposition == "automatic-action/MDN-sent-automatically; processed"
    assert (found.error_code, found.error_label) == ("", "")
    assert found.original_message_id == MAIL.message_id
    assert found.final_recipient == found.original_recipient == "dpi@ch-y.mssante.fr"
    assert [a.name for a in found.attachments] == ["IHE_XDM.ZIP", "compte-rendu.pdf"]
    assert [a.data for a in found.attachments] == [ZIP, PDF]
    assert "voici le compte rendu" in found.text


def test_a_failure_says_its_code_in_the_subject_the_text_and_the_disposition():
    found = mdn(error=("903", "INS non présent dans le document"))
    assert found.subject == f"[KO Intégration système !][903] {MAIL.subject}"
    assert found.disposition.startswith("automatic-action/MDN-sent-automatically; processed/Error: 903^")
    assert (found.error_code, found.error_label) == ("903", "INS non présent dans le document")
    assert "903 INS non présent" in found.text


def test_a_notification_has_the_three_parts_of_its_type():
    original = mail.write(MAIL)
    data = mail.write_mdn(original, mailbox="dpi@ch-y.mssante.fr", message_id="<9@ch-y>", date=DATE)
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "disposition-notification"
    types = [p.get_content_type() for p in message.iter_parts()]
    assert types[:3] == ["text/plain", "message/disposition-notification", "message/rfc822"]
    inner = list(message.iter_parts())[2].get_payload(0)
    assert inner["Message-ID"] == MAIL.message_id
    assert message["To"] == MAIL.notify_to


@pytest.mark.parametrize(
    "changes",
    [{"notify_to": ""}, {"notify_to": "pfi@ch-x.mssante.fr", "return_path": "autre@ch-x.mssante.fr"}],
    ids=["not asked", "asked for somebody else"],
)
def test_no_notification_is_sent_that_was_not_asked(changes):
    original = mail.write(replace(MAIL, **changes))
    assert mail.write_mdn(original, mailbox="dpi@ch-y.mssante.fr", message_id="<9@x>", date=DATE) is None


def test_a_notification_is_sent_to_the_return_path_itself():
    assert mdn(mail={"return_path": "PFI@ch-x.mssante.fr"}).disposition


def test_an_ordinary_mail_is_no_notification():
    assert mail.read_mdn(mail.write(MAIL)) is None


# -- wrong mails


def test_bytes_without_headers_are_no_mail():
    with pytest.raises(mail.MailError, match="courriel"):
        mail.read(b"\r\nrien")


def test_a_mail_too_big_is_not_read(monkeypatch):
    monkeypatch.setattr(reading, "MAX_MAIL", 100)
    with pytest.raises(mail.MailError, match="limite"):
        mail.read(mail.write(MAIL))


def test_parts_within_parts_are_bounded():
    nested = b""
    for n in range(3000):
        nested += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
    with pytest.raises(mail.MailError):
        mail.read(b"From: a@b.fr\r\n" + nested)


def test_many_parts_are_bounded():
    parts = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 300
    with pytest.raises(mail.MailError, match="parties"):
        mail.read(b"From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n")


@pytest.mark.parametrize(
    "header",
    [b"To: <", b"To: =?utf-8?b?*?= <a@b", b"Date: hier", b"Content-Type: text/plain; charset=x-1", b"X-MSS-INS: \xff"],
    ids=["address", "encoded word", "date", "charset", "bytes"],
)
def test_wrong_headers_do_not_stop_the_reading(header):
    found = mail.read(b"From: a@b.fr\r\n" + header + b"\r\n\r\ncorps\r\n")
    assert (found.sender, found.body) == ("a@b.fr", "corps")


def test_the_original_comes_back_byte_for_byte_even_with_8_bit_headers():
    original = mail.write(MAIL).replace(b"X-MSS-NIL: DEV000001", b"X-MSS-NIL: \xe9\xff" + b"x" * 90)
    data = mail.write_mdn(original, mailbox="dpi@ch-y.mssante.fr", message_id="<9@x>", date=DATE)
    assert original in data
    found = mail.read_mdn(data)
    assert found.original_message_id == MAIL.message_id


def test_a_subject_with_line_breaks_adds_no_header_to_the_notification():
    original = mail.write(MAIL).replace(b"Subject: XDM", b"Subject: =?utf-8?q?X=0D=0ABcc:_pirate=40example.org_?= XDM")
    data = mail.write_mdn(original, mailbox="dpi@ch-y.mssante.fr", message_id="<9@x>", date=DATE)
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message["Bcc"] is None
    assert "pirate" in message["Subject"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_mails_are_refused_or_read_never_a_crash(data):
    source = mail.write(MAIL) if data.draw(st.booleans()) else _MDN
    damaged = bytearray(source)
    head = min(len(damaged), 2500)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, head - 1))] = data.draw(st.integers(0, 255))
    for reader in (mail.read, mail.read_mdn, answer):
        try:
            reader(bytes(damaged))
        except mail.MailError as error:
            assert error.reason


def answer(original: bytes) -> None:
    mail.write_mdn(original, mailbox="dpi@ch-y.mssante.fr", message_id="<9@x>", date=DATE, error=("906", "é"))


_MDN = mail.write_mdn(
    mail.write(MAIL), mailbox="dpi@ch-y.mssante.fr", message_id="<9@x>", date=DATE, error=("902", "inconnu")
)
