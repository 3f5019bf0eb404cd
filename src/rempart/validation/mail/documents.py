"""What a mail of documents holds, and what its subject and words announce (MSS/CONF.23, MSS/CONF.25, MSS/va1.13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from rempart.formats.cda.header import CdaHeader
from rempart.formats.mail.message import ARCHIVE, SUBJECT_PREFIX
from rempart.formats.xdm.model import DELETE, REPLACE
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.body import words
from rempart.validation.mail.context import MailContext
from rempart.validation.mail.copies import pdf_words
from rempart.validation.mail.correspondents import SENT
from rempart.validation.registry import finding, rule
from rempart.validation.xdm.rules import of_others

_DATE = re.compile(r"(?<!\d)(\d{2})/(\d{2})/(\d{4})(?!\d)")
_LIKE_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{8})(?!\d)")
# The ordinary mail that tells of a failure where no MDN was asked for gives the subject back behind this (LPS volet).
_FAILED = re.compile(r"\A\[(?:KO Intégration système|Erreur d['’]intégration) ?!\](?:\[[^\]]*\])? ?")
_CDA = b"ClinicalDocument"
_SHUT = ("application/ms-tnef", "application/vnd.ms-tnef", "message/partial", "message/external-body")
_BOTH = r"\bannul\w*(?: et | ?& ?| ?/ ?|-et-)(?:\w+ )?remplac|\bremplac\w* et (?:\w+ )?annul"
# A valve is replaced too: what is replaced here is a document.
_REPLACES = re.compile(
    rf"{_BOTH}|\bremplace(?:nt)?\s+(?:le|la|les|l|celui|celle|ceux|ce|cet|cette|votre|tout)\b"
    r"|\brectificati\w+|\bversion (?:corrigée|modifiée|rectifiée)|\bnouvelle version",
    re.IGNORECASE,
)
_CANCELS = re.compile(_BOTH, re.IGNORECASE)
_DELETES = re.compile(
    r"\b(?:supprim|suppression|annul|retir|invalid|effac|détrui"
    r"|ne (?:\w+ )?plus (?:en |l'|être )?(?:tenir|tenu|utilis))",
    re.IGNORECASE,
)


@rule("MSS-023", families=SENT)
def archive(context: MailContext) -> Iterator[Finding]:
    """One archive, under the name by which it is recognised; documents are in it and nowhere else."""
    named = [a for a in context.archives if a.part.name.upper() == ARCHIVE]
    if context.carries_documents and not context.archives:
        message = f"Le courriel annonce des documents, et n'a pas de pièce jointe {ARCHIVE}"
        actual = ", ".join(p.name or p.type for p in context.files) or "(aucune)"
        yield finding("MSS-023", "pièces jointes", message, expected=ARCHIVE, actual=actual)
    for one in context.archives:
        if one not in named:
            message = "L'archive de documents n'a pas le nom qui la fait reconnaître"
            yield finding("MSS-023", one.label, message, expected=ARCHIVE, actual=one.part.name)
    for one in context.archives[1:]:
        message = "Le courriel contient plus d'une archive de documents: un seul lot est traité"
        yield finding("MSS-023", one.label, message, expected="une archive", actual=str(len(context.archives)))
    for part in context.files:
        if _CDA in part.data[:4096] and not part.data.startswith(b"PK"):
            message = "Ce document CDA est joint hors de l'archive IHE_XDM"
            yield finding("MSS-023", part.label, message, expected=f"dans {ARCHIVE}")
    if context.pdfs and not context.carries_documents:
        message = "Un PDF est joint sans archive IHE_XDM: un document de santé ne voyage pas seul"
        where, severity = context.pdfs[0].label, Severity.WARNING  # it may be no health document
        yield finding("MSS-023", where, message, expected=ARCHIVE, severity=severity)


@rule("MSS-062", families=SENT)
def enclosed_mails(context: MailContext) -> Iterator[Finding]:
    """They are not opened: the reader is told so. What only some readers open is held against the mail."""
    for part in context.source.root.walk():
        if part.type in _SHUT or part.name.lower() == "winmail.dat":
            message = f"Cette partie ({part.type}) ne s'ouvre pas partout: ce qu'elle contient n'est pas jugé"
            yield finding("MSS-062", part.label, message, severity=Severity.WARNING)
        if part.type == "message/rfc822":
            message = "Ce courriel joint n'est pas ouvert: ce qu'il contient n'est pas jugé"
            yield finding("MSS-062", part.label, message, severity=Severity.INFO)


@rule("MSS-022", families=SENT)
def one_patient(context: MailContext) -> Iterator[Finding]:
    """Across archives; inside one, the rule of archives says it."""
    first: tuple[str, CdaHeader] | None = None
    for one in context.archives:
        for name, header in one.context.headers() if one.context else ():
            place = f"{one.label}!/{name}"
            beside = first is not None and first[0].startswith(f"{one.label}!")
            if first is not None and not beside and (ids := of_others(first[1], header)):
                message = f"Ce document n'est pas du même patient que {first[0]}"
                yield finding("MSS-022", place, message, expected=ids[0], actual=ids[1])
            first = first or ((place, header) if header.patient_ids else None)


@rule("MSS-030", families=SENT)
def automatic_to_a_patient(context: MailContext) -> Iterator[Finding]:
    """Declared as such, a mail goes to a patient, with the archive and the PDF copies."""
    if not context.declared("MSS/va1.17"):
        return
    if not context.patients:
        message = "L'envoi automatique à l'usager n'est pas adressé à la boîte d'un usager"
        yield context.find("MSS-030", "To", message, expected="<matricule INS>@patient.mssante.fr")
    if not context.archives or not context.pdfs:
        message = "L'envoi automatique à l'usager contient l'archive IHE_XDM et le PDF/A-1"
        actual = ", ".join(p.name or p.type for p in context.files) or "(aucune)"
        yield finding("MSS-030", "pièces jointes", message, expected=f"{ARCHIVE} et un PDF", actual=actual)


@rule("MSS-021", families=SENT)
def subject(context: MailContext) -> Iterator[Finding]:
    """`XDM/1.0/DDM+` then the label, the patient and a date. The texts make one of them optional, we do not know which:
    one that is missing is a warning, two are an error."""
    if not context.archives:
        return
    expected = f"{SUBJECT_PREFIX}<libellé> <NOM> <prénom> <JJ/MM/AAAA>"
    said = _FAILED.sub("", context.subject)
    if not said.startswith(SUBJECT_PREFIX):
        message = f"L'objet d'un courriel de documents commence par {SUBJECT_PREFIX}"
        if SUBJECT_PREFIX.lower() in "".join(context.subject.split()).lower():
            message += ", sans rien devant, sans espace et dans cette casse"
        yield context.find("MSS-021", "Subject", message, expected=expected)
        return
    rest = said[len(SUBJECT_PREFIX) :].strip()
    header = next((h for _, h in context.headers), None)
    missing = _missing(rest, header)
    if missing:
        severity = Severity.WARNING if len(missing) == 1 else None
        message = f"L'objet ne dit pas {' ni '.join(missing)}"
        yield context.find("MSS-021", "Subject", message, expected=expected, severity=severity)
    yield from _dates(context, rest, header)


def _missing(rest: str, header: CdaHeader | None) -> list[str]:
    """The parts of a subject that are not there, in words. Names are those of the first document."""
    said = _names(_LIKE_DATE.sub(" ", rest))
    found = [] if _LIKE_DATE.search(rest) else ["de date"]
    if header is None:
        return [*found, *([] if said else ["de quoi il s'agit"])]
    left = list(said)
    for what, names in (
        ("le nom du patient", (header.birth_name, header.used_name)),
        ("le prénom du patient", (header.first_birth_name, header.used_first_name, *header.birth_names.split())),
    ):
        wanted = [_names(n) for n in names if n]
        if wanted and not any(set(w) <= set(said) for w in wanted):
            found.append(what)
        left = [w for w in left if not any(w in names_of for names_of in wanted)]
    return found if left else [*found, "le libellé du document"]


def _names(text: str) -> list[str]:
    """Words without their accents: a subject in capitals often drops them."""
    return words("".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)))


def _dates(context: MailContext, rest: str, header: CdaHeader | None) -> Iterator[Finding]:
    """Which date it is was not read: that of birth (LPS volet) or of the document. Another one is somebody else's."""
    like = _LIKE_DATE.findall(rest)
    form = _DATE.findall(rest)
    if like and not form:
        message = "La date de l'objet n'est pas de la forme JJ/MM/AAAA"
        yield context.find("MSS-021", "Subject", message, expected="JJ/MM/AAAA", severity=Severity.WARNING)
        return
    for day, month, year in form[-1:]:
        try:
            read = date(int(year), int(month), int(day)).strftime("%Y%m%d")
        except ValueError:
            yield context.find("MSS-021", "Subject", "La date de l'objet n'existe pas", expected="JJ/MM/AAAA")
            return
        if header is None:
            return
        known = [t[:8] for t in (header.birth_time, header.effective_time, header.act_start) if len(t) >= 8]
        if known and read not in known:
            message = "La date de l'objet n'est ni celle de naissance du patient, ni celle du document"
            own = ", ".join(f"{k[6:8]}/{k[4:6]}/{k[:4]}" for k in dict.fromkeys(known))
            yield context.find("MSS-021", "Subject", message, expected=own, severity=Severity.WARNING)


