"""`rempart simulate pfi|dpi|gap`: an HL7v2 neighbour of the candidate by hand, with no campaign around it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rempart.cli.exit_codes import Exit
from rempart.evidence.store import EvidenceError, EvidenceStore
from rempart.model.exchange import Direction, Exchange, Record
from rempart.model.inconclusive import Inconclusive

if TYPE_CHECKING:
    from rempart.simulators.dpi import SimulatedDpi
    from rempart.simulators.pfi import SimulatedPfi

_ARROW = {Direction.SENT: "→", Direction.RECEIVED: "←", Direction.OBSERVED: "·"}
_OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="simulation",
    show_default=True,
    metavar="DIR",
    help="Where every byte is kept, as in a campaign.",
)
_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_PORT = click.option("--port", type=click.IntRange(0, 65535), default=0, help="0, the default: the system chooses.")
_ANSWER = click.option(
    "--answer",
    type=click.Choice(["AA", "AE", "AR", "none"]),
    default="AA",
    show_default=True,
    help="How every message is acknowledged.",
)
_COUNT = click.option("--count", type=click.IntRange(1), metavar="N", help="Stop after N messages; default: Ctrl-C.")


@dataclass(frozen=True, slots=True)
class _Address:
    """Where the candidate listens; shaped as an endpoint of candidate.yaml."""

    host: str
    port: int
    tls: None = None


@click.command()
@_HOST
@_PORT
@_ANSWER
@_COUNT
@_OUTPUT
def pfi(host: str, port: int, answer: str, count: int | None, output: Path) -> None:
    """The PFI that a DPI sends its documents to."""
    from rempart.simulators.pfi import SimulatedPfi

    _listen("PFI simulée", SimulatedPfi, host, port, answer, count, output)


@click.command()
@_HOST
@_PORT
@_ANSWER
@_COUNT
@_OUTPUT
def dpi(host: str, port: int, answer: str, count: int | None, output: Path) -> None:
    """The DPI that a PFI brings documents and acknowledgements to."""
    from rempart.simulators.dpi import SimulatedDpi

    _listen("DPI simulé", SimulatedDpi, host, port, answer, count, output)


@click.command()
@click.option("--to", "target", required=True, metavar="HOST:PORT", help="Where your software listens.")
@click.option(
    "--event",
    type=click.Choice(["A01", "A28", "A31", "A47", "A08"]),
    default="A28",
    show_default=True,
    help="A47 takes the INS back; A08 should be refused.",
)
@click.option("--patient", "who", default="Dominique PAT-TROIS", show_default=True, help="A published test identity.")
@click.option("--ipp", default="RMP0001", show_default=True, help="Local identifier of the patient.")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=5, show_default=True, help="Seconds.")
@_OUTPUT
def gap(target: str, event: str, who: str, ipp: str, timeout: float, output: Path) -> None:
    """The patient administration: sends one message, shows the acknowledgement."""
    from rempart.simulators import patients
    from rempart.simulators.gap import Gap

    host, _, port = target.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        _refuse(f"--to {target}: une adresse et un port sont attendus, comme 127.0.0.1:4001")
    if who not in patients.names():
        _refuse(f"--patient: identité inconnue « {who} » (publiées: {', '.join(patients.names())})")
    person = patients.patient(who, ipp)
    sender = Gap(_recorder(output), _Address(host, int(port)), timeout=timeout)
    say = {
        "A01": sender.admit,
        "A28": sender.create,
        "A31": sender.update,
        "A47": sender.delete_ins,
        "A08": sender.unsupported_event,
    }[event]
    try:
        dialogue = say(person)
    except ValueError:
        _refuse(f"--event A47: l'identité « {who} » n'a pas d'INS à retirer")
    except Inconclusive as error:
        click.echo(error.reason, err=True)
        sys.exit(Exit.INCONCLUSIVE)
    click.echo(f"Acquittement: {dialogue.acknowledgement.get('MSA-1') or '(sans MSA-1)'}, conservé dans {output}")


def _listen(
    role: str,
    simulator: type[SimulatedPfi | SimulatedDpi],
    host: str,
    port: int,
    answer: str,
    count: int | None,
    output: Path,
) -> None:
    from rempart.formats.hl7v2.cisis import Error
    from rempart.simulators.behaviours import acknowledge, refuse, stay_silent

    refused = Error(condition="207", text="refus demandé par --answer")
    manners = {"AA": acknowledge, "none": stay_silent}
    enough, heard = threading.Event(), [0]

    def on_message(exchange: Exchange) -> None:
        heard[0] += exchange.direction is Direction.RECEIVED
        done = Direction.RECEIVED if answer == "none" else Direction.SENT
        if count is not None and heard[0] >= count and exchange.direction is done:
            enough.set()

    record = _recorder(output, on_message)
    try:
        behaviour = manners.get(answer) or refuse(answer, refused)
        with simulator(record, host=host, port=port, behaviour=behaviour) as partner:
            click.echo(f"{role}: à l'écoute sur {partner.host}:{partner.port} (MLLP); Ctrl-C pour finir")
            sys.stdout.flush()
            while not enough.wait(0.5):  # waits are cut: an endless one would not hear Ctrl-C everywhere
                pass
    except KeyboardInterrupt:
        click.echo("")
    except OSError as error:
        _refuse(f"{host}:{port}: écoute impossible: {error.strerror or error}")
    click.echo(f"{heard[0]} message(s) reçu(s), conservés dans {output}")


def _recorder(output: Path, then: Callable[[Exchange], None] = lambda exchange: None) -> Record:
    """Keeps, then shows: what a message breaks is said under it."""
    try:
        store = EvidenceStore(output)
    except EvidenceError as error:
        _refuse(str(error))

    def record(*args: object, **kwargs: object) -> Exchange:
        exchange = store.record(*args, **kwargs)  # type: ignore[arg-type]
        click.echo(f"{exchange.time:%H:%M:%S} {_ARROW[exchange.direction]} {exchange.label}  {exchange.peer}")
        if exchange.note:
            click.echo(f"         {exchange.note}")
        if exchange.direction is Direction.RECEIVED:
            _judge(store.read(exchange.sha256))
        then(exchange)
        return exchange

    return record


def _judge(data: bytes) -> None:
    from rempart.validation.document import validate_bytes

    report = validate_bytes(data)
    if report.unreadable:
        click.echo(f"         illisible: {report.unreadable}")
    for found in report.findings:
        click.echo(f"         {found.severity}: {found.rule} {found.location}: {found.message}")


def _refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(Exit.USAGE)
