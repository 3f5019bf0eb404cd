"""A message and its answer: does this acknowledgement answer that message, and say what it had to say?

Pure comparisons of two byte strings; the waiting and the recording are the simulators' business. What the answer must
be on its own is checked with its profile, so that one call says everything there is to say of an answer.
Sources: volets "Transmission CDA" 2.1 and "Transmission au LPS" 1.1, ACK and ZAM; ITI TF-2, appendix C.
"""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.error_place import error_places
from rempart.validation.hl7v2.rules.acks import APPLICATION_ERROR
from rempart.validation.hl7v2.select import select
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import finding

VERSIONS = ("2.5", "2.6")
_SWAPPED = ((3, 5), (4, 6), (5, 3), (6, 4))
# Where an answer copies the message: what is wrong there in the message is not the answer's fault.
_COPIED = {
    **{f"MSH-{mine}": f"MSH-{theirs}" for mine, theirs in _SWAPPED},
    **{place: place for place in ("MSH-9.2", "MSH-11", "MSH-11.1", "MSH-12.1")},
    "MSA-2": "MSH-10",
}
# Refusals of the volet "Transmission au LPS" by application code: the rule, and how sure the texts are of it.
_REFUSALS = {
    "902": ("HL7-137", Severity.ERROR),
    "903": ("HL7-138", Severity.WARNING),
    "904": ("HL7-138", Severity.WARNING),
    "905": ("HL7-138", Severity.WARNING),
    "900": ("HL7-139", Severity.WARNING),
    "901": ("HL7-139", Severity.WARNING),
}


def check_acknowledgement(
    sent: bytes,
    received: bytes,
    *,
    expect: tuple[str, ...] = ("AA",),
    errors: tuple[str, ...] = (),
    strict_codes: bool = False,
    rule: str = "HL7-105",
    places: tuple[str, ...] = (),
    on_wire: bool = False,
) -> list[Finding]:
    """What is wrong with `received`, the answer to `sent`.

    `expect`: the MSA-1 that are right; `rule`: the rule that calls for them, reported when another comes.
    `errors`: ERR-3 codes of which one must be given by a refusal; a warning unless `strict_codes`.
    `places`: where the fault of `sent` is (`PID-3`, or `PID` when the segment is missing); a refusal that says where in
    ERR-2 names one of them.
    `on_wire`: `received` is an MLLP block as captured.
    A `sent` that is no message at all (a negative test) can only be compared on codes.
    """
    context = _context(received, "ACK")
    if isinstance(context, Finding):
        return [context]
    asked = _parse(sent)
    found = _own(received, on_wire)
    if asked is not None:
        found = [f for f in found if not _inherited(f, asked, context.message)]
        found += _answers(asked, context)
    found += _codes(context, expect, rule)
    found += _error_codes(context, errors, strict_codes, rule)
    found += error_places(context, places)
    return found


def check_business_acknowledgement(
    order: bytes, zam: bytes, *, expect: str = "", on_wire: bool = False
) -> list[Finding]:
    """What is wrong with a ZAM about `order` (ORU or MDM). `expect`: the OBX-5 that is right, `Y` or `N`.

    Raises Hl7Error when `order` is no message: it is ours, or was judged before.
    """
    asked = Message.parse(order)
    context = _context(zam, "ZAM")
    if isinstance(context, Finding):
        return [context]
    found = _own(zam, on_wire)
    status = context.first("OBX.status")
    if status is not None:
        if status.get(4) and status.get(4) != asked.control_id:
            message = "OBX-4 n'est pas le MSH-10 du message d'origine"
            found.append(context.find("HL7-121", status, 4, message, expected=asked.control_id))
        if expect and status.get("5.1") in ("Y", "N") and status.get("5.1") != expect:
            message = "l'accusé métier ne dit pas ce qui s'est passé"
            found.append(context.find("HL7-123", status, "5.1", message, expected=expect))
    found += _unasked(asked, context)
    found += _recipient(asked, context)
    return found


def check_lps_refusal(sent: bytes, ack: bytes, code: str) -> list[Finding]:
    """What is wrong with the refusal of a document by an LPS for the application reason `code` (900 to 905).

    Raises KeyError on another code.
    """
    rule, severity = _REFUSALS[code]
    found = check_acknowledgement(sent, ack, expect=("AE",), errors=(APPLICATION_ERROR,), strict_codes=True, rule=rule)
    if severity is Severity.WARNING:
        found = [f.model_copy(update={"severity": severity}) if f.rule == rule else f for f in found]
    found = [f.model_copy(update={"severity": Severity.ERROR}) if f.rule == "HL7-140" else f for f in found]
    context = _context(ack, "ACK")
    if isinstance(context, Finding) or context.message.get("MSA-1") not in ("AE", "AR"):
        return found
    errs = context.message.all("ERR")
    if errs and code not in [e.get("5.1") for e in errs]:
        message = f"le refus ne donne pas le code {code}"
        found.append(context.find(rule, errs[0], "5.1", message, expected=code, severity=Severity.WARNING))
    return found


def _context(data: bytes, kind: str) -> Context | Finding:
    """The answer under its profile; or what is wrong when it is not an ACK (a ZAM) at all."""
    message = _parse(data)
    if message is None:
        return finding("HL7-005", "message", "la réponse n'est pas un message HL7 v2", expected="MSH|^~\\&|…")
    profile = select(message).profile
    if message.get("MSH-9.1") != kind or profile is None:
        rule = "HL7-104" if kind == "ACK" else "HL7-013"
        return finding(rule, "MSH-9.1", f"la réponse n'est pas un {kind}", expected=kind, actual=message.get("MSH-9.1"))
    return Context(message, profile)


