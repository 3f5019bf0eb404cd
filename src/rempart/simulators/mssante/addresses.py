"""Where the simulated operator listens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """`imaps` is 0 when IMAP with TLS from the start is not served; `crl`: where the revocation list is published."""

    host: str
    smtp: int
    imap: int
    imaps: int
    crl: str
