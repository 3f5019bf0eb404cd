"""The two certificates of the establishment: ORG_AUTH_CLI for TLS, ORG_SIGN for the VIHF and the submissions."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from rempart.formats.signing import Signer
from rempart.reference.dmp.failures import BadSettings

ROOT, TLS, SIGN = "root", "org_auth_cli", "org_sign"  # PEM files of the folder; keys are `.key.pem`


@dataclass(frozen=True, eq=False)
class Certificates:
    """`tls` trusts the root of the folder alone and presents ORG_AUTH_CLI."""

    tls: ssl.SSLContext
    signer: Signer


def load(folder: Path, sign: str = SIGN) -> Certificates:
    """Raises BadSettings. `sign` names the certificate that signs."""
    try:
        tls = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(folder / f"{ROOT}.pem"))
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.load_cert_chain(folder / f"{TLS}.pem", folder / f"{TLS}.key.pem")
        # Whether its numbers are primes takes longer to verify than the rest of the start, of a key that we made.
        pem = (folder / f"{sign}.key.pem").read_bytes()
        key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
        certificate = x509.load_pem_x509_certificate((folder / f"{sign}.pem").read_bytes())
    except (OSError, ValueError, TypeError) as error:  # TypeError: the key has a password
        raise BadSettings(f"{folder}: {error}") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BadSettings(f"{folder / sign}.key.pem: an RSA key is expected")
    return Certificates(tls, Signer(key, certificate))