def _own(data: bytes, on_wire: bool) -> list[Finding]:
    """What the answer breaks on its own. That a check of ours could not end is never silence."""
    report = validate_message(data, on_wire=on_wire)
    if report.unreadable:
        return [finding("HL7-005", "message", report.unreadable, origin=Origin.HARNESS)]
    return list(report.findings)


def _parse(data: bytes) -> Message | None:
    try:
        return Message.parse(data)
    except Hl7Error:
        return None


def _inherited(fault: Finding, asked: Message, answer: Message) -> bool:
    """Is this the fault of the message sent (a negative test), faithfully copied by its answer?"""
    if fault.rule == "HL7-016" and asked.get("MSH-12.1") not in VERSIONS:  # then no version is the right one
        return True
    source = _COPIED.get(fault.location)
    return source is not None and answer.get(fault.location) == asked.get(source)


def _answers(asked: Message, context: Context) -> Iterator[Finding]:
    """Does this ACK belong to this message?"""
    msh, msa = context.message.segments[0], context.message.first("MSA")
    for mine, theirs in _SWAPPED:
        expected = asked.segments[0].text(theirs)
        if msh.text(mine) and expected and msh.text(mine) != expected:
            message = f"MSH-{mine} de l'accusé n'est pas le MSH-{theirs} du message reçu"
            yield context.find("HL7-103", msh, mine, message, expected=expected)
    if msh.get(11) and asked.get("MSH-11") and msh.get(11) != asked.get("MSH-11"):
        message = "MSH-11 n'est pas celui du message reçu"
        yield context.find("HL7-103", msh, 11, message, expected=asked.get("MSH-11"))
    if msh.get("9.2") and asked.get("MSH-9.2") and msh.get("9.2") != asked.get("MSH-9.2"):
        message = "l'accusé ne reprend pas l'événement du message reçu"
        yield context.find("HL7-104", msh, "9.2", message, expected=asked.get("MSH-9.2"))
    version = asked.get("MSH-12.1")
    if version in VERSIONS and msh.get("12.1") and msh.get("12.1") != version:
        message = "l'accusé n'est pas dans la version HL7 du message reçu"
        yield context.find("HL7-104", msh, "12.1", message, expected=version)
    if msa and msa.get(2) and asked.control_id and msa.get(2) != asked.control_id:
        message = "MSA-2 n'est pas le MSH-10 du message reçu"
        yield context.find("HL7-106", msa, 2, message, expected=asked.control_id)


def _codes(context: Context, expect: tuple[str, ...], rule: str) -> Iterator[Finding]:
    msa = context.message.first("MSA")
    if msa and msa.get(1) in ("AA", "AE", "AR") and msa.get(1) not in expect:
        message = f"la réponse est {msa.get(1)}, et non {' ou '.join(expect)}"
        yield context.find(rule, msa, 1, message, expected=" ou ".join(expect))


def _error_codes(context: Context, errors: tuple[str, ...], strict: bool, rule: str) -> Iterator[Finding]:
    errs = context.message.all("ERR")
    if not errors or not errs or context.message.get("MSA-1") not in ("AE", "AR"):
        return
    if not {e.get("3.1") for e in errs} & set(errors):
        message = "le refus ne donne pas la raison attendue"
        severity = Severity.ERROR if strict else Severity.WARNING
        yield context.find(rule, errs[0], "3.1", message, expected=" ou ".join(errors), severity=severity)


def _metadata(asked: Message) -> dict[str, str]:
    """Answers of the metadata OBX of an order: `{"DESTDMP": "Y", …}`."""
    return {s.get("3.1"): s.get("5.1") for s in asked.all("OBX") if s.get("3.3") == "MetaDMPMSS"}


def _unasked(asked: Message, context: Context) -> Iterator[Finding]:
    """HL7-115: was this ZAM asked for? An order that says nothing of it is not held against the answer."""
    flags = _metadata(asked)
    request = {"ZAM^Z01": "ACK_RECEPTION", "ZAM^Z02": "ACK_RECEPTION", "ZAM^Z03": "ACK_LECTURE_MSS"}
    name = request.get(context.message.kind, "")
    if flags.get(name) == "N":
        message = f"cet accusé métier n'était pas demandé ({name} = N)"
        yield context.find("HL7-115", context.message.segments[0], "9.2", message, expected="aucun ZAM")


def _recipient(asked: Message, context: Context) -> Iterator[Finding]:
    """HL7-122: the address is one of those the order named."""
    second = context.first("OBX.recipient")
    addresses = {
        prt.get(f"15[{n}].4").casefold()
        for prt in asked.all("PRT")
        if prt.get("4.1") == "RCT"
        for n in range(1, prt.repetitions(15) + 1)
    }
    if second is None or not second.get("5.4") or second.get("5.4").casefold() in addresses:
        return
    severity = Severity.ERROR if context.message.kind == "ZAM^Z02" else Severity.WARNING
    message = "l'adresse n'est pas celle d'un destinataire (PRT RCT) du message d'origine"
    expected = " ou ".join(sorted(addresses)) or "aucun destinataire n'était demandé"
    yield context.find("HL7-122", second, "5.4", message, expected=expected, severity=severity)
