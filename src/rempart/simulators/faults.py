"""Wrong messages on purpose: each function makes one fault in a sound message and touches nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.write import replace, without

Fault = Callable[[bytes], bytes]


def incoherent_triple(message: bytes) -> bytes:
    """ORC-1 says the contrary of the trigger event and of OBX-11."""
    return replace(message, "ORC-1", "CA" if Message.parse(message).get("ORC-1") != "CA" else "NW")


def incoherent_result_status(message: bytes) -> bytes:
    """OBX-11 of the document says the contrary of the trigger event and of ORC-1."""
    return replace(message, "OBX-11", "D" if Message.parse(message).get("OBX-11") != "D" else "F")


def missing_segment(name: str) -> Fault:
    """The first segment of this name is not there."""
    return lambda message: without(message, name)


def missing_field(path: str) -> Fault:
    """A field or component is empty."""
    return lambda message: replace(message, path, "")


def unknown_event(message: bytes) -> bytes:
    """MDM^T01, which no volet defines."""
    return replace(message, "MSH-9", "MDM^T01^MDM_T01")


def event(kind: str) -> Fault:
    """MSH-9 names another event, and the rest stays as it was."""
    return lambda message: replace(message, "MSH-9", kind)


def unknown_message_type(message: bytes) -> bytes:
    """OUL, taken out of the volet by its edition 2.0."""
    return replace(message, "MSH-9", "OUL^R21^OUL_R21")


def wrong_version(message: bytes) -> bytes:
    """MSH-12 of another age."""
    return replace(message, "MSH-12", "2.3")


def wrong_edition(message: bytes) -> bytes:
    """MSH-21 of a profile that nobody has published."""
    return replace(message, "MSH-21.1", "9.9")


def undecodable_charset(message: bytes) -> bytes:
    """Accented letters in ISO 8859-15 under a header that says UTF-8."""
    broken = message.decode("utf-8").encode("iso8859-15", "replace")
    if broken == message:
        raise ValueError("this message has no accented letter: nothing would be wrong")
    return broken


def type_outside_j07(message: bytes) -> bytes:
    """A document type that is not in JDV_J07, everywhere the message names it."""
    return _typed(message, "00000-0", "")


def type_refused_by_the_dmp(message: bytes) -> bytes:
    """A document type of JDV_J07 that is not in JDV_J66, everywhere the message names it."""
    return _typed(message, "51851-4", "Document administratif")


def _typed(message: bytes, code: str, label: str) -> bytes:
    for path in ("OBR-4", "OBX-3"):
        message = replace(message, f"{path}.1", code)
        message = replace(message, f"{path}.2", label) if label else message
    return replace(message, "TXA-2", code) if Message.parse(message).first("TXA") else message


def undecodable_document(message: bytes) -> bytes:
    """OBX-5.5 is not base64."""
    return replace(message, "OBX-5.5", "*** ceci n'est pas du base64 ***")


def not_a_cda(message: bytes) -> bytes:
    """OBX-5.5 is the base64 of a PDF, where a CDA was announced."""
    return replace(message, "OBX-5.5", base64.b64encode(b"%PDF-1.4 ce n'est pas un document CDA").decode())


def another_patient(message: bytes) -> bytes:
    """PID-3 names an IPP that the CDA does not."""
    return replace(message, "PID-3[1].1", Message.parse(message).get("PID-3[1].1") + "X")


# As features name them.
FAULTS: dict[str, Fault] = {
    "dont ORC-1 contredit l'événement": incoherent_triple,
    "dont OBX-11 contredit l'événement": incoherent_result_status,
    "sans segment PID": missing_segment("PID"),
    "sans segment PV1": missing_segment("PV1"),
    "sans segment OBR": missing_segment("OBR"),
    "sans segment TXA": missing_segment("TXA"),
    "sans identifiant de patient": missing_field("PID-3"),
    "d'un événement inconnu": unknown_event,
    "d'un type inconnu": unknown_message_type,
    "d'une version inconnue": wrong_version,
    "d'une édition inconnue": wrong_edition,
    "dont les octets ne sont pas ceux du jeu déclaré": undecodable_charset,
    "dont le type de document est inconnu": type_outside_j07,
    "d'un type de document que le DMP ne prend pas": type_refused_by_the_dmp,
    "dont le document est illisible": undecodable_document,
    "dont le patient n'est pas celui du document": another_patient,
}
