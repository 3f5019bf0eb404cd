"""Named checks on what a candidate shows, lists and hands out of a document: evidence is its driver's answer.

Most compare it with the message that brought the document: what is read on the screen is what the document says.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from rempart.formats.cda.header import CdaHeader
from rempart.formats.pdf.read import PdfError
from rempart.model.finding import Finding, Origin
from rempart.validation.cda.naming import check_pdf_name
from rempart.validation.checks import check
from rempart.validation.produced_documents import document_of, header_of, letters, narrative
from rempart.validation.registry import finding


@check("display.header")
def header(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The screen shows the title, day, patient, author and structure of the document: [message, answer]."""
    read = header_of(evidence[0], rule)
    answer = _answer(evidence[1], rule)
    if isinstance(read, Finding) or isinstance(answer, Finding):
        return [f for f in (read, answer) if isinstance(f, Finding)]
    said = answer.get("header") or {}
    author = next(iter(read.authors), None)
    wanted = {
        "title": [read.title],
        "created": [read.effective_time[:8]],
        "patient": [read.birth_name, read.first_birth_name],
        "author": [author.family if author else ""],
        "organisation": [author.organisation if author else ""],
    }
    return [
        finding(rule, f"header.{name}", "", expected=value, actual=str(said.get(name) or "(absent)"))
        for name, values in wanted.items()
        for value in values
        if letters(value) not in letters(str(said.get(name) or ""))
    ]


@check("display.narrative")
def displayed_narrative(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The screen shows each text of a structured document: [message, answer]."""
    read, answer = header_of(evidence[0], rule), _answer(evidence[1], rule)
    if isinstance(read, Finding) or isinstance(answer, Finding):
        return [f for f in (read, answer) if isinstance(f, Finding)]
    shown = letters(str(answer.get("text") or ""))
    return [
        finding(rule, "text", "Un texte du document n'est pas affiché", expected=said)
        for said in narrative(read)
        if letters(said) not in shown
    ]


@check("display.pdf")
def displayed_pdf(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The PDF on the screen is that of the document, by the words of its first page: [message, answer]."""
    from rempart.formats.pdf.render import pages_seen  # on demand: it draws pages

    read, answer = header_of(evidence[0], rule), _answer(evidence[1], rule)
    if isinstance(read, Finding) or isinstance(answer, Finding):
        return [f for f in (read, answer) if isinstance(f, Finding)]
    try:
        first = next(iter(pages_seen(read.pdf or b"")), None)
    except (PdfError, ValueError) as error:
        return [finding(rule, "PDF", f"PDF illisible: {error}", origin=Origin.HARNESS)]
    lines = [line for line in (first.text if first else "").splitlines() if line.strip()]
    shown = letters(str(answer.get("pdf_text") or ""))
    missing = [line for line in lines if letters(line) not in shown]
    return [finding(rule, "pdf_text", "", expected=line) for line in missing[:1]]


@check("display.readable")
def readable(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The screen shows the document by its PDF or by its text: [answer]."""
    answer = _answer(evidence[0], rule)
    if isinstance(answer, Finding):
        return [answer]
    if answer.get("found") and (answer.get("pdf_text") or answer.get("text")):
        return []
    actual = "ni PDF ni texte" if answer.get("found") else "document introuvable"
    return [finding(rule, "pdf_text", "", expected="le PDF ou le texte du document", actual=actual)]


@check("list.order")
def list_order(evidence: list[bytes], *, ids: list[str], rule: str) -> list[Finding]:
    """These documents are listed in this order, or in the opposite one: [answer of `list_documents`]."""
    answer = _answer(evidence[0], rule)
    if isinstance(answer, Finding):
        return [answer]
    shown = [d.get("unique_id") for d in answer.get("documents") or [] if d.get("unique_id") in ids]
    if shown in (ids, ids[::-1]):
        return []
    return [finding(rule, "documents", "", expected=", ".join(ids), actual=", ".join(shown) or "(aucun)")]


@check("list.from_document")
def list_from_document(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The list shows type and day of creation as the document says them: [answer of `list_documents`, message]."""
    answer, read = _answer(evidence[0], rule), header_of(evidence[1], rule)
    if isinstance(read, Finding) or isinstance(answer, Finding):
        return [f for f in (read, answer) if isinstance(f, Finding)]
    line = next((d for d in answer.get("documents") or [] if d.get("unique_id") == read.unique_id), None)
    if line is None:
        return [finding(rule, "documents", "", expected=read.unique_id, actual="(absent)")]
    compared = {"type_code": read.type.code, "created": read.effective_time[:8]}
    return [
        finding(rule, f"documents[].{name}", "", expected=wanted, actual=str(line.get(name) or "(absent)"))
        for name, wanted in compared.items()
        if not str(line.get(name) or "").startswith(wanted)
    ]


@check("export.as_received")
def as_received(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The document kept is the one received, byte for byte: [message, answer of `export_document`]."""
    received, answer = document_of(evidence[0], rule), _answer(evidence[1], rule)
    if isinstance(received, Finding) or isinstance(answer, Finding):
        return [f for f in (received, answer) if isinstance(f, Finding)]
    kept = _decoded(answer, "content")
    if kept == received:
        return []
    actual = f"{len(kept)} octets différents" if kept else "(absent)"
    return [finding(rule, "content", "", expected=f"{len(received)} octets identiques", actual=actual)]


@check("export.pdf")
def exported_pdf(evidence: list[bytes], *, rule: str) -> list[Finding]:
    """The PDF handed over is that of the document, and its name that of ECO.2.1.6: [message, `export_document`]."""
    read, answer = header_of(evidence[0], rule), _answer(evidence[1], rule)
    if isinstance(read, Finding) or isinstance(answer, Finding):
        return [f for f in (read, answer) if isinstance(f, Finding)]
    return [*_same_pdf(read, answer, rule), *check_pdf_name(read, str(answer.get("pdf_name") or ""))]


def _same_pdf(read: CdaHeader, answer: dict[str, Any], rule: str) -> list[Finding]:
    given = _decoded(answer, "pdf")
    try:
        wanted = read.pdf
    except ValueError:
        wanted = None
    if wanted and given == wanted:
        return []
    actual = "(absent)" if not given else "un autre PDF"
    return [finding(rule, "pdf", "", expected="le PDF que le document contient", actual=actual)]


def _answer(data: bytes, rule: str) -> dict[str, Any] | Finding:
    try:
        answer = json.loads(data)
    except ValueError as error:
        return finding(rule, "réponse", f"réponse illisible: {error}", origin=Origin.HARNESS)
    return answer if isinstance(answer, dict) else finding(rule, "réponse", "réponse illisible", origin=Origin.HARNESS)


def _decoded(answer: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(answer.get(name) or ""), validate=True)
    except (binascii.Error, ValueError):
        return b""
