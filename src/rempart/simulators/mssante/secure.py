"""TLS that remembers its handshake: what was offered, agreed on and presented, as the record of a session wants it."""

from __future__ import annotations

import hashlib
import ssl

from cryptography import x509

from rempart.formats.mail.envelope import Certificate, Tls
from rempart.formats.tls import read_group, read_offer
from rempart.simulators.https.stream import Stream, TlsStream

_KEPT = 64 << 10  # bytes of a handshake, each way


class ObservedTls(TlsStream):
    """The server's side of TLS; `negotiated` once it has shaken hands, `offered` even when it could not."""

    def __init__(self, below: Stream, context: ssl.SSLContext) -> None:
        super().__init__(below, context)
        self._heard, self._said, self._done = bytearray(), bytearray(), False

    async def handshake(self) -> None:
        try:
            await super().handshake()
        finally:
            self._done = True

    async def _feed(self) -> None:
        if self._done:
            return await super()._feed()
        data = await self._below.read()
        self._heard += data[: _KEPT - len(self._heard)]
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if self._done:
            return await super()._flush()
        if data := self._outgoing.read():
            self._said += data[: _KEPT - len(self._said)]
            await self._below.write(data)

    @property
    def offered(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Versions and suites of the ClientHello; both empty when what came is none."""
        offer = read_offer(bytes(self._heard))
        return (offer.versions, offer.suites) if offer else ((), ())

    def negotiated(self) -> Tls:
        """Of a handshake that succeeded."""
        cipher = self._tls.cipher()
        suite = cipher[0] if cipher else ""
        group = read_group(bytes(self._said), suite)
        versions, suites = self.offered
        return Tls(
            version=self.version,
            suite=suite,
            group=group.name if group else "",
            group_bits=group.bits if group else 0,
            elliptic=group.elliptic if group else True,
            offered_versions=versions,
            offered_suites=suites,
            client=_presented(self.certificate) if self.certificate else None,
        )


def _presented(der: bytes) -> Certificate:
    """A certificate that OpenSSL has verified against our root, its dates and its CRL."""
    found = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        not_before=found.not_valid_before_utc.isoformat(),
        not_after=found.not_valid_after_utc.isoformat(),
        serial=f"{found.serial_number:X}",
        sha256=hashlib.sha256(der).hexdigest(),
        structure=_structure(found),
        trusted=True,
    )


def _structure(certificate: x509.Certificate) -> str:
    units = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(units[0].value) if units else ""
