"""Documents that the DMP holds before a scenario begins: put in by others, without a call to say so.

Each is a document of `simulators.documents`; its metadata are those of its header, but for what a scenario changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.xdm import from_cda
from rempart.formats.xdm.model import Submission as Lot
from rempart.formats.xdm.model import XdmDocument, sha1
from rempart.formats.xds import model as xds
from rempart.formats.xds.provide import add_objects
from rempart.formats.xds.read import read_objects, rim
from rempart.formats.xds.write import add_entry, add_slot
from rempart.simulators.dmp import entries
from rempart.simulators.dmp.registry import Entry, Link, Registry, Status, Submission
from rempart.simulators.documents import Version, new_oid

_LIST = "urn:ihe:iti:xds:2013:referenceIdList"
_CARE = Coded("07", "1.2.250.1.213.2.2", "Consultation externe")


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the DMP: its content as its author wrote it, and the entry that the registry gave it."""

    version: Version
    entry: Entry

    @property
    def unique_id(self) -> str:
        return self.entry.unique_id


def put(
    registry: Registry,
    version: Version,
    *,
    hidden: tuple[str, ...] = (),
    status: Status = Status.APPROVED,
    submitted: datetime | None = None,
    references: tuple[str, ...] = (),
    metadata: Mapping[str, Any] | None = None,
    replaces: Held | None = None,
    transforms: Held | None = None,
) -> Held:
    """Put a document in. `hidden` are codes of confidentiality besides the base level, `submitted` is now by default,
    `references` items of referenceIdList, `metadata` fields of XdmDocument that are not those of the header.

    `replaces`: what it takes the place of (RPLC). `transforms`: the N1 of which it is the N3 (XFRM, vague 1).
    """
    document = from_cda(version.document.cda, hidden=hidden)
    if metadata:
        document = replace(document, **metadata)
    when = (submitted or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%d%H%M%S")
    with registry.change():
        lot = _submission(registry, document, entries.matricule(from_cda(version.document.cda).patient_id), when)
        entry = _entry(registry, document, lot, status, references)
        registry.add_link(Link(_urn(), xds.HAS_MEMBER, lot.uuid, entry.uuid))
        if replaces is not None:
            registry.add_link(Link(_urn(), xds.RPLC, entry.uuid, replaces.entry.uuid))
            registry.set_status(replaces.entry.uuid, Status.DEPRECATED)
        if transforms is not None:
            registry.add_link(Link(_urn(), xds.XFRM, entry.uuid, transforms.entry.uuid))
    return Held(version, entry)


def _submission(registry: Registry, document: XdmDocument, patient: str, when: str) -> Submission:
    author = document.authors[0]
    said = Lot(
        documents=(document,), unique_id=new_oid(), source_id=new_oid(), submitted=when, author_person=author.person,
        author_institution=author.institution, patient_id=document.patient_id, content_type=_CARE,
    )  # fmt: skip
    package = next(add_objects(said).iter(rim("RegistryPackage")))
    lot = Submission(_urn(), said.unique_id, patient, when, etree.tostring(package, with_tail=False))
    registry.add_submission(lot)
    return lot


def _entry(
    registry: Registry, document: XdmDocument, lot: Submission, status: Status, references: tuple[str, ...]
) -> Entry:
    objects = etree.Element(rim("RegistryObjectList"), nsmap={"rim": xds.RIM})
    element = add_entry(objects, document, "Document01")
    if references:
        add_slot(element, _LIST, *references)
        element.insert(0, element[-1])  # ebRIM wants slots first
    (found,) = read_objects(objects).entries
    uuid_ = _urn()
    entry = Entry(
        uuid=uuid_, lid=uuid_, version=1, unique_id=document.unique_id, patient=lot.patient, status=status,
        authors=entries.authors_of(found), structures=entries.structures_of(found), codes=entries.codes_of(found),
        xml=etree.tostring(element, with_tail=False), at=registry.keep(document.data), size=len(document.data),
        sha1=sha1(document.data), submission=lot.uuid,
    )  # fmt: skip
    registry.add_entry(entry)
    return entry


def _urn() -> str:
    return uuid.uuid4().urn
