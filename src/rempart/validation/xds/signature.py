"""The signature of a submission: its entry, its link to the submission, its manifest, its value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from rempart.formats.xds import model as xds
from rempart.formats.xds.lot_signature import CODES, HIDDEN, TITLE, Manifested
from rempart.formats.xds.model import RegistryObject
from rempart.formats.xds.transactions import FEED
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import rule
from rempart.validation.xds.authors import Person
from rempart.validation.xds.context import SubmissionContext, slot
from rempart.validation.xds.message import MessageContext, SignatureEntry
from rempart.validation.xds.metadata import has_form

MESSAGE = ("dmp-message",)
_NAMES = {
    xds.CLASS_CODE: "classCode", xds.TYPE_CODE: "typeCode", xds.FORMAT_CODE: "formatCode",
    xds.EVENT_CODE: "eventCodeList",
}  # fmt: skip
LEVEL_SYSTEMS = {h: xds.BASE_LEVEL if h == "N" else xds.FRENCH_LEVEL for h in HIDDEN}
_HASHES = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1", "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384", "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}  # fmt: skip


@rule("XDS-068", "XDS-069", families=MESSAGE)
def signature_entry(context: MessageContext) -> Iterator[Finding]:
    """One entry, with its codes, linked to the submission."""
    submission = context.submission
    if submission is None or context.transaction is not FEED:
        return
    if len(context.signatures) != 1:
        count = len(context.signatures)
        words = f"Le lot porte {count} signatures, une seule est attendue"
        words = words if count else "Le lot ne porte pas de signature"
        yield submission.find("XDS-068", submission.package, "", words)
    package_id = submission.package.id if submission.package else ""
    links = [a for a in submission.objects.associations if a.type == xds.SIGNS]
    for signature in context.signatures:
        yield from _codes(submission, signature)
        if not any(a.source == signature.entry.id and a.target == package_id for a in links):
            message = "Aucune association signs ne va de cette signature au lot"
            actual = ", ".join(f"{a.source} vers {a.target}" for a in links)
            yield submission.find("XDS-069", signature.entry, "@id", message, expected=xds.SIGNS, actual=actual)


def _codes(submission: SubmissionContext, signature: SignatureEntry) -> Iterator[Finding]:
    entry = signature.entry
    for scheme, expected in CODES.items():
        read = [(c.code, c.system) for c in entry.coded(scheme)]
        if read != [(expected.code, expected.system)]:
            message = f"{_NAMES[scheme]} n'est pas celui d'une signature de lot"
            place = f"Classification[@classificationScheme='{scheme}']"
            wanted, actual = f"{expected.code} ({expected.system})", ", ".join(f"{c} ({s})" for c, s in read)
            yield submission.find("XDS-068", entry, place, message, expected=wanted, actual=actual)
    for name, scheme in (("uniqueId", xds.ENTRY_ID), ("patientId", xds.ENTRY_PATIENT)):
        if not entry.identifier(scheme):
            place = f"ExternalIdentifier[@identificationScheme='{scheme}']"
            yield submission.find("XDS-068", entry, place, f"{name} manque à la signature du lot")
    unique_id = entry.identifier(xds.ENTRY_ID)
    if unique_id and not has_form("oid", unique_id):
        place = f"ExternalIdentifier[@identificationScheme='{xds.ENTRY_ID}']"
        message = "L'identifiant unique de la signature n'est pas un OID"
        yield submission.find("XDS-068", entry, place, message, expected="un OID", actual=unique_id)
    yield from _author(submission, entry)
    if entry.object_type != xds.STABLE_DOCUMENT:
        message = "objectType n'est pas celui d'un document"
        yield submission.find(
            "XDS-068", entry, "@objectType", message, expected=xds.STABLE_DOCUMENT, actual=entry.object_type
        )
    read_levels = entry.coded(xds.CONFIDENTIALITY)
    levels = {c.code for c in read_levels}
    if levels != set(HIDDEN) or any(c.system not in ("", LEVEL_SYSTEMS[c.code]) for c in read_levels):
        message = "La signature n'est pas masquée aux professionnels et invisible au patient"
        place = f"Classification[@classificationScheme='{xds.CONFIDENTIALITY}']"
        actual = ", ".join(sorted(f"{c.code} ({c.system})" for c in read_levels))
        yield submission.find("XDS-068", entry, place, message, expected=", ".join(HIDDEN), actual=actual)
    if entry.title != TITLE:  # no code: what a list shows
        message = "Le titre n'est pas celui d'une signature de lot"
        yield submission.find(
            "XDS-068", entry, "Name", message, expected=TITLE, actual=entry.title, severity=Severity.WARNING
        )
    for name, read_, wanted in (
        ("languageCode", entry.value("languageCode"), "art"), ("mimeType", entry.mime_type, "text/xml"),
    ):  # fmt: skip
        if read_ != wanted:
            place = "@mimeType" if name == "mimeType" else slot(name)
            message = f"{name} n'est pas celui d'une signature de lot"
            yield submission.find("XDS-068", entry, place, message, expected=wanted, actual=read_)


def _author(submission: SubmissionContext, entry: RegistryObject) -> Iterator[Finding]:
    """The sender: one of the authors of the submission, known by the identifier."""
    place = f"Classification[@classificationScheme='{xds.ENTRY_AUTHOR}']"
    people = [a.value("authorPerson") for a in entry.coded(xds.ENTRY_AUTHOR)]
    if not any(people):
        yield submission.find("XDS-068", entry, place, "La signature du lot n'a pas d'auteur: celui qui envoie")
        return
    package = submission.package
    senders = [a.value("authorPerson") for a in package.coded(xds.SUBMISSION_AUTHOR)] if package else []
    known = {Person(p).id for p in senders if p}
    if known and not any(Person(p).id in known for p in people if p):
        message = "L'auteur de la signature du lot n'est pas celui du lot"
        at = f"{place}/{slot('authorPerson')}"
        yield submission.find(
            "XDS-068", entry, at, message, expected=", ".join(filter(None, senders)), actual=", ".join(people),
            severity=Severity.WARNING,
        )  # fmt: skip


@rule("XDS-070", "XDS-071", "XDS-072", families=MESSAGE)
def signature_file(context: MessageContext) -> Iterator[Finding]:
    """What the file signs, and whether it holds."""
    for signature in context.signatures if context.submission else ():
        where = f"Document[@id='{signature.entry.id}']!/Signature"
        read = signature.read
        if read is None:
            if signature.content:
                yield context.find("XDS-071", where, "Le fichier n'est pas une signature XML")
            continue
        if read.verified.problem:
            yield context.find("XDS-071", where, f"La signature ne vaut pas: {read.verified.problem}")
        elif not read.manifest_signed:
            message = "La signature ne couvre pas le manifeste"
            actual = ", ".join(read.verified.references)
            yield context.find("XDS-071", f"{where}/SignedInfo", message, expected="#IHEManifest", actual=actual)
        elif not read.properties_signed:
            message = "La signature ne couvre pas les propriétés signées de XAdES (SignedProperties)"
            actual = ", ".join(read.verified.references)
            yield context.find(
                "XDS-071", f"{where}/SignedInfo", message, expected="une référence à SignedProperties", actual=actual,
                severity=Severity.WARNING,
            )  # fmt: skip
        weak = read.verified.weak or tuple(i.algorithm for i in read.lines if i.algorithm.endswith("sha1"))
        if weak:
            yield context.find(
                "XDS-072",
                f"{where}/SignedInfo",
                "La signature du lot emploie SHA-1",
                expected="SHA-256",
                actual=weak[0],
            )
        yield from _manifest(context, read.lines, f"{where}/Object/Manifest")


def _manifest(context: MessageContext, lines: tuple[Manifested, ...], where: str) -> Iterator[Finding]:
    submission = context.submission
    if submission is None:
        return
    if not lines:
        yield context.find("XDS-070", where, "La signature n'a pas de manifeste", expected="ds:Manifest")
        return
    contents = {d.entry: d.content for d in context.documents}
    expected = {p.identifier(xds.SUBMISSION_ID): None for p in submission.objects.packages}
    expected |= {e.entry.identifier(xds.ENTRY_ID): contents.get(e.entry.id) for e in submission.entries}  # type: ignore[misc]
    said = {line.unique_id for line in lines}
    for unique_id in (i for i in expected if i and i not in said):
        message = f"Le manifeste ne désigne pas urn:oid:{unique_id}"
        actual = ", ".join(i.uri for i in lines)
        yield context.find("XDS-070", where, message, expected=f"urn:oid:{unique_id}", actual=actual)
    for line in lines:
        if (content := expected.get(line.unique_id)) is not None:
            yield from _digest(context, line, content, where)
        elif line.unique_id not in expected:
            message = "Le manifeste désigne ce qui n'est pas dans la soumission"
            yield context.find("XDS-070", f"{where}/Reference/@URI", message, actual=line.uri)


def _digest(context: MessageContext, line: Manifested, content: bytes, where: str) -> Iterator[Finding]:
    at = f"{where}/Reference[@URI='{line.uri}']"
    name = _HASHES.get(line.algorithm)
    if name is None:
        message = "L'algorithme d'empreinte du manifeste n'est pas connu"
        yield context.find("XDS-070", f"{at}/DigestMethod", message, actual=line.algorithm)
    elif line.digest != hashlib.new(name, content, usedforsecurity=False).digest():
        message = "L'empreinte du manifeste n'est pas celle du document envoyé"
        yield context.find("XDS-070", f"{at}/DigestValue", message)
