"""The PDF copies beside the archive: one for each document, of the same content, in PDF/A-1, of the same patient."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rempart.formats.cda.header import CdaHeader
from rempart.formats.ins import is_matricule
from rempart.formats.mail.parts import Part
from rempart.formats.pdf.read import PdfError
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.body import NEGATION, words
from rempart.validation.mail.context import MailContext
from rempart.validation.mail.correspondents import SENT
from rempart.validation.registry import finding, rule

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # devices of Windows
_TOLD = 8  # breaches of PDF/A-1 told of one file
_MATRICULE = re.compile(r"(?<!\d)[1-8] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\d)")


@dataclass(slots=True)
class _Wanted:
    """A document and its copy, once found. `own` are the PDFs that it holds, none for an N3 without one."""

    place: str
    header: CdaHeader
    own: list[bytes]
    copy: Part | None = None
    exact: bool = False


def pdf_text(context: MailContext, data: bytes) -> str:
    """The text of the first and last pages; "" when they cannot be read, or are pictures. Read once per mail."""
    from rempart.formats.pdf.render import pages_seen  # draws pages: loaded for the mails that need it

    key = hashlib.sha256(data).digest()
    if key not in context.texts:
        try:
            context.texts[key] = " ".join(page.text for page in pages_seen(data))
        except PdfError:
            context.texts[key] = ""
    return context.texts[key]


def pdf_words(context: MailContext, data: bytes) -> tuple[str, ...]:
    return tuple(words(pdf_text(context, data)))


@rule("MSS-023", "MSS-022", families=SENT)
def copies(context: MailContext) -> Iterator[Finding]:
    """Copies are found by their bytes, then by their words; what is left is compared in order."""
    if not context.archives:
        return
    wanted = [_Wanted(place, header, _pdfs_of(header)) for place, header in context.headers]
    left = _by_bytes(wanted, context.pdfs)
    left = _by_words(context, wanted, left)
    for one in wanted:
        if one.copy is None and left:
            one.copy = left.pop(0)
        yield from _judged(context, one, wanted)
    if not wanted and not context.pdfs:
        message = "Aucune copie PDF n'est jointe à côté de l'archive"
        yield finding("MSS-023", "pièces jointes", message, expected="le PDF/A-1 de chaque document")
    for part in left if wanted else ():
        message = "Ce PDF n'est la copie d'aucun document de l'archive"
        yield finding("MSS-023", part.label, message, severity=Severity.WARNING)
        yield from _other_patient(context, part, wanted[0])


def _pdfs_of(header: CdaHeader) -> list[bytes]:
    try:
        return list(header.pdfs())
    except ValueError:  # the rules of CDA documents say it
        return []


def _by_bytes(wanted: list[_Wanted], pdfs: list[Part]) -> list[Part]:
    """One file may be the copy of two documents: the N1 and the N3 of one content."""
    left = list(pdfs)
    for one in wanted:
        same = [p for p in pdfs if p.data in one.own]
        one.copy = next((p for p in same if p in left), next(iter(same), None))
        one.exact = one.copy is not None
        left = [p for p in left if p is not one.copy]
    known = [pdf for one in wanted for pdf in one.own]
    return [p for p in left if p.data not in known]


def _by_words(context: MailContext, wanted: list[_Wanted], left: list[Part]) -> list[Part]:
    for one in wanted:
        if one.copy is not None or not one.own:
            continue
        own = [w for pdf in one.own if (w := pdf_words(context, pdf))]
        found = next((p for p in left if own and pdf_words(context, p.data) in own), None)
        if found is not None:
            one.copy, one.exact = found, True
            left = [p for p in left if p is not found]
    return left


def _judged(context: MailContext, one: _Wanted, wanted: list[_Wanted]) -> Iterator[Finding]:
    if one.copy is None:
        if not one.own and any(_same_content(one.header, o.header) for o in wanted if o is not one and o.copy):
            return  # the copy of the N1 is that of the N3
        message = "La copie PDF de ce document n'est pas jointe au courriel"
        yield finding("MSS-023", one.place, message, expected="un PDF/A-1 à côté de l'archive")
        return
    if one.exact:
        return
    yield from _other_patient(context, one.copy, one)
    said = pdf_words(context, one.copy.data)
    own = next((w for pdf in one.own if (w := pdf_words(context, pdf))), ())
    if one.own and said and own:
        yield from _compared(one, own, said)
    elif said and not one.own and (name := words(one.header.birth_name)) and not set(name) <= set(said):
        message = f"Ce PDF ne nomme pas le patient du document ({one.place})"
        yield finding("MSS-023", one.copy.label, message, expected=one.header.birth_name)
    elif one.own:
        message = f"Ce PDF n'a pas pu être comparé à celui du document ({one.place}): pas de texte à lire"
        yield finding("MSS-023", one.copy.label, message, severity=Severity.WARNING)


def _same_content(a: CdaHeader, b: CdaHeader) -> bool:
    return (a.type.code, a.act_start) == (b.type.code, b.act_start)


def _compared(one: _Wanted, own: tuple[str, ...], said: tuple[str, ...]) -> Iterator[Finding]:
    assert one.copy is not None
    there = iter(said)
    if all(w in there for w in own):
        message = f"Ce PDF dit plus que celui du document ({one.place})"
        added = list((Counter(said) - Counter(own)).elements())
        severity = None if any(NEGATION.fullmatch(w) for w in added) else Severity.WARNING
        yield finding("MSS-023", one.copy.label, message, actual=" ".join(added), severity=severity)
        return
    if Counter(own) == Counter(said):
        message = f"Ce PDF a les mots de celui du document, dans un autre ordre ({one.place})"
        yield finding("MSS-023", one.copy.label, message, severity=Severity.WARNING)
        return
    message = f"Ce PDF n'a pas le contenu de celui du document ({one.place})"
    lacking = [w for w in own if w not in set(said)]
    expected = f"les mêmes mots{', dont: ' if lacking else ''}{' '.join(lacking[:12])}"
    yield finding("MSS-023", one.copy.label, message, expected=expected, actual=" ".join(said))


def _other_patient(context: MailContext, part: Part, one: _Wanted) -> Iterator[Finding]:
    """Matricules that the PDF shows, none of which is the patient's."""
    ins = one.header.ins.extension if one.header.ins else ""
    shown = {m.replace(" ", "") for m in _MATRICULE.findall(pdf_text(context, part.data))}
    others = sorted(m for m in shown if is_matricule(m))
    if ins and others and ins not in others:
        message = f"Ce PDF porte le matricule d'un autre patient que le document ({one.place})"
        yield finding("MSS-022", part.label, message, expected=ins, actual=", ".join(others))


