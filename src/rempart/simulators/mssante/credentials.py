"""Who may open a mailbox: SASL PLAIN for software, a bearer token for people and services (MSS/CONF.12, CONF.07).

Tokens are issued here, as Pro Santé Connect would issue them; they are opaque.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import time
from dataclasses import dataclass, field

from rempart.formats.mail.envelope import Tls
from rempart.simulators.mssante.mailbox import Mailbox
from rempart.simulators.mssante.space import Operator

MECHANISMS = ("PLAIN", "XOAUTH2", "OAUTHBEARER")
LIFETIME = 120.0  # seconds: that of an access token of Pro Santé Connect
_MAX_RESPONSE = 12 << 10  # RFC 4954: at least 12288
_BEARER = re.compile(r"auth=Bearer ([^\x01]{1,4096})\x01")
_USER = re.compile(r"(?:^|\x01)user=([^\x01]{1,320})\x01|^n,a=([^,\x01]{1,320}),\x01")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` (French) says why it was refused; `mailbox` is None then. `login`: as the client gave it."""

    login: str = ""
    mailbox: Mailbox | None = None
    reason: str = ""


@dataclass(slots=True)
class Tokens:
    """Access tokens: who each opens the mailbox of, and until when (monotonic seconds)."""

    _known: dict[str, tuple[str, float]] = field(default_factory=dict)

    def issue(self, address: str, lifetime: float = LIFETIME) -> str:
        """A new token for this mailbox. A lifetime of zero gives one that has expired."""
        token = secrets.token_urlsafe(32)
        self._known[token] = (address.lower(), time.monotonic() + lifetime)
        return token

    def revoke(self, token: str) -> None:
        self._known.pop(token, None)

    def clear(self) -> None:
        self._known.clear()

    def refusal(self, token: str, address: str) -> str:
        """Why this token does not open this mailbox, in French; "" when it does."""
        owner, until = self._known.get(token, ("", 0.0))
        if not owner:
            return "jeton inconnu ou révoqué"
        if time.monotonic() >= until:
            return "jeton expiré"
        return "" if owner == address.lower() else "jeton d'une autre boîte"


def decoded(response: bytes) -> bytes | None:
    """A SASL response out of its base64; `=` is an empty one. None when it is none, or is too long."""
    if len(response) > _MAX_RESPONSE:
        return None
    if response == b"=":
        return b""
    try:
        return base64.b64decode(response, validate=True)
    except binascii.Error:
        return None


def authenticate(
    mechanism: str, response: bytes, operator: Operator, tokens: Tokens, tls: Tls | None, *, in_clear: bool = False
) -> Outcome:
    """What a decoded SASL response opens. `mechanism` is one of MECHANISMS. `in_clear`: the operator has no TLS."""
    text = response.decode("utf-8", "replace")
    if mechanism == "PLAIN":
        pieces = text.split("\0")
        if len(pieces) != 3 or not pieces[1]:
            return Outcome(reason="réponse PLAIN mal formée")
        return plain(pieces[1], pieces[2], operator, tls, in_clear=in_clear)
    user, bearer = _USER.search(text), _BEARER.search(text)
    if user is None or bearer is None:
        return Outcome(reason=f"réponse {mechanism} mal formée")
    login = user[1] or user[2]
    mailbox = operator.mailbox(login)
    refusal = tokens.refusal(bearer[1], login) if mailbox else "boîte inconnue"
    if mailbox and mailbox.kind == "APP":
        refusal = "une BAL applicative s'ouvre par PLAIN et un certificat"
    return Outcome(login, None if refusal else mailbox, refusal)


def plain(login: str, password: str, operator: Operator, tls: Tls | None, *, in_clear: bool = False) -> Outcome:
    """A login and a password: for software, under the certificate of the structure that owns the mailbox."""
    mailbox = operator.mailbox(login)
    reason = ""
    if mailbox is None:
        reason = "boîte inconnue"
    elif mailbox.kind != "APP":
        reason = "PLAIN n'ouvre que les BAL applicatives"
    elif not secrets.compare_digest(mailbox.password.encode(), password.encode("utf-8", "replace")):
        reason = "mot de passe faux"
    elif (tls is None or tls.client is None) and not in_clear:
        reason = "aucun certificat client n'a été présenté"
    elif tls and tls.client and tls.client.structure != mailbox.structure:
        reason = f"le certificat est celui d'une autre structure ({tls.client.structure})"
    return Outcome(login, None if reason else mailbox, reason)
