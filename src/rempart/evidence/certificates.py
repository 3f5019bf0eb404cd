"""Keys and certificates (X.509): read from PEM files, judged, chained to an authority, and made for a trial."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
MIN_RSA = 2048
MAX_PEM = 1_000_000
_DAYS = 365


# What `cryptography` raises on a certificate or key that is damaged, or of a kind that it does not know.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class SignatureProblem(Exception):
    """A key, a certificate or a signature that cannot be used or is not right. The message is French."""


def load_key(path: Path, passphrase: Callable[[], str]) -> PrivateKey:
    """The RSA or elliptic-curve key of a PEM file; `passphrase` is asked only when it is encrypted.

    Raises SignatureProblem.
    """
    data = _read(path)
    try:
        try:
            key = serialization.load_pem_private_key(data, None)
        except TypeError:  # encrypted
            key = serialization.load_pem_private_key(data, passphrase().encode())
    except UNREADABLE as error:
        raise SignatureProblem(f"{path}: clé illisible, ou phrase secrète fausse ({error})") from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SignatureProblem(f"{path}: clé RSA ou à courbe elliptique attendue")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < MIN_RSA:
        raise SignatureProblem(f"{path}: clé RSA de {key.key_size} bits, {MIN_RSA} au moins sont attendus")
    return key


def load_certificates(path: Path) -> list[x509.Certificate]:
    """Certificates of a PEM file, in order. Raises SignatureProblem when there is none, or one cannot be read."""
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except UNREADABLE as error:
        raise SignatureProblem(f"{path}: certificat illisible ({error})") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PEM + 1)
    except OSError as error:
        raise SignatureProblem(f"{path}: {error.strerror or error}") from error
    if len(data) > MAX_PEM:
        raise SignatureProblem(f"{path}: trop long pour une clé ou un certificat")
    return data


def problems(certificate: x509.Certificate, now: datetime, key: PrivateKey | None = None) -> list[str]:
    """Why this certificate cannot sign at this time, or with this key; empty when it can (French)."""
    found, start, end = [], certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < start:
        found.append(f"le certificat n'est valable qu'à partir du {start:%d/%m/%Y %H:%M} UTC")
    if now > end:
        found.append(f"le certificat a expiré le {end:%d/%m/%Y %H:%M} UTC")
    if not may_sign(certificate):
        found.append("le certificat n'est pas fait pour signer (extension keyUsage)")
    if key is not None and _public(key) != _public(certificate):
        found.append("la clé n'est pas celle du certificat")
    return found


def _public(holder: PrivateKey | x509.Certificate) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return holder.public_key().public_bytes(serialization.Encoding.DER, form)


def may_sign(certificate: x509.Certificate) -> bool:
    """Its key usage, when it states one, allows signing data (RFC 5280, 4.2.1.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def self_signed(certificate: x509.Certificate) -> bool:
    return _issued(certificate, certificate)


def trusted(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Does a chain, valid at this time, lead from the certificate to one of the anchors? Revocation is not looked up.

    `others` are the certificates in between, that came with the signature.
    """
    current, left = certificate, list(others)
    for _ in range(len(others) + 1):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            return False
        if any(current == a or (_authority(a) and _issued(current, a) and _within(a, at)) for a in anchors):
            return True
        above = next((c for c in left if _authority(c) and _issued(current, c)), None)
        if above is None:
            return False
        left.remove(above)
        current = above
    return False


def _within(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def name(subject: x509.Name) -> str:
    return subject.rfc4514_string() or "(sans nom)"


def make(common_name: str, now: datetime, *, kind: str = "ec") -> tuple[PrivateKey, x509.Certificate]:
    """A key and its self-signed certificate, for a trial: they prove who signed to nobody. `kind`: ec or rsa."""
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1())
    if kind == "rsa":
        key = rsa.generate_private_key(65537, 3072)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only"), False
    )
    allowed = x509.KeyUsage(digital_signature=True, content_commitment=True, decipher_only=False, **usage)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(allowed, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    return key, builder.sign(key, hashes.SHA256())


def write_key(key: PrivateKey, path: Path, passphrase: str = "") -> None:
    """PKCS#8 PEM, readable by its owner alone; never over an existing file (FileExistsError)."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    data = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
