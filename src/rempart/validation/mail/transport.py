"""One session of a mail client, as an operator recorded it: TLS, certificate, authentication, order of commands.

Facts that were not recorded are not judged: an unknown group size is no short group.
"""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.mail.envelope import Session, Tls
from rempart.model.finding import Finding, Severity
from rempart.validation.registry import finding, table_entries

_TLS_13 = "TLSv1.3"
_VERSIONS = ("TLSv1.2", _TLS_13)
_TOKENS = ("XOAUTH2", "OAUTHBEARER")
_SHORTEST = {True: 256, False: 2048}  # bits, elliptic or not
# Before TLS, nothing but what finds out that the server has it.
_HARMLESS = {
    "smtp": {"EHLO", "HELO", "STARTTLS", "NOOP", "QUIT", "RSET"},
    "imap": {"CAPABILITY", "STARTTLS", "NOOP", "LOGOUT", "ID"},
}
_ORDER_RULE = {"smtp": "MSS-010", "imap": "MSS-011"}
# What a faulty server was to be refused for. Only one of them is to be overcome: the last CRL is still good.
_REFUSALS = {
    "clear-text": ("MSS-001", "l'opérateur n'offre que le clair"),
    "old-tls": ("MSS-002", "l'opérateur n'offre qu'une version de TLS antérieure à 1.2"),
    "weak-suite": ("MSS-004", "l'opérateur n'offre que des suites hors de la liste"),
    "weak-group": ("MSS-005", "l'opérateur offre un groupe d'échange trop court"),
    "foreign-issuer": ("MSS-006", "le certificat de l'opérateur n'est pas de l'IGC Santé"),
    "expired": ("MSS-007", "le certificat de l'opérateur est expiré"),
    "revoked": ("MSS-008", "le certificat de l'opérateur est révoqué"),
}


def check_session(session: Session) -> Iterator[Finding]:
    """Findings on one session with a server that is as it should be."""
    yield from _clear(session)
    if session.tls is not None:
        yield from _negotiated(session.tls)
    yield from _authentication(session)


def _clear(session: Session) -> Iterator[Finding]:
    """Nothing that matters goes before TLS."""
    used = [verb for verb in session.clear if verb.upper() not in _HARMLESS[session.protocol]]
    secret = bool(session.authentication and not session.authentication.protected)
    if session.tls is None:
        if session.sent or used or secret:
            message = "La session a servi sans TLS"
            yield finding("MSS-001", session.protocol.upper(), message, expected="STARTTLS", actual=_said(session))
    elif used or secret:
        message = "Des commandes sont parties en clair, avant STARTTLS"
        actual = ", ".join(used) or "AUTH"
        yield finding(
            _ORDER_RULE[session.protocol], session.protocol.upper(), message, expected="STARTTLS", actual=actual
        )
    elif not session.starttls:
        message = "TLS a été négocié à l'ouverture, sans STARTTLS"
        yield finding(
            _ORDER_RULE[session.protocol], session.protocol.upper(), message, expected="STARTTLS", actual=_said(session)
        )


def _said(session: Session) -> str:
    return ", ".join((*session.clear, *session.commands)[:12]) or "(aucune commande)"


def _negotiated(tls: Tls) -> Iterator[Finding]:
    if tls.version not in _VERSIONS:
        yield finding("MSS-002", "TLS", "", expected="TLSv1.2 ou plus", actual=tls.version)
        return
    if tls.version == _TLS_13:
        message = "TLS 1.3 a été négocié: MSS/CONF.02 le permet, MSS/va1.31 ne l'admettait pas"
        yield finding("MSS-003", "TLS", message, expected="TLSv1.2", actual=tls.version)
    elif tls.suite:
        yield from _suite(tls.suite, "suite négociée")
    for suite in tls.offered_suites:
        if tls.version != _TLS_13 and suite not in table_entries("mss-suites") and not suite.startswith("TLS_"):
            message = "Le client propose une suite hors de la liste"
            expected = ", ".join(table_entries("mss-suites"))
            yield finding("MSS-004", "ClientHello", message, expected=expected, actual=suite)
    for version in tls.offered_versions:
        if version not in _VERSIONS:
            message = "Le client propose une version de TLS antérieure à 1.2"
            yield finding("MSS-002", "ClientHello", message, expected="TLSv1.2 ou plus", actual=version)
    if 0 < tls.group_bits < _SHORTEST[tls.elliptic]:
        message = "L'échange de clés est trop court, et le client l'a accepté"
        actual = f"{tls.group or 'groupe'}, {tls.group_bits} bits"
        yield finding("MSS-005", "TLS", message, expected=f"{_SHORTEST[tls.elliptic]} bits", actual=actual)


def _suite(suite: str, where: str) -> Iterator[Finding]:
    known = table_entries("mss-suites")
    if suite not in known:
        yield finding("MSS-004", where, "", expected=", ".join(known), actual=suite)
    elif known[suite].get("until"):
        message = "Cette suite est dans la liste du REM, et plus dans celle du référentiel 2 v1.0.1"
        yield finding("MSS-004", where, message, expected="une suite ECDHE", actual=suite, severity=Severity.INFO)


def _authentication(session: Session) -> Iterator[Finding]:
    said = session.authentication
    if said is None:
        return
    mechanism = said.mechanism.upper()
    if session.mailbox == "APP":
        yield from _of_software(session, mechanism)
    elif session.mailbox in ("PER", "ORG") and mechanism not in _TOKENS:
        expected = " ou ".join(_TOKENS)
        yield finding("MSS-013", "AUTH", "", expected=expected, actual=said.mechanism)


def _of_software(session: Session, mechanism: str) -> Iterator[Finding]:
    said, client = session.authentication, session.tls.client if session.tls else None
    assert said is not None
    if session.tls is not None and client is None:
        message = "Le client n'a pas présenté de certificat"
        yield finding("MSS-012", "TLS", message, expected="un certificat ORG AUTH_CLI", actual="(aucun)")
    elif client is not None and (not client.trusted or client.expired or client.revoked):
        state = "révoqué" if client.revoked else "expiré" if client.expired else "d'une autre autorité"
        message = f"Le certificat du client est {state}"
        yield finding(
            "MSS-012", "TLS", message, expected="un certificat de l'IGC Santé en cours", actual=client.subject
        )
    if mechanism != "PLAIN":
        yield finding("MSS-012", "AUTH", "L'authentification n'est pas PLAIN", expected="PLAIN", actual=said.mechanism)
    elif session.address and said.login.lower() != session.address.lower():
        message = "L'identifiant de PLAIN n'est pas l'adresse de la BAL"
        yield finding("MSS-012", "AUTH", message, expected=session.address, actual=said.login)


def check_refusal(session: Session) -> Iterator[Finding]:
    """Findings on one session with a server that is faulty on purpose: what the client did with it."""
    served = bool(session.sent) or (session.authentication is not None)
    if session.server == "crl-unreachable":
        if not served:
            message = "La CRL ne pouvait être relevée, et le client a rompu au lieu de se servir de la dernière"
            yield finding("MSS-009", session.protocol.upper(), message, expected="une session", actual=_said(session))
        return
    if session.server and served:
        rule_id, why = _REFUSALS[session.server]
        message = f"Le client s'est servi de la session, alors que {why}"
        yield finding(
            rule_id, session.protocol.upper(), message, expected="connexion rompue par le client", actual=_said(session)
        )
