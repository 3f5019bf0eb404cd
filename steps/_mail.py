"""Which mail is meant, among those that the candidate hands to the operator."""

from __future__ import annotations

import contextlib
import re
from email.header import Header

from rempart.formats import mail, xdm
from rempart.formats.mail import MailError
from rempart.formats.xdm import XdmError
from rempart.model.inconclusive import Inconclusive
from rempart.simulators.mssante import SimulatedOperator
from rempart.simulators.mssante.events import EndedSession, ReceivedMail, Where

_SUBJECT = re.compile(rb"(?mi)^Subject:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")


def about(message_id: str) -> Where:
    """A notification (MDN) that answers this mail: by its field, or by the mail that it encloses."""

    def where(sent: ReceivedMail) -> bool:
        data = sent.message
        try:
            told = mail.read_mdn(data)
        except MailError:
            return False
        return told is not None and (told.original_message_id == message_id or message_id.encode() in data)

    return where


def carrying(unique_id: str, address: str) -> Where:
    """A mail with this document, to this mailbox, that the operator has taken."""

    def where(sent: ReceivedMail) -> bool:
        to = [a.casefold() for a in sent.envelope.rcpt_to]
        return sent.accepted and address.casefold() in to and carries(sent, unique_id)

    return where


def attempt(unique_id: str, address: str) -> Where:
    """The same, whatever the operator answers: when it refuses the recipient, only the envelope comes."""

    def where(sent: ReceivedMail) -> bool:
        to = [a.casefold() for a in sent.envelope.rcpt_to]
        return address.casefold() in to and (not sent.message or carries(sent, unique_id))

    return where


def carries(sent: ReceivedMail, unique_id: str) -> bool:
    """Taken or refused by the operator."""
    try:
        archive = mail.read(sent.message).archive
        return bool(archive) and any(d.unique_id == unique_id for d in xdm.read(archive).documents)
    except (MailError, XdmError):
        return False


def with_subject(message: bytes, subject: str) -> bytes:
    """The mail under another subject."""
    return _SUBJECT.sub(f"Subject: {Header(subject, 'utf-8').encode()}\r\n".encode(), message, count=1)


def read_session(operator: SimulatedOperator, message_id: str, seconds: float) -> EndedSession:
    """The session that takes this mail out of its mailbox. It may stay open for ever: the operator ends it, for its
    record to be complete. Raises Inconclusive when nobody has tried."""
    with contextlib.suppress(Inconclusive):  # whoever authenticates in clear fetches nothing, and is judged on that
        operator.next_fetch(seconds, lambda fetched: fetched.message_id == message_id)
    operator.suspend()
    try:
        return operator.next_session(
            seconds,
            lambda ended: ended.session.protocol == "imap" and ended.session.authentication is not None,
            "une session de relevé",
        )
    finally:
        operator.resume()
