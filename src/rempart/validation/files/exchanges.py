"""HL7v2 messages, health documents, archives and SOAP requests, judged by the validators that judge a campaign's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rempart.formats.xdm import XdmError
from rempart.formats.xdm import read as read_archive
from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.document import validate_bytes
from rempart.validation.files.given import each, is_pdf, is_zip
from rempart.validation.files.papers import declares_pdf_a, pdf
from rempart.validation.files.unzipped import ZipProblem, unzip
from rempart.validation.registry import finding

_ENVELOPES = ("http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/")
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_MAX_XML = 20 * 1024 * 1024
_NATIONAL_ID = re.compile(r"(?:8\d{11}|0\d{9}|3\d{9}/.+)", re.ASCII)  # 8 + RPPS, 0 + ADELI, 3 + FINESS/local id
_MESSAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\s]*MSH[^\w\s]")


@check("preuve.hl7v2")
def messages(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a message, or a ZIP that holds some beside their traces: [files]."""
    return each(evidence, names, message)


@check("preuve.health_document")
def health_documents(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a CDA, judged as such, or a PDF: [files]."""
    return each(evidence, names, health_document)


@check("preuve.pdf_a")
def pdf_a(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """One of the files is a PDF that declares itself PDF/A-1: [files]."""
    if any(is_pdf(data) and declares_pdf_a(data) for data in evidence):
        return []
    return [finding("PRV-011", ", ".join(names), expected="pdfaid:part = 1")]


@check("preuve.archive")
def archives(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is an IHE_XDM archive whose metadata can be read: [files]."""
    return each(evidence, names, archive)


@check("preuve.vihf")
def vihfs(evidence: list[bytes], *, names: list[str]) -> list[Finding]:
    """Every file is a SOAP request whose VIHF names a professional and a structure: [files]."""
    return each(evidence, names, vihf)


@check("preuve.vihf.distinct")
def distinct(evidence: list[bytes]) -> list[Finding]:
    """Two SOAP requests name two professionals: [first, second]."""
    first, second = ({_name_id(root) for root in _roots(data)} for data in evidence)
    if first and second and first != second:
        return []
    return [finding("PRV-018", "NameID", expected="deux identifiants", actual=", ".join(sorted(first | second)))]


def message(name: str, data: bytes) -> Iterator[Finding]:
    found = [(name, data)] if _MESSAGE.match(data) else []
    if is_zip(data):
        try:
            found = [(f"{name}/{n}", d) for n, d in unzip(data).items() if _MESSAGE.match(d)]
        except ZipProblem as error:
            yield finding("PRV-040", name, error.reason)
            return
    if not found:
        yield finding("PRV-019", name)
    for place, one in found:
        yield from _judged(place, one, "PRV-019")


def _judged(place: str, data: bytes, unreadable: str) -> Iterator[Finding]:
    report = validate_bytes(data)
    if report.unreadable and not report.findings:
        yield finding(unreadable, place, report.unreadable)
    yield from (f.model_copy(update={"location": f"{place}: {f.location}"}) for f in report.findings)


def health_document(name: str, data: bytes) -> Iterator[Finding]:
    if is_pdf(data):
        yield from pdf(name, data)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        yield from _judged(name, data, "PRV-020")
    else:
        yield finding("PRV-020", name)


def archive(name: str, data: bytes) -> Iterator[Finding]:
    try:
        submission = read_archive(data)
    except XdmError as error:
        yield finding("PRV-021", name, f"l'archive ne s'ouvre pas: {error}")
        return
    if not submission.documents:
        yield finding("PRV-021", name, "l'archive n'annonce aucun document")


def vihf(name: str, data: bytes) -> Iterator[Finding]:
    roots = _roots(data)
    if not roots:
        yield finding("PRV-015", name, expected="une enveloppe SOAP")
        return
    assertion = next(roots[0].iter(f"{_SAML}Assertion"), None)
    if assertion is None:
        yield finding("PRV-016", name, expected="saml2:Assertion")
        return
    who = _name_id(roots[0])
    if not _NATIONAL_ID.fullmatch(who):
        yield finding("PRV-017", f"{name}: NameID", expected="8 suivi du RPPS, ou 0 suivi du numéro ADELI", actual=who)
    named = {str(a.get("Name")): "".join(map(str, a.itertext())).strip() for a in assertion.iter(f"{_SAML}Attribute")}
    structure = next((v for k, v in named.items() if k.casefold() == "identifiant_structure"), "")
    if not structure:
        yield finding("PRV-017", f"{name}: Identifiant_Structure", expected="l'identifiant de la structure")


def _roots(data: bytes) -> list[etree._Element]:
    """The SOAP envelope, in a list of one; empty when these bytes are none. Entities and network are off."""
    if len(data) > _MAX_XML:
        return []
    start = max(data.find(b"<"), 0)  # a capture may keep the HTTP headers
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data[start:].strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [root] if root.tag in {f"{{{space}}}Envelope" for space in _ENVELOPES} else []


def _name_id(root: etree._Element) -> str:
    found = next(root.iter(f"{_SAML}NameID"), None)
    return (found.text or "").strip() if found is not None else ""
