"""Any file at rest: recognised by its content, handed to the validator of its format. Always a Report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Unpack

from rempart.formats.hl7v2.message import MAX_MESSAGE
from rempart.validation.declared import Declared, of_documents
from rempart.validation.report import Report

_HL7 = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*[A-Z][A-Z0-9]{2}[^\w\s]")
_ZIP = re.compile(rb"\APK(?:\x03\x04|\x05\x06|\x07\x08)")
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<|\A(?:\xff\xfe|\xfe\xff)")
# An HTTP capture: its start line, or a header. The one that says that it is SOAP is looked for before any element.
_HTTP = re.compile(rb"\A(?:[A-Z]{3,8} \S+ HTTP/|HTTP/\d|[A-Za-z][A-Za-z-]{3,40}:[ \t])")
_SOAP_TYPE = re.compile(
    rb"^content-type:[^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,9}?(?:soap\+xml|xop\+xml)", re.IGNORECASE | re.MULTILINE
)
_HEAD = 16 * 1024
# The first element of a file, behind its declaration, comments and instructions; atomic, for these may be many.
_FIRST = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->))*+<(?:[\w.-]+:)?([\w.-]+)([^>]*)", re.DOTALL
)
_ENVELOPES = (b"http://www.w3.org/2003/05/soap-envelope", b"http://schemas.xmlsoap.org/soap/envelope/")
_SAML = b"urn:oasis:names:tc:SAML:2.0:assertion"
FORMATS = ("hl7v2", "cda", "xdm", "xds", "vihf")


def validate_bytes(data: bytes, *, edition: str | None = None, **declared: Unpack[Declared]) -> Report:
    """Findings on an HL7v2 message (MLLP-framed or not), a CDA document, an XDM archive, a SOAP message of the DMP or a
    VIHF.

    `edition` (digits and dots: `2.0`, `1.16`) forces that of the text instead of the message's or the default one.
    `declared` is what only the user knows of it (`validation.declared`).
    Never raises: a validator that fails gives an unreadable report, with the reason.
    """
    kind, received = declared.get("kind") or recognised(data), declared.get("received")
    documents = of_documents(declared)
    try:
        # Imported on demand: judging a message needs no XML, and the other way round.
        if kind == "hl7v2":
            from rempart.validation.hl7v2.validate import validate_message

            return validate_message(data, edition=edition, environment=declared.get("environment", "test"))
        if kind == "xds":
            from rempart.validation.xds.validate_message import validate_xds

            return validate_xds(data, **declared)
        if kind == "vihf":
            from rempart.validation.vihf.validate import validate_vihf

            return validate_vihf(data, environment=declared.get("environment", "test"), received=received)
        if kind == "cda":
            from rempart.validation.cda.validate import EDITION, validate_cda

            return validate_cda(data, edition=edition or EDITION, **documents)
        if kind == "xdm":
            from rempart.validation.cda.validate import EDITION
            from rempart.validation.xdm.validate import validate_archive

            return validate_archive(data, edition=edition or EDITION, **documents)
    except Exception as error:  # a fault of ours, never a traceback nor a verdict on the file
        return Report("inconnu", "", unreadable=f"contrôle interrompu par une erreur de Rempart: {error!r}")
    return Report("inconnu", "", unreadable=_unknown(data))


def recognised(data: bytes) -> str:
    """One of FORMATS, by what the file begins with; "" when it is none of them."""
    if _HL7.match(data):
        return "hl7v2"
    if _ZIP.match(data):
        return "xdm"
    if _HTTP.match(data) and (_SOAP_TYPE.search(data[:_HEAD].partition(b"<")[0]) or _carries_soap(data)):
        return "xds"
    if not _XML.match(data):
        return ""
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    first = _FIRST.match(head)
    if first and first[1] == b"Envelope" and any(e in first[2] for e in _ENVELOPES):
        return "xds"
    return "vihf" if first and first[1] == b"Assertion" and _SAML in first[2] else "cda"


def _carries_soap(data: bytes) -> bool:
    """What HTTP carried under another type than that of SOAP 1.2."""
    first = _FIRST.match(data[:_HEAD].partition(b"\n\r\n")[2] or data[:_HEAD].partition(b"\n\n")[2])
    return bool(first and first[1] == b"Envelope" and any(e in first[2] for e in _ENVELOPES))


def read_bounded(path: Path, limit: int = MAX_MESSAGE) -> bytes:
    """OSError when it cannot be read, ValueError (French) when it is too big to be."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"fichier au-delà de {limit // 1024 // 1024} Mio")
    return data


def _unknown(data: bytes) -> str:
    if not data.strip():
        return "fichier vide"
    return "ni message HL7v2 (il commencerait par MSH), ni document XML, ni archive ZIP, ni capture HTTP de SOAP"
