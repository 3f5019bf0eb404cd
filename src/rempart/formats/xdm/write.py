"""METADATA.XML written: a SubmitObjectsRequest (ebRS 3.0) with the submission set and one entry per document.

The slot `action` (C: replacement, D: deletion) is the extra metadata that the CI-SIS adds; no text that we could read
says which object carries it, so it is written on the entry, since each document is forwarded on its own.
"""

from __future__ import annotations

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
_SET = "SubmissionSet01"


def write_metadata(submission: Submission) -> bytes:
    """Hash and size are computed; every document needs its `uri`."""
    root = etree.Element(f"{{{xds.LCM}}}SubmitObjectsRequest", nsmap={"lcm": xds.LCM, "rim": xds.RIM})
    objects = _add(root, "RegistryObjectList")
    _package(objects, submission)
    for n, document in enumerate(submission.documents, 1):
        _entry(objects, document, f"Document{n:02d}")
    for n, _ in enumerate(submission.documents, 1):
        member = _add(
            objects,
            "Association",
            id=f"HasMember{n:02d}",
            associationType=xds.HAS_MEMBER,
            sourceObject=_SET,
            targetObject=f"Document{n:02d}",
        )
        _slot(member, "SubmissionSetStatus", "Original")
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data


def _package(objects: etree._Element, s: Submission) -> None:
    package = _add(objects, "RegistryPackage", id=_SET, objectType=_PACKAGE)
    _slot(package, "submissionTime", s.submitted)
    node = {"id": "cl01", "classifiedObject": _SET, "classificationNode": xds.SUBMISSION_SET}
    _add(package, "Classification", objectType=_CLASSIFICATION, **node)
    if s.author_person or s.author_institution:
        author = XdsAuthor(person=s.author_person, institution=s.author_institution)
        _author(package, _SET, "cl02", xds.SUBMISSION_AUTHOR, author)
    if s.content_type.code:
        _code(package, _SET, "cl03", xds.CONTENT_TYPE, s.content_type)
    identifiers = (
        (xds.SUBMISSION_PATIENT, "patientId", s.patient_id),
        (xds.SUBMISSION_SOURCE, "sourceId", s.source_id),
        (xds.SUBMISSION_ID, "uniqueId", s.unique_id),
    )
    for n, (scheme, name, value) in enumerate(identifiers, 1):
        _identify(package, _SET, f"ei{n:02d}", scheme, f"XDSSubmissionSet.{name}", value)


def _entry(objects: etree._Element, d: XdmDocument, id_: str) -> None:
    entry = _add(objects, "ExtrinsicObject", id=id_, objectType=xds.STABLE_DOCUMENT, mimeType=d.mime_type)
    slots = {
        "creationTime": (d.created,),
        "languageCode": (d.language,),
        "serviceStartTime": (d.start,),
        "serviceStopTime": (d.stop,),
        "sourcePatientId": (d.source_patient_id,),
        "sourcePatientInfo": d.source_patient_info,
        "legalAuthenticator": (d.legal_authenticator,),
        "hash": (sha1(d.data),),
        "size": (str(len(d.data)),),
        "URI": (d.uri,),
        "action": (d.action,),
    }
    for slot, values in slots.items():
        if any(values):
            _slot(entry, slot, *values)
    if d.title:
        _name(entry, d.title)
    number = count(1)
    for author in d.authors:
        _author(entry, id_, f"{id_}-cl{next(number):02d}", xds.ENTRY_AUTHOR, author)
    coded = (
        (xds.CLASS_CODE, d.class_code), (xds.TYPE_CODE, d.type), (xds.FORMAT_CODE, d.format),
        (xds.FACILITY, d.facility), (xds.PRACTICE, d.practice),
        *((xds.CONFIDENTIALITY, _level(level)) for level in d.confidentiality),
    )  # fmt: skip
    for scheme, code in coded:
        if code.code:
            _code(entry, id_, f"{id_}-cl{next(number):02d}", scheme, code)
    _identify(entry, id_, f"{id_}-patient", xds.ENTRY_PATIENT, "XDSDocumentEntry.patientId", d.patient_id)
    _identify(entry, id_, f"{id_}-id", xds.ENTRY_ID, "XDSDocumentEntry.uniqueId", d.unique_id)


def _level(code: str) -> Coded:
    system = xds.BASE_LEVEL if code in ("N", "R", "V") else xds.FRENCH_LEVEL
    return Coded(code, system, confidentiality_label(code))


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{xds.RIM}}}{tag}", attributes)


def _slot(parent: etree._Element, name: str, *values: str) -> None:
    listed = _add(_add(parent, "Slot", name=name), "ValueList")
    for value in values:
        _add(listed, "Value").text = value


def _name(parent: etree._Element, text: str) -> None:
    _add(_add(parent, "Name"), "LocalizedString", value=text).set(_XML_LANG, "FR")


def _classify(parent: etree._Element, owner: str, id_: str, scheme: str, code: str) -> etree._Element:
    return _add(
        parent,
        "Classification",
        id=id_,
        objectType=_CLASSIFICATION,
        classificationScheme=scheme,
        classifiedObject=owner,
        nodeRepresentation=code,
    )


def _code(parent: etree._Element, owner: str, id_: str, scheme: str, code: Coded) -> None:
    at = _classify(parent, owner, id_, scheme, code.code)
    _slot(at, "codingScheme", code.system)
    _name(at, code.label or code.code)


def _author(parent: etree._Element, owner: str, id_: str, scheme: str, author: XdsAuthor) -> None:
    at = _classify(parent, owner, id_, scheme, "")
    parts = {
        "authorInstitution": author.institution, "authorPerson": author.person,
        "authorRole": author.role, "authorSpecialty": author.specialty,
    }  # fmt: skip
    for name, value in parts.items():
        if value:
            _slot(at, name, value)


def _identify(parent: etree._Element, owner: str, id_: str, scheme: str, name: str, value: str) -> None:
    identifier = _add(
        parent,
        "ExternalIdentifier",
        id=id_,
        objectType=_IDENTIFIER,
        registryObject=owner,
        identificationScheme=scheme,
        value=value,
    )
    _name(identifier, name)
