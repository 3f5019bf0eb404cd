"""TLS as MSSanté asks for it, the operator's side, and each way in which an operator must be refused.

MSS/CONF.01 to 03: TLS 1.2 at least, 1.3 allowed, six suites; MSS/va1.04 to 06: a certificate in date, not revoked, of
the IGC Santé.
"""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

from rempart.formats.mail.envelope import Fault
from rempart.simulators.pki import Credential, Pki

# OpenSSL's names of the suites of MSS/CONF.03, in its order; the last two are no longer in the framework (v1.0.1).
SUITES = (
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256:"
    "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256"
)
_OFF_LIST = "ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA"
_WEAK_GROUP = Path(__file__).with_name("weak-group.pem")  # 1024 bits: the second Oakley group, RFC 2409


def server_context(pki: Pki, fault: Fault = "", *, required: bool = False, tls_13: bool = True) -> ssl.SSLContext:
    """What the operator negotiates with. `required`: nobody comes in without a client certificate; otherwise one that
    is presented must be good. Raises ValueError for `clear-text`, which negotiates nothing."""
    if fault == "clear-text":
        raise ValueError("an operator in clear text has no TLS")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _versions(context, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3 if tls_13 else ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(SUITES)
    _weaken(context, fault)
    server = _certificate(pki, fault)
    context.load_cert_chain(server.cert, server.key)
    context.load_verify_locations(cafile=pki.root)
    context.load_verify_locations(cafile=pki.crl)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
    context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    return context


def _weaken(context: ssl.SSLContext, fault: Fault) -> None:
    if fault == "old-tls":
        _versions(context, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)
        context.set_ciphers("ALL:@SECLEVEL=0")
    elif fault == "weak-suite":
        _versions(context, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
        context.set_ciphers(_OFF_LIST)
    elif fault == "weak-group":
        _versions(context, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
        context.set_ciphers("DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
        context.load_dh_params(str(_WEAK_GROUP))


def _versions(context: ssl.SSLContext, low: ssl.TLSVersion, high: ssl.TLSVersion) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0 is offered to see it refused
        context.maximum_version = high
        context.minimum_version = low


def _certificate(pki: Pki, fault: Fault) -> Credential:
    faulty = {"foreign-issuer": pki.server_foreign, "expired": pki.server_expired, "revoked": pki.server_revoked}
    return faulty.get(fault, pki.server)