@rule("MSS-023", families=SENT)
def archival(context: MailContext) -> Iterator[Finding]:
    """Each copy is a PDF/A-1, by every clause that we look at."""
    from rempart.formats.pdf.pdfa import check

    for part in context.pdfs if context.archives else ():
        try:
            breaches = check(part.data)
        except PdfError as error:
            yield finding("MSS-023", part.label, f"Le PDF ne peut pas être contrôlé: {error.reason}")
            continue
        for breach in breaches[:_TOLD]:
            message = f"PDF/A-1, {breach.place}: {breach.message}"
            yield finding("MSS-023", part.label, message, expected=f"ISO 19005-1, {breach.clause}")
        if len(breaches) > _TOLD:
            message = f"PDF/A-1: {len(breaches) - _TOLD} autre(s) écart(s)"
            yield finding("MSS-023", part.label, message)


@rule("MSS-067", families=SENT)
def names(context: MailContext) -> Iterator[Finding]:
    """Names that every system can save, and tell apart. The naming of ECO.2.1.5 and 2.1.6 was not read."""
    seen: dict[str, Part] = {}
    for part in context.files:
        if not part.name:
            continue
        if _RESERVED.fullmatch(part.name) or re.search(
            r'[\\/:*?"<>|\0-\x1f\x7f\u202a-\u202e\u2066-\u2069]|\.\.', part.name
        ):
            yield _named(part, "Un système refuse ce nom de fichier, ou l'un de ses caractères")
        if part.name.casefold() in seen:
            yield _named(part, "Deux pièces jointes portent le même nom: l'une efface l'autre")
        seen.setdefault(part.name.casefold(), part)
        if part in context.pdfs and not part.name.lower().endswith(".pdf"):
            yield _named(part, "Le nom de la copie PDF ne se termine pas par .pdf")
        if part in context.pdfs and part.type != "application/pdf":
            message = "La copie PDF n'est pas annoncée comme un PDF"
            yield finding(
                "MSS-067", part.label, message, expected="application/pdf", actual=part.type, severity=Severity.WARNING
            )


def _named(part: Part, message: str) -> Finding:
    return finding("MSS-067", part.label, message, actual=part.name, severity=Severity.WARNING)
