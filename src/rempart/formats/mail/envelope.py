"""What surrounds a mail on its way: the SMTP envelope, and the session that carried it, as an operator records them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Protocol = Literal["smtp", "imap"]
# What is wrong with the certificate of the server, or with what it offers: what a client has to notice.
Fault = Literal[
    "", "clear-text", "old-tls", "weak-suite", "weak-group", "foreign-issuer", "expired", "revoked", "crl-unreachable"
]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Envelope(_Record):
    """RFC 5321. `notify` and `original` (ORCPT) are those of each recipient (RFC 3461), "" without DSN extension; `ret`
    is FULL, HDRS or ""."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    notify: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    envelope_id: str = ""
    ret: str = ""


class Certificate(_Record):
    """A client's, as the handshake showed it. Names are RFC 4514 strings, `structure` is its OU, which names it."""

    subject: str
    issuer: str
    not_before: str = ""
    not_after: str = ""
    serial: str = ""
    sha256: str = ""
    structure: str = ""
    trusted: bool = False  # its chain leads to the authority of the test or of IGC Santé
    expired: bool = False
    revoked: bool = False


class Tls(_Record):
    """A negotiation that succeeded. `suite` is OpenSSL's name, `group_bits` the size of the exchange or 0."""

    version: str  # TLSv1.2
    suite: str = ""
    group: str = ""
    group_bits: int = 0
    elliptic: bool = True
    offered_versions: tuple[str, ...] = ()
    offered_suites: tuple[str, ...] = ()
    client: Certificate | None = None


class Authentication(_Record):
    mechanism: str  # PLAIN, XOAUTH2, OAUTHBEARER
    login: str = ""
    accepted: bool = False
    protected: bool = True  # after the negotiation


class Session(_Record):
    """One connection of a client, from its opening to its end, in the order of what it did.

    `server` says what was wrong with this server on purpose, `commands` the verbs that it received, `sent` how many
    mails were handed over, `clear` the verbs received before TLS.
    """

    protocol: Protocol
    server: Fault = ""
    starttls: bool = False
    tls: Tls | None = None
    clear: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    authentication: Authentication | None = None
    mailbox: Literal["", "APP", "ORG", "PER"] = ""
    address: str = ""  # of the mailbox
    sent: int = Field(default=0, ge=0)
    closed_by_client: bool = False
