"""Writing our own CDA R2 documents, N1 and N3, with the whole header of the Structuration minimale 1.16.

They are what the simulators send and what the reference candidate produces: small, valid, synthetic.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lxml import etree

from rempart.formats.cda.body import body
from rempart.formats.cda.model import (
    DICOM,
    LOINC,
    PS_ID_NAT,
    SDTC,
    STRUCT_ID_NAT,
    V3,
    XDS_SD,
    CdaAuthor,
    CdaDocument,
    CdaImaging,
    CdaPatient,
    CdaRecipient,
    Coded,
    InstanceId,
    LegalPerson,
    Organisation,
)
from rempart.formats.cda.nodes import PS3, XSI, Node, coded, node

_NSMAP: Any = {None: V3, "xsi": XSI, "sdtc": SDTC, "ps3-20": PS3}


def build(document: CdaDocument) -> bytes:
    """The document in UTF-8, with its XML declaration. ValueError when a time has no offset."""
    root = etree.Element(f"{{{V3}}}ClinicalDocument", nsmap=_NSMAP)
    root.extend(_identification(document))
    root.append(_record_target(document.patient))
    root.extend(_authors(document))
    root.append(_custodian(document.custodian))
    root.extend(_recipient(r) for r in document.recipients)
    root.append(_legal_authenticator(document))
    if document.order:
        root.append(node("inFulfillmentOf", _order(document.order, document.imaging)))
    root.append(_documentation_of(document))
    if document.replaces:
        parent = node("parentDocument", _ii("id", document.replaces))
        root.append(node("relatedDocument", parent, typeCode="RPLC"))
    root.append(_component_of(document))
    root.append(body(document))
    etree.indent(root)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data


def timestamp(moment: datetime | date) -> str:
    """`AAAAMMJJhhmmss±ZZzz`, or `AAAAMMJJ` for what is known to the day. ValueError when the time is naive."""
    if not isinstance(moment, datetime):
        return moment.strftime("%Y%m%d")
    if moment.tzinfo is None:
        raise ValueError("a CDA time carries an offset: give an aware datetime")
    return moment.strftime("%Y%m%d%H%M%S%z")


def _ii(name: str, value: InstanceId) -> Node:
    return node(name, root=value.root, extension=value.extension)


def _identification(document: CdaDocument) -> list[Node]:
    models = (XDS_SD,) if document.level == "N1" else document.templates
    return [
        node("realmCode", code="FR"),
        node("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040"),
        node("templateId", root="2.16.840.1.113883.2.8.2.1"),  # HL7 France
        node("templateId", root="1.2.250.1.213.1.1.1.1"),  # CI-SIS
        *(_ii("templateId", model) for model in models),
        _ii("id", document.id),
        coded("code", document.type),
        node("title", document.title),
        node("effectiveTime", value=timestamp(document.created)),
        coded("confidentialityCode", Coded("N", "2.16.840.1.113883.5.25", "Normal")),
        node("languageCode", code="fr-FR"),
        _ii("setId", document.set_id),
        node("versionNumber", value=str(document.version)),
    ]


_GENDERS = {"M": ("M", "Masculin"), "F": ("F", "Féminin"), "U": ("UN", "Inconnu")}  # JDV_J143 says UN, HL7v2 says U


def _record_target(patient: CdaPatient) -> Node:
    name = node("name", node("family", patient.birth_name, qualifier="BR"))
    if patient.used_name:
        name.append(node("family", patient.used_name, qualifier="CL"))
    name.append(node("given", patient.birth_names))
    name.append(node("given", patient.first_birth_name, qualifier="BR"))
    if patient.used_first_name:
        name.append(node("given", patient.used_first_name, qualifier="CL"))
    role = node("patientRole")
    role.extend(_ii("id", i) for i in (patient.ins, patient.ipp) if i)
    role.extend(_unknown_address())
    code, label = _GENDERS[patient.sex]
    gender = Coded(code, "2.16.840.1.113883.5.1", label)
    place = node("place", node("addr", node("county", patient.birth_place)))
    role.append(
        node(
            "patient",
            name,
            coded("administrativeGenderCode", gender),
            node("birthTime", value=patient.birth_date.strftime("%Y%m%d")),
            node("birthplace", place),
        )
    )
    return node("recordTarget", role)


def _unknown_address() -> list[Node]:
    return [node("addr", nullFlavor="NASK"), node("telecom", nullFlavor="NASK")]


def _person(name: str, author: CdaAuthor) -> Node:
    return node(name, node("name", node("given", author.given), node("family", author.family)))


def _organisation(name: str, organisation: Organisation, *more: Node) -> Node:
    identifier = node("id", root=organisation.root, extension=organisation.id)
    return node(name, identifier, node("name", organisation.name), *more)


def _authors(document: CdaDocument) -> list[Node]:
    time = timestamp(document.created)
    authors = [_person_author(document.author)]
    if document.legal_person:
        authors.append(_legal_person(document.legal_person))
    return [node("author", node("time", value=time), assigned) for assigned in authors]


def _person_author(author: CdaAuthor) -> Node:
    return node(
        "assignedAuthor",
        node("id", root=PS_ID_NAT, extension=author.id),
        coded("code", author.profession),
        *_unknown_address(),
        _person("assignedPerson", author),
        _organisation("representedOrganization", author.organisation),
    )


def _legal_person(author: LegalPerson) -> Node:
    device = node(
        "assignedAuthoringDevice",
        node("manufacturerModelName", author.model),
        node("softwareName", author.software),
    )
    return node(
        "assignedAuthor",
        node("id", root=author.organisation.root, extension=author.organisation.id),
        coded("code", author.kind),
        *_unknown_address(),
        device,
        _organisation("representedOrganization", author.organisation),
    )


def _custodian(custodian: Organisation) -> Node:
    organisation = _organisation("representedCustodianOrganization", custodian, *reversed(_unknown_address()))
    return node("custodian", node("assignedCustodian", organisation))


def _recipient(recipient: CdaRecipient) -> Node:
    intended = node("intendedRecipient")
    if recipient.id:
        intended.append(node("id", root=PS_ID_NAT, extension=recipient.id))
    intended.extend(_unknown_address())
    if recipient.family:
        name = node("name", *([node("given", recipient.given)] if recipient.given else []))
        name.append(node("family", recipient.family))
        intended.append(node("informationRecipient", name))
    if recipient.organisation:
        intended.append(_organisation("receivedOrganization", recipient.organisation))
    return node("informationRecipient", intended)


def _assigned_entity(document: CdaDocument) -> Node:
    """The author again, as legal authenticator and as performer of the act, with the sector of the structure."""
    author = document.author
    return node(
        "assignedEntity",
        node("id", root=PS_ID_NAT, extension=author.id),
        coded("code", author.profession),
        *_unknown_address(),
        _person("assignedPerson", author),
        _organisation(
            "representedOrganization", author.organisation, coded("standardIndustryClassCode", document.sector)
        ),
    )


def _legal_authenticator(document: CdaDocument) -> Node:
    return node(
        "legalAuthenticator",
        node("time", value=timestamp(document.created)),
        node("signatureCode", code="S"),
        _assigned_entity(document),
    )


def _order(order: InstanceId, imaging: CdaImaging | None) -> Node:
    element = node("order", _ii("id", order))
    if imaging:
        accession = imaging.accession
        element.append(node("accessionNumber", namespace=PS3, root=accession.root, extension=accession.extension))
    return element


def _documentation_of(document: CdaDocument) -> Node:
    event = node("serviceEvent")
    if document.imaging:
        event.append(node("id", root=document.imaging.study_uid))
        event.append(_imaging_act(document.imaging))
    event.append(node("effectiveTime", node("low", value=timestamp(document.act_start))))
    event.append(node("performer", _assigned_entity(document), typeCode="PRF"))
    return node("documentationOf", event)


def _imaging_act(imaging: CdaImaging) -> Node:
    act = coded("code", imaging.act)
    modality, region = Coded("121139", DICOM, "Modalité"), Coded("39111-0", LOINC, "Localisation anatomique")
    for value, kind in ((imaging.modality, modality), (imaging.region, region)):
        translation = coded("translation", value)
        translation.append(node("qualifier", coded("name", kind)))
        act.append(translation)
    return act


def _component_of(document: CdaDocument) -> Node:
    organisation = document.custodian
    identifiers = [node("id", root=STRUCT_ID_NAT, extension=organisation.id)] if organisation.id else []
    facility = node("healthCareFacility", *identifiers, coded("code", document.facility))
    encounter = node(
        "encompassingEncounter",
        node("effectiveTime", node("low", value=timestamp(document.act_start))),
        node("location", facility),
    )
    return node("componentOf", encounter)
