"""TLS towards the operator: which versions and suites, whose certificate, and the list of those that were revoked.

MSS/CONF.03 and MSS/va1.31 (version, suites, groups), MSS/va1.04 to 06 (certificate), MSS/CONF.22 (last valid CRL kept).
"""

from __future__ import annotations

import contextlib
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from urllib3.exceptions import HTTPError

from rempart.reference.mss.failures import Distrusted
from rempart.reference.mutation import Mutants

SUITES = (
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256:"
    "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256"
)
_STRONG = "@SECLEVEL=2"  # groups of 2048 bits, curves of 224 bits at least
_ANYTHING = "ALL:@SECLEVEL=0"
_NO_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL, that the ssl module does not name
_LIMIT, _TIMEOUT = 8 * 1024 * 1024, 2.0  # of a revocation list: bytes, seconds (mails wait for it)


@dataclass(frozen=True, slots=True)
class Establishment:
    """`folder` holds root.pem, and NAME.pem with NAME.key.pem for the certificate that is presented ("": none)."""

    folder: Path
    name: str = "org_auth_cli"


class Trust:
    """The TLS of every connection to the operator. `crl_url` is asked before each; what it gave last is kept."""

    def __init__(self, us: Establishment, crl_url: str, mutants: Mutants) -> None:
        self._us, self._url, self._mutants = us, crl_url, mutants
        self._crl: x509.CertificateRevocationList | None = None

    def context(self) -> ssl.SSLContext:
        """Raises Distrusted when the establishment's own files are no good, or no valid CRL is at hand."""
        try:
            return self._context()
        except (OSError, ValueError) as error:
            raise Distrusted(f"certificats de l'établissement: {error}") from error

    def _context(self) -> ssl.SSLContext:
        on = self._mutants.on
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if on("operateur-non-verifie"):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_verify_locations(cafile=self._us.folder / "root.pem")
        self._versions(context)
        if on("certificat-expire-accepte"):
            context.verify_flags |= _NO_TIME
        if self._us.name and not on("sans-certificat-client"):
            cert = self._us.folder / f"{self._us.name}.pem"
            context.load_cert_chain(cert, cert.with_suffix(".key.pem"))
        if self._url and not on("revocation-non-verifiee"):
            with tempfile.NamedTemporaryFile(suffix=".crl.pem") as file:  # a CRL is read from a file only
                file.write(self._last_crl().public_bytes(Encoding.PEM))
                file.flush()
                context.load_verify_locations(cafile=file.name)
            context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
        return context

    def _versions(self, context: ssl.SSLContext) -> None:
        on = self._mutants.on
        context.minimum_version = ssl.TLSVersion.TLSv1 if on("tls-1.0-accepte") else ssl.TLSVersion.TLSv1_2
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        if on("tls-1.0-accepte"):
            context.set_ciphers(_ANYTHING)
        elif on("suite-hors-liste"):
            context.set_ciphers(f"{SUITES}:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA:{_STRONG}")
        elif on("groupe-court-accepte"):
            context.set_ciphers(f"{SUITES}:@SECLEVEL=0")
        else:
            context.set_ciphers(f"{SUITES}:{_STRONG}")

    def _last_crl(self) -> x509.CertificateRevocationList:
        """The list in force: fetched now, else the last one that is still valid. Raises Distrusted without any."""
        with contextlib.suppress(OSError, ValueError, HTTPError):
            self._crl = self._fetched()
        if self._mutants.on("crl-non-conservee"):
            kept, self._crl = self._crl, None
        else:
            kept = self._crl
        if kept is None or (kept.next_update_utc or datetime.max.replace(tzinfo=UTC)) < datetime.now(UTC):
            raise Distrusted("aucune liste de révocation valide n'est disponible")
        return kept

    def _fetched(self) -> x509.CertificateRevocationList:
        """Raises OSError, ValueError, HTTPError (a list that is cut while it is read)."""
        with requests.Session() as http:
            http.trust_env = False  # the list is where the operator says, whatever the environment is
            answer = http.get(self._url, timeout=_TIMEOUT, stream=True, allow_redirects=False)
            answer.raise_for_status()
            return x509.load_der_x509_crl(answer.raw.read(_LIMIT))
