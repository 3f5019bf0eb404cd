"""Notifications at rest: an MDN by RFC 8098 and, about an integration, by the LPS volet; a DSN by RFC 3464."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses, parseaddr

from rempart.formats.mail.dsn import ACTIONS, REPORT, Delivery, read_dsn
from rempart.formats.mail.mdn import FAILURE_PREFIX, Mdn, read_mdn
from rempart.formats.mail.message import ARCHIVE, SUBJECT_PREFIX
from rempart.formats.mail.parts import Part
from rempart.formats.mail.reading import enclosed, header, written_payload
from rempart.formats.mail.source import Source, decoded, is_address
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import ABSENT
from rempart.validation.mail.conversation import MESSAGE_ID
from rempart.validation.notifications import structure
from rempart.validation.notifications import volet_fields as fields_of_the_volet
from rempart.validation.registry import finding

_DISPOSITION = re.compile(
    r"(?:manual|automatic)-action/(?P<mode>MDN-sent-(?:manually|automatically))\s*;\s*"
    r"(?P<type>displayed|deleted|dispatched|processed)(?P<more>/[^\r\n]+)?",
    re.IGNORECASE,
)
_KO = re.compile(r"\[KO Intégration système !\]\[(?P<code>[^\]]+)\] (?P<rest>.+)")
_FAILED = re.compile(r"/\s*(?:error|fail)", re.IGNORECASE)
_CODE = re.compile(r"\w*\d\w*")  # of the error, before its label, whatever stands between them
_DATE = re.compile(r"\b\d{2}/\d{2}/\d{4}\b")
_CLASSES = {"2": ("delivered", "relayed", "expanded"), "4": ("delayed", "failed"), "5": ("failed",)}
_HEADERS = 65536  # bytes of a returned header that are read
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def report_type(root: Part) -> str:
    """What multipart/report announces, in lower case; "" for another type, or without it."""
    said = root.message.get_param("report-type") if root.type == "multipart/report" else ""
    return said.lower() if isinstance(said, str) else ""


def check_mdn(data: bytes, source: Source) -> Iterator[Finding]:
    """Findings on a mail that is an MDN."""
    mdn = read_mdn(data)
    if mdn is None:
        yield finding("MSS-070", "parties", "Il manque la partie message/disposition-notification")
        return
    form = _DISPOSITION.fullmatch(" ".join(mdn.disposition.split()))
    integration = _of_an_integration(mdn, source.root)
    if form is None and not integration:
        message = "Disposition manque, ou n'a pas la forme de la RFC 8098"
        expected = "automatic-action/MDN-sent-automatically; processed"
        yield finding("MSS-070", "Disposition", message, expected=expected, actual=mdn.disposition or ABSENT)
    yield from _recipients(mdn, integration=integration)
    original = _original(source.root)
    if integration:
        yield from _integration(data, mdn, original)
    else:
        yield from _form("MSS-070", source.root, "disposition-notification")
        yield from _about(mdn, original)
    yield from _asked(source, original, automatic=form is not None and form["mode"].lower().endswith("automatically"))


def _of_an_integration(mdn: Mdn, root: Part) -> bool:
    """A PFI tells of what became of a document, by one of the things that a reader's receipt never has."""
    disposition = mdn.disposition.lower()
    if "processed" in disposition or " ".join(mdn.subject.split()).startswith(FAILURE_PREFIX):
        return True
    return "manual" not in disposition and any(part.name.upper() == ARCHIVE for part in root.children)


@dataclass(frozen=True, slots=True)
class _Original:
    """The mail that a report gives back, or its header alone, and the type of the part that holds it."""

    message: Message
    type: str

    @property
    def whole(self) -> bool:
        """It has more than its header: a mail of several parts has some of them."""
        content = written_payload(self.message)
        if self.message.get_content_maintype() == "multipart":
            return isinstance(content, list)
        return bool(content) if isinstance(content, list) else bool(str(content or "").strip())

    def value(self, name: str) -> str:
        """On one line, encoded words decoded."""
        return " ".join(decoded(" ".join(header(self.message, name).splitlines()).encode()).split())


def _original(root: Part) -> _Original | None:
    for part in root.children:
        found = enclosed(part.message) if part.type == "message/rfc822" else None
        if part.type == "text/rfc822-headers":
            found = email.message_from_bytes(part.data[:_HEADERS])
        if found is not None and found.keys():
            return _Original(found, part.type)
    return None


def _form(rule: str, root: Part, kind: str) -> Iterator[Finding]:
    """RFC 6522, 3: a multipart/report that says which, and begins with what a person reads."""
    if (said := report_type(root)) != kind:
        message = "Le courriel n'annonce pas le rapport qu'il est"
        expected, actual = (f"multipart/report; report-type={kind}", f"{root.type}; report-type={said or ABSENT}")
        yield finding(rule, "Content-Type", message, expected=expected, actual=actual)
    first = root.children[0].type if root.children else ABSENT
    if first not in ("text/plain", "text/html", "multipart/alternative"):
        message = "Le rapport ne commence pas par un texte pour son lecteur"
        yield finding(rule, "parties", message, expected="text/plain", actual=first)


