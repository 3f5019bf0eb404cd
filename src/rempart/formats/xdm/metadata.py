"""METADATA.XML: a SubmitObjectsRequest (ebRS 3.0) with the submission set and one entry per document.

UUIDs of the schemes are those of IHE XDS (ITI TF-3). The slot `action` (C: replacement, D: deletion) is the extra
metadata that the CI-SIS adds; no text that we could read says which object carries it, so it is written on the entry,
since each document is forwarded on its own, and read there or on the submission set.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.xdm.model import Submission, XdmDocument, XdmError, sha1

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LIMIT = 8 * 1024 * 1024
_OBJECT = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject"

SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
SUBMISSION_AUTHOR = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
SUBMISSION_PATIENT = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SUBMISSION_SOURCE = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
SUBMISSION_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
STABLE_DOCUMENT = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"

_BASE_LEVEL, _FRENCH_LEVEL = "2.16.840.1.113883.5.25", "1.2.250.1.213.1.1.4.13"


def write_metadata(submission: Submission) -> bytes:
    """Hash and size are computed; every document needs its `uri`."""
    root = etree.Element(f"{{{LCM}}}SubmitObjectsRequest", nsmap={"lcm": LCM, "rim": RIM})
    objects = _add(root, "RegistryObjectList")
    _package(objects, submission)
    for n, document in enumerate(submission.documents, 1):
        _entry(objects, document, f"Document{n:02d}")
    for n, _ in enumerate(submission.documents, 1):
        member = _add(
            objects,
            "Association",
            id=f"HasMember{n:02d}",
            associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
            sourceObject="SubmissionSet01",
            targetObject=f"Document{n:02d}",
        )
        _slot(member, "SubmissionSetStatus", "Original")
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data


def _package(objects: etree._Element, s: Submission) -> None:
    package = _add(objects, "RegistryPackage", id="SubmissionSet01", objectType=_PACKAGE)
    _slot(package, "submissionTime", s.submitted)
    node = {"id": "cl01", "classifiedObject": "SubmissionSet01", "classificationNode": SUBMISSION_SET}
    _add(package, "Classification", objectType=_CLASSIFICATION, **node)
    if s.author_person or s.author_institution:
        author = _classify(package, "SubmissionSet01", "cl02", SUBMISSION_AUTHOR, "")
        for name, value in (("authorInstitution", s.author_institution), ("authorPerson", s.author_person)):
            if value:
                _slot(author, name, value)
    for n, (scheme, name, value) in enumerate(
        (
            (SUBMISSION_PATIENT, "XDSSubmissionSet.patientId", s.patient_id),
            (SUBMISSION_SOURCE, "XDSSubmissionSet.sourceId", s.source_id),
            (SUBMISSION_ID, "XDSSubmissionSet.uniqueId", s.unique_id),
        ),
        1,
    ):
        _identify(package, "SubmissionSet01", f"ei{n:02d}", scheme, name, value)


def _entry(objects: etree._Element, d: XdmDocument, name: str) -> None:
    entry = _add(objects, "ExtrinsicObject", id=name, objectType=STABLE_DOCUMENT, mimeType="text/xml")
    slots = {"creationTime": d.created, "languageCode": "fr-FR", "hash": sha1(d.data), "size": str(len(d.data))}
    for slot, value in {**slots, "URI": d.uri, "action": d.action}.items():
        if value:
            _slot(entry, slot, value)
    if d.title:
        _name(entry, d.title)
    _code(_classify(entry, name, f"{name}-type", TYPE_CODE, d.type.code), d.type)
    for n, level in enumerate(d.confidentiality):
        system = _BASE_LEVEL if level in ("N", "R", "V") else _FRENCH_LEVEL
        at = _classify(entry, name, f"{name}-conf{n}", CONFIDENTIALITY, level)
        _code(at, Coded(level, system, level))
    _identify(entry, name, f"{name}-patient", ENTRY_PATIENT, "XDSDocumentEntry.patientId", d.patient_id)
    _identify(entry, name, f"{name}-id", ENTRY_ID, "XDSDocumentEntry.uniqueId", d.unique_id)


_PACKAGE = f"{_OBJECT}:RegistryPackage"
_CLASSIFICATION = f"{_OBJECT}:Classification"


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{RIM}}}{tag}", attributes)


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


def _code(classification: etree._Element, code: Coded) -> None:
    _slot(classification, "codingScheme", code.system)
    _name(classification, code.label or code.code)


def _identify(parent: etree._Element, owner: str, id_: str, scheme: str, name: str, value: str) -> None:
    identifier = _add(
        parent,
        "ExternalIdentifier",
        id=id_,
        objectType=f"{_OBJECT}:ExternalIdentifier",
        registryObject=owner,
        identificationScheme=scheme,
        value=value,
    )
    _name(identifier, name)


# -- reading


def read_metadata(data: bytes, files: dict[str, bytes]) -> Submission:
    """The submission, each entry with the file that its URI names.

    Raises XdmError when the metadata cannot be read safely, or when an entry has no file.
    """
    root = _safe(data)
    package = root.find(f".//{{{RIM}}}RegistryPackage")
    if package is None:
        raise XdmError("METADATA.XML ne décrit aucun lot de soumission (RegistryPackage)")
    action = _action(package)
    author = _classified(package, SUBMISSION_AUTHOR)
    return Submission(
        documents=tuple(_read_entry(e, files, action) for e in root.iter(f"{{{RIM}}}ExtrinsicObject")),
        unique_id=_identifier(package, SUBMISSION_ID),
        source_id=_identifier(package, SUBMISSION_SOURCE),
        submitted=_value(package, "submissionTime"),
        author_person=_value(author, "authorPerson"),
        author_institution=_value(author, "authorInstitution"),
        patient_id=_identifier(package, SUBMISSION_PATIENT),
    )


def _safe(data: bytes) -> etree._Element:
    if len(data) > _LIMIT:
        raise XdmError(f"METADATA.XML fait {len(data)} octets, au-delà de la limite de {_LIMIT}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise XdmError(f"METADATA.XML n'est pas un XML bien formé: {error}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # lxml-stubs does not say
        raise XdmError("METADATA.XML contient une déclaration DOCTYPE, refusée")
    return root


def _read_entry(entry: etree._Element, files: dict[str, bytes], action: str) -> XdmDocument:
    uri = _value(entry, "URI")
    if uri not in files:
        raise XdmError(f"METADATA.XML annonce le fichier « {uri} », absent de l'archive")
    kind = _classified(entry, TYPE_CODE)
    size = _value(entry, "size")
    return XdmDocument(
        data=files[uri],
        unique_id=_identifier(entry, ENTRY_ID),
        patient_id=_identifier(entry, ENTRY_PATIENT),
        type=Coded(_representation(kind), _value(kind, "codingScheme"), _label(kind)),
        title=_label(entry),
        created=_value(entry, "creationTime"),
        confidentiality=tuple(_representation(c) for c in _all_classified(entry, CONFIDENTIALITY)),
        action=_action(entry) or action,
        uri=uri,
        hash=_value(entry, "hash"),
        size=int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else -1,
    )


def _action(element: etree._Element) -> str:
    for slot in element.iterchildren(f"{{{RIM}}}Slot"):
        if slot.get("name", "").rpartition(":")[2].lower() == "action":
            return slot.findtext(f".//{{{RIM}}}Value", "").strip()
    return ""


def _value(element: etree._Element | None, name: str) -> str:
    """First value of a slot."""
    if element is None:
        return ""
    for slot in element.iterchildren(f"{{{RIM}}}Slot"):
        if slot.get("name") == name:
            return slot.findtext(f".//{{{RIM}}}Value", "").strip()
    return ""


def _all_classified(element: etree._Element, scheme: str) -> Iterator[etree._Element]:
    for found in element.iterchildren(f"{{{RIM}}}Classification"):
        if found.get("classificationScheme") == scheme:
            yield found


def _classified(element: etree._Element, scheme: str) -> etree._Element | None:
    return next(_all_classified(element, scheme), None)


def _representation(classification: etree._Element | None) -> str:
    return classification.get("nodeRepresentation", "") if classification is not None else ""


def _identifier(element: etree._Element, scheme: str) -> str:
    for found in element.iterchildren(f"{{{RIM}}}ExternalIdentifier"):
        if found.get("identificationScheme") == scheme:
            return str(found.get("value", ""))
    return ""


def _label(element: etree._Element | None) -> str:
    if element is None:
        return ""
    text = element.find(f"{{{RIM}}}Name/{{{RIM}}}LocalizedString")
    return str(text.get("value", "")) if text is not None else ""
