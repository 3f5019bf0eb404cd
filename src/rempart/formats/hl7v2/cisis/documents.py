"""ORU^R01 and MDM^T02/T10/T04 of the volet "Transmission de document(s) CDA-R2 en HL7v2" 2.1: DPI to PFI."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from rempart.formats.hl7v2.cisis.header import CDA_VOLET, Envelope, evn, msh, timestamp
from rempart.formats.hl7v2.cisis.identifiers import txa_id
from rempart.formats.hl7v2.cisis.people import (
    MailRecipient,
    Patient,
    Professional,
    Structure,
    Visit,
    pid,
    pv1,
    recipient_prt,
    reply_prt,
    sender_prt,
    xcn,
)
from rempart.formats.hl7v2.write import build, segment

Action = Literal["initial", "replace", "delete"]

# The triple that has to agree: trigger event (MDM), ORC-1, OBX-11 of the document.
TRIPLES: dict[Action, tuple[str, str, str]] = {
    "initial": ("T02", "NW", "F"),
    "replace": ("T10", "RO", "C"),
    "delete": ("T04", "CA", "D"),
}

# MetaDMPMSS: the ten flags, in the order of the volet.
FLAGS = {
    "MASQUE_PS": "Masqué aux professionnels de Santé",
    "INVISIBLE_PATIENT": "Document Non Visible par le patient",
    "INVISIBLE_REP_LEGAUX": "Non visible par les représentants Légaux du patient",
    "CONNEXION_SECRETE": "Connexion Secrete",
    "MODIF_CONF_CODE": "Modification Confidentiality Code",
    "DESTDMP": "Destinataire DMP",
    "DESTMSSANTEPS": "Destinataire (Professionnel de Santé, organisation ou BAL applicative)",
    "DESTMSSANTEPAT": "Destinataire Patient",
    "ACK_RECEPTION": "Accusé de réception",
    "ACK_LECTURE_MSS": "Accusé de lecture",
}
_BODIES = {"CORPSMAIL_PS": "Corps du mail pour un PS", "CORPSMAIL_PATIENT": "Corps du mail pour le patient"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The CDA as it is transmitted; ids as `root` or `root^extension` (`xds_id`), type of JDV_J07."""

    cda: bytes
    unique_id: str
    type_code: str
    type_label: str
    type_system: str = "LN"  # or TRE_A05
    replaced_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOrder:
    """What a DPI asks of a PFI. `flags` names the metadata that are Y; those it leaves out are N."""

    envelope: Envelope
    action: Action
    patient: Patient
    visit: Visit
    document: Document
    author: Professional | None
    structure: Structure | None
    message: Literal["MDM", "ORU"] = "MDM"
    device: str = ""  # PRT-10, when the sender is an automaton
    recipients: tuple[MailRecipient, ...] = ()
    reply_to: str = ""
    flags: Mapping[str, bool] = field(default_factory=dict)
    no_reply: bool = False  # the patient may not answer: NTE-4 FIN
    mail_body_ps: str = ""
    mail_body_patient: str = ""
    not_before: datetime | None = None  # the DMP is not to be fed earlier: TQ1-7


def document_message(order: DocumentOrder) -> bytes:
    """The message, CR-terminated, not wrapped. Raises ValueError on a flag that the volet does not know."""
    if unknown := set(order.flags) - set(FLAGS):
        raise ValueError(f"unknown metadata: {', '.join(sorted(unknown))}")
    mdm = order.message == "MDM"
    e = order.envelope
    event = TRIPLES[order.action][0]
    kind, version = (f"MDM^{event}^MDM_T02", "2.6") if mdm else ("ORU^R01^ORU_R01", "2.5")
    segments = [msh(e, kind, version, CDA_VOLET)]
    if mdm:
        segments.append(evn(e.time))
    segments += [pid(order.patient), pv1(order.visit, order.patient)]
    segments += order_segments(order.action, order.document, order.not_before)
    if mdm:
        segments.append(txa(order.action, order.document, order.author, e))
    segments.append(document_obx(order.action, order.document, "text" if mdm else "TEXT"))
    if order.author or order.structure or order.device:
        segments.append(sender_prt(order.author, order.structure, order.device))
    segments += [recipient_prt(r) for r in order.recipients]
    segments += [reply_prt(order.reply_to)] if order.reply_to else []
    segments += _metadata(order, mdm)
    return build(segments, e.charset)


def order_segments(action: Action, document: Document, not_before: datetime | None = None) -> list[str]:
    """ORC, TQ1 when the order is deferred, OBR."""
    timing = [segment("TQ1", {"1.1": "1", "7.1": timestamp(not_before)})] if not_before else []
    return [segment("ORC", {"1.1": TRIPLES[action][1]}), *timing, segment("OBR", {"1.1": "1"} | _type("4", document))]


def txa(action: Action, document: Document, author: Professional | None, envelope: Envelope) -> str:
    time = timestamp(envelope.time)
    values = {"1.1": "1", "2.1": document.type_code, "3.1": "TEXT", "4.1": time, "17.1": "AU"}
    values |= txa_id(12, document.unique_id)
    if action == "replace":
        values |= txa_id(13, document.replaced_id)
    if author:
        values |= xcn("22", author) | {"22.15": time}
    return segment("TXA", values)


def document_obx(action: Action, document: Document, type_of_data: str) -> str:
    values = {"1.1": "1", "2.1": "ED", "11.1": TRIPLES[action][2]} | _type("3", document)
    values |= {"5.2": type_of_data, "5.3": "XML", "5.4": "Base64", "5.5": base64.b64encode(document.cda).decode()}
    return segment("OBX", values)


def _type(at: str, document: Document) -> dict[str, str]:
    return {f"{at}.1": document.type_code, f"{at}.2": document.type_label, f"{at}.3": document.type_system}


def flag_obx(number: int, code: str, value: bool, data_type: str) -> str:
    """One metadata of MetaDMPMSS, `Y` or `N`."""
    return segment(
        "OBX",
        {
            "1.1": str(number),
            "2.1": data_type,
            "3.1": code,
            "3.2": FLAGS[code],
            "3.3": "MetaDMPMSS",
            "5.1": "Y" if value else "N",
            "5.3": "expandedYes-NoIndicator",
            "11.1": "F",
        },
    )


def _metadata(order: DocumentOrder, mdm: bool) -> Iterator[str]:
    number = 2
    for code in FLAGS:
        yield flag_obx(number, code, order.flags.get(code, False), "CWE" if mdm else "CE")
        if code == "DESTMSSANTEPAT" and order.no_reply:
            yield segment("NTE", {"1.1": "1", "4.1": "FIN"})
        number += 1
    for code, text in (("CORPSMAIL_PS", order.mail_body_ps), ("CORPSMAIL_PATIENT", order.mail_body_patient)):
        if text:
            head = {"1.1": str(number), "2.1": "ED", "3.1": code, "3.2": _BODIES[code], "3.3": "MetaDMPMSS"}
            yield segment("OBX", head | text_ed(text, "text" if mdm else "TEXT") | {"11.1": "F"})
            number += 1


def text_ed(text: str, type_of_data: str) -> dict[str, str]:
    """OBX-5 of a text carried in base64, UTF-8."""
    return {"5.2": type_of_data, "5.4": "Base64", "5.5": base64.b64encode(text.encode()).decode()}
