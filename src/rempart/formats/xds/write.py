"""ebRIM written: a submission set, document entries, associations; what METADATA.XML and ITI-41 have in common.

The slot `action` (C: replacement, D: deletion) is the extra metadata that the CI-SIS adds; no text that we could read
says which object carries it, so it is written on the entry, since each document is forwarded on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.xdm.model import Submission, XdmDocument, XdsAuthor, sha1
from rempart.formats.xds import model as xds
from rempart.formats.xds.cda_view import confidentiality_label

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PACKAGE = f"{xds.OBJECT}:RegistryPackage"
_CLASSIFICATION = f"{xds.OBJECT}:Classification"
_IDENTIFIER = f"{xds.OBJECT}:ExternalIdentifier"
_ASSOCIATION = f"{xds.OBJECT}:Association"
SET = "SubmissionSet01"  # id of the submission set


def add_package(objects: etree._Element, s: Submission) -> etree._Element:
    """The submission set."""
    package = add(objects, "RegistryPackage", id=SET, objectType=_PACKAGE)
    add_slot(package, "submissionTime", s.submitted)
    node = {"id": "cl01", "classifiedObject": SET, "classificationNode": xds.SUBMISSION_SET}
    add(package, "Classification", objectType=_CLASSIFICATION, **node)
    if s.author_person or s.author_institution:
        author = XdsAuthor(person=s.author_person, institution=s.author_institution)
        _author(package, SET, "cl02", xds.SUBMISSION_AUTHOR, author)
    if s.content_type.code:
        add_code(package, SET, "cl03", xds.CONTENT_TYPE, s.content_type)
    identifiers = (
        (xds.SUBMISSION_PATIENT, "patientId", s.patient_id),
        (xds.SUBMISSION_SOURCE, "sourceId", s.source_id),
        (xds.SUBMISSION_ID, "uniqueId", s.unique_id),
    )
    for n, (scheme, name, value) in enumerate(identifiers, 1):
        add_identifier(package, SET, f"ei{n:02d}", scheme, f"XDSSubmissionSet.{name}", value)
    return package


def add_entry(
    objects: etree._Element, d: XdmDocument, id_: str, *, digest: bool = True, extra: Mapping[str, str] | None = None
) -> etree._Element:
    """A document entry. `digest`: hash and size are written, computed from its bytes; `extra`: further slots."""
    entry = add(objects, "ExtrinsicObject", id=id_, objectType=xds.STABLE_DOCUMENT, mimeType=d.mime_type)
    slots = {
        "creationTime": (d.created,),
        "languageCode": (d.language,),
        "serviceStartTime": (d.start,),
        "serviceStopTime": (d.stop,),
        "sourcePatientId": (d.source_patient_id,),
        "sourcePatientInfo": d.source_patient_info,
        "legalAuthenticator": (d.legal_authenticator,),
        **({"hash": (sha1(d.data),), "size": (str(len(d.data)),)} if digest else {}),
        "URI": (d.uri,),
        "action": (d.action,),
        **{name: (value,) for name, value in (extra or {}).items()},
    }
    for name, values in slots.items():
        if any(values):
            add_slot(entry, name, *values)
    if d.title:
        add_name(entry, d.title)
    _classifications(entry, d, id_)
    add_identifier(entry, id_, f"{id_}-patient", xds.ENTRY_PATIENT, "XDSDocumentEntry.patientId", d.patient_id)
    add_identifier(entry, id_, f"{id_}-id", xds.ENTRY_ID, "XDSDocumentEntry.uniqueId", d.unique_id)
    return entry


def _classifications(entry: etree._Element, d: XdmDocument, id_: str) -> None:
    number = count(1)
    for author in d.authors:
        _author(entry, id_, f"{id_}-cl{next(number):02d}", xds.ENTRY_AUTHOR, author)
    coded = (
        (xds.CLASS_CODE, d.class_code), (xds.TYPE_CODE, d.type), (xds.FORMAT_CODE, d.format),
        (xds.FACILITY, d.facility), (xds.PRACTICE, d.practice), *((xds.EVENT_CODE, event) for event in d.events),
        *((xds.CONFIDENTIALITY, confidentiality(level)) for level in d.confidentiality),
    )  # fmt: skip
    for scheme, code in coded:
        if code.code:
            add_code(entry, id_, f"{id_}-cl{next(number):02d}", scheme, code)


def add_association(
    objects: etree._Element, id_: str, kind: str, source: str, target: str, slots: Mapping[str, str] | None = None
) -> etree._Element:
    """An association from `source` to `target`."""
    link = add(
        objects, "Association", id=id_, objectType=_ASSOCIATION, associationType=kind, sourceObject=source,
        targetObject=target,
    )  # fmt: skip
    for name, value in (slots or {}).items():
        add_slot(link, name, value)
    return link


def add_member(objects: etree._Element, id_: str, target: str, slots: Mapping[str, str] | None = None) -> None:
    """HasMember from the submission set to an entry of this submission."""
    add_association(objects, id_, xds.HAS_MEMBER, SET, target, {"SubmissionSetStatus": "Original", **(slots or {})})


def confidentiality(code: str) -> Coded:
    """N, R, V or one of MASQUE_PS, INVISIBLE_PATIENT…, in its system."""
    system = xds.BASE_LEVEL if code in ("N", "R", "V") else xds.FRENCH_LEVEL
    return Coded(code, system, confidentiality_label(code))


def add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    """An element of ebRIM."""
    return etree.SubElement(parent, f"{{{xds.RIM}}}{tag}", attributes)


def add_slot(parent: etree._Element, name: str, *values: str) -> None:
    listed = add(add(parent, "Slot", name=name), "ValueList")
    for value in values:
        add(listed, "Value").text = value


def add_name(parent: etree._Element, text: str) -> None:
    add(add(parent, "Name"), "LocalizedString", value=text).set(_XML_LANG, "FR")


def add_code(parent: etree._Element, owner: str, id_: str, scheme: str, code: Coded) -> None:
    """A coded metadata: its code, its system, its label."""
    at = _classify(parent, owner, id_, scheme, code.code)
    add_slot(at, "codingScheme", code.system)
    add_name(at, code.label or code.code)


def add_identifier(parent: etree._Element, owner: str, id_: str, scheme: str, name: str, value: str) -> None:
    identifier = add(
        parent, "ExternalIdentifier", id=id_, objectType=_IDENTIFIER, registryObject=owner, identificationScheme=scheme,
        value=value,
    )  # fmt: skip
    add_name(identifier, name)


def _classify(parent: etree._Element, owner: str, id_: str, scheme: str, code: str) -> etree._Element:
    return add(
        parent, "Classification", id=id_, objectType=_CLASSIFICATION, classificationScheme=scheme,
        classifiedObject=owner, nodeRepresentation=code,
    )  # fmt: skip


def _author(parent: etree._Element, owner: str, id_: str, scheme: str, author: XdsAuthor) -> None:
    at = _classify(parent, owner, id_, scheme, "")
    parts = {
        "authorInstitution": author.institution, "authorPerson": author.person,
        "authorRole": author.role, "authorSpecialty": author.specialty,
    }  # fmt: skip
    for name, value in parts.items():
        if value:
            add_slot(at, name, value)
