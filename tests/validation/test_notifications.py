"""Checks on the notification (MDN) that answers a mail: a sound one, and one fault at a time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rempart.formats.mail import write_mdn
from rempart.simulators.documents import first_version
from rempart.simulators.mails import compose
from rempart.simulators.patients import patient
from rempart.validation.checks import run_check

PATIENT = patient("Dominique PAT-TROIS", ipp="IPP1")
MAIL = compose(PATIENT, [first_version(PATIENT)], notify=True)
ERROR = ("902", "Identifiant patient inconnu")


def mdn(error: tuple[str, str] | None = None) -> bytes:
    date = datetime(2026, 1, 1, tzinfo=UTC)
    written = write_mdn(MAIL.message, mailbox="pfi@test", message_id="<mdn@test>", date=date, error=error)
    assert written is not None
    return written


def rules(name: str, notification: bytes, **params: object) -> list[str]:
    asked = {"message_id": MAIL.message_id} if name == "mail.notification" else {}
    return [f.rule for f in run_check(name, [notification], asked | params)]


@pytest.mark.parametrize("other", [MAIL.message, b"From: a@b\r\n\r\nautre", b"", b"Content-Type: multipart/report"])
def test_another_mail_is_no_notification(other: bytes) -> None:
    assert rules("mail.notification", other, subject=MAIL.subject) == ["HL7-143"] == rules("mail.disposition", other)


@pytest.mark.parametrize("error", [None, ERROR])
def test_a_sound_notification(error: tuple[str, str] | None) -> None:
    assert rules("mail.notification", mdn(error), subject=MAIL.subject) == []
    assert rules("mail.disposition", mdn(error), code=error[0] if error else "") == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'report-type="disposition-notification"', b'report-type="delivery-status"', "HL7-143"),
        (b"Content-Type: text/plain", b"Content-Type: text/html", "HL7-143"),
        (b"Original-Message-ID:", b"X-Message-ID:", "HL7-145"),
        (b"Original-Recipient:", b"X-Recipient:", "HL7-145"),
        (b"Final-Recipient:", b"X-Final:", "HL7-145"),
        (b"; processed", b"; displayed", "HL7-144"),
        (b'filename="IHE_XDM.ZIP"', b'filename="autre.zip"', "HL7-147"),
    ],
)
def test_a_notification_with_one_fault(old: bytes, new: bytes, rule: str) -> None:
    sound = mdn()
    assert old in sound
    assert set(rules("mail.notification", sound.replace(old, new), subject=MAIL.subject)) == {rule}


def test_the_subject_tells_of_the_failure() -> None:
    assert rules("mail.notification", mdn(ERROR), subject="autre objet") == ["HL7-146"]
    assert rules("mail.notification", mdn(), subject=MAIL.subject + " et plus") == ["HL7-146"]


def test_the_error_is_that_of_the_dpi() -> None:
    assert rules("mail.disposition", mdn(ERROR), code="904") == ["HL7-148"]
    assert rules("mail.disposition", mdn(ERROR)) == ["HL7-148"]
    assert rules("mail.disposition", mdn(), code="902") == ["HL7-148"]
