"""The CDA document carried in OBX-5.5: decoded and read once per message, for every rule that compares with it."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.hl7v2 import Segment
from rempart.formats.hl7v2.cut import Span
from rempart.validation.hl7v2.context import Context

MAX_BASE64 = 88 * 1024 * 1024  # what a document of the size that parse_cda accepts makes
_OUTSIDE = re.compile(rb"[^A-Za-z0-9+/=]")


@dataclass(frozen=True)
class Embedded:
    """A document OBX and its document: `header`, or why there is none (`fault`, French; "" when OBX-5.5 is empty)."""

    segment: Segment
    header: CdaHeader | None = None
    fault: str = ""
    base64: Span | None = None  # where it stands, when it could be decoded: letters of ASCII, and nothing to escape


def documents(context: Context) -> list[Embedded]:
    """Every document OBX of the message, in order."""
    if "documents" not in context.cache:
        context.cache["documents"] = [read_document(s) for s in context.slot("OBX.document")]
    found = context.cache["documents"]
    assert isinstance(found, list)
    return found


def decoded_spans(context: Context) -> list[Span]:
    """Where strict base64 stands, in order: what looks for bytes that base64 does not have may pass over it."""
    return [found.base64 for found in documents(context) if found.base64]


def document(context: Context) -> Embedded | None:
    """The first one, when it could be read."""
    return next((d for d in documents(context) if d.header), None)


def read_document(segment: Segment) -> Embedded:
    """OBX-5.5 decoded and its header read, by itself: `documents` does it once for all rules."""
    raw = segment.view("5.5")
    if not len(raw):
        return Embedded(segment)
    decoded = decode_base64(raw)
    if isinstance(decoded, str):
        return Embedded(segment, fault=decoded)
    span = segment.spans("5.5")
    try:
        tree = parse_cda(decoded)
    except CdaError as error:
        return Embedded(segment, fault=f"le contenu décodé n'est pas un document CDA lisible: {error}", base64=span)
    if tree.wrapper:
        fault = f"la racine du contenu décodé n'est pas ClinicalDocument ({tree.wrapper})"
        return Embedded(segment, fault=fault, base64=span)
    return Embedded(segment, header=tree.header, base64=span)


def decode_base64(raw: memoryview | bytes) -> bytes | str:
    """Strict RFC 4648, section 4: the bytes, or in French why there are none."""
    if len(raw) > MAX_BASE64:
        return f"le base64 fait {len(raw)} caractères, au-delà de la limite de {MAX_BASE64}"
    try:
        decoded = binascii.a2b_base64(raw, strict_mode=True)
    except binascii.Error as error:
        return _why_not(raw, error)
    # The decoder lets padding stand behind a whole group: RFC 4648 does not.
    return decoded if len(raw) == -(-len(decoded) // 3) * 4 else _why_not(raw, "trop de caractères de remplissage")


def _why_not(raw: memoryview | bytes, error: object) -> str:
    if foreign := _OUTSIDE.search(raw):
        where = f"0x{foreign[0].hex().upper()}, position {foreign.start() + 1}"
        return f"le base64 contient un caractère interdit ({where})"
    if len(raw) % 4:
        return f"le base64 fait {len(raw)} caractères, ce qui n'est pas un multiple de 4"
    return f"le base64 est invalide: {error}"
