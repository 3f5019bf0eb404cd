"""The mail as a mail: its fields, how it is encoded, who it says it is from and for (RFC 5322, MIME)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from rempart.formats.mail.source import is_address, unclosed
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import MailContext
from rempart.validation.registry import finding, rule

MAIL = ("mail",)  # any mail
_ONCE = (
    "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Subject", "Date",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
)  # fmt: skip
_CONTROL = re.compile(r"[\0-\x08\n-\x1f\x7f]")  # a line break hidden in an encoded word makes a field of its own
_UNREAD = re.compile(r"=\?[^\s?]{1,40}\?[bq]\?|\ufffd", re.IGNORECASE)
_SPACED = re.compile(rb"=\?[^\s?]{1,40}\?[qQ]\?[^\s?]{0,80}\s[^?]{0,80}\?=")  # some readers decode it all the same
_SECOND = re.compile(r"^(?:From[ :]|Return-Path:|Received:|Subject:)", re.MULTILINE)  # a mailbox saved as one file
_TEXTS = ("text/plain", "text/html")
_LONGEST = 998  # RFC 5322, 2.1.1


@rule("MSS-061", families=MAIL)
def fields(context: MailContext) -> Iterator[Finding]:
    """Fields that a mail has once, its date and its sender; lines that are no field."""
    source = context.source
    for name in _ONCE:
        found = source.all(name)
        if len(found) > 1:
            message = f"L'en-tête {name} est présent {len(found)} fois: deux lecteurs liraient deux courriels"
            yield context.find("MSS-061", name, message, expected="un seul", nth=1)
    for start, length in source.odd:
        message = "Cette ligne n'est pas un en-tête"
        yield finding("MSS-061", "en-têtes", message, expected="Nom: valeur", offset=start, length=length)
    senders = source.addresses("From")
    broken = any(unclosed(field) for field in source.all("From"))
    if len(senders) != 1 or broken or not is_address(senders[0][1]):
        read = ", ".join(a for _, a in senders) if source.first("From") and not broken else None
        yield context.find("MSS-061", "From", "Le courriel nomme un expéditeur", expected="une adresse", actual=read)
    yield from _date(context)


def _date(context: MailContext) -> Iterator[Finding]:
    try:
        parsedate_to_datetime(context.source.value("Date"))
    except (ValueError, TypeError, OverflowError):
        message = "La date du courriel manque ou ne se lit pas"
        yield context.find("MSS-061", "Date", message, expected="Mon, 04 May 2026 11:30:00 +0200")


@rule("MSS-061", families=MAIL)
def characters(context: MailContext) -> Iterator[Finding]:
    """Fields are in ASCII, other characters in encoded words; no line goes beyond what relays carry."""
    seen: Counter[str] = Counter()
    for field in context.source.fields:
        nth = seen[field.name.lower()]
        seen[field.name.lower()] += 1
        if _CONTROL.search(field.value):
            message = "L'en-tête contient un caractère de contrôle, écrit tel quel ou dans un mot encodé"
            yield context.find("MSS-061", field.name, message, nth=nth)
        elif field.raw.isascii() and (_UNREAD.search(field.value) or _SPACED.search(field.raw)):
            message = "Un mot encodé de l'en-tête ne se lit pas: il est montré tel quel"
            yield context.find("MSS-061", field.name, message, expected="RFC 2047", severity=Severity.WARNING, nth=nth)
        elif not field.raw.isascii():
            message = "L'en-tête n'est pas en ASCII: un relais ou un client peut le rendre illisible"
            expected = "un mot encodé (RFC 2047)"
            yield context.find("MSS-061", field.name, message, expected=expected, severity=Severity.WARNING, nth=nth)
        if len(field.raw) > _LONGEST and field.length <= len(field.raw) + len(field.name) + 3:
            message = f"La ligne dépasse {_LONGEST} caractères sans être repliée"
            yield context.find("MSS-061", field.name, message, expected=f"{_LONGEST} au plus", nth=nth)


@rule("MSS-062", families=MAIL)
def parts(context: MailContext) -> Iterator[Finding]:
    """Each part can be taken out of the mail as it was put in."""
    for part in context.source.root.walk():
        for problem in part.problems:
            yield finding("MSS-062", part.label, f"{problem[0].upper()}{problem[1:]}")
        if part.type in _TEXTS and not (part.is_file or part.message.get_content_charset() or part.data.isascii()):
            message = "Le jeu de caractères n'est pas dit: un lecteur prend ce texte pour de l'ASCII"
            yield finding("MSS-062", part.label, message, expected="charset=utf-8", severity=Severity.WARNING)
        if part.children and _SECOND.search(str(part.message.epilogue or "")):
            message = "Un second courriel suit la dernière frontière: aucun lecteur ne le montre, et il n'est pas jugé"
            yield finding("MSS-062", part.label, message, expected="un seul courriel", severity=Severity.WARNING)
        if part.disposition == "attachment" and part.is_file and not part.name:
            message = "Cette pièce jointe n'a pas de nom de fichier"
            yield finding("MSS-062", part.label, message, expected="filename", severity=Severity.WARNING)
    if context.source.root.type.startswith("multipart/") and not context.source.first("MIME-Version"):
        message = "MIME-Version manque: un lecteur ancien montre le courriel sans le découper"
        yield context.find("MSS-062", "MIME-Version", message, expected="1.0", severity=Severity.WARNING)
