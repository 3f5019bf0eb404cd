"""Answers: the technical acknowledgement (ACK) and the business acknowledgements of the PFI (ZAM)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rempart.formats.hl7v2.charset import LATIN9, UTF8, codec
from rempart.formats.hl7v2.cisis.header import CDA_VOLET, Envelope, evn, msh, timestamp
from rempart.formats.hl7v2.message import Message
from rempart.formats.hl7v2.write import build, segment

# HL7 table 0357 as both volets print it (ERR-3).
MESSAGE_ERRORS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "198": "Non-conformant cardinality",
    "199": "Other HL7 Error",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing",
    "203": "Unsupported version",
    "207": "Application error",
}

# User table 0533 of the LPS volet (ERR-5).
APPLICATION_ERRORS = {
    "900": "Version du document incorrecte lors d'une demande de remplacement/suppression",
    "901": "Auteur non autorisé à remplacer ou supprimer un document",
    "902": "Identifiant patient inconnu",
    "903": "INS non présent dans le document",
    "904": "L'INS transmis ne correspond pas exactement à celui stocké dans la base du consommateur",
    "905": "L'INS transmis n'est pas complet",
    "906": "Erreur 'Autre'",
}

_VERSIONS = {"ORU": "2.5", "ADT": "2.5^FRA^2.11"}  # all others: 2.6

Kind = Literal["Z01", "Z02", "Z03"]
_STATUS = {
    "Z01": ("ACK_RECEPTION_DMP", "Accusé de réception DMP", "DMP_ERROR_CODE"),
    "Z02": ("ACK_RECEPTION_MSS", "Accusé de réception MSSanté", "SMTPERRORCODE"),
    "Z03": ("ACK_LECTURE_MSS", "Accusé de lecture", "applicationErrorCondition"),
}
_WHO = {"Z02": ("DESTINATAIRE_MSS", "Destinataire MSSanté"), "Z03": ("LECTEUR_MSS", "Lecteur du courriel MSSanté")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationError:
    """ERR-5: only beside condition 207."""

    code: str
    label: str
    system: str = "applicationErrorCondition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """ERR. `condition` is a key of MESSAGE_ERRORS; `location` an ERL such as `MSH^1^12`; `text` is for a person."""

    condition: str
    location: str = ""
    severity: str = "E"
    application: ApplicationError | None = None
    text: str = ""


def application_error(code: str, location: str = "", text: str = "") -> Error:
    """207 with one of the codes 900 to 906."""
    detail = ApplicationError(code=code, label=APPLICATION_ERRORS[code])
    return Error(condition="207", location=location, application=detail, text=text)


def _err(error: Error, charset: str) -> str:
    name = codec(charset) or "utf-8"
    values = {
        "2": error.location,
        "3.1": error.condition,
        "3.2": MESSAGE_ERRORS[error.condition],
        "3.3": "messageErrorCondition",
        "4.1": error.severity,
    }
    if a := error.application:
        values |= {"5.1": a.code, "5.2": a.label, "5.3": a.system}
    if error.text:  # words of ours must not stop an answer in a narrower set
        values["8.1"] = error.text.encode(name, "replace").decode(name)
    return segment("ERR", values)


def acknowledgement(
    original: Message, code: str, *, control_id: str, time: datetime, error: Error | None = None
) -> bytes:
    """ACK of any message received: parties swapped, MSH-11 copied, MSA-2 = its MSH-10, version by type of message.

    `code` is written as given (AA, AE, AR), and `error` is not asked for: a faulty partner uses the same function.
    """
    charset = LATIN9 if original.charset == LATIN9 else UTF8
    values = {"7.1": timestamp(time), "10.1": control_id, "17.1": "FRA", "18.1": charset}
    for ours, theirs in ((3, 5), (4, 6), (5, 3), (6, 4)):
        values |= {f"{ours}.{c}": v for c in (1, 2, 3) if (v := original.get(f"MSH-{theirs}.{c}"))}
    values |= {"9.1": "ACK", "9.2": original.get("MSH-9.2"), "9.3": "ACK"}
    values |= {"11.1": original.get("MSH-11.1"), "12": _VERSIONS.get(original.get("MSH-9.1"), "2.6")}
    segments = [segment("MSH", values), segment("MSA", {"1.1": code, "2.1": original.control_id})]
    if error:
        segments.append(_err(error, charset))
    return build(segments, charset)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessAck:
    """One ZAM: Z01 of the DMP, Z02 of a mailbox, Z03 of a reader. An error means N, and none means Y.

    `recipient` is the MSSanté address (Z02, Z03), `recipient_id` the identifier that may go with it.
    """

    envelope: Envelope
    kind: Kind
    order_control_id: str
    error_code: str = ""
    error_label: str = ""
    recipient: str = ""
    recipient_id: str = ""


def business_acknowledgement(ack: BusinessAck) -> bytes:
    """ZAM^Z0n. It has no PID: only OBX-4, the MSH-10 of the order, ties it to its document."""
    code, label, system = _STATUS[ack.kind]
    status = {"1.1": "1", "2.1": "CWE", "3.1": code, "3.2": label, "3.3": "AckMetierZAM", "4.1": ack.order_control_id}
    status |= {"5.1": "N" if ack.error_code else "Y", "5.3": "expandedYes-NoIndicator", "11.1": "F"}
    segments = [
        msh(ack.envelope, f"ZAM^{ack.kind}^ZAM_Z01", "2.6", CDA_VOLET),
        evn(ack.envelope.time),
        segment("OBX", status),
    ]
    if ack.kind in _WHO:
        code, label = _WHO[ack.kind]
        who = {"1.1": "2", "2.1": "XTN", "3.1": code, "3.2": label, "3.3": "AckMetierZAM", "4.1": ack.recipient_id}
        segments.append(segment("OBX", who | {"5.3": "X.400", "5.4": ack.recipient, "11.1": "F"}))
    if ack.error_code:
        detail = ApplicationError(code=ack.error_code, label=ack.error_label, system=system)
        segments.append(_err(Error(condition="207", application=detail), ack.envelope.charset))
    return build(segments, ack.envelope.charset)
