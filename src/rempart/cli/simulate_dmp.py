"""`rempart simulate dmp`: the DMP on this machine, its test certificates, and what it is asked, line by line."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import click

from rempart.cli.exit_codes import Exit
from rempart.evidence.store import EvidenceError, EvidenceStore
from rempart.model.inconclusive import Inconclusive
from rempart.simulators import loop, pki
from rempart.simulators.dmp import Call, SimulatedDmp
from rempart.simulators.dmp.behaviours import BEHAVIOURS

_MANY = 2000  # calls whose evidence takes some seconds to put in its place
_LOOK = 0.5  # seconds between two looks at the stop signal


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, show_default=True, help="0: the system chooses.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("dmp-simule"), show_default=True,
    help="Where certificates (pki/) and what crossed the wire (evidence/) are written.",
)  # fmt: skip
@click.option("--name", "names", multiple=True, metavar="HOST", help="Another name of this machine (repeatable).")
@click.option(
    "--behaviour", type=click.Choice(list(BEHAVIOURS)), default="répond", show_default=True, help="How it answers."
)
@click.option("--n1-wanted", is_flag=True, help="Refuse an N3 without its N1 (vague 1).")
@click.option("--strict", is_flag=True, help="Refuse a TD2.1 that breaks a rule (validate --as xds), with the reasons.")
@click.option("--no-vihf-check", is_flag=True, help="Neither verify the signature of the VIHF, nor its time.")
def dmp(
    host: str, port: int, folder: Path, names: tuple[str, ...], behaviour: str, n1_wanted: bool, strict: bool,
    no_vihf_check: bool,
) -> None:  # fmt: skip
    """Run the simulated DMP until Ctrl-C.

    Certificates are made anew at each start: org_auth_cli.pem for TLS, org_sign.pem for the VIHF, root.pem to trust the
    server; expired.pem, revoked.pem and foreign.pem must be refused. They are worth nothing elsewhere.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        certificates = pki.make(folder / "pki", ("localhost", "127.0.0.1", host, *names))
        tls, manner = pki.server_context(certificates), BEHAVIOURS[behaviour]
        with (
            closing(EvidenceStore(folder / "evidence", hurried=True)) as store,
            SimulatedDmp(store.record, host=host, port=port, tls=tls, behaviour=manner) as partner,
        ):
            loop.seldom_collect()
            partner.dmp.settings.n1_wanted, partner.dmp.settings.check_vihf = n1_wanted, not no_vihf_check
            partner.dmp.judge = _errors if strict else None
            _introduce(partner, certificates)
            _watch(partner, stop)
            click.echo(f"{partner.calls.total} appel(s); preuves dans {folder / 'evidence'}")
            if partner.calls.total > _MANY:
                click.echo("Chaque échange reçoit son fichier; ne pas interrompre…")
    except EvidenceError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.INCONCLUSIVE)
    except OSError as error:
        click.echo(f"Le DMP simulé ne peut pas démarrer sur {host}:{port}, dossier {folder}: {error}", err=True)
        sys.exit(Exit.USAGE)


def _errors(message: bytes) -> list[str]:
    """Rules that a message breaks."""
    from rempart.model.finding import Severity
    from rempart.validation.xds.validate_message import validate_xds  # rules and value sets: when they are asked for

    report = validate_xds(message)
    return [f"{f.rule}, {f.location}: {f.message}" for f in report.findings if f.severity is Severity.ERROR]


def _introduce(partner: SimulatedDmp, certificates: pki.Pki) -> None:
    click.echo(f"DMP simulé à l'écoute: {partner.url}")
    click.echo("  services: /patient /PatientSpecific /Habilitation /DocumentRepository_Service "
               "/DocumentRegistry_Service, ou cette adresse seule")  # fmt: skip
    click.echo(f"  accès web contextuel: https://{partner.host}:{partner.port}/AccesDirect/TableauDeBord/<INS>")
    click.echo(f"  autorité à reconnaître: {certificates.root}")
    for title, one in (("TLS", certificates.org_auth_cli), ("VIHF", certificates.org_sign)):
        click.echo(f"  certificat {title}: {one.cert}, clé {one.key.name}")
    for patient in partner.dmp.patients.values():
        click.echo(f"  patient: {patient.family} {patient.given}, INS {patient.ins} ({patient.oid})")


def _watch(partner: SimulatedDmp, stop: threading.Event) -> None:
    """A line for each call, and for each connection that came to nothing, until `stop`."""
    told = 0
    while not stop.is_set():
        with suppress(Inconclusive):  # nothing new: look at the faults
            _tell(partner.calls.take(lambda call: True, _LOOK, "un appel"))
        faults = partner.calls.faults()
        for reason in faults[told:]:
            click.echo(f"{'anomalie':<8} {reason}")
        told = len(faults)


def _tell(call: Call) -> None:
    outcome = "accepté" if call.accepted else ", ".join(call.errors) or "sans réponse"
    who = f"{call.user or '-'} ({call.mode or '-'}, {call.access or '-'})"
    click.echo(f"{call.transaction or '?':<8} patient {call.patient or '-':<15} {who}: {outcome} [{call.exchange.id}]")
