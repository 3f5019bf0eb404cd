"""The detached CMS signature (RFC 5652) of a manifest: made by `cryptography`, verified to the last byte.

`openssl cms -verify` accepts it. Verification holds it to the one form that we write, so that none of its bytes is
free: the certificates are named by the manifest that is signed, everything else follows from them or is signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from rempart.evidence import der
from rempart.evidence.certificates import UNREADABLE, PrivateKey, SignatureProblem

_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_DIGEST = bytes.fromhex("06092a864886f70d010904")
_TIME = bytes.fromhex("06092a864886f70d010905")
_SHA256 = {bytes.fromhex(h) for h in ("300b0609608648016503040201", "300d06096086480165030402010500")}  # RFC 5754: both
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
_ECDSA = bytes.fromhex("300a06082a8648ce3d040302")
_VERSION = bytes.fromhex("020101")
MAX_SIGNATURE = 256 * 1024  # bytes: a few certificates and one signature


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed: the certificate, the others that came with it, and when, as the signer says."""

    certificate: x509.Certificate
    others: list[x509.Certificate]
    time: datetime


def sign(data: bytes, key: PrivateKey, certificates: list[x509.Certificate]) -> bytes:
    """The detached signature of `data`, DER. `certificates`: that of the key first, then those above it."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificates[0], key, hashes.SHA256())
    for other in certificates[1:]:
        builder = builder.add_certificate(other)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    return builder.sign(serialization.Encoding.DER, options)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate's DER."""
    return hashlib.sha256(certificate).hexdigest()


def check(data: bytes, signature: bytes, fingerprints: Collection[str]) -> Signed:
    """Verify a detached signature of `data` that carries exactly the certificates of these fingerprints.

    Raises SignatureProblem (French) when it is not one, or one of other bytes or with other certificates.
    """
    if len(signature) > MAX_SIGNATURE:
        raise SignatureProblem("signature trop longue")
    try:
        return _check(data, signature, sorted(fingerprints))
    except UNREADABLE as error:
        raise SignatureProblem(f"signature illisible ou altérée ({error})") from error
    except InvalidSignature as error:
        raise SignatureProblem("la signature n'est pas celle de ce contenu par ce certificat") from error


def _check(data: bytes, signature: bytes, fingerprints: list[str]) -> Signed:
    kind, wrapped = der.read(signature, der.SEQUENCE).inside(der.OID, der.CONTEXT_0)
    (body,) = wrapped.inside(der.SEQUENCE)
    parts = body.inside(der.INTEGER, der.SET, der.SEQUENCE, der.CONTEXT_0, der.SET)
    (signer,) = parts[4].inside(der.SEQUENCE)
    form = (der.INTEGER, der.SEQUENCE, der.SEQUENCE, der.CONTEXT_0, der.SEQUENCE, der.OCTETS)
    version, name, digest, attributes, algorithm, value = signer.inside(*form)
    if sorted(fingerprint(c.whole) for c in parts[3].inside()) != fingerprints:
        raise der.DerError("other certificates than those named by what is signed")
    certificates = [x509.load_der_x509_certificate(c.whole) for c in parts[3].inside()]
    own = next((c for c in certificates if _name(c) == name.whole), None)
    if own is None:
        raise der.DerError("no certificate of the signer")
    expected = _RSA if isinstance(own.public_key(), rsa.RSAPublicKey) else _ECDSA
    fixed = (kind.whole, parts[0].whole, version.whole, parts[2].whole, algorithm.whole)
    content = der.encode(der.SEQUENCE, _DATA)
    if fixed != (_SIGNED_DATA, _VERSION, _VERSION, content, expected):
        raise der.DerError("another form of signature than Rempart's")
    if digest.whole not in _SHA256 or parts[1].content != digest.whole:
        raise der.DerError("another digest than SHA-256")
    time = _attributes(attributes, data)
    _verify(own, value.content, der.encode(der.SET, attributes.content))
    return Signed(own, [c for c in certificates if c is not own], time)


def _name(certificate: x509.Certificate) -> bytes:
    """Issuer and serial number, as a signer is named."""
    serial = certificate.serial_number
    number = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
    return der.encode(der.SEQUENCE, certificate.issuer.public_bytes(), der.encode(der.INTEGER, number))


def _attributes(attributes: der.Value, data: bytes) -> datetime:
    """Content type, digest and time, each once; the time is returned."""
    found = {}
    for attribute in attributes.inside():
        name, values = attribute.inside(der.OID, der.SET)
        (found[name.whole],) = values.inside()
    if set(found) != {_CONTENT_TYPE, _DIGEST, _TIME} or len(attributes.inside()) != len(found):
        raise der.DerError("unexpected signed attributes")
    if found[_CONTENT_TYPE].whole != _DATA or found[_DIGEST].content != hashlib.sha256(data).digest():
        raise InvalidSignature
    text = found[_TIME].content.decode("ascii")
    return datetime.strptime(text.replace("Z", "+0000"), "%y%m%d%H%M%S%z" if len(text) == 13 else "%Y%m%d%H%M%S%z")


def _verify(certificate: x509.Certificate, signature: bytes, signed: bytes) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    else:
        raise der.DerError("a key that is neither RSA nor elliptic curve")