@rule("MSS-032", "MSS-066", families=SENT)
def replacement(context: MailContext) -> Iterator[Finding]:
    """A document that takes the place of another one says so to who reads the mail, and to the software."""
    if not context.opened:
        return
    text = " ".join((context.subject, context.text, context.html))
    replaces = REPLACE in context.actions or any(h.replaces for _, h in context.headers)
    if replaces or context.declared("MSS/va1.13"):
        known, said = _said_in_pdfs(context) if not _REPLACES.search(text) else (True, True)
        if not said:
            message = "Le document en remplace un autre, et ni le courriel ni son PDF ne portent la mention"
            severity = None if known else Severity.WARNING
            expected = "une mention du type « annule et remplace »"
            yield finding("MSS-032", "corps", message, expected=expected, severity=severity)
    if context.headers and not replaces and (_CANCELS.search(text) or context.declared("MSS/va1.13")):
        message = "Le courriel annule et remplace, et aucun document ne dit celui qu'il remplace"
        expected = "relatedDocument RPLC, et l'action C dans METADATA.XML"
        severity = None if context.declared("MSS/va1.13") else Severity.WARNING
        yield finding("MSS-032", context.headers[0][0], message, expected=expected, severity=severity)
    if DELETE in context.actions and not _DELETES.search(text):
        message = "L'archive demande une suppression, et le courriel ne le dit pas à son lecteur"
        yield finding("MSS-066", "corps", message, expected="une phrase qui annonce la suppression")


def _said_in_pdfs(context: MailContext) -> tuple[bool, bool]:
    """Could the words of the copies be read, and do they carry the mention?"""
    texts = [pdf_words(context, p.data) for p in context.pdfs]
    return all(texts), any(_REPLACES.search(" ".join(t)) for t in texts)
