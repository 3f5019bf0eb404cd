"""The document of a message: decoded, read, and about the patient that the message names. Both dispositifs check it."""

from __future__ import annotations

import base64
import binascii

from rempart.formats.cda.header import CdaHeader
from rempart.formats.cda.read import CdaError, parse_cda
from rempart.formats.hl7v2 import Message
from rempart.reference import pam
from rempart.reference.refusal import refuse, refuse_application


def read_document(message: Message) -> tuple[bytes, CdaHeader]:
    """The CDA of the first OBX-5.5, decoded and read. Raises Refusal 102 when it is not one."""
    document = message.first("OBX")
    try:
        cda = base64.b64decode(document.view("5.5") if document else b"", validate=True)
        header = parse_cda(cda).header
    except binascii.Error as error:
        raise refuse("102", "OBX-5.5", f"le document n'est pas en base64: {error}") from None
    except CdaError as error:
        raise refuse("102", "OBX-5.5", f"le document n'est pas un CDA lisible: {error}") from None
    if header.id is None:
        raise refuse("102", "OBX-5.5", "le document CDA n'a pas d'identifiant")
    return cda, header


def require_same_patient(message: Message, header: CdaHeader) -> None:
    """PID-3 and the CDA name the same identifiers (both volets). Raises Refusal 904."""
    told = {(i.authority_id, i.value) for i in pam.identifiers(message)} | {(i.oid, i.value) for i in pam.inss(message)}
    if told != {(i.root, i.extension) for i in header.patient_ids}:
        raise refuse_application("904", "PID-3", "PID-3 et le CDA ne nomment pas les mêmes identifiants")


def document_id(message: Message, field: int) -> str:
    """TXA-12 or TXA-13 as `root` or `root^extension`."""
    extension, root = message.get(f"TXA-{field}.1"), message.get(f"TXA-{field}.3")
    return f"{root}^{extension}" if root else extension
