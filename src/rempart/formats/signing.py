"""Signing XML with a key of the establishment: the VIHF (enveloped) and the manifest of a submission."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from rempart.formats.xmldsig import DS, EXC_C14N

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ENVELOPED = f"{DS}enveloped-signature"


@dataclass(frozen=True, eq=False)
class Signer:
    """An RSA key and its certificate (ORG_SIGN in the real world)."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def subject(self) -> str:
        """The distinguished name of the certificate (RFC 4514)."""
        return self.certificate.subject.rfc4514_string()


@dataclass(frozen=True, slots=True)
class Reference:
    """One ds:Reference: what it names, the digest of it, and how it was made."""

    uri: str
    digest: bytes
    transforms: tuple[str, ...] = (EXC_C14N,)
    type: str = ""


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical form, without comments."""
    data: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)
    return data


def digest(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def signature(signer: Signer, references: list[Reference], identifier: str = "") -> etree._Element:
    """A ds:Signature over these references (RSA-SHA256), its certificate inside."""
    root = etree.Element(f"{{{DS}}}Signature", {"Id": identifier} if identifier else {}, nsmap={"ds": DS})
    info = _add(root, "SignedInfo")
    _add(info, "CanonicalizationMethod", Algorithm=EXC_C14N)
    _add(info, "SignatureMethod", Algorithm=RSA_SHA256)
    for reference in references:
        add_reference(info, reference)
    value = signer.key.sign(canonical(info), padding.PKCS1v15(), hashes.SHA256())
    _add(root, "SignatureValue").text = base64.b64encode(value).decode()
    data = _add(_add(root, "KeyInfo"), "X509Data")
    der = signer.certificate.public_bytes(Encoding.DER)
    _add(data, "X509Certificate").text = base64.b64encode(der).decode()
    return root


def add_reference(parent: etree._Element, reference: Reference) -> None:
    """Add a ds:Reference to a SignedInfo or a Manifest."""
    at = _add(parent, "Reference", URI=reference.uri, **({"Type": reference.type} if reference.type else {}))
    if reference.transforms:
        transforms = _add(at, "Transforms")
        for algorithm in reference.transforms:
            _add(transforms, "Transform", Algorithm=algorithm)
    _add(at, "DigestMethod", Algorithm=SHA256)
    _add(at, "DigestValue").text = base64.b64encode(reference.digest).decode()


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attributes)
