"""The XAdES signature of a submission: its entry, and the file that signs a manifest of what is submitted.

Source: exemples de messages DMP 02.05.00, TD2.1. The manifest names the submission and each document by
`urn:oid:<uniqueId>`; the digest of the submission is the constant `AA==`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from rempart.formats.cda.model import Coded
from rempart.formats.signing import Reference, Signer, add_reference, canonical, digest, signature
from rempart.formats.xdm.model import XdmDocument, XdsAuthor
from rempart.formats.xds.model import CLASS_CODE, CONFIDENTIALITY, EVENT_CODE, FORMAT_CODE, TYPE_CODE
from rempart.formats.xmldsig import DS, SIGNATURE, Verified, verify

XADES = "http://uri.etsi.org/01903/v1.1.1#"
MANIFEST = f"{{{DS}}}Manifest"
PURPOSE = "1.2.840.10065.1.12.1.14"
_OID = "urn:oid:"
CLASS = Coded("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Signature du lot")
TYPE = Coded("E1762", "ASTM", "Full Document")
FORMAT = Coded(DS, "URN", "Default Signature Style")
EVENT = Coded(PURPOSE, "1.2.840.10065.1.12", "Source")
CODES = {CLASS_CODE: CLASS, TYPE_CODE: TYPE, FORMAT_CODE: FORMAT, EVENT_CODE: EVENT}
HIDDEN = ("N", "MASQUE_PS", "INVISIBLE_PATIENT")  # confidentiality of the entry
TITLE = "Source"
LEVELS = {CONFIDENTIALITY: HIDDEN}


@dataclass(frozen=True, slots=True)
class Manifested:
    """One line of the manifest. `digest` is None when it is no base64."""

    unique_id: str
    algorithm: str
    digest: bytes | None
    uri: str


@dataclass(frozen=True, slots=True)
class LotSignature:
    """What the file says. `lines` is empty when there is no manifest; `verified` is about the signature itself."""

    lines: tuple[Manifested, ...]
    verified: Verified
    manifest_signed: bool
    properties_signed: bool  # the SignedProperties of XAdES


def read_lot_signature(root: etree._Element) -> LotSignature | None:
    """None when `root` holds no ds:Signature."""
    found = root if root.tag == SIGNATURE else next(root.iter(SIGNATURE), None)
    if found is None:
        return None
    manifest = next(found.iter(MANIFEST), None)
    lines = () if manifest is None else tuple(_line(r) for r in manifest.iterchildren(f"{{{DS}}}Reference"))
    verified = verify(root, found, strict=False)
    named = "" if manifest is None else f"#{manifest.get('Id', '')}"
    own = [p.get("Id", "") for p in found.iter("{*}SignedProperties")]
    properties = any(i and f"#{i}" in verified.references for i in own)
    return LotSignature(lines, verified, bool(named) and named in verified.references, properties)


def _line(reference: etree._Element) -> Manifested:
    uri = reference.get("URI", "")
    method = reference.find(f"{{{DS}}}DigestMethod")
    try:
        value = base64.b64decode("".join((reference.findtext(f"{{{DS}}}DigestValue") or "").split()), validate=True)
    except (binascii.Error, ValueError):
        value = None
    algorithm = "" if method is None else method.get("Algorithm", "")
    return Manifested(uri.removeprefix(_OID) if uri.startswith(_OID) else "", algorithm, value, uri)


def write_lot_signature(signer: Signer, submission_id: str, documents: Mapping[str, bytes]) -> bytes:
    """The file of the signature; `documents` are the bytes submitted, by uniqueId."""
    manifest = etree.Element(MANIFEST, Id="IHEManifest", nsmap={"ds": DS})
    add_reference(manifest, Reference(f"{_OID}{submission_id}", b"\0", ()))
    for unique_id, content in documents.items():
        add_reference(manifest, Reference(f"{_OID}{unique_id}", digest(content), ()))
    properties = etree.Element(f"{{{XADES}}}SignedProperties", Id="SignedProps", nsmap={"xad": XADES})
    etree.SubElement(properties, f"{{{XADES}}}SignedSignatureProperties")
    references = [
        Reference("#IHEManifest", digest(canonical(manifest)), type=f"{DS}Manifest"),
        Reference("#SignedProps", digest(canonical(properties)), type=f"{XADES}SignedProperties"),
    ]
    root = signature(signer, references, "signatureLot")
    etree.SubElement(root, f"{{{DS}}}Object").append(manifest)
    qualifying = etree.SubElement(
        etree.SubElement(root, f"{{{DS}}}Object"), f"{{{XADES}}}QualifyingProperties", Target="#signatureLot",
        nsmap={"xad": XADES},
    )  # fmt: skip
    qualifying.append(properties)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data


def signature_entry(
    data: bytes, *, unique_id: str, patient_id: str, created: str, author: XdsAuthor, legal: str, model: XdmDocument
) -> XdmDocument:
    """The entry of a signature: its codes are its own, where it was made is where the document `model` was."""
    return XdmDocument(
        data=data, unique_id=unique_id, patient_id=patient_id, type=TYPE, title=TITLE, created=created,
        confidentiality=HIDDEN, class_code=CLASS, format=FORMAT, facility=model.facility, practice=model.practice,
        authors=(author,), legal_authenticator=legal, start=created, stop=created,
        source_patient_id=model.source_patient_id, source_patient_info=model.source_patient_info, language="art",
        events=(EVENT,),
    )  # fmt: skip
