"""Named checks on a document that the candidate has produced and sent: evidence is the message that carries it.

The rules of documents say whether it is well made; these say whether it is what the user wanted, and what is on its
pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import CdaHeader, pdf_elements, pdf_sections, tag
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.datamatrix import capitals
from rempart.formats.hl7v2 import Hl7Error, Message
from rempart.formats.pdf.read import PdfError
from rempart.model.finding import Finding
from rempart.validation.cda.validate import validate_cda
from rempart.validation.checks import check
from rempart.validation.dialogues import embedded_document
from rempart.validation.registry import finding

_MONTHS = (
    "JANVIER", "FEVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOUT", "SEPTEMBRE", "OCTOBRE", "NOVEMBRE",
    "DECEMBRE",
)  # fmt: skip


@check("document.rules")
def rules(
    evidence: list[bytes], *, rules: list[str], requirements: list[str], environment: str = "test"
) -> list[Finding]:
    """What these rules of documents say of it, once it is declared to illustrate these requirements of the REM."""
    data = document_of(evidence[0], rules[0])
    if isinstance(data, Finding):
        return [data]
    report = validate_cda(data, environment=environment, requirements=requirements, packs=())
    if report.unreadable:
        return [finding(rules[0], "OBX-5.5", f"document illisible: {report.unreadable}")]
    return [f for f in report.findings if f.rule in rules]


@check("document.of_type")
def of_type(evidence: list[bytes], *, code: str, rule: str) -> list[Finding]:
    """It is of this type, and its body is a PDF in base64 (CDA R2 N1)."""
    header = header_of(evidence[0], rule)
    if isinstance(header, Finding):
        return [header]
    found = []
    if header.type.code != code:
        found.append(finding(rule, "ClinicalDocument/code", "", expected=code, actual=header.type.code or "(absent)"))
    body = header.root.find(f"{tag('component')}/{tag('nonXMLBody')}/{tag('text')}")
    said = {name: body.get(name, "(absent)") if body is not None else "(absent)" for name in _BODY}
    path = "ClinicalDocument/component/nonXMLBody/text"
    found += [
        finding(rule, f"{path}/@{name}", "", expected=wanted, actual=said[name])
        for name, wanted in _BODY.items()
        if said[name] != wanted
    ]
    if not found and not _starts_as_pdf(header):
        found.append(finding(rule, path, "", expected="un PDF en base64", actual="des octets qui ne sont pas un PDF"))
    return found


_BODY = {"mediaType": "application/pdf", "representation": "B64"}


@check("document.ins")
def ins(evidence: list[bytes], *, value: str, oid: str, rule: str) -> list[Finding]:
    """Its header names the patient by this INS."""
    header = header_of(evidence[0], rule)
    if isinstance(header, Finding):
        return [header]
    said = f"{header.ins.extension} ({header.ins.root})" if header.ins else "(absente)"
    wanted = f"{value} ({oid})"
    path = "ClinicalDocument/recordTarget/patientRole/id"
    return [] if said == wanted else [finding(rule, path, "", expected=wanted, actual=said)]


@check("document.recipients")
def recipients(evidence: list[bytes], *, names: list[str], rule: str, others: list[str] | None = None) -> list[Finding]:
    """informationRecipient names each of `names` (family name or structure), and none of `others`."""
    header = header_of(evidence[0], rule)
    if isinstance(header, Finding):
        return [header]
    path = "ClinicalDocument/informationRecipient"
    said = [r.family or r.organisation for r in header.recipients]
    if not said:
        return [finding("CDA-065", path, "", expected=", ".join(names), actual="(absent)")]
    named = {letters(n) for r in header.recipients for n in (r.family, r.organisation) if n}
    wrong = [n for n in names if letters(n) not in named] + [n for n in others or [] if letters(n) in named]
    return [finding(rule, path, "", expected=", ".join(names), actual=", ".join(said))] if wrong else []


@check("document.notice")
def notice(evidence: list[bytes], *, text: str, rule: str) -> list[Finding]:
    """Each page of its PDF shows this text at its foot (the lowest fifth of the page)."""
    from rempart.formats.pdf.render import pages_seen  # on demand: it draws pages

    header = header_of(evidence[0], rule)
    if isinstance(header, Finding):
        return [header]
    try:
        pages = pages_seen(header.pdf or b"")
    except (PdfError, ValueError) as error:
        return [finding(rule, "PDF", f"PDF illisible: {error}", expected=text)]
    return [
        finding(rule, f"PDF, page {page.page}, bas de page", "", expected=text, actual=" ".join(page.foot.split()))
        for page in pages
        if letters(text) not in letters(page.foot)
    ]


@check("document.pdf_header")
def pdf_header(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """Its PDF shows title, type, date, author and structure of the header."""
    read = _pages(evidence[0], rule)
    if isinstance(read, Finding):
        return [read]
    header, shown = read
    author = next(iter(header.authors), None)
    wanted = {
        "le titre": header.title,
        "le type": header.type.label,
        "l'auteur": author.family if author else "",
        "la structure": (author.organisation if author else "") or header.custodian.organisation,
    }
    missing = [(what, value) for what, value in wanted.items() if value and letters(value) not in shown]
    if not _shows_day(header.effective_time, shown):
        missing.append(("la date", header.effective_time[:8]))
    return [finding(rule, "PDF", f"Le PDF ne montre pas {what}", expected=value) for what, value in missing]


@check("document.pdf_narrative")
def pdf_narrative(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The PDF of a structured document shows the text of each of its sections."""
    read = _pages(evidence[0], rule)
    if isinstance(read, Finding):
        return [read]
    header, shown = read
    return [
        finding(rule, "PDF", "Le PDF ne montre pas un texte du document", expected=said)
        for said in narrative(header)
        if letters(said) not in shown
    ]


