"""What `rempart candidate check` sees of one dispositif: addresses, driver, actions, scenarios."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rempart.candidate.actions import ACTIONS, RESTART
from rempart.candidate.config import Dispositif, Endpoint, Listener, Simulators, Timeouts
from rempart.candidate.connect import NOWHERE, connect
from rempart.candidate.driver import Driver, unrecorded
from rempart.candidate.errors import CandidateError, EndpointNotOffered
from rempart.cli.needs import Need, needs
from rempart.formats.hl7v2.mllp import MllpError
from rempart.formats.hl7v2.mllp import connect as connect_mllp

_CONNECT = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """One fact; `good` is None for what is neither right nor wrong."""

    good: bool | None
    text: str


def examine(name: str, settings: Dispositif, timeouts: Timeouts) -> Iterator[Line]:
    """Everything that can be known of a dispositif before a campaign. A program of `start` is started, then ended."""
    with ExitStack() as stack:
        try:
            partner = stack.enter_context(_listen(settings.simulators.partner))
        except OSError as error:
            listener = settings.simulators.partner
            yield Line(False, f"Rempart ne peut pas écouter sur {listener.host}:{listener.port} ({error.strerror})")
            return
        host, port = partner.getsockname()[:2]
        yield Line(True, f"Rempart peut écouter sur {host}:{port}: à déclarer comme partenaire")
        yield from _services(settings.simulators)
        # What is only looked at here plays no service: the program starts without a DMP.
        places = {"partner_host": host, "partner_port": str(port), **NOWHERE}
        log = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "candidat.log"
        try:
            link = stack.enter_context(connect(settings, timeouts, unrecorded, places, log))
        except CandidateError as error:
            yield Line(False, error.reason)
            return
        if link.process:
            yield Line(True, "le programme du candidat démarre et annonce qu'il écoute")
        listens = yield from _endpoint(link.settings)
        ours = {RESTART} if link.process else set()  # Rempart restarts what it has started
        offered = yield from _driver(name, link.driver, ours)
        if offered is not None:
            yield from _scenarios(name, offered, listens)


def _listen(listener: Listener) -> socket.socket:
    return socket.create_server((listener.host, listener.port))


def _services(simulators: Simulators) -> Iterator[Line]:
    if (dmp := simulators.dmp) is not None:
        yield _free("le DMP simulé", dmp.host, dmp.port)
    if (mail := simulators.mssante) is not None:
        yield _free("l'opérateur MSSanté simulé (SMTP)", mail.host, mail.smtp_port)
        yield _free("l'opérateur MSSanté simulé (IMAP)", mail.host, mail.imap_port)
        yield _free("la liste de révocation", mail.host, mail.crl_port)


def _free(what: str, host: str, port: int) -> Line:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        return Line(False, f"{what} ne peut pas écouter sur {host}:{port} ({error.strerror})")
    return Line(True, f"{what} peut écouter sur {host}:{port or 'un port libre'}")


def _endpoint(settings: Dispositif) -> Generator[Line, None, bool]:
    """Returns True when the candidate declares that it listens to HL7v2, answering or not."""
    try:
        endpoint = settings.hl7v2
    except EndpointNotOffered:
        yield Line(None, "hl7v2: non déclaré, aucun message ne peut lui être envoyé")
        return False
    where = f"hl7v2 {endpoint.host}:{endpoint.port}"
    try:
        version = asyncio.run(_knock(endpoint))
    except MllpError as error:
        yield Line(False, f"{where}: {error.reason}")
    else:
        yield Line(True, f"{where}: répond{f' ({version})' if version else ''}")
    return True


async def _knock(endpoint: Endpoint) -> str:
    """Connects, sends nothing; the TLS version, "" in clear. Raises MllpError."""
    tls = endpoint.tls.context() if endpoint.tls else None
    connection = await connect_mllp(endpoint.host, endpoint.port, tls=tls, timeout=_CONNECT)
    await connection.close()
    return connection.tls


def _driver(name: str, driver: Driver, ours: set[str]) -> Generator[Line, None, set[str] | None]:
    """Returns the actions offered, and `ours`, that the candidate is not asked for; None when the driver does not
    answer."""
    try:
        said = driver.describe()
    except CandidateError as error:
        yield Line(False, f"pilote: {error.reason}")
        return None
    yield Line(True, f"pilote: répond ({said.name} {said.version})".replace(" )", ")"))
    if said.dispositif not in ("", name):
        yield Line(False, f"pilote: il se dit {said.dispositif}, candidate.yaml le dit {name}")
    expected = {a.name for a in ACTIONS.values() if name in a.dispositifs} - ours
    offered = expected & set(said.actions)
    yield Line(None, f"actions offertes ({len(offered)} sur {len(expected)}): {_names(offered)}")
    if absent := expected - offered:
        yield Line(None, f"actions non offertes: {_names(absent)}")
    if unknown := set(said.actions) - set(ACTIONS):
        yield Line(None, f"actions inconnues de Rempart, ignorées: {_names(unknown)}")
    return offered | ours


def _scenarios(name: str, offered: set[str], listens: bool) -> Iterator[Line]:
    mine = [need for need in needs() if need.dispositif == name]
    lacking = {need: _lacks(need, offered, listens) for need in mine}
    ready = [need for need, lacks in lacking.items() if not lacks]
    yield Line(None, f"scénarios exécutables: {len(ready)} sur {len(mine)}")
    for need, lacks in lacking.items():
        if lacks:
            yield Line(None, f"à attester: {need.scenario_id} {need.name} (manque: {_names(lacks)})")


def _lacks(need: Need, offered: set[str], listens: bool) -> set[str]:
    return (set(need.actions) - offered) | ({"hl7v2"} if need.receives and not listens else set())


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "aucune"
