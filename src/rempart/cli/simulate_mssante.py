"""`rempart simulate mssante`: an operator of MSSanté on this machine, its mailboxes, and what goes through it."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, get_args

import click

from rempart.cli.exit_codes import Exit
from rempart.evidence.store import EvidenceError, EvidenceStore
from rempart.formats.mail.envelope import Fault
from rempart.model.inconclusive import Inconclusive
from rempart.simulators import patients
from rempart.simulators.heard import Ear
from rempart.simulators.mailings import MAILINGS
from rempart.simulators.mssante import EndedSession, Fetched, ReceivedMail, SimulatedOperator
from rempart.simulators.mssante.behaviours import BEHAVIOURS, IMAP_BEHAVIOURS

_LOOK = 0.5  # seconds between two looks at the stop signal
_TOKEN = 12 * 3600.0  # seconds: a day of work, for someone at a terminal
_FAULTS = [fault for fault in get_args(Fault) if fault]
T = TypeVar("T", ReceivedMail, Fetched, EndedSession)
_PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--smtp-port", type=_PORT, default=2587, show_default=True, help="0: the system chooses.")
@click.option("--imap-port", type=_PORT, default=2143, show_default=True)
@click.option("--imaps-port", type=_PORT, help="Serve IMAP with TLS from the start too.")
@click.option("--crl-port", type=_PORT, default=2080, show_default=True, help="Where the revocation list is published.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("mssante-simule"), show_default=True,
    help="Where certificates (pki/) and what crossed the wire (evidence/) are written.",
)  # fmt: skip
@click.option("--name", "names", multiple=True, metavar="HOST", help="Another name of this machine (repeatable).")
@click.option("--behaviour", type=click.Choice(list(BEHAVIOURS)), default="accepte", show_default=True,
              help="How it answers to SMTP.")  # fmt: skip
@click.option("--imap-behaviour", type=click.Choice(list(IMAP_BEHAVIOURS)), default="répond", show_default=True)
@click.option("--fault", type=click.Choice(_FAULTS), help="What is wrong with its TLS: your software must leave.")
@click.option("--require-certificate", is_flag=True, help="Nobody comes in without a client certificate.")
@click.option("--no-tls-1.3", "no_tls_13", is_flag=True, help="Offer TLS 1.2 alone.")
@click.option("--max-size", type=click.IntRange(1024, 1 << 28), help="Bytes of a mail (SIZE).")
@click.option(
    "--mail", "mailings", multiple=True, type=click.Choice(list(MAILINGS)), metavar="NAME",
    help="Put such a mail into the first mailbox of software (repeatable; a wrong name lists them all).",
)  # fmt: skip
@click.option("--reads", "readers", multiple=True, metavar="ADDRESS", help="Who reads all that comes (repeatable).")
def mssante(  # one parameter for each option
    host: str, smtp_port: int, imap_port: int, imaps_port: int | None, crl_port: int, folder: Path,
    names: tuple[str, ...], behaviour: str, imap_behaviour: str, fault: Fault | None, require_certificate: bool,
    no_tls_13: bool, max_size: int | None, mailings: tuple[str, ...], readers: tuple[str, ...],
) -> None:  # fmt: skip
    """Run the simulated operator until Ctrl-C: SMTP and IMAP, STARTTLS, mutual TLS, mailboxes of every kind.

    Certificates are made anew at each start: root.pem to trust the server, org_auth_cli.pem to open a mailbox of
    software. They, and the passwords and tokens that are printed, are worth nothing elsewhere.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        record = EvidenceStore(folder / "evidence").record
        operator = SimulatedOperator(
            record, certificates=folder / "pki", host=host, names=names, smtp_port=smtp_port, imap_port=imap_port,
            imaps_port=imaps_port, crl_port=crl_port,
        )  # fmt: skip
        with operator:
            _set(operator, behaviour, imap_behaviour, fault, readers)
            settings = operator.service.settings
            settings.certificate_required, settings.tls_13 = require_certificate, not no_tls_13
            settings.max_size = max_size or settings.max_size
            _introduce(operator)
            _deliver(operator, mailings)
            _watch(operator, stop)
            click.echo(f"{operator.mails.total} courriel(s); preuves dans {folder / 'evidence'}")
    except EvidenceError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.INCONCLUSIVE)
    except OSError as error:
        click.echo(f"L'opérateur simulé ne peut pas démarrer sur {host}, dossier {folder}: {error}", err=True)
        sys.exit(Exit.USAGE)


