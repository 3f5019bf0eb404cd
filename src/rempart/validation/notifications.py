"""Named checks on the notification (MDN) that a PFI sends to the author of a mail: evidence is the notification."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.mail import ARCHIVE, FAILURE_PREFIX, MailError, Mdn, read_mdn
from rempart.formats.mail.reading import header, parse
from rempart.model.finding import Finding, Severity
from rempart.validation.checks import check
from rempart.validation.registry import finding

_DISPOSITION = re.compile(
    r"automatic-action/MDN-sent-automatically\s*;\s*processed(?P<error>/error:\s*\S.*)?", re.IGNORECASE | re.DOTALL
)
_ALTERNATIVE = ("multipart/alternative",)
_PARTS = ("text/plain", "message/disposition-notification", "message/rfc822")


@check("mail.notification")
def notification(evidence: list[bytes], *, message_id: str, subject: str) -> list[Finding]:
    """The notification about a mail is well made. `subject` is that of the mail."""
    mdn = _read(evidence[0])
    if mdn is None:
        return [finding("HL7-143", "courriel", "ce n'est pas un accusé lisible", expected=message_id)]
    return [*structure(evidence[0]), *_subject(mdn, subject), *volet_fields(mdn, message_id)]


@check("mail.disposition")
def disposition(evidence: list[bytes], *, code: str = "") -> list[Finding]:
    """The notification tells what the DPI answered: an error `code`, or success when it is empty."""
    mdn = _read(evidence[0])
    if mdn is None:
        return [finding("HL7-143", "courriel", "ce n'est pas un accusé lisible", expected="un accusé (MDN)")]
    if mdn.error_code == code:
        return []
    return [finding("HL7-148", "Disposition", "", expected=code or "processed", actual=mdn.disposition)]


def _read(raw: bytes) -> Mdn | None:
    try:
        return read_mdn(raw)
    except MailError:
        return None


def structure(raw: bytes) -> Iterator[Finding]:
    """The parts of a notification."""
    message = parse(raw)
    kind = message.get_content_type()
    report = str(message.get_param("report-type") or "")
    if kind != "multipart/report" or report.lower() != "disposition-notification":
        expected = "multipart/report; report-type=disposition-notification"
        yield finding("HL7-143", "Content-Type", "", expected=expected, actual=header(message, "Content-Type"))
    found = list(message.iter_parts())[: len(_PARTS)]
    parts = tuple(part.get_content_type() for part in found)
    # What a person reads may be there twice, as in the body of a mail (RFC 6522, 3: of any type; MSS/va1.11).
    first = [part.get_content_type() for part in found[0].iter_parts()] if parts[:1] == _ALTERNATIVE else []
    if (_PARTS[:1] if first[:1] == ["text/plain"] else parts[:1]) + parts[1:] != _PARTS:
        yield finding("HL7-143", "parties", "", expected=", ".join(_PARTS), actual=", ".join(parts))


def volet_fields(mdn: Mdn, message_id: str) -> Iterator[Finding]:
    """Fields and attachments that the LPS volet asks for; `message_id` is that of the mail, "" when it is unknown."""
    yield from _fields(mdn, message_id)
    yield from _enclosed(mdn)


def _fields(mdn: Mdn, message_id: str) -> Iterator[Finding]:
    if not mdn.original_message_id or (message_id and mdn.original_message_id != message_id):
        yield finding("HL7-145", "Original-Message-ID", "", expected=message_id, actual=mdn.original_message_id)
    for name, value in (("Original-Recipient", mdn.original_recipient), ("Final-Recipient", mdn.final_recipient)):
        if not value:
            yield finding("HL7-145", name, "", expected="une adresse", actual="(absent)")
    form = _DISPOSITION.fullmatch(mdn.disposition)
    if form is None:
        expected = "automatic-action/MDN-sent-automatically; processed"
        yield finding("HL7-144", "Disposition", "", expected=expected, actual=mdn.disposition)
    elif form["error"] and not (mdn.error_code and mdn.error_label):
        yield finding(
            "HL7-144", "Disposition", "", expected="code^libellé", actual=mdn.disposition, severity=Severity.WARNING
        )


def _subject(mdn: Mdn, subject: str) -> Iterator[Finding]:
    wanted = f"{FAILURE_PREFIX}[{mdn.error_code}] {subject}" if mdn.error_code else subject
    if " ".join(mdn.subject.split()) != " ".join(wanted.split()):
        yield finding("HL7-146", "Subject", "", expected=wanted, actual=mdn.subject)


def _enclosed(mdn: Mdn) -> Iterator[Finding]:
    names = [a.name.upper() for a in mdn.attachments]
    if ARCHIVE not in names:
        yield finding("HL7-147", "pièces jointes", "", expected=ARCHIVE, actual=", ".join(names) or "(aucune)")
    if not any(a.data.startswith(b"%PDF-") for a in mdn.attachments):
        yield finding("HL7-147", "pièces jointes", "", expected="un PDF", actual=", ".join(names) or "(aucune)")
