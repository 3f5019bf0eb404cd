"""MDM of the volet "Transmission au LPS": one document of a mail, as the DPI receives it."""

from __future__ import annotations

import uuid
from typing import cast

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.model import LOINC, PS_ID_NAT, InstanceId
from rempart.formats.hl7v2.cisis import (
    Authority,
    Document,
    Envelope,
    LpsDelivery,
    MailRecipient,
    Patient,
    Professional,
    Structure,
    lps_message,
)
from rempart.formats.hl7v2.cisis.documents import Action
from rempart.formats.hl7v2.escape import escape
from rempart.formats.hl7v2.write import replace
from rempart.formats.ins import NIA, NIA_NAME, NIR_NAME, REGISTERS
from rempart.formats.mail import Mail
from rempart.formats.xdm import XdmDocument
from rempart.reference.pfi.mailing import HIDING
from rempart.reference.settings import MAILBOX, Settings
from rempart.reference.store import now

_ELSEWHERE = "EXTERNE"  # name of an authority that the CDA gives by its OID alone


def delivery_message(settings: Settings, mail: Mail, action: str, entry: XdmDocument, header: CdaHeader) -> bytes:
    """The message of one document. PID-3 names the very identifiers of the CDA."""
    delivery = LpsDelivery(
        envelope=_envelope(settings),
        action=cast(Action, action),
        patient=_patient(header),
        document=Document(
            cda=entry.data,
            unique_id=header.unique_id,
            type_code=header.type.code,
            type_label=header.type.label,
            type_system="LN" if header.type.system == LOINC else "TRE_A05",
            replaced_id=str(header.replaces or ""),
        ),
        message_id=mail.message_id,
        subject=mail.subject,
        body=mail.body,
        mail_sender=mail.sender,
        author=_author(header),
        structure=_structure(header),
        recipients=(MailRecipient(address=next(iter(mail.recipients), MAILBOX)),),
        reply_to=mail.reply_to,
        flags={flag: code in entry.confidentiality for flag, code in HIDING.items()},
    )
    return replace(lps_message(delivery), "PID-3", "~".join(_cx(i) for i in header.patient_ids))


def mail_alone(settings: Settings, mail: Mail) -> bytes:
    """A message whose document is the text of the mail: what only the mutant `courriel-sans-archive-transmis` sends."""
    nobody = Patient(ipp="", ipp_authority=Authority(name="", id=""), birth_name="", first_birth_name="")
    document = Document(cda=mail.body.encode(), unique_id=mail.message_id, type_code="", type_label="")
    return lps_message(
        LpsDelivery(
            envelope=_envelope(settings),
            action="initial",
            patient=nobody,
            document=document,
            message_id=mail.message_id,
            subject=mail.subject,
            body=mail.body,
            mail_sender=mail.sender,
        )
    )


def _envelope(settings: Settings) -> Envelope:
    return Envelope(sender=settings.us, receiver=settings.partner, control_id=uuid.uuid4().hex[:20], time=now())


def _patient(header: CdaHeader) -> Patient:
    return Patient(
        ipp="",
        ipp_authority=Authority(name="", id=""),
        birth_name=header.birth_name,
        first_birth_name=header.first_birth_name,
        birth_names=header.birth_names,
        used_name=header.used_name,
        used_first_name=header.used_first_name,
        sex=header.sex or "U",
        birth_date=header.birth_time[:8],
        birth_place=header.birth_place,
        status="VALI" if header.ins else "VIDE",
    )


def _cx(identifier: InstanceId) -> str:
    if identifier.root in REGISTERS:
        name, kind = (NIA_NAME if identifier.root == NIA else NIR_NAME), "INS"
    else:
        name, kind = _ELSEWHERE, "PI"
    return f"{escape(identifier.extension)}^^^{name}&{escape(identifier.root)}&ISO^{kind}"


def _author(header: CdaHeader) -> Professional | None:
    for author in header.authors:
        if author.id and author.id.root == PS_ID_NAT and author.family:
            return Professional(id=author.id.extension, family=author.family, given=author.given)
    return None


def _structure(header: CdaHeader) -> Structure | None:
    """The author's structure: a Struct_IdNat of type 1 is a FINESS."""
    author = next((a for a in header.authors if a.organisation_id), None)
    if author is None or author.organisation_id is None:
        return None
    number = author.organisation_id.extension
    if number.startswith("1") and len(number) == 10:
        return Structure(name=author.organisation, id=number[1:], id_type="FINEG")
    return Structure(name=author.organisation, id=number, id_type="IDNST")