def _set(
    operator: SimulatedOperator, behaviour: str, imap_behaviour: str, fault: Fault | None, readers: tuple[str, ...]
) -> None:
    operator.behaviour, operator.imap_behaviour = BEHAVIOURS[behaviour](), IMAP_BEHAVIOURS[imap_behaviour]()
    operator.fault = fault or ""
    for address in readers:
        try:
            operator.mailbox(address).answers = "displayed"
        except KeyError:
            click.echo(f"Boîte inconnue: {address}", err=True)
            sys.exit(Exit.USAGE)


def _introduce(operator: SimulatedOperator) -> None:
    at, certificates = operator.addresses, operator.certificates
    click.echo(f"Opérateur MSSanté simulé à l'écoute: SMTP {at.host}:{at.smtp}, IMAP {at.host}:{at.imap} (STARTTLS)")
    if at.imaps:
        click.echo(f"  IMAP, TLS d'emblée: {at.host}:{at.imaps}")
    click.echo(f"  autorité à reconnaître: {certificates.root}, liste de révocation: {at.crl}")
    client = certificates.org_auth_cli
    click.echo(f"  certificat ORG AUTH_CLI: {client.cert}, clé {client.key.name}")
    space = operator.service.space
    for mailbox in space.here.mailboxes.values():
        secret = f"mot de passe {mailbox.password}" if mailbox.kind == "APP" else ""
        secret = secret or f"jeton {operator.token(mailbox.address, _TOKEN)}"
        click.echo(f"  BAL {mailbox.kind} {mailbox.address}: {secret}")
    for other in space.others:
        click.echo(f"  {other.name}: {', '.join(m.address for m in other.mailboxes.values())}")


def _deliver(operator: SimulatedOperator, mailings: tuple[str, ...]) -> None:
    first, other, *_ = (patients.patient(name, "1") for name in patients.names())
    for name in mailings:
        for sent in MAILINGS[name](first, other):
            exchange = operator.deliver(sent.message, sent.recipient)
            click.echo(f"{'déposé':<8} {sent.recipient}: {sent.subject} [{exchange.id}]")


def _watch(operator: SimulatedOperator, stop: threading.Event) -> None:
    """A line for each mail, each fetch and each session, until `stop`."""
    while not stop.is_set():
        told = _tell(operator.mails, _tell_mail, _LOOK)
        while told:
            told = _tell(operator.mails, _tell_mail)
        while _tell(operator.fetches, _tell_fetch) or _tell(operator.sessions, _tell_session):
            pass


def _tell(ear: Ear[T], tell: Callable[[T], None], seconds: float = 0) -> bool:
    """The next one, if it comes in so many seconds. Was there one?"""
    try:
        found = ear.take(lambda one: True, seconds, "")
    except Inconclusive:
        return False
    tell(found)
    return True


def _tell_mail(mail: ReceivedMail) -> None:
    to = ", ".join(mail.envelope.rcpt_to) or "-"
    click.echo(f"{'courriel':<8} {mail.login} -> {to}: {mail.reply or 'sans réponse'} [{mail.exchange.id}]")


def _tell_fetch(fetched: Fetched) -> None:
    click.echo(f"{'relevé':<8} {fetched.mailbox}: {fetched.message_id or '-'} [{fetched.exchange.id}]")


def _tell_session(ended: EndedSession) -> None:
    session = ended.session
    how = f"{session.tls.version} {session.tls.suite}" if session.tls else "sans TLS"
    client = session.tls.client.subject if session.tls and session.tls.client else "sans certificat"
    who = session.authentication.login if session.authentication else "-"
    end = ended.problem or "terminée"
    click.echo(f"{'session':<8} {session.protocol} {who}, {how}, {client}: {end} [{ended.exchange.id}]")
