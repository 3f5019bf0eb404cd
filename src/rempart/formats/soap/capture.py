"""A message at rest: the XML alone, or what HTTP carries, from its Content-Type header on."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from rempart.formats.cda.read import CdaError, parse_xml
from rempart.formats.soap.model import LIMIT, RELATED, SOAP_XML, XOP, XOP_XML, SoapError
from rempart.formats.soap.multipart import Part, media_type, split_head, split_multipart, write_multipart

_START_LINE = re.compile(rb"\A(?:[A-Z]{3,8} \S+ HTTP/\d(?:\.\d)?|HTTP/\d(?:\.\d)? \d{3}[^\r\n]*)\r?\n")
_NAMED = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")  # a first line that may be a header
_BOM, _GZIP = b"\xef\xbb\xbf", b"\x1f\x8b"
_CHUNK = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]{0,200})?\r\n")
INCLUDE = f"{{{XOP}}}Include"
_REFERENCED = 200  # xop:Include of one message


@dataclass(frozen=True, eq=False, kw_only=True)
class Capture:
    """`headers` is None for an XML file alone; `parts` holds the attachments, the root part left out.

    `faults` (French) tell what is wrong with the MIME side; `includes` the `href` of each xop:Include and the part that
    it names, or None.
    """

    root: etree._Element
    headers: dict[str, str] | None = None
    root_headers: dict[str, str] | None = None
    parts: tuple[Part, ...] = ()
    faults: tuple[str, ...] = ()
    includes: tuple[tuple[str, Part | None], ...] = ()
    cut: bool = False  # the end of the last part is missing

    @property
    def on_wire(self) -> bool:
        return self.headers is not None

    @property
    def media_type(self) -> tuple[str, dict[str, str]]:
        return media_type((self.headers or {}).get("content-type", ""))

    @property
    def multipart(self) -> bool:
        return self.media_type[0].startswith("multipart/")


def read_capture(data: bytes) -> Capture:
    """Raises SoapError when it is no readable XML, or no readable MIME around it."""
    if len(data) > LIMIT:
        raise SoapError(f"le message fait {len(data)} octets, au-delà de la limite de {LIMIT}")
    if data.startswith(_GZIP):
        raise SoapError("le fichier est compressé (gzip): le donner une fois décompressé")
    data = data[3:] if data.startswith(_BOM) and not data[3:].lstrip().startswith(b"<") else data  # text saved as UTF-8
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"<", b"\0<")) or not data.strip():
        return Capture(root=_xml(data))
    start = _START_LINE.match(data)
    if start is None and not _NAMED.match(data):
        raise SoapError("ce n'est ni une enveloppe XML, ni une capture HTTP qui commence par ses en-têtes")
    headers, at = split_head(data, start.end() if start else 0)
    _as_sent(headers, data, at)
    kind, parameters = media_type(headers.get("content-type", ""))
    if not kind:
        raise SoapError("le message ne dit pas son type (Content-Type)")
    if not kind.startswith("multipart/"):
        return Capture(root=_xml(data[at:]), headers=headers)
    found = split_multipart(data[at:], parameters.get("boundary", ""))
    if not found.parts:
        raise SoapError("le message en plusieurs parties n'en a aucune")
    named = parameters.get("start", "").removeprefix("<").removesuffix(">")
    roots, faults = found.named(named) if named else [found.parts[0]], list(found.faults)
    if not roots:
        faults.append(f"la partie principale annoncée (start) « {named[:80]} » n'est pas dans le message")
        roots = [found.parts[0]]
    others = tuple(p for p in found.parts if p is not roots[0])
    root = _xml(roots[0].content)
    return Capture(
        root=root, headers=headers, root_headers=roots[0].headers, parts=others, faults=tuple(faults),
        includes=tuple(_includes(root, others)), cut=found.cut,
    )  # fmt: skip


def _as_sent(headers: Mapping[str, str], data: bytes, at: int) -> None:
    """SoapError for a body that HTTP has not been taken off: a capture may keep the headers, not what they announce."""
    if data.startswith(_GZIP, at):
        raise SoapError("le corps du message est compressé (gzip): donner la capture une fois décompressée")
    if headers.get("transfer-encoding", "").lower() == "chunked" and _CHUNK.match(data, at):
        raise SoapError("le corps du message est encore en morceaux (Transfer-Encoding: chunked): le donner recomposé")


def content_of(element: etree._Element, capture: Capture) -> bytes | None:
    """The bytes that an element holds, in base64 or by an xop:Include. None when they are not there or not base64."""
    include = element.find(INCLUDE)
    if include is not None:
        return next((p.content for href, p in capture.includes if p and href == include.get("href", "")), None)
    text = re.sub(r"\s+", "", "".join(str(t) for t in element.itertext()))
    try:
        return base64.b64decode(text, validate=True) if text else None
    except ValueError:
        return None


def write_capture(envelope: bytes, action: str, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """What HTTP carries, from Content-Type on: plain SOAP without `attachments` (content by Content-ID), else MTOM."""
    if attachments is None:
        return f'Content-Type: {SOAP_XML}; charset=UTF-8; action="{action}"\r\n\r\n'.encode() + envelope
    # A boundary drawn from the content: the same message is written the same, and none of it can hold the boundary.
    digest = hashlib.sha256(b"".join((envelope, *attachments.values()))).hexdigest()
    root, boundary = "racine@rempart", f"rempart-{digest[:32]}"
    kind = f'{XOP_XML}; charset=UTF-8; type="{SOAP_XML}"'
    parts = [_attachment(root, kind, envelope), *(_attachment(i, "text/xml", c) for i, c in attachments.items())]
    head = (
        f'Content-Type: {RELATED}; boundary="{boundary}"; type="{XOP_XML}"; start="<{root}>"; '
        f'start-info="{SOAP_XML}"; action="{action}"\r\n\r\n'
    )
    return head.encode() + write_multipart(parts, boundary)


def _attachment(content_id: str, kind: str, content: bytes) -> Part:
    headers = {"content-type": kind, "content-transfer-encoding": "binary", "content-id": f"<{content_id}>"}
    return Part(headers=headers, content=content)


def _includes(root: etree._Element, parts: tuple[Part, ...]) -> list[tuple[str, Part | None]]:
    found: list[tuple[str, Part | None]] = []
    for include in root.iter(INCLUDE):
        if len(found) == _REFERENCED:
            raise SoapError(f"le message a plus de {_REFERENCED} xop:Include")
        href = include.get("href", "")
        raw = href[4:] if href[:4].lower() == "cid:" else ""
        # RFC 2392 decodes the reference; CXF writes the same escaped text on both sides.
        named = [p for name in (unquote(raw), raw) for p in parts if name and p.id == name]
        found.append((href, next(iter(named), None)))
    return found


def _xml(data: bytes) -> etree._Element:
    try:
        return parse_xml(data, limit=LIMIT)[0].getroot()
    except CdaError as error:
        raise SoapError(error.reason, error.line) from error
