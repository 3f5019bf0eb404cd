"""Framing and syntax of any message: what is said before its first field is read (HL7 v2.5, chapter 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.hl7v2 import Message, Segment
from rempart.formats.hl7v2.charset import LATIN9, codec
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import decoded_spans
from rempart.validation.registry import rule

FAMILIES = ("cda", "lps", "pam", "ack", "zam")
_SEQUENCE = re.compile(
    rb"[FSTREHN]|\.(?:br|fi|nf|ce|sp\d*|in[+-]?\d*|ti[+-]?\d*|sk\d+)|X(?:[0-9A-Fa-f]{2})+|[CM](?:[0-9A-Fa-f]{2})+|Z\w*"
)
_WRONG_END = re.compile(rb"\r\n|\n")
# Labels and names whose datatype has no sub-component: an & in them is a character that was not escaped.
_PLAIN = (("OBR", "4.2"), ("OBX", "3.2"), ("PRT", "8.1"))


@rule("HL7-001", families=FAMILIES)
def block(context: Context) -> Iterator[Finding]:
    """On the wire the block is whole; at rest there is a whole one or none."""
    framing, data = context.message.framing, context.message.data
    if not context.on_wire and not framing.mllp:
        return
    whole_end = framing.end_block and (not context.on_wire or data.endswith(b"\x1c\r"))
    for present, what in ((framing.start_block, "0x0B"), (whole_end, "0x1C 0x0D")):
        if not present:
            message = f"le bloc MLLP est incomplet: {what} manque"
            yield context.find("HL7-001", None, message=message, expected=what, location="bloc MLLP")


@rule("HL7-004", families=FAMILIES)
def terminators(context: Context) -> Iterator[Finding]:
    message = context.message
    if message.framing.terminators <= {b"\r"}:
        return
    wrong = _WRONG_END.search(message.data, *message.body)
    assert wrong is not None
    segment = segment_at(message, wrong.start())
    name = "CRLF" if wrong[0] == b"\r\n" else "LF"
    severity = Severity.ERROR if context.on_wire else Severity.WARNING
    text = f"les segments se terminent par {name} au lieu de CR"
    yield context.find("HL7-004", segment, message=text, expected="CR (0x0D)", actual=name, severity=severity)


@rule("HL7-006", families=FAMILIES)
def charset(context: Context) -> Iterator[Finding]:
    message = context.message
    msh = message.segments[0]
    if message.framing.bom:
        yield context.find("HL7-006", msh, message="le message commence par un BOM", expected="MSH")
    if utf8_under_latin9(message):
        text = "MSH-18 annonce 8859/15, mais le texte est en UTF-8"
        yield context.find("HL7-006", msh, 18, text, expected="UNICODE UTF-8")
    elif codec(message.charset) and (offset := message.undecodable(beside=decoded_spans(context))) is not None:
        segment = segment_at(message, offset)
        text = f"un octet (0x{message.data[offset]:02X}) n'est pas du {message.charset or 'UTF-8'}"
        yield context.find("HL7-006", segment, field_at(segment, offset), text, expected=message.charset)


def utf8_under_latin9(message: Message) -> bool:
    """8859/15 holds any byte: what betrays UTF-8 is that every accent of the message is a UTF-8 sequence."""
    if message.charset != LATIN9:
        return False
    text = message.bytes if message.framing.bom else message.data
    return not text.isascii() and message.undecodable("utf-8") is None


@rule("HL7-007", families=FAMILIES)
def names(context: Context) -> Iterator[Finding]:
    """A segment is named by three characters, then the field separator. Unknown ones are told by the structure."""
    message = context.message
    data, separator = message.data, ord(message.delimiters.field)
    for segment in message.segments:
        if segment.end - segment.start > 3 and data[segment.start + 3] != separator:
            text = "l'identifiant du segment n'a pas trois caractères"
            yield context.find("HL7-007", segment, message=text, actual=segment.raw[:12])


@rule("HL7-008", families=FAMILIES)
def escapes(context: Context) -> Iterator[Finding]:
    message = context.message
    if _has_escapes(context):
        for segment in message.segments:
            yield from _bad_sequences(context, segment, _after_delimiters(segment))
    for name, address in _PLAIN:
        for segment in message.all(name):
            if message.delimiters.sub in segment.text(address):
                text = "un & de ce texte n'est pas échappé"
                yield context.find("HL7-008", segment, address, text, expected="\\T\\")


def _after_delimiters(segment: Segment) -> int:
    """Where its text starts: MSH-2 declares the escape character, and uses none."""
    return segment.span(2)[1] if segment.name == "MSH" else segment.start


def _has_escapes(context: Context) -> bool:
    """Is there one at all? Most messages hold none, and their documents never do."""
    message = context.message
    text = _after_delimiters(message.segments[0])
    around = message.around(decoded_spans(context))
    return any(message.data.find(b"\\", max(start, text), end) >= 0 for start, end in around)


def _bad_sequences(context: Context, segment: Segment, at: int) -> Iterator[Finding]:
    """The first backslash of a segment that opens no known sequence."""
    data = context.message.data
    while (at := data.find(b"\\", at, segment.end)) >= 0:
        close = data.find(b"\\", at + 1, segment.end)
        if close < 0 or not _SEQUENCE.fullmatch(data, at + 1, close):
            text = "un \\ n'ouvre aucune séquence d'échappement connue"
            yield context.find("HL7-008", segment, field_at(segment, at), text, expected="\\E\\")
            return
        at = close + 1


def segment_at(message: Message, offset: int) -> Segment:
    """The segment that holds a byte, or the last one before it."""
    return next((s for s in reversed(message.segments) if s.start <= offset), message.segments[0])


def field_at(segment: Segment, offset: int) -> int | str:
    """The field that holds a byte; "" when it stands in the name of the segment."""
    fields = range(1, segment.length + 1)
    return next((n for n in fields if segment.field_span(n)[0] <= offset <= segment.field_span(n)[1]), "")
