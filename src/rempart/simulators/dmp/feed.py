"""TD2.1 (ITI-41): a submission taken whole, or refused with every reason at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from rempart.formats.xdm.model import sha1
from rempart.formats.xds import RegistryObject, SubmittedObjects, read_objects
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import SUCCESS, RegistryResponse, write_response
from rempart.formats.xds.provide import read_documents
from rempart.formats.xds.read import rim
from rempart.simulators.dmp import entries, rights
from rempart.simulators.dmp.patients import DmpPatient
from rempart.simulators.dmp.refusals import Refusal, Refused
from rempart.simulators.dmp.registry import Entry, Link, Status, Submission
from rempart.simulators.dmp.service import Dmp, Incoming, Reply

_MANDATORY = {
    "classCode": xds.CLASS_CODE, "typeCode": xds.TYPE_CODE, "formatCode": xds.FORMAT_CODE,
    "healthcareFacilityTypeCode": xds.FACILITY, "practiceSettingCode": xds.PRACTICE,
    "confidentialityCode": xds.CONFIDENTIALITY, "author": xds.ENTRY_AUTHOR,
}  # fmt: skip
_N1_FORMATS = ("urn:ihe:iti:xds-sd:pdf:2008", "urn:ihe:iti:xds-sd:text:2008")
_INVISIBLE, _MASKED, _SECRET = "INVISIBLE_PATIENT", "MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX"
_REASON = 300  # characters
_REPLACING = (xds.RPLC, "urn:ihe:iti:2007:AssociationType:XFRM_RPLC")


@dataclass(frozen=True, slots=True)
class _Lot:
    """A submission that is being looked at. `contents`: bytes by the id of their entry."""

    dmp: Dmp
    call: Incoming
    objects: SubmittedObjects
    contents: dict[str, bytes | None]
    patient: DmpPatient
    hashes: dict[str, str]  # SHA-1 of these bytes, what XDS calls their hash

    @property
    def set(self) -> RegistryObject:
        return self.objects.packages[0]

    @property
    def documents(self) -> list[RegistryObject]:
        """Entries without that of the signature."""
        return [e for e in self.objects.entries if not entries.is_signature(e)]

    def entry(self, id_: str) -> RegistryObject | None:
        return next((e for e in self.objects.entries if e.id == id_), None)


def feed(dmp: Dmp, call: Incoming) -> Reply:
    """Raises Refused with every reason; the registry is then unchanged."""
    patient = dmp.patient(call.caller.patient)
    rights.check_transaction("TD2.1", call.caller, patient)
    objects = read_objects(call.body)
    if len(objects.packages) != 1 or not objects.entries:
        raise Refused(Refusal("XDSRepositoryMetadataError", "un lot de soumission et au moins une fiche sont attendus"))
    contents = {d.entry: d.content for d in read_documents(call.body, call.capture)}
    lot = _Lot(dmp, call, objects, contents, patient, {i: sha1(c) for i, c in contents.items() if c is not None})
    refusals = [refusal for check in _CHECKS for refusal in check(lot)]
    if refusals:
        raise Refused(*refusals)
    _register(lot)
    return Reply(
        body=write_response(RegistryResponse(status=SUCCESS)),
        transaction="TD2.1",
        documents=tuple(e.identifier(xds.ENTRY_ID) for e in lot.documents),
    )


def _patients(lot: _Lot) -> Iterator[Refusal]:
    wanted = lot.patient.ins
    named = [lot.set.identifier(xds.SUBMISSION_PATIENT)]
    named += [e.identifier(xds.ENTRY_PATIENT) for e in lot.objects.entries]
    yield from (Refusal("XDSPatientIdDoesNotMatch", p) for p in named if entries.matricule(p) != wanted)


def _metadata(lot: _Lot) -> Iterator[Refusal]:
    for name, scheme in (("uniqueId", xds.SUBMISSION_ID), ("sourceId", xds.SUBMISSION_SOURCE)):
        if not lot.set.identifier(scheme):
            yield Refusal("XDSRepositoryMetadataError", f"lot, {name}")
    for entry in lot.documents:
        missing = [name for name, scheme in _MANDATORY.items() if not entry.coded(scheme)]
        missing += [name for name in ("creationTime", "languageCode") if not entry.value(name)]
        missing += [] if entry.identifier(xds.ENTRY_ID) else ["uniqueId"]
        yield from (Refusal("XDSRepositoryMetadataError", f"{entry.place}, {name}") for name in missing)


def _contents(lot: _Lot) -> Iterator[Refusal]:
    for entry in lot.objects.entries:
        content = lot.contents.get(entry.id)
        if not content:
            yield Refusal("XDSMissingDocument", entry.id)
            continue
        if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            yield Refusal("InvalidDocumentContent", entry.id)
        size, digest = entry.value("size"), entry.value("hash").lower()
        if size and size != str(len(content)):
            yield Refusal("XDSRepositoryMetadataError", f"{entry.place}, size")
        if digest and digest != lot.hashes[entry.id]:
            yield Refusal("XDSRepositoryMetadataError", f"{entry.place}, hash")
    known = {e.id for e in lot.objects.entries}
    yield from (Refusal("XDSMissingDocumentMetadata", id_) for id_ in lot.contents if id_ not in known)


def _identifiers(lot: _Lot) -> Iterator[Refusal]:
    named = [lot.set.identifier(xds.SUBMISSION_ID), *(e.identifier(xds.ENTRY_ID) for e in lot.objects.entries)]
    for unique_id in dict.fromkeys(n for n in named if named.count(n) > 1 and n):
        yield Refusal("XDSRegistryDuplicateUniqueIdInMessage", unique_id)
    if lot.dmp.registry.knows(named[0]):
        yield Refusal("XDSDuplicateUniqueIdInRegistry", named[0])
    for entry in lot.objects.entries:
        unique_id = entry.identifier(xds.ENTRY_ID)
        if not lot.dmp.registry.knows(unique_id):
            continue
        known = lot.dmp.registry.latest(unique_id)
        same = known is None or known.sha1 == lot.hashes.get(entry.id)
        yield Refusal("XDSDuplicateUniqueIdInRegistry" if same else "XDSNonIdenticalHash", unique_id)


def _author_link(lot: _Lot) -> Iterator[Refusal]:
    """EX_2.1-1140: who calls is one of the authors of the lot and of each document."""
    schemes = [(lot.set, xds.SUBMISSION_AUTHOR), *((e, xds.ENTRY_AUTHOR) for e in lot.documents)]
    for found, scheme in schemes:
        authors, structures = entries.authors_of(found, scheme), entries.structures_of(found, scheme)
        if not rights.is_author(lot.call.caller, authors, structures):
            yield Refusal("SIM_AuteurNonCorrespondant", found.place)


def _masking(lot: _Lot) -> Iterator[Refusal]:
    for entry in lot.documents:
        codes = entries.codes_of(entry)
        if _MASKED in codes and _INVISIBLE in codes and not lot.dmp.settings.masked_and_invisible:
            yield Refusal("SIM_CumulMasquage", entry.place)
        if lot.call.caller.secret and _SECRET not in codes:
            yield Refusal("SIM_ConnexionSecrete", entry.place)


def _judged(lot: _Lot) -> Iterator[Refusal]:
    """What the rules that were lent say."""
    reasons = lot.dmp.judge(lot.call.message) if lot.dmp.judge else ()
    yield from (Refusal("XDSRepositoryMetadataError", reason[:_REASON]) for reason in reasons)


def _replacements(lot: _Lot) -> Iterator[Refusal]:
    for link in lot.objects.associations:
        if link.type not in _REPLACING:
            continue
        old = lot.dmp.registry.entry(link.target)
        if old is None or not old.latest or old.patient != lot.patient.ins or lot.entry(link.source) is None:
            yield Refusal("XDSReplaceFailed", link.target)
        elif old.status is Status.DEPRECATED:
            yield Refusal("XDSRegistryDeprecatedDocumentError", link.target)
        elif old.status is not Status.APPROVED:
            yield Refusal("XDSReplaceFailed", link.target)


def _pairs(lot: _Lot) -> Iterator[Refusal]:
    """Vague 1: an N3 comes with the N1 that it transforms, in the lot or already in the registry."""
    if not lot.dmp.settings.n1_wanted:
        return
    for entry in lot.documents:
        if any(c.code in _N1_FORMATS for c in entry.coded(xds.FORMAT_CODE)):
            continue
        links = [a for a in lot.objects.associations if a.type == xds.XFRM and entry.id in (a.source, a.target)]
        if not links:
            yield Refusal("SIM_N3SansN1", entry.identifier(xds.ENTRY_ID))


_CHECKS: tuple[Callable[[_Lot], Iterator[Refusal]], ...] = (
    _patients, _metadata, _contents, _identifiers, _author_link, _masking, _replacements, _pairs,
    _judged,
)  # fmt: skip


def _register(lot: _Lot) -> None:
    registry = lot.dmp.registry
    names = {lot.set.id: new_uuid(), **{e.id: new_uuid() for e in lot.objects.entries}}
    package = next(lot.call.body.iter(rim("RegistryPackage")))
    elements = {e.get("id", ""): e for e in lot.call.body.iter(rim("ExtrinsicObject"))}
    submission = Submission(
        names[lot.set.id], lot.set.identifier(xds.SUBMISSION_ID), lot.patient.ins, lot.set.value("submissionTime"),
        etree.tostring(package, with_tail=False),
    )  # fmt: skip
    with registry.change():
        registry.add_submission(submission)
        for entry in lot.objects.entries:
            registry.add_entry(_entry(lot, entry, names[entry.id], elements[entry.id], submission.uuid))
        for link in lot.objects.associations:
            source, target = names.get(link.source, link.source), names.get(link.target, link.target)
            registry.add_link(Link(new_uuid(), link.type, source, target))
            if link.type in _REPLACING:
                registry.set_status(target, Status.DEPRECATED)


def _entry(lot: _Lot, entry: RegistryObject, name: str, element: etree._Element, submission: str) -> Entry:
    content = lot.contents[entry.id] or b""
    return Entry(
        uuid=name,
        lid=name,  # the logicalID is the first entryUUID (sample of TD3.1)
        version=1,
        unique_id=entry.identifier(xds.ENTRY_ID),
        patient=lot.patient.ins,
        status=Status.APPROVED,
        authors=entries.authors_of(entry),
        structures=entries.structures_of(entry),
        codes=entries.codes_of(entry),
        xml=etree.tostring(element, with_tail=False),
        at=lot.dmp.registry.keep(content),
        size=len(content),
        sha1=lot.hashes[entry.id],
        submission=submission,
    )


def new_uuid() -> str:
    return f"urn:uuid:{uuid.uuid4()}"
