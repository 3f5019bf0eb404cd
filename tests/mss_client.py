"""Clients of the simulated operator for tests: smtplib and imaplib, with the certificates of its PKI."""

from __future__ import annotations

import base64
import imaplib
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rempart.simulators import pki
from rempart.simulators.mssante import SimulatedOperator

APP, PASSWORD = "bal.applicative@test-ci-sis.mssante.fr", "rempart-app"
SERVICE = "secretariat@test-ci-sis.mssante.fr"
DOCTOR = "adam.hoda@test-ci-sis.mssante.fr"
ELSEWHERE = "imagerie@operateur2-test.mssante.fr"
CITIZEN = "279035121518989@patient.mssante.fr"


def mail(number: int | str = 1, *, sender: str = APP, to: str = DOCTOR, more: str = "", body: str = "Bonjour") -> bytes:
    """A small mail; `more` are header lines with their CRLF."""
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: essai {number}\r\nMessage-ID: <{number}@x.mssante.fr>\r\n{more}"
    return f"{head}\r\n{body}\r\n".encode()


def tls(operator: SimulatedOperator, name: str | None = "org_auth_cli", low: str = "TLSv1_2") -> ssl.SSLContext:
    """A client context that presents this certificate of the PKI (None: nothing)."""
    credential = getattr(operator.certificates, name) if name else None
    context = pki.client_context(operator.certificates, credential)
    context.minimum_version = ssl.TLSVersion[low]
    return context


@contextmanager
def smtp(
    operator: SimulatedOperator, *, login: str = APP, password: str = PASSWORD,
    certificate: str | None = "org_auth_cli", context: ssl.SSLContext | None = None,
) -> Iterator[smtplib.SMTP]:  # fmt: skip
    """An authenticated session of submission (`login` "": not authenticated)."""
    with smtplib.SMTP("localhost", operator.addresses.smtp, timeout=10) as client:
        client.starttls(context=context or tls(operator, certificate))
        client.ehlo()
        if login:
            client.login(login, password)
        yield client


def bearer(client: smtplib.SMTP, mechanism: str, address: str, token: str) -> tuple[int, bytes]:
    """AUTH with a token; what the server says in the end."""
    if mechanism == "XOAUTH2":
        raw = f"user={address}\x01auth=Bearer {token}\x01\x01"
    else:
        raw = f"n,a={address},\x01host=mx\x01port=587\x01auth=Bearer {token}\x01\x01"
    code, said = client.docmd("AUTH", f"{mechanism} {base64.b64encode(raw.encode()).decode()}")
    return client.docmd("") if code == 334 else (code, said)


def submit(operator: SimulatedOperator, message: bytes, *to: str, mail_options: Sequence[str] = (),
           rcpt_options: Sequence[str] = (), sender: str = APP) -> dict[str, tuple[int, bytes]]:  # fmt: skip
    """One mail in a session of its own; refused recipients."""
    with smtp(operator) as client:
        return client.sendmail(sender, list(to) or [DOCTOR], message, list(mail_options), list(rcpt_options))


@contextmanager
def imap(
    operator: SimulatedOperator, *, login: str = APP, password: str = PASSWORD,
    certificate: str | None = "org_auth_cli", folder: str = "INBOX",
) -> Iterator[imaplib.IMAP4]:  # fmt: skip
    """An authenticated session, a folder open ("": none)."""
    with imaplib.IMAP4("localhost", operator.addresses.imap, timeout=10) as client:
        client.starttls(ssl_context=tls(operator, certificate))
        if login:
            client.authenticate("PLAIN", lambda challenge: f"\0{login}\0{password}".encode())
        if folder:
            client.select(folder)
        yield client


def kept(ledger, exchange) -> bytes:  # type: ignore[no-untyped-def]
    """The bytes of an exchange."""
    return next(data for one, data in ledger.kept if one.id == exchange.id)
