"""What is given instead of a file, or that only its date makes good: links, execution numbers, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from cryptography import x509

from rempart.model.finding import Finding
from rempart.validation.checks import check
from rempart.validation.files.given import each
from rempart.validation.registry import finding

TEST_SPACE = "interopsegur.esante.gouv.fr"
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@check("preuve.link")
def link(evidence: list[bytes], *, reference: str) -> list[Finding]:
    """An https address, preferably of the interoperability test space: [attestation]. Nothing is fetched."""
    try:
        parts = urlsplit(reference.strip())
        host = parts.hostname or ""
    except ValueError:
        return [finding("PRV-029", "lien", expected="https://…", actual=reference)]
    if parts.scheme != "https" or "." not in host or not parts.path.strip("/") + parts.query:
        return [finding("PRV-029", "lien", expected="https://…", actual=reference)]
    if host != TEST_SPACE and not host.endswith(f".{TEST_SPACE}"):
        return [finding("PRV-030", "lien", expected=TEST_SPACE, actual=host)]
    return []


@check("preuve.execution")
def execution(evidence: list[bytes], *, reference: str) -> list[Finding]:
    """The number of an execution, or the address that ends with it: [attestation]."""
    if re.fullmatch(r"(?:https://\S+/)?[1-9]\d{0,9}", reference.strip()):
        return []
    return [finding("PRV-031", "numéro", expected="un nombre entier", actual=reference)]


@check("preuve.certificates")
def certificates(evidence: list[bytes], *, names: list[str], day: str) -> list[Finding]:
    """X.509 certificates, of which one at least is valid on `day` (AAAA-MM-JJ); a revocation list may stand beside
    them: [files]."""
    found: list[x509.Certificate] = []

    def look(name: str, data: bytes) -> Iterable[Finding]:
        try:
            found.extend(_read(data))
        except ValueError as error:
            return [] if _is_list(data) else [finding("PRV-032", name, f"certificat illisible: {error}")]
        return []

    problems = each(evidence, names, look)
    when = date.fromisoformat(day)
    valid = [c for c in found if c.not_valid_before_utc.date() <= when <= c.not_valid_after_utc.date()]
    if not problems and not found:
        problems.append(finding("PRV-032", ", ".join(names), "aucun certificat dans ces fichiers"))
    elif found and not valid:
        until = max(c.not_valid_after_utc for c in found).date()
        problems.append(finding("PRV-033", ", ".join(names), expected=f"valide le {day}", actual=f"jusqu'au {until}"))
    return problems


def _read(data: bytes) -> list[x509.Certificate]:
    pems = _PEM.findall(data)
    return [x509.load_pem_x509_certificate(p) for p in pems] if pems else [x509.load_der_x509_certificate(data)]


def _is_list(data: bytes) -> bool:
    try:
        pem = data.lstrip().startswith(b"-----BEGIN X509 CRL")
        (x509.load_pem_x509_crl if pem else x509.load_der_x509_crl)(data)
    except ValueError:
        return False
    return True