def _recipients(mdn: Mdn, *, integration: bool) -> Iterator[Finding]:
    for name in mdn.repeated:
        yield finding(
            "MSS-070",
            name,
            f"{name} est présent plus d'une fois: deux lecteurs liraient deux accusés",
            expected="un seul",
        )
    if not mdn.final_recipient and not integration:  # of which the volet says it (HL7-145)
        message = "Final-Recipient manque: on ne sait pas qui a reçu le courriel"
        yield finding("MSS-070", "Final-Recipient", message, expected="rfc822; adresse", actual=ABSENT)
    for name, value in (("Final-Recipient", mdn.final_recipient), ("Original-Recipient", mdn.original_recipient)):
        if value and not is_address(value):
            yield finding("MSS-070", name, f"{name} n'est pas une adresse", expected="rfc822; adresse", actual=value)


def _about(mdn: Mdn, original: _Original | None) -> Iterator[Finding]:
    """Which mail the notification is about."""
    said, known = mdn.original_message_id, original.value("Message-ID") if original else ""
    if not said:
        message = "Original-Message-ID manque: l'accusé ne se rattache à aucun courriel"
        yield finding("MSS-070", "Original-Message-ID", message, severity=Severity.WARNING)
    elif known and said != known:
        message = "Original-Message-ID n'est pas le Message-ID du courriel d'origine"
        yield finding("MSS-070", "Original-Message-ID", message, expected=known, actual=said)
    elif not MESSAGE_ID.fullmatch(said):
        message = "Original-Message-ID n'a pas la forme de la RFC 5322"
        yield finding("MSS-070", "Original-Message-ID", message, expected="<unique@domaine>", actual=said)


def _integration(data: bytes, mdn: Mdn, original: _Original | None) -> Iterator[Finding]:
    """What the volet adds, for the notification of a PFI: beside the mail that it encloses, when it does."""
    yield from structure(data)
    yield from fields_of_the_volet(mdn, original.value("Message-ID") if original else "")
    if original is not None and original.type == "message/rfc822" and not original.whole:
        message = "Le courriel d'origine est rendu sans son contenu"
        yield finding("HL7-147", original.type, message, expected="le courriel entier")
    said = " ".join(mdn.subject.split())
    match = _KO.fullmatch(said)
    rest = match["rest"] if match else said
    code = _CODE.match(mdn.error_code)
    failed = bool(_FAILED.search(mdn.disposition))
    if bool(match) != failed and (failed or _DISPOSITION.fullmatch(" ".join(mdn.disposition.split()))):
        expected = "l'objet du courriel d'origine" if match else f"{FAILURE_PREFIX}[{code[0] if code else 'code'}] …"
        yield finding("HL7-146", "Subject", "", expected=expected, actual=said)
    elif match and code and match["code"].strip() != code[0]:
        message = "Le code de l'objet n'est pas celui de Disposition"
        yield finding("HL7-146", "Subject", message, expected=code[0], actual=said)
    elif not rest.startswith(SUBJECT_PREFIX):
        yield finding("HL7-146", "Subject", "", expected=f"{SUBJECT_PREFIX}…", actual=said)
    elif original is not None and (own := original.value("Subject")) != rest:
        message = "L'objet n'est pas celui du courriel d'origine"
        # The volet writes the date of birth there; the mail may have given that of its document.
        severity = Severity.WARNING if _DATE.sub("", own) == _DATE.sub("", rest) else None
        yield finding("HL7-146", "Subject", message, expected=own, actual=rest, severity=severity)


def _asked(source: Source, original: _Original | None, *, automatic: bool) -> Iterator[Finding]:
    """The mail that is given back shows whether a notification was asked for, by whom, and if it may go by itself."""
    if source.first("Disposition-Notification-To"):
        message = "Un accusé n'en demande pas un autre (RFC 8098, 2.1)"
        yield finding("MSS-070", "en-tête Disposition-Notification-To", message, expected="aucun accusé demandé")
    if original is None:
        return
    asked = {a.lower() for _, a in getaddresses([header(original.message, "Disposition-Notification-To")]) if a}
    if not asked:
        message = "Le courriel d'origine ne demandait pas d'accusé (Disposition-Notification-To)"
        yield finding("HL7-142", original.type, message, expected="aucun accusé")
        return
    sent_to = [a for _, a in source.addresses("To")]
    if not asked & {a.lower() for a in sent_to}:
        message = "L'accusé n'est pas adressé à qui l'a demandé"
        yield finding("MSS-070", "en-tête To", message, expected=", ".join(sorted(asked)), actual=", ".join(sent_to))
    back = parseaddr(header(original.message, "Return-Path"))[1]
    if automatic and back and back.lower() not in asked:
        message = "L'accusé est parti de lui-même, alors que Return-Path n'est pas l'adresse qui le demandait"
        expected = "aucun accusé sans l'accord du lecteur"
        yield finding("HL7-142", original.type, message, expected=expected, actual=back)


def check_dsn(data: bytes, root: Part) -> Iterator[Finding]:
    """Findings on a mail that is a delivery report."""
    dsn = read_dsn(data)
    if dsn is None:
        yield finding("MSS-071", "parties", "Il manque la partie message/delivery-status")
        return
    yield from _form("MSS-071", root, REPORT)
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
    if not is_address(one.recipient):
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
