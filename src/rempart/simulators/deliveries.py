"""What the simulated PFI hands over to a DPI: documents that came by MSSanté, sound or not the patient's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from rempart.formats.cda.header import pdf_sections
from rempart.formats.hl7v2.cisis import Envelope, LpsDelivery, Patient, Structure, lps_message
from rempart.formats.hl7v2.cisis.documents import Action
from rempart.simulators.documents import Version
from rempart.simulators.patients import CORRESPONDENT, CORRESPONDENT_MAIL, ESTABLISHMENT, party
from rempart.simulators.wire import new_control_id, now

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One document of one mail, and the message that hands it over."""

    patient: Patient
    version: Version
    message: bytes

    @property
    def unique_id(self) -> str:
        return self.version.document.unique_id


def delivery(
    patient: Patient,
    version: Version,
    action: Action = "initial",
    flags: Mapping[str, bool] | None = None,
    mail: str = "",
    structure: Structure = ESTABLISHMENT,
) -> Delivery:
    """The sound message of the volet "Transmission au LPS" for this version, not sent. `mail` is the Message-ID of the
    mail that it came with, when other documents came with it: a mail of its own otherwise. `structure` is the sender's.
    """
    title = version.document.type_label
    order = LpsDelivery(
        envelope=Envelope(sender=party("PFI"), receiver=party("DPI"), control_id=new_control_id(), time=now()),
        action=action,
        patient=patient,
        document=version.document,
        message_id=mail or new_mail(),
        subject=f"XDM/1.0/DDM+{title} {patient.birth_name} {patient.first_birth_name}",
        body="Cher confrère, veuillez trouver ci-joint le document annoncé.",
        mail_sender=CORRESPONDENT_MAIL,
        author=CORRESPONDENT,
        structure=structure,
        flags=flags or {},
    )
    return Delivery(patient=patient, version=version, message=lps_message(order))


def new_mail() -> str:
    """The Message-ID of a mail that was never sent."""
    return f"<{new_control_id()}@test-ci-sis.mssante.fr>"


def without_paginated_copy(version: Version) -> Version:
    """The same N3 with its PDF section taken out. Raises ValueError when the document has none."""
    root = etree.fromstring(version.document.cda, _PARSER)
    sections = pdf_sections(root)
    if not sections:
        raise ValueError("this document has no PDF section")
    for section in sections:
        component = section.getparent()
        assert component is not None
        parent = component.getparent()
        assert parent is not None
        parent.remove(component)
    cda = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return replace(version, document=replace(version.document, cda=cda))
