"""The X-MSS headers, beside the documents that the archive holds (MSS/CONF.14 to MSS/CONF.16)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rempart.formats.cda.header import CdaHeader
from rempart.formats.ins import REGISTERS, is_matricule
from rempart.formats.mail.package import qualified
from rempart.formats.xds import model as xds
from rempart.model.finding import Finding, Severity
from rempart.validation.mail.context import MailContext, patient_mailbox
from rempart.validation.mail.correspondents import SENT
from rempart.validation.registry import finding, rule
from rempart.validation.xds.context import located
from rempart.validation.xds.identity import split_cx


@rule("MSS-024", families=("mail-client",))
def product(context: MailContext) -> Iterator[Finding]:
    """X-MSS-NIL names the product that made the mail, on every mail."""
    found = context.source.all("X-MSS-NIL")
    expected = "la référence produit de Convergence"
    if not found or not found[0].value:
        # The LPS volet, which says what an MDN holds, does not ask for it there; no candidate writes for a patient.
        beyond = context.source.root.type == "multipart/report" or patient_mailbox(context.sender)
        severity = Severity.WARNING if beyond else None
        message = "X-MSS-NIL manque: tout courriel dit le logiciel qui l'a produit"
        yield context.find("MSS-024", "X-MSS-NIL", message, expected=expected, severity=severity)
    elif len(found) > 1:
        yield context.find("MSS-024", "X-MSS-NIL", "Un courriel est produit par un seul logiciel", nth=1)
    elif re.search(r"[\s,;]", found[0].value):
        message = "X-MSS-NIL ne contient pas une référence, mais plusieurs mots"
        yield context.find("MSS-024", "X-MSS-NIL", message, expected=expected, severity=Severity.WARNING)


@rule("MSS-025", families=SENT)
def ins_flag(context: MailContext) -> Iterator[Finding]:
    """O or N with a CDA document in an archive, nothing without one."""
    found = context.source.all("X-MSS-INS")
    if not found:
        if context.headers:
            message = "X-MSS-INS manque, alors que le courriel transporte un document CDA"
            yield context.find("MSS-025", "X-MSS-INS", message, expected="O ou N")
        return
    value = found[0].value
    if len(found) > 1:
        yield context.find("MSS-025", "X-MSS-INS", "X-MSS-INS est présent deux fois", expected="un seul", nth=1)
    if value not in ("O", "N"):
        yield context.find("MSS-025", "X-MSS-INS", "X-MSS-INS vaut O ou N", expected="O ou N")
    elif not context.headers and context.opened:
        message = "X-MSS-INS est présent sans document CDA dans une archive IHE_XDM"
        yield context.find("MSS-025", "X-MSS-INS", message, expected="aucun en-tête X-MSS-INS")
    elif value == "N" and context.opened and all(_certain(h) for _, h in context.headers):
        message = "X-MSS-INS vaut N, alors que chaque document porte une INS et les quatre traits"
        yield context.find("MSS-025", "X-MSS-INS", message, expected="O")


def _certain(header: CdaHeader) -> bool:
    return qualified(header) and header.ins is not None and is_matricule(header.ins.extension)


@rule("MSS-026", families=SENT)
def ins_of_the_documents(context: MailContext) -> Iterator[Finding]:
    """O promises that each document can be filed by its INS."""
    if context.source.value("X-MSS-INS").strip().upper() != "O":
        return
    for place, header in context.headers:
        if absent := _missing(header):
            message = f"X-MSS-INS annonce une INS qualifiée, et le document n'en a pas ({place})"
            expected = "matricule, OID, nom de naissance, premier prénom, date de naissance, sexe"
            yield context.find("MSS-026", "X-MSS-INS", message, expected=expected, actual=f"sans {', '.join(absent)}")


def _missing(header: CdaHeader) -> list[str]:
    """What a qualified INS lacks in this document, in words."""
    there = {
        "INS": bool(header.ins and header.ins.extension),
        "nom de naissance": bool(header.birth_name),
        "premier prénom de naissance": bool(header.first_birth_name),
        "date de naissance": bool(header.birth_time),
        "sexe": header.sex in ("M", "F"),
    }
    return [name for name, present in there.items() if not present]


@rule("XDS-131", families=SENT)
def patient_of_the_metadata(context: MailContext) -> Iterator[Finding]:
    """Metadata that know the patient by a local identifier contradict O."""
    if context.source.value("X-MSS-INS") != "O":
        return
    for one in context.archives:
        for subset in one.context.subsets if one.context else ():
            if subset.submission is None:
                continue
            objects = subset.submission.objects
            named = [(e, xds.ENTRY_PATIENT) for e in objects.entries] + [
                (p, xds.SUBMISSION_PATIENT) for p in objects.packages
            ]
            for described, scheme in named:
                parts = split_cx(described.identifier(scheme))
                if parts and parts[1] not in REGISTERS:
                    below = f"ExternalIdentifier[@identificationScheme='{scheme}']"
                    place = located(f"{one.label}!/{subset.submission.where}", described, below)
                    yield finding("XDS-131", place, expected="l'INS, ou X-MSS-INS: N", actual=parts[0])


@rule("MSS-027", families=SENT)
def document_codes(context: MailContext) -> Iterator[Finding]:
    """The codes of the documents, all of them and no other, separated by commas."""
    found = context.source.all("X-MSS-CODECDA")
    if not context.headers:
        if found and context.opened:
            message = "X-MSS-CODECDA est présent sans document CDA dans une archive IHE_XDM"
            yield context.find("MSS-027", "X-MSS-CODECDA", message, expected="aucun en-tête X-MSS-CODECDA")
        return
    codes = list(dict.fromkeys(h.type.code for _, h in context.headers if h.type.code))
    expected = ",".join(codes)
    if not found:
        message = "X-MSS-CODECDA manque, alors que le courriel transporte un document CDA"
        yield context.find("MSS-027", "X-MSS-CODECDA", message, expected=expected)
        return
    if len(found) > 1:
        message = "Les codes sont dans plusieurs en-têtes, au lieu d'un seul, séparés par des virgules"
        yield context.find("MSS-027", "X-MSS-CODECDA", message, expected=expected, severity=Severity.WARNING, nth=1)
    said = [code.strip() for field in found for code in field.value.split(",")]
    missing, foreign = [c for c in codes if c not in said], [c for c in said if c not in codes]
    if missing or (foreign and context.opened):
        told = [f"il manque {', '.join(missing)}"] if missing else []
        told += [f"{', '.join(c or '(vide)' for c in foreign)} n'est le code d'aucun document"] if foreign else []
        message = f"X-MSS-CODECDA ne dit pas les codes des documents: {'; '.join(told)}"
        yield context.find("MSS-027", "X-MSS-CODECDA", message, expected=expected)
