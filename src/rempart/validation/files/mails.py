"""The source of a mail: it reads, and carries what the MSSanté requirements ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr

from rempart.formats.mail import ARCHIVE, MailError
from rempart.formats.mail.message import SUBJECT_PREFIX
from rempart.formats.mail.message import read as read_mail
from rempart.formats.mail.reading import header, parse
from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.files.exchanges import archive
from rempart.validation.files.given import each, is_pdf
from rempart.validation.registry import finding

_CITIZEN = re.compile(r"[12]\d{4}[0-9AB]\d{8,9}@", re.IGNORECASE)


@check("preuve.mail")
def mails(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is the source of a mail: [files]."""
    return each(evidence, names, mail)


@check("preuve.mail.header")
def with_header(evidence: list[bytes], *, names: list[str], header_name: str, value: str = "") -> list[Finding]:
    """Every mail has this header, with this value when one is given: [files]."""

    def look(name: str, data: bytes) -> Iterator[Finding]:
        actual = _header(data, header_name)
        if not actual or (value and actual != value):
            wanted = f"{header_name}: {value}" if value else f"un en-tête {header_name}"
            yield finding("PRV-023", name, expected=wanted, actual=actual or "(absent)")

    return each(evidence, names, look)


@check("preuve.mail.subject")
def with_subject(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """The subject of every mail is that of a transmission of documents: [files]."""

    def look(name: str, data: bytes) -> Iterator[Finding]:
        actual = _header(data, "Subject")
        if not actual.startswith(SUBJECT_PREFIX):
            yield finding("PRV-024", name, expected=f"{SUBJECT_PREFIX}…", actual=actual)

    return each(evidence, names, look)


@check("preuve.mail.body")
def with_body(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """The body of every mail is plain text, or plain text then HTML: [files]."""
    return each(evidence, names, _body)


@check("preuve.mail.sender")
def with_sender(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """The sender of every mail has a label besides its address: [files]."""

    def look(name: str, data: bytes) -> Iterator[Finding]:
        actual = _header(data, "From")
        if not parseaddr(actual)[0]:
            yield finding("PRV-026", name, expected="Intitulé <adresse>", actual=actual)

    return each(evidence, names, look)


@check("preuve.mail.documents")
def with_documents(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every mail holds an archive of documents, and PDF copies: [files]."""
    return each(evidence, names, _documents)


@check("preuve.mail.citizen")
def to_citizen(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every mail is addressed to a mailbox made of an INS: [files]."""

    def look(name: str, data: bytes) -> Iterator[Finding]:
        actual = _header(data, "To")
        if not _CITIZEN.match(parseaddr(actual)[1]):
            yield finding("PRV-028", name, expected="<matricule INS>@…", actual=actual)

    return each(evidence, names, look)


def mail(name: str, data: bytes) -> Iterator[Finding]:
    try:
        found = read_mail(data)
    except MailError as error:
        yield finding("PRV-022", name, error.reason)
        return
    if "@" not in found.sender or not any("@" in r for r in found.recipients):
        wanted = "une adresse dans From et dans To"
        yield finding("PRV-022", name, expected=wanted, actual=f"{found.sender} → {', '.join(found.recipients)}")


def _header(data: bytes, name: str) -> str:
    try:
        return header(parse(data), name)
    except MailError:  # told by preuve.mail
        return ""


def _body(name: str, data: bytes) -> Iterator[Finding]:
    try:
        message = parse(data)
    except MailError:
        return
    body = next(
        (p for p in message.walk() if p.get_content_type() in ("multipart/alternative", "text/plain", "text/html")),
        message,
    )
    kinds = [body.get_content_type()]
    if kinds == ["multipart/alternative"]:
        kinds += [p.get_content_type() for p in body.iter_parts()]
    if kinds not in (["text/plain"], ["multipart/alternative", "text/plain", "text/html"]):
        wanted = "text/plain, ou multipart/alternative (text/plain, text/html)"
        yield finding("PRV-025", name, expected=wanted, actual=", ".join(kinds))


def _documents(name: str, data: bytes) -> Iterator[Finding]:
    try:
        found = read_mail(data)
    except MailError:
        return
    if found.archive is None:
        yield finding("PRV-027", name, expected=f"une pièce jointe {ARCHIVE}")
    else:
        yield from archive(f"{name}/{ARCHIVE}", found.archive)
    if not any(is_pdf(a.data) for a in found.attachments):
        yield finding("PRV-027", name, expected="la copie PDF de chaque document")
