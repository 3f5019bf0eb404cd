"""TD2.1 and TD3.3: a submission by the caller, of documents, of a status, or of an entry anew."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.xdm.model import Submission, XdmDocument, XdsAuthor
from rempart.formats.xds import RegistryObject, model
from rempart.formats.xds.lot_signature import signature_entry, write_lot_signature
from rempart.formats.xds.provide import objects_of, provide, resubmitted, status_change
from rempart.formats.xds.transactions import FEED, UPDATE
from rempart.formats.xds.write import SET, add_association
from rempart.reference.dmp.caller import Caller
from rempart.reference.dmp.client import Dmp
from rempart.reference.dmp.deviations import ENTRIES, OBJECTS, deviate


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What a submission is known by: the same at each attempt. Identifiers are OIDs; `source_id` is that of the
    installed software, `content_type` the mode of care (JDV_J59)."""

    unique_id: str
    signature_id: str  # of the entry of the signature; unused by TD3.3
    source_id: str
    content_type: Coded

    def submission(self, caller: Caller, when: datetime, documents: tuple[XdmDocument, ...] = ()) -> Submission:
        """The set, submitted by the caller at this time."""
        return Submission(
            documents=documents, unique_id=self.unique_id, source_id=self.source_id,
            submitted=when.astimezone(UTC).strftime("%Y%m%d%H%M%S"), author_person=caller.person,
            author_institution=caller.institution, patient_id=caller.patient, content_type=self.content_type,
        )  # fmt: skip


async def feed(
    dmp: Dmp, caller: Caller, lot: Lot, when: datetime, documents: Sequence[XdmDocument],
    replaces: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """TD2.1: documents, and the signature of the set. `replaces`: entryUUID of what a document replaces, by its
    uniqueId. Raises Outage, Refused."""
    sent = [deviate(d, dmp.mutants, ENTRIES) for d in documents]
    said = lot.submission(caller, when, tuple(sent))
    if not dmp.mutants.on("signature-du-lot-oubliee"):
        said = replace(said, documents=(*sent, _signature(dmp, caller, lot, said)))
    names = {d.unique_id: f"Document{n:02d}" for n, d in enumerate(said.documents, 1)}
    objects = objects_of(said, {names[u]: uuid for u, uuid in (replaces or {}).items()})
    if lot.signature_id in names:
        add_association(objects, "Signs01", model.SIGNS, names[lot.signature_id], SET)
    objects = deviate(objects, dmp.mutants, OBJECTS)
    if dmp.mutants.on("document-en-ligne"):
        await dmp.call(FEED, provide(objects, {names[d.unique_id]: d.data for d in said.documents}), caller)
        return
    parts = {f"{names[d.unique_id]}@rempart": d.data for d in said.documents}
    body = provide(objects, {names[d.unique_id]: f"{names[d.unique_id]}@rempart" for d in said.documents})
    await dmp.call(FEED, body, caller, parts)


def _signature(dmp: Dmp, caller: Caller, lot: Lot, said: Submission) -> XdmDocument:
    """The entry of the signature of a set, and its file."""
    stale = dmp.mutants.on("signature-d-autres-octets")
    signed = {d.unique_id: b64encode(d.data) if stale else d.data for d in said.documents}
    author = XdsAuthor(person=caller.person, institution=caller.institution)
    return signature_entry(
        write_lot_signature(dmp.signer, lot.unique_id, signed), unique_id=lot.signature_id, patient_id=caller.patient,
        created=said.submitted, author=author, legal=caller.person, model=said.documents[0],
    )  # fmt: skip


async def delete(dmp: Dmp, caller: Caller, lot: Lot, when: datetime, entry: RegistryObject) -> None:
    """TD3.3c. `entry` is as the registry returned it. Raises Outage, Refused."""
    await _set_status(dmp, caller, lot, when, entry, model.DELETED)


async def archive(dmp: Dmp, caller: Caller, lot: Lot, when: datetime, entry: RegistryObject) -> None:
    """TD3.3d: archive, or take out of the archives what is in them. Raises Outage, Refused."""
    after = model.APPROVED if entry.status == model.ARCHIVED else model.ARCHIVED
    await _set_status(dmp, caller, lot, when, entry, after)


async def _set_status(dmp: Dmp, caller: Caller, lot: Lot, when: datetime, entry: RegistryObject, after: str) -> None:
    body = status_change(lot.submission(caller, when), entry.id, entry.status, after)
    await dmp.call(UPDATE, body, caller)


async def set_confidentiality(
    dmp: Dmp, caller: Caller, lot: Lot, when: datetime, element: etree._Element, codes: Sequence[str]
) -> None:
    """TD3.3a and TD3.3b: the entry anew, as the registry returned it (`element`), with these confidentiality codes:
    MASQUE_PS added or taken away, INVISIBLE_PATIENT taken away. Raises Outage, Refused."""
    await dmp.call(UPDATE, resubmitted(lot.submission(caller, when), element, codes), caller)
