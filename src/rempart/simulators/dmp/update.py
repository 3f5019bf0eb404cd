"""TD3.3 (ITI-57): a document masked, shown, archived or deleted, by a new version of its entry or of its status."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from rempart.formats.xds import Association, RegistryObject, SubmittedObjects, read_objects
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import SUCCESS, RegistryResponse, write_response
from rempart.formats.xds.read import rim
from rempart.simulators.dmp import entries, rights
from rempart.simulators.dmp.feed import new_uuid
from rempart.simulators.dmp.patients import DmpPatient
from rempart.simulators.dmp.refusals import refused
from rempart.simulators.dmp.registry import Entry, Link, Status, Submission
from rempart.simulators.dmp.service import Dmp, Incoming, Reply
from rempart.simulators.dmp.visible import sees

_TRANSITIONS = {
    (Status.APPROVED, Status.ARCHIVED), (Status.ARCHIVED, Status.APPROVED), (Status.APPROVED, Status.DELETED),
    (Status.ARCHIVED, Status.DELETED),
}  # fmt: skip
_INVISIBLE = {"INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"}
_MASKED = "MASQUE_PS"
_FIXED_CODES = (
    xds.CLASS_CODE, xds.TYPE_CODE, xds.FORMAT_CODE, xds.FACILITY, xds.PRACTICE, xds.EVENT_CODE, xds.ENTRY_AUTHOR,
)  # fmt: skip
_FIXED_SLOTS = ("creationTime", "serviceStartTime", "serviceStopTime", "languageCode", "sourcePatientId")


def update(dmp: Dmp, call: Incoming) -> Reply:
    """Raises Refused; the registry is then unchanged."""
    patient = dmp.patient(call.caller.patient)
    objects = read_objects(call.body)
    statuses = [a for a in objects.associations if a.type == xds.UPDATE_STATUS]
    if len(objects.packages) == 1 and len(statuses) == 1 and not objects.entries:
        return _status(dmp, call, patient, objects, statuses[0])
    if len(objects.packages) == 1 and len(objects.entries) == 1 and not statuses:
        return _metadata(dmp, call, patient, objects)
    raise refused("XDSMetadataUpdateOperationError", "un lot, et soit un changement de statut, soit une fiche")


def _target(dmp: Dmp, call: Incoming, patient: DmpPatient, entry: Entry | None) -> Entry:
    """The version in force of a document of this patient that the caller sees."""
    if entry is None or entry.patient != patient.ins or not sees(call.caller, patient, entry):
        raise refused("XDSMetadataUpdateError", "document inconnu")
    if not entry.latest:
        raise refused("XDSMetadataVersionError", entry.uuid)
    return entry


def _status(
    dmp: Dmp, call: Incoming, patient: DmpPatient, objects: SubmittedObjects, change: Association
) -> Reply:
    before, after = (next(iter(change.slots.get(n, ())), "") for n in ("OriginalStatus", "NewStatus"))
    transaction = "TD3.3c" if after == Status.DELETED else "TD3.3d"
    rights.check_transaction(transaction, call.caller, patient)
    entry = _target(dmp, call, patient, dmp.registry.entry(change.target))
    rights.check_document(transaction, call.caller, patient, entry.authors, entry.structures)
    if entry.status.value != before:
        raise refused("XDSMetadataUpdateError", f"OriginalStatus: {before}")
    if (before, after) not in _TRANSITIONS:
        raise refused("XDSMetadataUpdateError", f"NewStatus: {after}")
    with dmp.registry.change():
        submission = _submission(dmp, call, patient, objects)
        dmp.registry.add_link(Link(new_uuid(), xds.UPDATE_STATUS, submission.uuid, entry.uuid))
        dmp.registry.set_status(entry.uuid, Status(after))
    return _done(transaction, entry)


def _metadata(dmp: Dmp, call: Incoming, patient: DmpPatient, objects: SubmittedObjects) -> Reply:
    (new,) = objects.entries
    current = next((e for e in dmp.registry.versions(new.lid) if e.latest), None) if new.lid else None
    entry = _target(dmp, call, patient, current)
    if _previous(objects, new) != str(entry.version):
        raise refused("XDSMetadataVersionError", f"PreviousVersion attendu: {entry.version}")
    _check_unchanged(entry, new)
    transactions = _operations(entry, new)
    for transaction in transactions:
        rights.check_transaction(transaction, call.caller, patient)
        rights.check_document(transaction, call.caller, patient, entry.authors, entry.structures)
    element = next(call.body.iter(rim("ExtrinsicObject")))
    with dmp.registry.change():
        submission = _submission(dmp, call, patient, objects)
        version = replace(
            entry, uuid=new_uuid(), version=entry.version + 1, codes=entries.codes_of(new),
            xml=etree.tostring(element, with_tail=False), submission=submission.uuid,
        )  # fmt: skip
        dmp.registry.add_entry(version)
        dmp.registry.add_link(Link(new_uuid(), xds.HAS_MEMBER, submission.uuid, version.uuid))
    return _done(transactions[0].partition("-")[0], version)


def _previous(objects: SubmittedObjects, new: RegistryObject) -> str:
    members = (a for a in objects.associations if a.type == xds.HAS_MEMBER and a.target == new.id)
    return next((v for a in members for v in a.slots.get("PreviousVersion", ())), "")


def _check_unchanged(entry: Entry, new: RegistryObject) -> None:
    """Only the confidentiality codes may differ (sample of TD3.3a)."""
    old = entries.parsed(entry)
    given = {"hash": entry.sha1, "size": str(entry.size), "repositoryUniqueId": xds.DMP_REPOSITORY}
    for name, value in given.items():
        if new.value(name).lower() != value:
            raise refused("UnmodifiableMetadataError", name)
    if new.identifier(xds.ENTRY_ID) != entry.unique_id:
        raise refused("UnmodifiableMetadataError", "uniqueId")
    if entries.matricule(new.identifier(xds.ENTRY_PATIENT)) != entry.patient:
        raise refused("UnmodifiableMetadataError", "patientId")
    for scheme in _FIXED_CODES:
        if _said(old, scheme) != _said(new, scheme):
            raise refused("UnmodifiableMetadataError", scheme)
    for name in _FIXED_SLOTS:
        if old.values(name) != new.values(name):
            raise refused("UnmodifiableMetadataError", name)
    if (old.title, old.mime_type) != (new.title, new.mime_type):
        raise refused("UnmodifiableMetadataError", "title ou mimeType")


def _said(found: RegistryObject, scheme: str) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    return [(c.code, sorted(c.slots.items())) for c in found.coded(scheme)]


def _operations(entry: Entry, new: RegistryObject) -> list[str]:
    """What the change of confidentiality codes means, as keys of rights.yaml."""
    before, after = set(entry.codes), set(entries.codes_of(new))
    if before - after - _INVISIBLE - {_MASKED} or after - before - {_MASKED}:
        # the base level is that of the CDA, and making visible is irreversible (EX_3.3-1045)
        raise refused("UnmodifiableMetadataError", "confidentialityCode")
    operations = {
        "TD3.3a-mask": _MASKED in after - before,
        "TD3.3a-unmask": _MASKED in before - after,
        "TD3.3b": bool(_INVISIBLE & (before - after)),
    }
    found = [name for name, done in operations.items() if done]
    if not found:
        raise refused("XDSMetadataUpdateError", "aucune visibilité ne change")
    return found


def _submission(dmp: Dmp, call: Incoming, patient: DmpPatient, objects: SubmittedObjects) -> Submission:
    (lot,) = objects.packages
    unique_id = lot.identifier(xds.SUBMISSION_ID)
    if not unique_id or dmp.registry.knows(unique_id):
        raise refused("XDSDuplicateUniqueIdInRegistry" if unique_id else "XDSRegistryMetadataError", unique_id)
    package = next(call.body.iter(rim("RegistryPackage")))
    submission = Submission(
        new_uuid(), unique_id, patient.ins, lot.value("submissionTime"), etree.tostring(package, with_tail=False)
    )
    dmp.registry.add_submission(submission)
    return submission


def _done(transaction: str, entry: Entry) -> Reply:
    return Reply(
        body=write_response(RegistryResponse(status=SUCCESS)), transaction=transaction, documents=(entry.unique_id,)
    )
