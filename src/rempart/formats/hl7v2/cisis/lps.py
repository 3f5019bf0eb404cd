"""MDM of the volet "Transmission au LPS d'un document CDA provenant d'un courriel MSSanté" 1.1: PFI to DPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rempart.formats.hl7v2.cisis.documents import (
    TRIPLES,
    Action,
    Document,
    document_obx,
    flag_obx,
    order_segments,
    text_ed,
    txa,
)
from rempart.formats.hl7v2.cisis.header import LPS_VOLET, Envelope, evn, msh
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
)
from rempart.formats.hl7v2.write import build, segment

LPS_FLAGS = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "MODIF_CONF_CODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class LpsDelivery:
    """One document of one mail. `mail_sender` is the address of its author; `flags` names those that are Y."""

    envelope: Envelope
    action: Action
    patient: Patient
    document: Document
    message_id: str
    subject: str
    body: str
    mail_sender: str
    author: Professional | None = None
    structure: Structure | None = None
    recipients: tuple[MailRecipient, ...] = ()
    reply_to: str = ""
    flags: Mapping[str, bool] = field(default_factory=dict)


def lps_message(delivery: LpsDelivery) -> bytes:
    """The message, CR-terminated, not wrapped. Raises ValueError on a flag that this volet does not carry."""
    if unknown := set(delivery.flags) - set(LPS_FLAGS):
        raise ValueError(f"unknown metadata: {', '.join(sorted(unknown))}")
    d, e = delivery, delivery.envelope
    mail = {"1.1": "2", "2.1": "ED", "3.1": d.message_id, "3.2": d.subject, "11.1": "F"} | text_ed(d.body, "text")
    segments = [
        msh(e, f"MDM^{TRIPLES[d.action][0]}^MDM_T02", "2.6", LPS_VOLET),
        evn(e.time),
        pid(d.patient),
        pv1(Visit(class_="N"), d.patient),
        *order_segments(d.action, d.document),
        txa(d.action, d.document, d.author, e),
        document_obx(d.action, d.document, "text"),
        sender_prt(d.author, d.structure, address=d.mail_sender),
        *(recipient_prt(r) for r in d.recipients),
        *([reply_prt(d.reply_to)] if d.reply_to else []),
        segment("OBX", mail),
        *(flag_obx(n, code, d.flags.get(code, False), "CWE") for n, code in enumerate(LPS_FLAGS, 3)),
    ]
    return build(segments, e.charset)
