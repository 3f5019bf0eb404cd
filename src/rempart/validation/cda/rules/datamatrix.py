"""The INS on the PDF: the datamatrix and the traits that a person reads, compared with the header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.datamatrix import DatamatrixError, InsDatamatrix, capitals, parse
from rempart.formats.pdf.read import PdfError
from rempart.model.finding import Finding, Severity
from rempart.validation.cda.context import CdaContext, Element
from rempart.validation.cda.rules.pdf import pdfs
from rempart.validation.registry import rule

_REQUIREMENT = "DOC/va1.04"
_SEXES = {"F": "F(?:EMININ)?", "M": "M(?:ASCULIN)?"}


@rule("CDA-094", families=("cda-document",))
def ins_on_the_pdf(context: CdaContext) -> Iterator[Finding]:
    """Where DOC/va1.04 is declared, prescriptions apart: each PDF carries the datamatrix and traits of the header."""
    if _REQUIREMENT not in context.requirements or "prescription" in context.facts:
        return
    found = False
    for node, content in pdfs(context):
        found = True
        yield from _on_one(context, node, content)
    if not found and context.header.level:
        message = "Le document ne contient pas de PDF lisible, où l'exigence demande le datamatrix INS"
        yield context.find("CDA-094", context.root, "component", message, expected="un PDF")


def _on_one(context: CdaContext, node: Element, content: bytes) -> Iterator[Finding]:
    # The libraries that draw pages and read codes are loaded for the documents that need them only.
    from rempart.formats.pdf.render import pages_seen

    try:
        pages = pages_seen(content)
    except PdfError as error:
        yield context.find("CDA-094", node, "", f"Le datamatrix INS ne peut pas être cherché: {error.reason}")
        return
    codes = [(page.page, code) for page in pages for code in page.codes if code.startswith("IS")]
    if context.header.ins is None:
        if codes:
            message = "Le PDF porte un datamatrix INS alors que l'en-tête n'a pas d'INS"
            yield context.find("CDA-094", node, "", message, expected="aucun datamatrix sans INS qualifiée")
        return
    if not codes:
        message = "Le PDF ne porte pas de datamatrix INS lisible"
        yield context.find("CDA-094", node, "", message, expected="le datamatrix de l'INS de l'en-tête")
    for page, code in dict.fromkeys(codes):
        yield from _code(context, node, page, code)
    yield from _traits(context, node, " ".join(page.text for page in pages))


def _code(context: CdaContext, node: Element, page: int, code: str) -> Iterator[Finding]:
    try:
        read = parse(code)
    except DatamatrixError as error:
        yield context.find("CDA-094", node, "", f"Datamatrix INS, page {page}: {error}")
        return
    for problem in read.problems:
        yield context.find("CDA-094", node, "", f"Datamatrix INS, page {page}: {problem}")
    for label, expected, actual in _compared(context, read):
        if expected != actual:
            message = f"Datamatrix INS, page {page}: {label} diffère de l'en-tête"
            yield context.find("CDA-094", node, "", message, expected=expected, actual=actual or "(absent)")


def _compared(context: CdaContext, read: InsDatamatrix) -> list[tuple[str, str, str]]:
    """Trait, value of the header, value of the code."""
    header = context.header
    ins = header.ins
    assert ins is not None
    born = header.birth_time
    return [
        ("le matricule", ins.extension, read.matricule),
        ("l'OID de l'INS", ins.root, read.oid),
        ("la liste des prénoms", capitals(header.birth_names), read.birth_names),
        ("le nom de naissance", capitals(header.birth_name), read.birth_name),
        ("le sexe", header.sex, read.sex),
        ("la date de naissance", f"{born[6:8]}-{born[4:6]}-{born[:4]}", read.birth_date),
        ("le lieu de naissance", header.birth_place, read.birth_place or header.birth_place),  # S7 is optional
    ]


def _traits(context: CdaContext, node: Element, text: str) -> Iterator[Finding]:
    """What a person reads; a scanned page has no text, which is told and proves nothing."""
    if not text.strip():
        message = "Le PDF ne contient pas de texte: les traits visibles sont à vérifier à l'œil"
        yield context.find("CDA-094", node, "", message, severity=Severity.WARNING)
        return
    words, digits = f" {_words(text)} ", re.sub(r"\s", "", text)
    for label, value, must in _visible(context):
        shown = value.replace(" ", "") in digits if label == "le matricule INS" else f" {_words(value)} " in words
        if value and not shown and not (label == "la date de naissance" and _date_shown(value, words)):
            message = f"Le PDF ne montre pas {label} du patient"
            severity = None if must else Severity.WARNING
            yield context.find("CDA-094", node, "", message, expected=value, severity=severity)
    sex = _SEXES.get(context.header.sex)
    if sex and not re.search(rf" (?:SEXE|S) {sex} | {sex} SEXE ", words):
        message = "Le PDF ne montre pas le sexe du patient"
        yield context.find("CDA-094", node, "", message, expected=context.header.sex, severity=Severity.WARNING)


def _visible(context: CdaContext) -> list[tuple[str, str, bool]]:
    """Label, value, and whether the oldest text asks for it already (INS/va1.15); the others come with RNIV 2.0."""
    header = context.header
    born = header.birth_time
    return [
        ("le nom de naissance", header.birth_name, True),
        ("le premier prénom de naissance", header.first_birth_name, True),
        ("la date de naissance", f"{born[6:8]}/{born[4:6]}/{born[:4]}" if len(born) >= 8 else "", True),
        ("le matricule INS", header.ins.extension if header.ins else "", True),
        ("la liste des prénoms", header.birth_names, False),
        ("le code du lieu de naissance", header.birth_place, False),
    ]


def _date_shown(value: str, words: str) -> bool:
    """Year first, or with the month in letters."""
    day, month, year = value.split("/")
    names = ("JANVIER", "FEVRIER", "MARS", "AVRIL", "MAI", "JUIN", "JUILLET", "AOUT", "SEPTEMBRE", "OCTOBRE",
             "NOVEMBRE", "DECEMBRE")  # fmt: skip
    said = names[int(month) - 1] if month.isdecimal() and 1 <= int(month) <= 12 else ""
    return any(f" {form} " in words for form in (f"{year} {month} {day}", f"{int(day or 0)} {said} {year}"))


def _words(text: str) -> str:
    """In capitals, without accents, a space for anything that is neither letter nor digit."""
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", capitals(text)).split())
