"""The messages of the DMP that tests start from: sound ones, and what changes one thing in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cda_samples import LETTER, REPLACEMENT, ROOT
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from xdm_samples import CONSULTATION, SENDER

from rempart.formats import xdm
from rempart.formats.cda import Coded, build
from rempart.formats.dmp.existence import ExistenceRequest, write_existence
from rempart.formats.dmp.habilitations import Authorisation, ListRequest, write_authorisation, write_list
from rempart.formats.signing import Signer
from rempart.formats.soap.capture import write_capture
from rempart.formats.soap.envelope import Addressing, security, write_envelope
from rempart.formats.vihf import model as vihf
from rempart.formats.vihf.write import Holder, sign, unsigned, write_vihf
from rempart.formats.xds import model as xds
from rempart.formats.xds.lot_signature import signature_entry, write_lot_signature
from rempart.formats.xds.messages import StoredQuery, Wanted, quoted, write_query, write_retrieve
from rempart.formats.xds.provide import add_objects, objects_of, provide, request_of, status_change
from rempart.formats.xds.transactions import (
    AUTHORISATION,
    EXISTENCE,
    FEED,
    PATIENT_LIST,
    RETRIEVE,
    SEARCH,
    UPDATE,
    Transaction,
)
from rempart.formats.xds.write import add_association, add_entry, add_member

NOW = datetime(2026, 5, 4, 10, 15, tzinfo=UTC)
INS = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
MATRICULE, REGISTER = "279035121518989", "1.2.250.1.213.1.4.10"
UUID = "urn:uuid:7b1de0c2-5a4e-4d0b-9c58-0f2a6f9c3d11"
FIND, GET = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
DOCTOR = (
    Coded("10", vihf.PROFESSIONS, "Médecin"),
    Coded("SM26", vihf.SPECIALITIES, "Qualifié en médecine générale (SM)"),
)
FEEDING = Holder(
    id="_5f0d6f8e-8f3a-4a43-9b0e-0d5f1f6a7c10", issued=NOW, user="801234567866", user_name="Thierry DIAZ",
    structure="1750000001", patient=INS, roles=DOCTOR,
)  # fmt: skip
CONSULTING = replace(FEEDING, mode=vihf.AIR, lifetime=30)


@cache
def signer(name: str = "Hôpital de démonstration cachet") -> Signer:
    """A key and a certificate of our own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Démonstration"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ])  # fmt: skip
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - timedelta(days=1))
    certificate = builder.not_valid_after(NOW + timedelta(days=3650)).sign(key, hashes.SHA256())
    return Signer(key, certificate)


def assertion(holder: Holder = FEEDING) -> bytes:
    """A VIHF alone."""
    data: bytes = etree.tostring(write_vihf(holder, signer()), encoding="UTF-8", xml_declaration=True)
    return data


def envelope(transaction: Transaction, body: etree._Element, holder: Holder | None = None) -> bytes:
    """A request of SOAP 1.2 with its VIHF."""
    extra = (security(write_vihf(holder, signer())),) if holder else ()
    addressing = Addressing(action=transaction.action, message_id=UUID, extra=extra)
    data: bytes = etree.tostring(write_envelope(body, addressing), encoding="UTF-8", xml_declaration=True)
    return data


def submission(*documents: xdm.XdmDocument, **changes: Any) -> xdm.Submission:
    """A submission set of our own, of these documents."""
    said = xdm.Submission(
        documents=documents, unique_id=f"{ROOT}.200.1", source_id=f"{ROOT}.200", submitted="20260504101500",
        author_person=SENDER.person, author_institution=SENDER.institution, patient_id=INS, content_type=CONSULTATION,
    )  # fmt: skip
    return replace(said, **changes)


@cache
def letter() -> xdm.XdmDocument:
    return xdm.from_cda(build(LETTER))


@cache
def replacing() -> xdm.XdmDocument:
    return xdm.from_cda(build(REPLACEMENT))


def feed(
    *documents: xdm.XdmDocument, replaces: dict[str, str] | None = None, holder: Holder = FEEDING, mtom: bool = False,
    signs: bool = True, **changes: Any,
) -> bytes:  # fmt: skip
    """TD2.1: documents, the signature of the submission, and what they replace (`Document01` -> entryUUID)."""
    said = submission(*documents, **changes)
    contents = {f"Document{n:02d}": d.data for n, d in enumerate(documents, 1)}
    if signs:
        data = write_lot_signature(signer(), said.unique_id, {d.unique_id: d.data for d in documents})
        entry = signature_entry(
            data, unique_id=f"{ROOT}.201.1", patient_id=INS, created="20260504101500", author=SENDER,
            legal=SENDER.person, model=documents[0],
        )  # fmt: skip
        said = replace(said, documents=(*documents, entry))
        contents[f"Document{len(documents) + 1:02d}"] = data
    objects = objects_of(said, replaces)
    if signs:
        add_association(objects, "Signs01", xds.SIGNS, f"Document{len(documents) + 1:02d}", "SubmissionSet01")
    if not mtom:
        return envelope(FEED, provide(objects, contents), holder)
    body = provide(objects, {name: f"{name}@rempart" for name in contents})
    parts = {f"{name}@rempart": data for name, data in contents.items()}
    return write_capture(envelope(FEED, body, holder), FEED.action, parts)