def narrative(header: CdaHeader) -> Iterator[str]:
    """The text of each paragraph, item or cell of a structured document, its PDF sections apart."""
    copies = pdf_sections(header.root)
    for section in header.root.iter(tag("section")):
        text = section.find(tag("text"))
        if section in copies or text is None:
            continue
        blocks = [b for name in ("paragraph", "item", "td", "th") for b in text.iter(tag(name))] or [text]
        for block in blocks:
            if said := " ".join("".join(str(t) for t in block.itertext()).split()):
                yield said


def document_of(message: bytes, rule: str) -> bytes | Finding:
    """The document that a message carries."""
    try:
        return embedded_document(Message.parse(message))
    except (Hl7Error, ValueError) as error:
        return finding(rule, "OBX-5.5", f"document illisible: {error}")


def header_of(message: bytes, rule: str) -> CdaHeader | Finding:
    """Its header."""
    data = document_of(message, rule)
    if isinstance(data, Finding):
        return data
    try:
        return parse_cda(data).header
    except CdaError as error:
        return finding(rule, "OBX-5.5", f"document illisible: {error}")


def letters(text: str) -> str:
    """Letters in capitals, without accents, and digits: what is left of a text however a page lays it out."""
    return re.sub(r"[^A-Z0-9]", "", capitals(text))


def _starts_as_pdf(header: CdaHeader) -> bool:
    try:
        return bool(pdf_elements(header.root)) and (header.pdf or b"").startswith(b"%PDF-")
    except ValueError:
        return False


def _pages(message: bytes, rule: str) -> tuple[CdaHeader, str] | Finding:
    """The header, and the letters of the pages of the PDF."""
    from rempart.formats.pdf.render import pages_seen

    header = header_of(message, rule)
    if isinstance(header, Finding):
        return header
    try:
        pages = pages_seen(header.pdf or b"")
    except (PdfError, ValueError) as error:
        return finding(rule, "PDF", f"PDF illisible: {error}")
    return header, letters(" ".join(page.text for page in pages))


def _shows_day(time: str, shown: str) -> bool:
    """A day in digits, either end first, or with its month in letters."""
    year, month, day = time[:4], time[4:6], time[6:8]
    if not (month.isdecimal() and 1 <= int(month) <= 12 and day.isdecimal()):
        return False
    name = _MONTHS[int(month) - 1]
    return any(form in shown for form in (f"{day}{month}{year}", f"{year}{month}{day}", f"{int(day)}{name}{year}"))


@check("document.pdf_says")
def pdf_says(evidence: list[bytes], *, words: str, rule: str, absent: bool = False) -> list[Finding]:
    """Its PDF shows these words, however its pages lay them out; with `absent`, it does not."""
    read = _pages(evidence[0], rule)
    if isinstance(read, Finding):
        return [read]
    if (letters(words) in read[1]) is not absent:
        return []
    found, wanted = ("(présent)", "(absent)") if absent else ("(absent)", words)
    return [finding(rule, "PDF", "", expected=wanted, actual=found)]
