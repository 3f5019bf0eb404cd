"""What a file at rest is, by what it begins with."""

from __future__ import annotations

import re

FORMATS = ("hl7v2", "cda", "xdm", "mail", "xds", "vihf")

_HL7 = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*[A-Z][A-Z0-9]{2}[^\w\s]")
_ZIP = re.compile(rb"\APK(?:\x03\x04|\x05\x06|\x07\x08)")
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<|\A(?:\xff\xfe|\xfe\xff)")
# An HTTP capture: its start line, or a header. The one that says that it is SOAP is looked for before any element.
_HTTP = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[A-Z]{3,8} \S+ HTTP/|HTTP/\d|[A-Za-z][A-Za-z-]{3,40}:[ \t])")
_SOAP_TYPE = re.compile(
    rb"^content-type:[^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,9}?(?:soap\+xml|xop\+xml)", re.IGNORECASE | re.MULTILINE
)
# A mail: fields from its first line on, one of which mails have. A mailbox file puts a line of its own before.
_FIELDS = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:From [^\r\n]*\r?\n)?(?=[A-Za-z][A-Za-z0-9-]*[ \t]*:)")
_MAIL = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|return-path|received|content-type|x-mss-[a-z]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
# The first element of a file, behind its declaration, comments, instructions, DOCTYPE; atomic, for these may be many.
_FIRST = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->)|(?><!DOCTYPE[^<>\[]*+(?:\[.*?\]\s*+)?>))*+"
    rb"<(?:[\w.-]+:)?([\w.-]+)([^>]*)",
    re.DOTALL,
)
_ENVELOPES = (b"http://www.w3.org/2003/05/soap-envelope", b"http://schemas.xmlsoap.org/soap/envelope/")
# What was meant as an assertion: its own rules say what it is not.
_SAML, _AROUND = b"urn:oasis:names:tc:SAML:", (b"EncryptedAssertion", b"Response")
_HTTP_HEAD, _MAIL_HEAD = 16 * 1024, 64 * 1024


def recognised(data: bytes) -> str:
    """One of FORMATS; "" when it is none of them."""
    if _HTTP.match(data) and (_SOAP_TYPE.search(data[:_HTTP_HEAD].partition(b"\n<")[0]) or _carries_soap(data)):
        return "xds"
    if _is_mail(data):
        return "mail"
    if _HL7.match(data):
        return "hl7v2"
    if _ZIP.match(data):
        return "xdm"
    return _of_xml(data) if _XML.match(data) else ""


def _carries_soap(data: bytes) -> bool:
    """What HTTP carried under another type than that of SOAP 1.2."""
    head = data[:_HTTP_HEAD]
    return _is_envelope(_FIRST.match(head.partition(b"\n\r\n")[2] or head.partition(b"\n\n")[2]))


def _is_envelope(first: re.Match[bytes] | None) -> bool:
    return bool(first and first[1] == b"Envelope" and any(e in first[2] for e in _ENVELOPES))


def _is_mail(data: bytes) -> bool:
    start = _FIELDS.match(data)
    if start is None:
        return False
    head = data[start.end() : start.end() + _MAIL_HEAD]
    stops = [at for mark in (b"\n\n", b"\n\r\n") if (at := head.find(mark)) >= 0]
    return bool(_MAIL.search(head, 0, min(stops, default=len(head))))


def _of_xml(data: bytes) -> str:
    head = data[:_HTTP_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode()
    first = _FIRST.match(head)
    if _is_envelope(first):
        return "xds"
    if first is None:
        return "cda"
    return "vihf" if first[1] == b"Assertion" or (first[1] in _AROUND and _SAML in first[2]) else "cda"
