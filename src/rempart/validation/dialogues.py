"""Named checks on messages, on a message with its answer, and on the document that a message carries."""

from __future__ import annotations

from typing import Any

from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.model.finding import Finding, Origin
from rempart.validation.cda.validate import validate_cda
from rempart.validation.checks import check
from rempart.validation.hl7v2.dialogue import (
    check_acknowledgement,
    check_business_acknowledgement,
    check_lps_refusal,
)
from rempart.validation.hl7v2.embedded import decode_base64
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import finding

DOCUMENT = "HL7-065"  # the document OBX holds a CDA that can be read


@check("hl7v2.message")
def message(evidence: list[bytes], *, edition: str | None = None, environment: str = "test") -> list[Finding]:
    """One message as it came on the wire, against the profile of its type and edition."""
    report = validate_message(evidence[0], edition=edition, environment=environment, on_wire=True)
    if report.unreadable:
        return [finding("HL7-005", "message", report.unreadable, origin=_reader_of(evidence[0]))]
    if not report.validators:
        return [finding("HL7-013", "MSH-9", "aucun profil ne juge ce type de message", actual=report.kind)]
    return report.findings


def _reader_of(data: bytes) -> Origin:
    """Who is at fault when a message could not be judged: its sender if it cannot be read, else we are."""
    try:
        Message.parse(data)
    except Hl7Error:
        return Origin.CANDIDATE
    return Origin.HARNESS


@check("hl7v2.acknowledgement")
def acknowledgement(
    evidence: list[bytes],
    *,
    expect: list[str],
    errors: list[str] | None = None,
    places: list[str] | None = None,
    **more: Any,
) -> list[Finding]:
    """The technical answer to a message: [message sent, answer received]. `more`: `rule`, `strict_codes`."""
    sent, answer = evidence
    more |= {"errors": tuple(errors or ()), "places": tuple(places or ())}
    return check_acknowledgement(sent, answer, expect=tuple(expect), **more)


@check("hl7v2.business_acknowledgement")
def business_acknowledgement(evidence: list[bytes], *, expect: str = "") -> list[Finding]:
    """A ZAM about an order: [order, ZAM]."""
    return check_business_acknowledgement(*evidence, expect=expect)


@check("hl7v2.lps_refusal")
def lps_refusal(evidence: list[bytes], *, code: str) -> list[Finding]:
    """The refusal of a document that came by mail: [MDM sent, answer]."""
    sent, answer = evidence
    return check_lps_refusal(sent, answer, code)


@check("hl7v2.document")
def document(
    evidence: list[bytes], *, edition: str = "1.16", environment: str = "test", destination: str | None = None
) -> list[Finding]:
    """The CDA that a message carries, judged as a document."""
    try:
        data = embedded_document(Message.parse(evidence[0]))
    except (Hl7Error, ValueError) as error:
        return [finding(DOCUMENT, "OBX-5.5", f"document illisible: {error}")]
    report = validate_cda(data, edition=edition, environment=environment, destination=destination)
    if report.unreadable:
        return [finding(DOCUMENT, "OBX-5.5", f"document illisible: {report.unreadable}")]
    return report.findings


def embedded_document(message: Message) -> bytes:
    """The bytes of the first document OBX. Raises ValueError (French) when there is none, or it is not base64."""
    for obx in message.all("OBX"):
        if obx.get("5.4") == "Base64" and obx.get("5.3"):
            decoded = decode_base64(obx.view("5.5"))
            if isinstance(decoded, str):
                raise ValueError(f"{obx.location('5.5')}: {decoded}")
            return decoded
    raise ValueError("aucun OBX ne porte de document")


@check("hl7v2.same_document")
def same_document(evidence: list[bytes], *, rule: str, equals: bool = True, message: str = "") -> list[Finding]:
    """Do two messages carry the same document, byte for byte? [one, other]; `equals=False` asks for two versions."""
    try:
        one, other = (embedded_document(Message.parse(e)) for e in evidence)
    except (Hl7Error, ValueError) as error:
        return [finding(rule, "OBX-5.5", f"document illisible: {error}")]
    if (one == other) is equals:
        return []
    expected = "le même document" if equals else "un autre document"
    return [finding(rule, "OBX-5.5", message, expected=expected, actual="identiques" if one == other else "différents")]


@check("evidence.identical")
def identical(evidence: list[bytes], *, rule: str, message: str = "") -> list[Finding]:
    """Two recorded exchanges hold the same bytes: a message sent again is the same message."""
    if not evidence:
        return [finding(rule, "échange", "rien à comparer", origin=Origin.HARNESS)]
    if all(e == evidence[0] for e in evidence):
        return []
    return [finding(rule, "échange", message, expected="les mêmes octets", actual="octets différents")]
