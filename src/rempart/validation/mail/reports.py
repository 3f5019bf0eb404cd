"""Notifications at rest: an MDN by RFC 8098 and, about an integration, by the LPS volet; a DSN by RFC 3464."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from rempart.formats.mail.dsn import ACTIONS, Delivery, read_dsn
from rempart.formats.mail.mdn import FAILURE_PREFIX, Mdn, read_mdn
from rempart.formats.mail.message import SUBJECT_PREFIX
from rempart.formats.mail.parts import Part
from rempart.formats.mail.reading import enclosed, header
from rempart.formats.mail.source import decoded
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import ABSENT
from rempart.validation.notifications import structure
from rempart.validation.notifications import volet_fields as fields_of_the_volet
from rempart.validation.registry import finding

_DISPOSITION = re.compile(
    r"(?:manual|automatic)-action/MDN-sent-(?:manually|automatically)\s*;\s*"
    r"(?P<type>displayed|deleted|dispatched|processed)(?P<more>/[^\r\n]+)?",
    re.IGNORECASE,
)
_KO = re.compile(r"\[KO Intégration système !\]\[(?P<code>[^\]]+)\] (?P<rest>.+)")
_CLASSES = {"2": ("delivered", "relayed", "expanded"), "4": ("delayed", "failed"), "5": ("failed",)}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def check_mdn(data: bytes, root: Part) -> Iterator[Finding]:
    """Findings on a mail that is an MDN."""
    mdn = read_mdn(data)
    if mdn is None:
        yield finding("MSS-070", "parties", "Il manque la partie message/disposition-notification")
        return
    form = _DISPOSITION.fullmatch(" ".join(mdn.disposition.split()))
    if form is None:
        message = "Disposition manque, ou n'a pas la forme de la RFC 8098"
        expected = "automatic-action/MDN-sent-automatically; processed"
        yield finding("MSS-070", "Disposition", message, expected=expected, actual=mdn.disposition or ABSENT)
    if not mdn.final_recipient:
        message = "Final-Recipient manque: on ne sait pas qui a reçu le courriel"
        yield finding("MSS-070", "Final-Recipient", message, expected="rfc822; adresse", actual=ABSENT)
    if form is not None and form["type"].lower() == "processed":
        yield from _integration(data, root, mdn)
    elif not mdn.original_message_id:
        message = "Original-Message-ID manque: l'accusé ne se rattache à aucun courriel"
        yield finding("MSS-070", "Original-Message-ID", message, severity=Severity.WARNING)


def _integration(data: bytes, root: Part, mdn: Mdn) -> Iterator[Finding]:
    """What the volet adds, for the notification of a PFI: beside the mail that it encloses, when it does."""
    yield from structure(data)
    original = next((enclosed(p.message) for p in root.walk() if p.type == "message/rfc822"), None)
    known = _value(original, "Message-ID") if original is not None else ""
    # Final-Recipient is told already: the rule on fields says the others.
    told = (f for f in fields_of_the_volet(mdn, known) if f.location != "Final-Recipient")
    yield from told
    said = " ".join(mdn.subject.split())
    match = _KO.fullmatch(said)
    rest = match["rest"] if match else said
    if bool(match) != bool(mdn.error_code):
        expected = f"{FAILURE_PREFIX}[{mdn.error_code}] …" if mdn.error_code else "l'objet du courriel d'origine"
        yield finding("HL7-146", "Subject", "", expected=expected, actual=said)
    elif match and match["code"].strip() != mdn.error_code:
        message = "Le code de l'objet n'est pas celui de Disposition"
        yield finding("HL7-146", "Subject", message, expected=mdn.error_code, actual=said)
    elif not rest.startswith(SUBJECT_PREFIX):
        yield finding("HL7-146", "Subject", "", expected=f"{SUBJECT_PREFIX}…", actual=said)
    elif original is not None and (own := _value(original, "Subject")) != rest:
        message = "L'objet n'est pas celui du courriel d'origine"
        yield finding("HL7-146", "Subject", message, expected=own, actual=rest)
    yield from _asked(root)


def _value(message: Message, name: str) -> str:
    """On one line, encoded words decoded."""
    return " ".join(decoded(" ".join(header(message, name).splitlines()).encode()).split())


def _asked(root: Part) -> Iterator[Finding]:
    """The enclosed mail shows whether a notification was asked for, and by whom."""
    original = next((enclosed(p.message) for p in root.walk() if p.type == "message/rfc822"), None)
    if original is None or not original.keys():
        return
    if not header(original, "Disposition-Notification-To"):
        message = "Le courriel d'origine ne demandait pas d'accusé (Disposition-Notification-To)"
        yield finding("HL7-142", "message/rfc822", message, expected="aucun accusé")


def check_dsn(data: bytes) -> Iterator[Finding]:
    """Findings on a mail that is a delivery report."""
    dsn = read_dsn(data)
    if dsn is None:
        yield finding("MSS-071", "parties", "Il manque la partie message/delivery-status")
        return
    if not dsn.reporting:
        message = "Reporting-MTA manque: on ne sait pas quel serveur le dit"
        yield finding("MSS-071", "Reporting-MTA", message, expected="dns; serveur", actual=ABSENT)
    if not dsn.deliveries:
        yield finding("MSS-071", "message/delivery-status", "Le rapport ne parle d'aucun destinataire")
    for number, one in enumerate(dsn.deliveries, 1):
        yield from _delivery(one, f"destinataire {number}")
    if not dsn.original_message_id:
        message = "Le rapport ne rend pas les en-têtes du courriel: il ne s'y rattache pas par son Message-ID"
        yield finding("MSS-071", "parties", message, expected="message/rfc822", severity=Severity.WARNING)


def _delivery(one: Delivery, where: str) -> Iterator[Finding]:
    if not _ADDRESS.fullmatch(one.recipient):
        message = "Final-Recipient manque ou n'est pas une adresse"
        yield finding("MSS-071", f"{where}, Final-Recipient", message, actual=one.recipient or ABSENT)
    if one.action not in ACTIONS:
        expected = ", ".join(ACTIONS)
        yield finding("MSS-071", f"{where}, Action", "Action inconnue", expected=expected, actual=one.action or ABSENT)
    if not _STATUS.fullmatch(one.status):
        message = "Status n'a pas la forme de la RFC 3463"
        yield finding("MSS-071", f"{where}, Status", message, expected="5.1.1", actual=one.status or ABSENT)
    elif one.action in ACTIONS and one.action not in _CLASSES[one.status[0]]:
        message = "Status contredit Action"
        expected = f"{one.status[0]}.x.x avec {' ou '.join(_CLASSES[one.status[0]])}"
        yield finding("MSS-071", f"{where}, Status", message, expected=expected, actual=f"{one.action}, {one.status}")
