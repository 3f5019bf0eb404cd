"""A call read from HTTP: envelope, transaction, who calls. What is refused here is so before any transaction."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from rempart.formats.soap import SOAP_12, SoapError, read_capture, read_envelope
from rempart.formats.vihf import Vihf, read_vihf
from rempart.formats.vihf import model as vihf
from rempart.formats.xds import model as xds
from rempart.formats.xds import read_objects
from rempart.formats.xds.messages import read_query, read_retrieve
from rempart.formats.xds.transactions import (
    AUTHORISATION,
    EXISTENCE,
    FEED,
    PATIENT_LIST,
    PERSON_SEARCH,
    RETRIEVE,
    SEARCH,
    UPDATE,
    of_body,
)
from rempart.formats.xmldsig import verify
from rempart.simulators.dmp.entries import is_signature, matricule
from rempart.simulators.dmp.refusals import Refusal, SoapRefused
from rempart.simulators.dmp.rights import Caller
from rempart.simulators.dmp.service import Dmp, Incoming
from rempart.simulators.https import Request

_PLAYED = (FEED, SEARCH, RETRIEVE, UPDATE, EXISTENCE, AUTHORISATION, PATIENT_LIST, PERSON_SEARCH)
_AIR_LIFETIME = timedelta(seconds=30)  # EX_AIR-040
_SKEW = timedelta(seconds=5)  # two clocks of a network that keeps time
_VERIFIED_KEPT = 5000


def read_incoming(dmp: Dmp, request: Request, certificate: bytes) -> Incoming:
    """`certificate`: that of the TLS client, in DER. Raises SoapRefused."""
    try:
        message = f"Content-Type: {request.header('content-type')}\r\n\r\n".encode("latin-1") + request.body
        capture = read_capture(message)
        envelope = read_envelope(capture.root)
    except SoapError as error:
        raise _refused("SIM_RequeteIllisible", error.reason) from error
    if envelope.version != SOAP_12:
        raise _refused("SIM_RequeteIllisible", "l'enveloppe n'est pas celle de SOAP 1.2")
    body = envelope.content
    found = of_body(str(body.tag)) if body is not None else None
    if body is None or found is None or found[0] not in _PLAYED or not found[1]:
        raise _refused("SIM_TransactionInconnue", envelope.action)
    if len(envelope.assertions) != 1:
        raise _refused("SIM_VihfAbsent", f"{len(envelope.assertions)} assertion(s)")
    transaction = found[0]
    caller = _caller(dmp, envelope.assertions[0], certificate)
    if transaction.patient and not caller.patient:
        raise _refused("SIM_VihfIllisible", "resource-id")
    return Incoming(
        transaction=transaction.id, envelope=envelope, capture=capture, body=body, caller=caller, message=message
    )


def _caller(dmp: Dmp, assertion: etree._Element, certificate: bytes) -> Caller:
    """Outside of AIR an assertion serves for a session: one that holds, without an end, is not read twice."""
    digest = hashlib.sha256(etree.tostring(assertion, with_tail=False) + certificate).digest()
    if known := dmp.verified.get(digest):
        return known
    said = read_vihf(assertion)
    caller = caller_of(said)
    if not dmp.settings.check_vihf:
        return caller
    _check_signature(said, certificate)
    _check_time(dmp, said)
    if said.mode != vihf.AIR and not said.not_after:
        if len(dmp.verified) >= _VERIFIED_KEPT:
            dmp.verified.clear()
        dmp.verified[digest] = caller
    return caller


def caller_of(said: Vihf) -> Caller:
    """Raises SoapRefused when the VIHF does not say who calls, or how."""
    missing = {
        "NameID": said.name_id, vihf.STRUCTURE: said.value(vihf.STRUCTURE), vihf.PURPOSE: said.purpose.code,
        vihf.MODE: said.mode if said.mode in (vihf.DIRECT, vihf.INDIRECT, vihf.AIR) else "",
    }  # fmt: skip
    for name, value in missing.items():
        if not value:
            raise _refused("SIM_VihfIllisible", name)
    profession = next((c.code for c in said.codes(vihf.ROLE)), "")
    return Caller(
        user=said.name_id, structure=said.value(vihf.STRUCTURE), mode=said.mode, profession=profession,
        access=said.purpose.code, patient=matricule(said.patient), secret=said.secret,
    )  # fmt: skip


def documents_of(incoming: Incoming) -> tuple[str, ...]:
    """Unique identifiers of the documents that a feed, a retrieval or a search names."""
    if incoming.transaction == FEED.id:
        submitted = read_objects(incoming.body).entries
        return tuple(e.identifier(xds.ENTRY_ID) for e in submitted if not is_signature(e))
    if incoming.transaction == RETRIEVE.id:
        return tuple(w.unique_id for w in read_retrieve(incoming.body))
    if incoming.transaction == SEARCH.id:
        return tuple(read_query(incoming.body).values("$XDSDocumentEntryUniqueId"))
    return ()


def _check_signature(said: Vihf, tls: bytes) -> None:
    """The signature holds, and is not by the certificate of the connection (EX_GEN-1450)."""
    if len(said.signatures) != 1:
        raise _refused("DMPInvalidCertificate", f"{len(said.signatures)} signature(s)")
    verified = verify(said.root, said.signatures[0])
    signer = verified.certificate
    if signer is not None and tls and signer.public_bytes(Encoding.DER) == tls:
        raise _refused("DMPInvalidCertificate", "certificat de la connexion TLS")
    if verified.problem:
        raise _refused("DMPInvalidCertificate", verified.problem)
    if verified.references != (f"#{said.id}",):
        raise _refused("DMPInvalidCertificate", "la signature ne porte pas sur l'assertion")


def _check_time(dmp: Dmp, said: Vihf) -> None:
    now = datetime.now(UTC)
    issued, end = _instant(said.issued), _instant(said.not_after)
    if issued is None or issued > now + _SKEW or (end is not None and end <= now):
        raise _refused("SIM_VihfExpire", said.issued)
    if said.mode != vihf.AIR:
        return
    if now - issued > _AIR_LIFETIME + _SKEW:
        raise _refused("SIM_VihfExpire", said.issued)
    for old in [i for i, until in dmp.used_assertions.items() if until < now.timestamp()]:
        del dmp.used_assertions[old]
    if said.id in dmp.used_assertions:
        raise _refused("SIM_VihfRejoue", said.id)
    dmp.used_assertions[said.id] = (issued + _AIR_LIFETIME + 2 * _SKEW).timestamp()


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _refused(code: str, about: str) -> SoapRefused:
    return SoapRefused(Refusal(code, about[:200]))
