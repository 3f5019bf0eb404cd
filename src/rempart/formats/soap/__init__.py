"""SOAP 1.2 with WS-Addressing, as one XML file or as the MIME parts of MTOM."""

from rempart.formats.soap.capture import Capture, read_capture, write_capture
from rempart.formats.soap.envelope import Envelope, Fault, read_envelope, write_envelope, write_fault
from rempart.formats.soap.model import ANONYMOUS, SOAP_11, SOAP_12, SoapError
from rempart.formats.soap.multipart import Multipart, Part, split_multipart, write_multipart

__all__ = [
    "ANONYMOUS",
    "SOAP_11",
    "SOAP_12",
    "Capture",
    "Envelope",
    "Fault",
    "Multipart",
    "Part",
    "SoapError",
    "read_capture",
    "read_envelope",
    "split_multipart",
    "write_capture",
    "write_envelope",
    "write_fault",
    "write_multipart",
]  # fmt: skip
