"""What comes back about a mail: a receipt of reading, and a report of delivery with the mail whole or its header."""

from __future__ import annotations

import pytest
from mail_samples import DATE, DOCTOR, SERVICE, header, sound

from rempart.formats import mail
from rempart.formats.mail.source import read_head
from rempart.validation.mail.validate import validate_mail

ASKING = sound()["asking"]


def receipt(original=ASKING):
    return mail.write_receipt(original, mailbox=DOCTOR, message_id="<lu@test.mssante.fr>", date=DATE, product="DEV1")


def test_a_receipt_says_that_the_mail_was_displayed_and_conforms():
    data = receipt()
    found = mail.read_mdn(data)
    assert found.disposition == "manual-action/MDN-sent-manually; displayed"
    assert found.original_message_id == read_head(ASKING).value("Message-ID")
    assert found.final_recipient == DOCTOR
    assert not found.attachments
    assert [f for f in validate_mail(data).findings if f.severity == "error"] == []


def test_a_receipt_is_a_reply_in_its_conversation():
    original = header(ASKING, "References", "<0@test.mssante.fr>")
    head, own = read_head(receipt(original)), read_head(original).value("Message-ID")
    assert head.value("In-Reply-To") == own
    assert head.value("References").split() == ["<0@test.mssante.fr>", own]


def test_no_receipt_without_a_request():
    assert receipt(header(ASKING, "Disposition-Notification-To", None)) is None


@pytest.mark.parametrize("full", [True, False])
def test_a_report_gives_back_the_mail_or_its_header(full):
    delivery = mail.Delivery(recipient=DOCTOR, action="failed", status="5.1.1", original="dr@ancien.mssante.fr")
    dsn = mail.Dsn(reporting="mx.test.mssante.fr", deliveries=(delivery,), envelope_id="ENV-1")
    data = mail.write_dsn(
        dsn, sender="postmaster@test.mssante.fr", recipient=SERVICE, message_id="<d@test.mssante.fr>", date=DATE,
        original=ASKING, full=full,
    )  # fmt: skip
    found = mail.read_dsn(data)
    assert found.deliveries == (delivery,)
    assert found.envelope_id == "ENV-1"
    assert found.original_message_id == read_head(ASKING).value("Message-ID")
    assert (ASKING in data) is full


def test_a_head_is_read_without_the_rest():
    head = read_head(b"Subject: a\r\n b\r\nFrom: =?utf-8?q?H=C3=A9l?= <a@b.fr>\r\n\r\n" + b"To: x\r\n" * 100)
    assert head.value("Subject") == "a b"
    assert head.addresses("From") == [("Hél", "a@b.fr")]
    assert head.all("To") == []
    assert read_head(b"").fields == ()


def test_a_head_with_too_many_fields_is_refused():
    with pytest.raises(mail.MailError, match="en-têtes"):
        read_head(b"A: b\r\n" * 2000)
