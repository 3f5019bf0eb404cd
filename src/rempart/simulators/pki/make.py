"""Certificates of our own that play those of the IGC-Santé: sound ones, and one of each kind that must be refused.

An establishment holds two organisation certificates: ORG_AUTH_CLI for TLS, ORG_SIGN for the VIHF and the signature of
the submission; a service that finds one in the place of the other refuses it (EX_GEN-1450).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypedDict

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID

from rempart.simulators.patients import ESTABLISHMENT

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_LIFETIME = timedelta(days=30)
NEIGHBOUR = "300017985"  # FINESS of another structure of the published examples


class _Served(TypedDict):
    """What makes the certificate of a server."""

    usage: x509.ObjectIdentifier
    hosts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate and its private key, each a PEM file; `serial` is that of the certificate."""

    name: str
    cert: Path
    key: Path
    serial: int


@dataclass(frozen=True, slots=True)
class Pki:
    """Everything in `folder`; `root` is what clients trust. `foreign` was issued by another root, `neighbour` is the
    ORG_AUTH_CLI of another establishment. `server_dmp` says nothing of the CRL, which only the operator of MSSanté
    publishes: a campaign may play the DMP alone. The other `server_*` are what a client must refuse to talk to."""

    folder: Path
    root: Path
    crl: Path
    server: Credential
    server_ec: Credential
    server_dmp: Credential
    org_auth_cli: Credential
    org_auth_cli_ec: Credential
    org_sign: Credential
    expired: Credential
    revoked: Credential
    foreign: Credential
    neighbour: Credential
    server_expired: Credential
    server_revoked: Credential
    server_foreign: Credential


@dataclass(frozen=True, slots=True)
class _Issuer:
    folder: Path
    name: x509.Name
    key: Key
    now: datetime
    crl_url: str

    def issue(
        self,
        name: str,
        *,
        kind: str = "rsa",
        usage: x509.ObjectIdentifier | None = Usage.CLIENT_AUTH,
        hosts: Sequence[str] = (),
        expired: bool = False,
        structure: str = ESTABLISHMENT.id,
        crl: bool = True,
    ) -> Credential:
        key = _key(kind)
        start = self.now - (2 * _LIFETIME if expired else timedelta(hours=1))
        builder = _builder(_subject(name, structure), self.name, key, start, start + _LIFETIME)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(
            _key_usage(digital_signature=True, content_commitment=usage is None), critical=True
        )
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        else:  # a seal: no TLS stack takes it for a client certificate
            builder = builder.add_extension(x509.ExtendedKeyUsage([Usage.EMAIL_PROTECTION]), critical=False)
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general(h) for h in hosts]), critical=False)
        if self.crl_url and crl:
            where = x509.DistributionPoint([x509.UniformResourceIdentifier(self.crl_url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([where]), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return _write(self.folder, name, certificate, key)


def make(folder: Path, hosts: Sequence[str] = ("localhost", "127.0.0.1"), crl_url: str = "") -> Pki:
    """Make the PKI in `folder` (created), for servers that are reached as `hosts`. Raises OSError when it cannot be
    written. Keys are readable by their owner alone. `crl_url`: where certificates say that the CRL is published."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).replace(microsecond=0)
    issuer, root = _root(folder, "root", "REMPART TEST AC RACINE", now, crl_url)
    other, _ = _root(folder, "untrusted", "REMPART TEST AC INCONNUE", now, "")
    clients = {
        "org_auth_cli": issuer.issue("org_auth_cli"),
        "org_auth_cli_ec": issuer.issue("org_auth_cli_ec", kind="ec"),
        "org_sign": issuer.issue("org_sign", usage=None),
        "expired": issuer.issue("expired", expired=True),
        "revoked": issuer.issue("revoked"),
        "neighbour": issuer.issue("neighbour", structure=NEIGHBOUR),
    }
    served: _Served = {"usage": Usage.SERVER_AUTH, "hosts": hosts}
    revoked = issuer.issue("server_revoked", **served)
    return Pki(
        folder=folder,
        root=root,
        crl=_revocations(issuer, [clients["revoked"].serial, revoked.serial]),
        server=issuer.issue("server", **served),
        server_ec=issuer.issue("server_ec", kind="ec", **served),
        server_dmp=issuer.issue("server_dmp", crl=False, **served),
        server_expired=issuer.issue("server_expired", expired=True, **served),
        server_revoked=revoked,
        server_foreign=other.issue("server_foreign", **served),
        foreign=other.issue("foreign"),
        **clients,
    )


def _root(folder: Path, name: str, common_name: str, now: datetime, crl_url: str) -> tuple[_Issuer, Path]:
    key = _key("rsa")
    subject = x509.Name([_attribute(NameOID.COUNTRY_NAME, "FR"), _attribute(NameOID.COMMON_NAME, common_name)])
    builder = _builder(subject, subject, key, now - timedelta(days=90), now + _LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
    certificate = builder.sign(key, hashes.SHA256())  # its key stays in memory: nobody issues anything later
    path = folder / f"{name}.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return _Issuer(folder, subject, key, now, crl_url), path


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _revocations(issuer: _Issuer, serials: Sequence[int]) -> Path:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.name)
    builder = builder.last_update(issuer.now - timedelta(hours=1)).next_update(issuer.now + _LIFETIME)
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(issuer.now)
        builder = builder.add_revoked_certificate(revoked.build())
    path = issuer.folder / "root.crl.pem"
    path.write_bytes(builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def _key(kind: str) -> Key:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _subject(name: str, structure: str) -> x509.Name:
    """As an organisation certificate says it: the structure's identifier in OU, the name of the certificate in CN."""
    return x509.Name(
        [
            _attribute(NameOID.COUNTRY_NAME, "FR"),
            _attribute(NameOID.ORGANIZATION_NAME, ESTABLISHMENT.name),
            _attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, structure),
            _attribute(NameOID.COMMON_NAME, f"TEST {name}"),
        ]
    )


def _attribute(oid: x509.ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(oid, value)


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(folder: Path, name: str, certificate: x509.Certificate, key: Key) -> Credential:
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.unlink(missing_ok=True)
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return Credential(name, cert_file, key_file, certificate.serial_number)
