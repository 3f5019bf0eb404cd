"""Writers of the two CI-SIS volets: documents handed to a PFI (2.1), documents handed to an LPS (1.1), their answers.

What these functions write is what the texts ask, no more: faults are made afterwards, on the bytes
(`formats.hl7v2.write.replace` and `without`).
"""

from rempart.formats.hl7v2.cisis.acks import (
    APPLICATION_ERRORS,
    MESSAGE_ERRORS,
    ApplicationError,
    BusinessAck,
    Error,
    acknowledgement,
    application_error,
    business_acknowledgement,
)
from rempart.formats.hl7v2.cisis.documents import FLAGS, Document, DocumentOrder, document_message
from rempart.formats.hl7v2.cisis.header import CDA_VOLET, LPS_VOLET, Envelope, Party, timestamp
from rempart.formats.hl7v2.cisis.identifiers import xds_id
from rempart.formats.hl7v2.cisis.lps import LPS_FLAGS, LpsDelivery, lps_message
from rempart.formats.hl7v2.cisis.people import (
    TEST_INS_OID,
    Authority,
    Ins,
    MailRecipient,
    Patient,
    Professional,
    Structure,
    Visit,
)

__all__ = [
    "APPLICATION_ERRORS",
    "CDA_VOLET",
    "FLAGS",
    "LPS_FLAGS",
    "LPS_VOLET",
    "MESSAGE_ERRORS",
    "TEST_INS_OID",
    "ApplicationError",
    "Authority",
    "BusinessAck",
    "Document",
    "DocumentOrder",
    "Envelope",
    "Error",
    "Ins",
    "LpsDelivery",
    "MailRecipient",
    "Party",
    "Patient",
    "Professional",
    "Structure",
    "Visit",
    "acknowledgement",
    "application_error",
    "business_acknowledgement",
    "document_message",
    "lps_message",
    "timestamp",
    "xds_id",
]
