"""A submission to the DMP as a whole: its documents, its VIHF, what it replaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.formats.xds.model import Association, RegistryObject
from rempart.formats.xds.transactions import FEED
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.vihf.assertion import instant
from rempart.validation.vihf.attributes import patient_faults
from rempart.validation.xds.authors import Person
from rempart.validation.xds.context import EntryContext, SubmissionContext, slot
from rempart.validation.xds.identity import split_cx
from rempart.validation.xds.integrity import check_integrity
from rempart.validation.xds.message import MessageContext

MESSAGE = ("dmp-message",)
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LATE = timedelta(minutes=15)
_HISTORY = "DMP/HISTO.03"


@rule("XDS-023", "XDS-052", families=MESSAGE)
def documents(context: MessageContext) -> Iterator[Finding]:
    """One document per entry, of its very id; and the bytes that the entry describes."""
    if context.transaction is not FEED or context.submission is None:
        return
    entries = {e.id: e for e in context.submission.objects.entries}
    counts = Counter(d.entry for d in context.documents)
    at = "Envelope/Body/ProvideAndRegisterDocumentSetRequest"
    for id_, entry in entries.items():
        if counts[id_] != 1:
            near = next((d.entry for d in context.documents if d.entry.casefold() == id_.casefold()), "")
            what = f"{counts[id_]} documents portent" if counts[id_] else "Aucun document ne porte"
            message = f"{what} l'identifiant de cette fiche: un seul est attendu"
            yield context.submission.find("XDS-023", entry, "@id", message, expected=id_, actual=near)
    for document in context.documents:
        place = f"{at}/Document[@id='{document.entry}']"
        if document.entry not in entries:
            message = "Ce document n'est décrit par aucune fiche"
            yield context.find("XDS-023", place, message, actual=document.entry, line=document.line)
        if not document.content:
            message = "Le contenu du document manque, ou n'est pas en base64"
            yield context.find("XDS-023", place, message, line=document.line)
    ids = Counter(o.id for o in (*context.submission.objects.packages, *context.submission.objects.entries))
    for id_ in (i for i, n in ids.items() if n > 1):
        yield context.find("XDS-023", at, f"{ids[id_]} objets de la soumission ont le même identifiant", actual=id_)
    if not entries:
        yield context.find("XDS-023", at, "L'alimentation ne porte aucun document")
    signatures = [EntryContext(entry=s.entry, document=s.content) for s in context.signatures]
    for one in (*context.submission.entries, *signatures):
        yield from check_integrity(one)


@rule("XDS-013", families=MESSAGE)
def submission_time(context: MessageContext) -> Iterator[Finding]:
    """That of the reception where it is known; else, as a warning, that of the VIHF made for this call."""
    package = context.submission.package if context.submission else None
    if context.submission is None or package is None:
        return
    try:
        said = datetime.strptime(package.value("submissionTime"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return  # said by XDS-012
    issued = instant(context.vihf.issued) if context.vihf else None
    reference, severity = (context.received, None) if context.received else (issued, Severity.WARNING)
    if reference is None or abs(said - reference) <= _LATE:
        return
    which = "de la réception" if context.received else "du VIHF"
    message = f"L'instant de soumission n'est pas celui {which}, à 15 minutes près"
    if any(abs(said - reference - timedelta(hours=h)) <= _LATE for h in (1, 2)):
        message += ": l'heure locale a pu être prise pour l'heure universelle"
    expected = reference.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    actual = package.value("submissionTime")
    yield context.submission.find(
        "XDS-013", package, slot("submissionTime"), message, expected=expected, actual=actual, severity=severity
    )


@rule("XDS-029", families=MESSAGE)
def patient_of_the_set(context: MessageContext) -> Iterator[Finding]:
    """The patient of the submission, unless its entries write the same: what is wrong with it is told of them."""
    package = context.submission.package if context.submission else None
    if context.submission is None or package is None:
        return
    value = package.identifier(xds.SUBMISSION_PATIENT)
    if any(e.entry.identifier(xds.ENTRY_PATIENT) == value for e in context.submission.entries):
        return
    for message, severity in patient_faults(value, context.environment) if value else ():
        place = f"ExternalIdentifier[@identificationScheme='{xds.SUBMISSION_PATIENT}']"
        expected = "matricule^^^&OID&ISO^NH"
        yield context.submission.find(
            "XDS-029", package, place, message, expected=expected, actual=value, severity=severity
        )


@rule("XDS-028", families=MESSAGE)
def patient_of_the_vihf(context: MessageContext) -> Iterator[Finding]:
    """The VIHF and the submission name the same patient."""
    package = context.submission.package if context.submission else None
    said = split_cx(context.vihf.patient) if context.vihf else None
    if context.submission is None or package is None or said is None:
        return
    own = split_cx(package.identifier(xds.SUBMISSION_PATIENT))
    if own is not None and own[:2] != said[:2]:
        message = "Le lot et le VIHF ne désignent pas le même patient"
        place = f"ExternalIdentifier[@identificationScheme='{xds.SUBMISSION_PATIENT}']"
        expected, actual = f"{said[0]} ({said[1]})", f"{own[0]} ({own[1]})"
        yield context.submission.find("XDS-028", package, place, message, expected=expected, actual=actual)


@rule("XDS-038", families=MESSAGE)
def history(context: MessageContext) -> Iterator[Finding]:
    """A history document is dated by its act: not by the day of its sending."""
    package = context.submission.package if context.submission else None
    if _HISTORY not in context.requirements or context.submission is None or package is None:
        return
    sent = package.value("submissionTime")[:8]
    for one in context.submission.entries:
        start = one.entry.value("serviceStartTime")
        if sent and start[:8] == sent:
            yield one.find(
                "XDS-038",
                slot("serviceStartTime"),
                "Le document d'historique est daté de son envoi",
                expected="la date de l'acte",
                actual=start,
            )


@rule("XDS-046", families=MESSAGE)
def hiding(context: MessageContext) -> Iterator[Finding]:
    """A connexion secrète deposits nothing that parents see."""
    for one in context.submission.entries if context.submission else ():
        codes = {c.code for c in one.entry.coded(xds.CONFIDENTIALITY)}
        secret = context.vihf is not None and context.vihf.secret
        if secret and context.transaction is FEED and vihf.HIDDEN_FROM_PARENTS not in codes:
            place = f"Classification[@classificationScheme='{xds.CONFIDENTIALITY}']"
            actual = ", ".join(sorted(codes))
            yield one.find(
                "XDS-046",
                place,
                "Le document reste visible aux représentants légaux",
                expected=vihf.HIDDEN_FROM_PARENTS,
                actual=actual,
            )


@rule("XDS-064", families=MESSAGE)
def structure_is_author(context: MessageContext) -> Iterator[Finding]:
    """Indirect: the structure of the VIHF is an author of the submission and of each document."""
    said, submission = context.vihf, context.submission
    if said is None or submission is None or said.mode != vihf.INDIRECT or context.transaction is not FEED:
        return
    structure = said.value(vihf.STRUCTURE)
    if not structure:
        return
    holders = [(p, xds.SUBMISSION_AUTHOR) for p in submission.objects.packages]
    holders += [(e.entry, xds.ENTRY_AUTHOR) for e in submission.entries]
    for holder, scheme in holders:
        institutions = [v for a in holder.coded(scheme) for v in a.slots.get("authorInstitution", ())]
        numbers = [(v.split("^") + [""] * 10)[9] for v in institutions]
        if structure not in numbers:
            place = f"Classification[@classificationScheme='{scheme}']/{slot('authorInstitution')}"
            what = "du lot" if scheme == xds.SUBMISSION_AUTHOR else "de la fiche"
            message = f"La structure du VIHF n'est auteur d'aucun authorInstitution {what}"
            actual = ", ".join(numbers)
            yield submission.find("XDS-064", holder, place, message, expected=structure, actual=actual)


@rule("XDS-065", families=MESSAGE)
def user_is_author(context: MessageContext) -> Iterator[Finding]:
    """Direct: the professional of the VIHF is an author, or answers for the document."""
    said, submission = context.vihf, context.submission
    if said is None or submission is None or said.mode != vihf.DIRECT or context.transaction is not FEED:
        return
    sender = [i for p in submission.objects.packages for i in _people(p, xds.SUBMISSION_AUTHOR)]
    for one in submission.entries if said.name_id else ():
        ids = [*_people(one.entry, xds.ENTRY_AUTHOR), *sender]
        ids += [Person(v).id for v in one.entry.values("legalAuthenticator")]
        if said.name_id not in ids:
            actual = ", ".join(dict.fromkeys(i for i in ids if i))
            place = f"Classification[@classificationScheme='{xds.ENTRY_AUTHOR}']/{slot('authorPerson')}"
            yield one.find(
                "XDS-065",
                place,
                "Le professionnel du VIHF n'est ni auteur, ni responsable du document",
                expected=said.name_id,
                actual=actual,
            )


def _people(holder: RegistryObject, scheme: str) -> list[str]:
    return [Person(v).id for a in holder.coded(scheme) for v in a.slots.get("authorPerson", ())]


@rule("XDS-073", "XDS-074", families=MESSAGE)
def replacement(context: MessageContext) -> Iterator[Finding]:
    """The association and the document tell the same story."""
    submission = context.submission
    if submission is None or context.transaction is not FEED:
        return
    links = [a for a in submission.objects.associations if a.type.rpartition(":")[2] in ("RPLC", "XFRM_RPLC")]
    for link in links:
        if link.type not in (xds.RPLC, xds.XFRM_RPLC):
            message = "Le type de l'association n'est pas celui d'un remplacement"
            yield submission.find("XDS-073", link, "@associationType", message, expected=xds.RPLC, actual=link.type)
        if not _UUID.fullmatch(link.target):
            message = "Le document remplacé est désigné par son entryUUID"
            yield submission.find("XDS-073", link, "@targetObject", message, expected="urn:uuid:…", actual=link.target)
        source = next((e for e in submission.entries if e.entry.id == link.source), None)
        if source is None:
            message = "L'association ne part pas d'une fiche de la soumission"
            yield submission.find("XDS-073", link, "@sourceObject", message, actual=link.source)
        elif source.cda is not None and source.cda.header.replaces is None:
            message = "L'association remplace un document, et le CDA n'en remplace aucun (relatedDocument RPLC)"
            yield submission.find("XDS-073", link, "", message, expected="relatedDocument typeCode RPLC")
    yield from _one_for_one(submission, links)
    linked = {a.source for a in links}
    for one in submission.entries:
        if one.entry.id not in linked and (why := _later_version(one)):
            yield one.find("XDS-074", "", why, expected="une association RPLC vers la fiche remplacée")


def _one_for_one(submission: SubmissionContext, links: list[Association]) -> Iterator[Finding]:
    """A document names the one that it replaces (relatedDocument, 0..1), which is then no more the current one."""
    for name, ends in (("sourceObject", [a.source for a in links]), ("targetObject", [a.target for a in links])):
        for link, end in [(a, e) for n, (a, e) in enumerate(zip(links, ends, strict=True)) if e in ends[:n]]:
            what = "La fiche remplace déjà un document" if name == "sourceObject" else "Ce document est déjà remplacé"
            message = f"{what} dans la soumission: un document en remplace un seul"
            yield submission.find("XDS-073", link, f"@{name}", message, actual=end)


def _later_version(one: EntryContext) -> str:
    if one.cda is None:
        return ""
    header = one.cda.header
    if header.replaces is not None:
        return f"Le document remplace {header.replaces}, et aucune association RPLC ne part de sa fiche"
    if (header.version or 0) > 1:
        return f"Le document est en version {header.version}, et aucune association RPLC ne part de sa fiche"
    return ""
