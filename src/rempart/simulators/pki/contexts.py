"""TLS as the DMP asks for it, either side: TLS 1.2, four suites, certificates on both sides (PDT-INF-579 v4)."""

from __future__ import annotations

import ssl

from rempart.simulators.pki.make import Credential, Pki

# OpenSSL's names of the ECDHE_RSA suites that PDT-INF-579 v4 lists for the access of an LPS.
SUITES = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-CHACHA20-POLY1305"


def server_context(pki: Pki, *, ec: bool = False) -> ssl.SSLContext:
    """The service: requires a client certificate of our root, in date, not revoked, made for client authentication.

    A candidate that is refused learns it in the handshake, which TLS 1.2 ends with the alert that says why. `ec`: with
    the ECDSA certificate and the same four suites in their ECDSA form, for services that allow it (the DMP does not).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES.replace("ECDHE-RSA", "ECDHE-ECDSA") if ec else SUITES)
    server = pki.server_ec if ec else pki.server_dmp
    context.load_cert_chain(server.cert, server.key)
    context.load_verify_locations(cafile=pki.root)
    context.load_verify_locations(cafile=pki.crl)
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
    return context


def client_context(pki: Pki, credential: Credential | None) -> ssl.SSLContext:
    """A client that trusts our root and presents `credential` (None: nothing)."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(pki.root))
    if credential:
        context.load_cert_chain(credential.cert, credential.key)
    return context
