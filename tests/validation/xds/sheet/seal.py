"""Signatures made by hand: exclusive canonical form, RSA, a certificate of this test. No writer of ours has a part."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from validation.xds.sheet.words import DS

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
ISSUER = "CN=Cachet de test,OU=1750100125,O=CH de Test,C=FR"
HASHES: dict[str, tuple[Any, str, str]] = {
    "sha256": (
        hashes.SHA256(),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ),
    "sha512": (
        hashes.SHA512(),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    ),
    "sha1": (hashes.SHA1(), f"{DS}rsa-sha1", f"{DS}sha1"),
}


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(until: int = 2029, holder: rsa.RSAPrivateKey | None = None) -> str:
    """In base64; its subject is ISSUER; good from 2018 or 2026 to the first of January of `until`, for our key."""
    parts = (NameOID.COUNTRY_NAME, "FR"), (NameOID.ORGANIZATION_NAME, "CH de Test"), (
        NameOID.ORGANIZATIONAL_UNIT_NAME, "1750100125"), (NameOID.COMMON_NAME, "Cachet de test")  # fmt: skip
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key((holder or key()).public_key())
        .serial_number(4711).not_valid_before(datetime(2026 if until > 2026 else 2018, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC)).sign(key(), hashes.SHA256())
    )  # fmt: skip
    return base64.b64encode(built.public_bytes(serialization.Encoding.DER)).decode()


def canonical(text: str, form: str = EXC) -> bytes:
    """`form`: a canonical form, and the prefixes of its InclusiveNamespaces after a space."""
    method, _, prefixes = form.partition(" ")
    root = etree.fromstring(text)
    exclusive, comments = method.startswith(EXC), method.endswith("WithComments")
    named = prefixes.split() or None
    found: bytes = etree.tostring(
        root, method="c14n", exclusive=exclusive, with_comments=comments, inclusive_ns_prefixes=named
    )
    return found


def method(name: str, form: str) -> str:
    algorithm, _, prefixes = form.partition(" ")
    listed = f'<ec:InclusiveNamespaces xmlns:ec="{EXC}" PrefixList="{prefixes}"/>' if prefixes else ""
    return f'<ds:{name} Algorithm="{algorithm}">{listed}</ds:{name}>'


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def digest(data: bytes, algorithm: str = "sha256") -> str:
    return b64(hashlib.new(algorithm, data).digest())


def reference(uri: str, value: str, algorithm: str, transforms: tuple[str, ...] = (), type_: str = "") -> str:
    listed = "".join(method("Transform", t) for t in transforms)
    listed = f"<ds:Transforms>{listed}</ds:Transforms>" if listed else ""
    kind = f' Type="{type_}"' if type_ else ""
    return (
        f'<ds:Reference URI="{uri}"{kind}>{listed}<ds:DigestMethod Algorithm="{HASHES[algorithm][2]}"/>'
        f"<ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"
    )


def signature(references: str, algorithm: str, objects: str = "", ident: str = "", form: str = EXC) -> str:
    """ds:Signature over these references."""
    info = (
        f'<ds:SignedInfo xmlns:ds="{DS}">{method("CanonicalizationMethod", form)}'
        f'<ds:SignatureMethod Algorithm="{HASHES[algorithm][1]}"/>{references}</ds:SignedInfo>'
    )
    value = key().sign(canonical(info, form), padding.PKCS1v15(), HASHES[algorithm][0])
    at = f' Id="{ident}"' if ident else ""
    return (
        f'<ds:Signature xmlns:ds="{DS}"{at}>{info}<ds:SignatureValue>{b64(value)}</ds:SignatureValue><ds:KeyInfo>'
        f"<ds:X509Data><ds:X509Certificate>{certificate()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{objects}"
        "</ds:Signature>"
    )


def seal_assertion(
    text: str, algorithm: str = "sha256", form: str = EXC, *, info: str = EXC, transforms: tuple[str, ...] = ()
) -> str:
    """The assertion with its signature, just after its issuer; `info` is the form of SignedInfo, `transforms` those that
    are said instead of the enveloped one and of `form`."""
    ident = etree.fromstring(text).get("ID", "")
    value = digest(canonical(text, form), algorithm)
    said = transforms or (ENVELOPED, form)
    made = signature(reference(f"#{ident}", value, algorithm, said), algorithm, form=info)
    before, issuer, after = text.partition("</saml:Issuer>")
    if not issuer:  # a test took the issuer away
        before, issuer, after = text.partition(">")
    return before + issuer + made + after


def seal_lot(lines: str, algorithm: str = "sha256", form: str = EXC) -> str:
    """The XAdES file of a submission: `lines` are the references of its manifest."""
    xades = "http://uri.etsi.org/01903/v1.1.1#"
    manifest = f'<ds:Manifest xmlns:ds="{DS}" Id="IHEManifest">{lines}</ds:Manifest>'
    signed = (
        f'<xad:SignedProperties xmlns:ds="{DS}" xmlns:xad="{xades}" Id="Proprietes"><xad:SignedSignatureProperties>'
        "<xad:SigningTime>2026-03-10T09:19:59Z</xad:SigningTime></xad:SignedSignatureProperties></xad:SignedProperties>"
    )
    references = reference(
        "#IHEManifest", digest(canonical(manifest, form), algorithm), algorithm, (form,), f"{DS}Manifest"
    )
    references += reference(
        "#Proprietes", digest(canonical(signed, form), algorithm), algorithm, (form,), f"{xades}SignedProperties"
    )
    objects = f"<ds:Object>{manifest}</ds:Object><ds:Object><xad:QualifyingProperties"
    objects += f' xmlns:xad="{xades}" Target="#Lot">{signed}</xad:QualifyingProperties></ds:Object>'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + signature(references, algorithm, objects, "Lot", form)
