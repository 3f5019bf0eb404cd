"""Answers as HTTP carries them: SOAP 1.2 envelopes, faults, and refusals in the words of each transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from lxml import etree

from rempart.formats.soap import Envelope, Fault, write_capture, write_fault
from rempart.formats.soap.envelope import Addressing, write_envelope
from rempart.formats.xds import model as xds
from rempart.formats.xds.messages import (
    FAILURE,
    RegistryError,
    RegistryResponse,
    write_query_response,
    write_response,
    write_retrieve_response,
)
from rempart.formats.xds.read import rim
from rempart.formats.xds.transactions import FEED, RETRIEVE, SEARCH, TRANSACTIONS, UPDATE, Transaction
from rempart.simulators.dmp.refusals import Refusal

FAULT_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault"
_BY_ID: Mapping[str, Transaction] = {t.id: t for t in TRANSACTIONS}
# The code of a fault says who is wrong: the DMP that is busy or broken (Receiver), or the caller (Sender).
_OURS = ("XDSRegistryBusy", "XDSRegistryNotAvailable", "XDSRepositoryError")


def http(body: etree._Element, action: str, request: Envelope | None, *,
         attachments: Mapping[str, bytes] | None = None, status: int = 200) -> bytes:  # fmt: skip
    """The whole HTTP answer: status line, headers, envelope (and its MTOM parts)."""
    addressing = Addressing(
        action=action, message_id=f"urn:uuid:{uuid.uuid4()}", relates_to=request.message_id if request else ""
    )
    envelope = etree.tostring(write_envelope(body, addressing), xml_declaration=True, encoding="UTF-8")
    head, blank, content = write_capture(envelope, action, attachments).partition(b"\r\n\r\n")
    reason = "OK" if status == 200 else "Error"
    start = f"HTTP/1.1 {status} {reason}\r\nContent-Length: {len(content)}\r\n".encode()
    return start + head + blank + content


def fault(refusals: Sequence[Refusal], request: Envelope | None) -> bytes:
    """A SOAP fault whose sub-code is the error; HTTP 400 or 500 as the SOAP 1.2 binding says."""
    first = refusals[0]
    receiver = first.code in _OURS
    body = write_fault(
        Fault(codes=("Receiver" if receiver else "Sender", first.code), reason=first.text)
    )
    return http(body, FAULT_ACTION, request, status=500 if receiver else 400)


def refusal(transaction: str, refusals: Sequence[Refusal], request: Envelope) -> bytes:
    """A failure in the words of the transaction: a RegistryResponse for those of XDS, a fault for the others."""
    response = RegistryResponse(
        status=FAILURE, errors=tuple(RegistryError(code=r.code, context=r.text) for r in refusals)
    )
    if transaction in (FEED.id, UPDATE.id):
        body = write_response(response)
    elif transaction == SEARCH.id:
        body = write_query_response(etree.Element(rim("RegistryObjectList"), nsmap={"rim": xds.RIM}), response)
    elif transaction == RETRIEVE.id:
        body = write_retrieve_response(response)
    else:
        return fault(refusals, request)
    return http(body, _BY_ID[transaction].answer_action, request)


def answer_action(transaction: str) -> str:
    """wsa:Action of the answer."""
    return _BY_ID[transaction].answer_action
