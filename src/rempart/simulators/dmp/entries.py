"""From ebRIM to what the registry keeps, and back: an entry that is returned says more than the one submitted."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from rempart.formats.xds import RegistryObject, read_objects
from rempart.formats.xds import model as xds
from rempart.formats.xds.read import rim
from rempart.formats.xds.write import add_association, add_slot
from rempart.simulators.dmp.registry import Entry, Link, Submission

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_REGISTRY_SLOTS = ("hash", "size", "repositoryUniqueId")  # the registry says them, whatever was submitted
SIGNATURE_CLASS = "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1"
SIGNATURE_FORMAT = "http://www.w3.org/2000/09/xmldsig#"
STRUCTURE_COMPONENT = 10  # of an XON


def matricule(patient_id: str) -> str:
    """`279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH` -> the INS."""
    return patient_id.partition("^")[0]


def authors_of(found: RegistryObject, scheme: str = xds.ENTRY_AUTHOR) -> tuple[str, ...]:
    """Identifiers of the persons: authors, and the legal authenticator."""
    persons = [p for c in found.coded(scheme) for p in c.slots.get("authorPerson", ())]
    persons += found.values("legalAuthenticator")
    return tuple(dict.fromkeys(i for p in persons if (i := p.partition("^")[0])))


def structures_of(found: RegistryObject, scheme: str = xds.ENTRY_AUTHOR) -> tuple[str, ...]:
    """Identifiers of the institutions of the authors (tenth component of the XON)."""
    names = (i.split("^") for c in found.coded(scheme) for i in c.slots.get("authorInstitution", ()))
    return tuple(dict.fromkeys(n[STRUCTURE_COMPONENT - 1] for n in names if len(n) >= STRUCTURE_COMPONENT))


def codes_of(found: RegistryObject) -> tuple[str, ...]:
    """Confidentiality codes, in their order."""
    return tuple(c.code for c in found.coded(xds.CONFIDENTIALITY))


def is_signature(found: RegistryObject) -> bool:
    """The entry of the XAdES signature of the submission, which is no document of the patient."""
    return any(c.code == SIGNATURE_CLASS for c in found.coded(xds.CLASS_CODE)) or any(
        c.code == SIGNATURE_FORMAT for c in found.coded(xds.FORMAT_CODE)
    )


def parsed(entry: Entry) -> RegistryObject:
    """The metadata of an entry, as submitted."""
    (found,) = read_objects(etree.fromstring(entry.xml, _PARSER)).entries
    return found


def element_of(entry: Entry) -> etree._Element:
    """The ExtrinsicObject that a query returns: entryUUID, logicalID, version, status, hash, size and repository."""
    element = etree.fromstring(entry.xml, _PARSER)
    submitted = element.get("id", "")
    element.set("id", entry.uuid)
    element.set("lid", entry.lid)
    element.set("status", entry.status.value)
    _rename(element, submitted, entry.uuid)
    for slot in list(element.iterchildren(rim("Slot"))):
        if slot.get("name") in _REGISTRY_SLOTS:
            element.remove(slot)
    for version in list(element.iterchildren(rim("VersionInfo"))):
        element.remove(version)
    for name, value in zip(_REGISTRY_SLOTS, (entry.sha1, str(entry.size), xds.DMP_REPOSITORY), strict=True):
        add_slot(element, name, value)
        element.insert(0, element[-1])  # ebRIM wants slots first
    _insert_version(element, entry.version)
    return element


def _insert_version(element: etree._Element, version: int) -> None:
    """VersionInfo stands before the classifications in ebRIM."""
    info = etree.Element(rim("VersionInfo"), versionName=str(version))
    after = {rim("Classification"), rim("ExternalIdentifier")}
    at = next((n for n, child in enumerate(element) if child.tag in after), len(element))
    element.insert(at, info)


def submission_element(submission: Submission) -> etree._Element:
    element = etree.fromstring(submission.xml, _PARSER)
    submitted = element.get("id", "")
    element.set("id", submission.uuid)
    element.set("status", xds.APPROVED)
    _rename(element, submitted, submission.uuid)
    return element


def link_elements(objects: etree._Element, links: Iterable[Link]) -> None:
    for link in links:
        slots = {"SubmissionSetStatus": "Original"} if link.type == xds.HAS_MEMBER else None
        add_association(objects, link.uuid, link.type, link.source, link.target, slots)


def _rename(element: etree._Element, before: str, after: str) -> None:
    """What pointed at the symbolic id points at the one that the registry gave."""
    for child in element.iterchildren(rim("Classification"), rim("ExternalIdentifier")):
        for name in ("classifiedObject", "registryObject"):
            if child.get(name) == before:
                child.set(name, after)