def search(**changes: Any) -> bytes:
    """TD3.1 by criteria."""
    parameters = {
        "$XDSDocumentEntryPatientId": (quoted(INS),), "$XDSDocumentEntryStatus": (quoted(xds.APPROVED, listed=True),),
        "$XDSDocumentEntryServiceStartTimeFrom": ("20250504000000",),
    }  # fmt: skip
    return envelope(SEARCH, write_query(replace(StoredQuery(id=FIND, parameters=parameters), **changes)), CONSULTING)


def known_document() -> bytes:
    """TD3.1 by uniqueId: what a PFI may ask, to delete."""
    parameters = {"$XDSDocumentEntryUniqueId": (quoted(f"{ROOT}.1.1", listed=True),)}
    return envelope(SEARCH, write_query(StoredQuery(id=GET, parameters=parameters)), FEEDING)


def resubmission() -> bytes:
    """TD3.3a: an entry anew, with its identifiers of the registry."""
    objects = add_objects(submission())
    document = replace(letter(), confidentiality=("N", "MASQUE_PS"))
    entry = add_entry(objects, document, "Document01", extra={"repositoryUniqueId": xds.DMP_REPOSITORY})
    entry.set("lid", UUID)
    add_member(objects, "HasMember01", "Document01", {"PreviousVersion": "1"})
    return envelope(UPDATE, request_of(objects), CONSULTING)


def existence(**changes: Any) -> bytes:
    request = ExistenceRequest(
        ins=MATRICULE, register=REGISTER, message_id=f"{ROOT}.300.1", sender=f"{ROOT}.300", created="20260504101500"
    )
    return envelope(EXISTENCE, write_existence(replace(request, **changes)), CONSULTING)


@cache
def sound() -> dict[str, bytes]:
    """Messages that conform."""
    deletion = status_change(submission(), UUID, xds.APPROVED, xds.DELETED)
    archival = status_change(submission(), UUID, xds.APPROVED, xds.ARCHIVED)
    wanted = write_retrieve([Wanted(repository=xds.DMP_REPOSITORY, unique_id=f"{ROOT}.1.1")])
    asked = write_list(ListRequest(since="20260401000000", date_type="LASTDOC"))
    card = replace(FEEDING, mode=vihf.DIRECT, context=vihf.CARD)
    hidden = replace(letter(), confidentiality=("N", vihf.HIDDEN_FROM_PARENTS))
    return {
        "feed": feed(letter()),
        "feed-mtom": feed(letter(), mtom=True),
        "feed-card": feed(letter(), holder=card),
        "feed-hidden": feed(hidden),
        "replacement": feed(replacing(), replaces={"Document01": UUID}),
        "search": search(),
        "known": known_document(),
        "retrieve": envelope(RETRIEVE, wanted, CONSULTING),
        "delete": envelope(UPDATE, deletion, FEEDING),
        "archive": envelope(UPDATE, archival, CONSULTING),
        "mask": resubmission(),
        "existence": existence(),
        "authorise": envelope(AUTHORISATION, write_authorisation(Authorisation(action="AJOUT")), CONSULTING),
        "list": envelope(PATIENT_LIST, asked, replace(CONSULTING, patient="")),
    }


def signed_again(old: str, new: str, holder: Holder = FEEDING, nth: int = 1) -> bytes:
    """A VIHF with one text replaced before it is signed: what is wrong is not its signature."""
    text = etree.tostring(unsigned(holder, signer().subject), encoding="unicode")
    parts = text.split(old)
    assert len(parts) > nth, f"{old!r} is not in the assertion"
    root = etree.fromstring(old.join(parts[:nth]) + new + old.join(parts[nth:]))
    sign(root, signer())
    data: bytes = etree.tostring(root)
    return data


def edited(data: bytes, old: str, new: str, nth: int = 1) -> bytes:
    """The message with the nth occurrence of a text replaced. AssertionError when it is not there."""
    parts = data.split(old.encode())
    assert len(parts) > nth, f"{old!r} is not in the message"
    return old.encode().join(parts[:nth]) + new.encode() + old.encode().join(parts[nth:])
