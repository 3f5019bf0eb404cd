"""Named checks on recorded mails: one, with its envelope, with the mail that it answers or the order it executes."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.mail.envelope import Envelope, Session
from rempart.formats.mail.reading import MailError
from rempart.formats.xdm.model import DELETE, REPLACE
from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.cda.validate import EDITION
from rempart.validation.checks import check
from rempart.validation.declared import OfDocuments
from rempart.validation.mail.body import words
from rempart.validation.mail.context import MailContext, mail_context
from rempart.validation.mail.transport import check_refusal, check_session
from rempart.validation.mail.validate import validate_mail
from rempart.validation.registry import finding

_ACTIONS = {"NW": "", "RO": REPLACE, "CA": DELETE}  # ORC-1 -> action of the archive
R = TypeVar("R", bound=BaseModel)


@check("mss.mail")
def mail(
    evidence: list[bytes],
    *,
    requirements: Sequence[str] = (),
    only: Sequence[str] = (),
    environment: str = "test",
    edition: str = EDITION,
) -> list[Finding]:
    """A mail, its archive and its documents: [mail]. `requirements` say what it is (`validate_mail`), `only` the rules
    that are asked about."""
    declared = OfDocuments(environment=environment, requirements=requirements)
    return _about(validate_mail(evidence[0], edition=edition, **declared).findings, only)


@check("mss.session")
def session(evidence: list[bytes], *, only: Sequence[str] = ()) -> list[Finding]:
    """A session with a sound server: [its record]. `only`: the rules that are asked about."""
    record, found = _record(Session, evidence[0])
    return _about([*found, *(check_session(record) if record else ())], only)


@check("mss.refusal")
def refusal(evidence: list[bytes]) -> list[Finding]:
    """A session with a server that is faulty on purpose: [its record]."""
    record, found = _record(Session, evidence[0])
    return [*found, *(check_refusal(record) if record else ())]


@check("mss.envelope")
def envelope(evidence: list[bytes]) -> list[Finding]:
    """The envelope beside the headers: [mail, its envelope]."""
    context, found = _mail(evidence[0])
    record, broken = _record(Envelope, evidence[1])
    return [*found, *broken, *(_enveloped(context, record) if context and record else ())]


@check("mss.unique")
def unique(evidence: list[bytes]) -> list[Finding]:
    """No two mails of a list have the same Message-ID: [mails]."""
    found: list[Finding] = []
    seen: dict[str, int] = {}
    for number, data in enumerate(evidence, 1):
        context, broken = _mail(data)
        found += broken
        own = context.source.value("Message-ID") if context else ""
        if context and own and own in seen:
            message = f"Ce Message-ID est déjà celui du courriel {seen[own]}"
            found.append(context.find("MSS-014", "Message-ID", message, expected="un identifiant par courriel"))
        seen.setdefault(own, number)
    return found


@check("mss.resent")
def resent(evidence: list[bytes]) -> list[Finding]:
    """A mail that leaves again after a trouble is the same, not another one: [first attempt, last one]."""
    first, found = _mail(evidence[0])
    last, broken = _mail(evidence[1])
    if first is None or last is None:
        return [*found, *broken]
    wanted = first.source.value("Message-ID")
    if last.source.value("Message-ID") == wanted:
        return []
    message = "Le courriel renvoyé porte un autre Message-ID que la première fois: il peut arriver deux fois"
    return [last.find("MSS-014", "Message-ID", message, expected=wanted)]


@check("mss.reply")
def reply(evidence: list[bytes]) -> list[Finding]:
    """A reply points to the mail that it answers: [original, reply]."""
    original, found = _mail(evidence[0])
    answer, broken = _mail(evidence[1])
    if original is None or answer is None:
        return [*found, *broken]
    wanted, said = original.source.value("Message-ID"), []
    for name in ("In-Reply-To", "References"):
        if wanted not in answer.source.value(name).split():
            message = f"{name} ne désigne pas le courriel d'origine"
            said.append(answer.find("MSS-015", name, message, expected=wanted))
    if answer.source.value("Message-ID") == wanted:
        said.append(answer.find("MSS-014", "Message-ID", "La réponse reprend le Message-ID du courriel d'origine"))
    return said


@check("mss.replaces")
def replaces(evidence: list[bytes]) -> list[Finding]:
    """A mail replaces the document of another one, for the same recipients: [first, second]."""
    first, found = _mail(evidence[0])
    second, broken = _mail(evidence[1])
    if first is None or second is None:
        return [*found, *broken]
    old = {h.unique_id for _, h in first.headers}
    said = list(validate_mail(evidence[1], requirements=("MSS/va1.13",)).findings)
    said = [f for f in said if f.rule == "MSS-032"]
    for place, header in second.headers:
        if header.replaces is not None and str(header.replaces) not in old:
            message = "Le document remplacé n'est pas celui du premier courriel"
            actual = str(header.replaces)
            said.append(finding("MSS-032", place, message, expected=", ".join(sorted(old)), actual=actual))
    forgotten = sorted({r.lower() for r in first.recipients} - {r.lower() for r in second.recipients})
    if forgotten:
        message = "Des destinataires du premier document ne reçoivent pas celui qui le remplace"
        said.append(second.find("HL7-151", "To", message, expected=", ".join(forgotten)))
    return said


@check("mss.order")
def order(evidence: list[bytes], *, to_patient: bool = False) -> list[Finding]:
    """The mail does what the order of the DPI asked: [ORU or MDM, mail]. HL7-150 and HL7-152."""
    context, found = _mail(evidence[1])
    try:
        asked = Message.parse(evidence[0])
    except Hl7Error as error:
        return [*found, finding("HL7-005", "message", error.reason)]
    return [*found, *(_executed(asked, context, to_patient) if context else ())]


def _executed(asked: Message, context: MailContext, to_patient: bool) -> Iterator[Finding]:
    wanted = "FIN" if to_patient and asked.get("NTE-4.1") == "FIN" else ""
    if (said := context.source.value("X-MSS-MES")) != wanted:
        message = "X-MSS-MES n'est pas ce que NTE-4 demande"
        yield context.find("HL7-150", "X-MSS-MES", message, expected=wanted or "(absent)", actual=said or "(absent)")
    code = "CORPSMAIL_PATIENT" if to_patient else "CORPSMAIL_PS"
    body = next((_text(o.get("5.5")) for o in asked.all("OBX") if o.get("3.1") == code), "")
    if body and not _contains(words(context.text), words(body)):
        message = f"Le corps du courriel n'est pas celui de l'OBX {code}"
        yield finding("HL7-150", "corps", message, expected=body, actual=context.text)
    action = _ACTIONS.get(asked.get("ORC-1"))
    for read in context.actions if action is not None else ():
        if read != action:
            message = f"L'action de l'archive ne dit pas ce que demande ORC-1 = {asked.get('ORC-1')}"
            yield finding(
                "HL7-152", "METADATA.XML", message, expected=action or "(absente)", actual=read or "(absente)"
            )


def _text(value: str) -> str:
    """CORPSMAIL is base64; a sender that wrote it in the clear has a rule of its own."""
    try:
        return binascii.a2b_base64(value, strict_mode=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return value


def _contains(said: list[str], wanted: list[str]) -> bool:
    there = iter(said)
    return all(w in there for w in wanted)


def _enveloped(context: MailContext, record: Envelope) -> Iterator[Finding]:
    sender = context.sender
    notification = not record.mail_from and context.source.root.type == "multipart/report"  # RFC 8098, 3: MAIL FROM:<>
    if not notification and record.mail_from.lower() != sender.lower():
        message = "L'expéditeur de l'enveloppe n'est pas celui de From"
        yield context.find("MSS-068", "From", message, expected=record.mail_from, actual=sender)
    named = {a.lower() for _, a in context.source.addresses("To", "Cc")}
    served = {a.lower() for a in record.rcpt_to}
    for address in sorted(named - served):
        message = "Ce destinataire est nommé, et n'est pas dans l'enveloppe: il ne reçoit rien"
        yield context.find("MSS-068", "To", message, expected=", ".join(sorted(served)), actual=address)
    if context.source.first("Bcc"):
        message = "Le courriel montre à chacun ses destinataires cachés"
        yield context.find("MSS-069", "Bcc", message, expected="aucun en-tête Bcc")
    if context.source.first("Return-Receipt-To") and record.notify and not any("SUCCESS" in n for n in record.notify):
        message = "Return-Receipt-To demande un accusé de remise, et l'enveloppe (NOTIFY) n'en demande pas"
        yield context.find(
            "MSS-018", "Return-Receipt-To", message, expected="NOTIFY=SUCCESS", severity=Severity.WARNING
        )


def _about(found: list[Finding], rules: Sequence[str]) -> list[Finding]:
    """Those of these rules, or all of them; what keeps from reading (MSS-060) is always told."""
    return [f for f in found if not rules or f.rule in rules or f.rule == "MSS-060"]


def _mail(data: bytes) -> tuple[MailContext | None, list[Finding]]:
    try:
        return mail_context(data, {}), []
    except MailError as error:
        return None, [finding("MSS-060", "courriel", error.reason[0].upper() + error.reason[1:])]


def _record(model: type[R], data: bytes) -> tuple[R | None, list[Finding]]:
    """A record that cannot be read is a fault of who recorded it."""
    try:
        return model.model_validate_json(data), []
    except ValidationError as error:
        message = f"enregistrement illisible: {error.error_count()} défaut(s)"
        return None, [finding("MSS-060", model.__name__, message, origin=Origin.HARNESS)]
