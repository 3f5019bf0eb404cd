"""A call to the DMP: the VIHF, the envelope, the connection, and the answer or the failure that comes back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from lxml import etree

from rempart.formats.signing import Signer
from rempart.formats.soap import Capture, SoapError, read_capture, read_envelope, write_capture
from rempart.formats.soap.envelope import Addressing, security, write_envelope
from rempart.formats.xds.messages import FAILURE, read_response
from rempart.formats.xds.transactions import Transaction
from rempart.reference.dmp import certificates
from rempart.reference.dmp.caller import Caller, assertion
from rempart.reference.dmp.connection import Connection
from rempart.reference.dmp.deviations import CALLERS, deviate
from rempart.reference.dmp.failures import TRANSIENT, Outage, Refused
from rempart.reference.mutation import Mutants
from rempart.reference.settings import Settings
from rempart.reference.store import now

Given = TypeVarTuple("Given")
Got = TypeVar("Got")
_GRACE = 1.0  # seconds
# The five services of the DMP, below its address (sample client of the kit).
_SERVICES = {
    "TD0.2": "/patient", "TD0.3": "/Habilitation", "TD0.4": "/PatientSpecific", "TD2.1": "/DocumentRepository_Service",
    "TD3.2": "/DocumentRepository_Service", "TD3.1": "/DocumentRegistry_Service", "TD3.3": "/DocumentRegistry_Service",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Answered:
    """What the DMP answered: the element of the body, and the parts beside it."""

    body: etree._Element
    capture: Capture


class Dmp:
    """The DMP as one dispositif reaches it. Calls leave one after another, on one connection."""

    def __init__(self, url: str, held: certificates.Certificates, mutants: Mutants, timeout: float) -> None:
        """Raises BadSettings on an address that is none."""
        self.mutants, self.clock = mutants, now
        self._last: Caller | None = None
        self._signer, self._timeout = held.signer, timeout
        self._connection, self._turn = Connection(url, held.tls, timeout), asyncio.Lock()
        self._tokens: dict[Caller, etree._Element] = {}  # of a mutant
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dmp")

    @property
    def signer(self) -> Signer:
        """What signs submissions."""
        return self._signer

    async def call(
        self, transaction: Transaction, body: etree._Element, caller: Caller, parts: Mapping[str, bytes] | None = None
    ) -> Answered:
        """Send a body, which is moved, and its MTOM `parts` by Content-ID. Raises Outage, Refused."""
        identifier = uuid.uuid4().urn
        headers = (security(self._token(caller)),)
        addressing = Addressing(action=transaction.action, message_id=identifier, extra=headers)
        envelope = etree.tostring(write_envelope(body, addressing), xml_declaration=True, encoding="UTF-8")
        head, _, content = write_capture(envelope, transaction.action, parts).partition(b"\r\n\r\n")
        kind = head.decode().removeprefix("Content-Type: ")
        answer = await self._on_connection(self._connection.post, _SERVICES[transaction.id], kind, content)
        return _read(answer, identifier)

    async def reach(self) -> None:
        """Open the connection that the next call leaves on, if there is none. Raises Outage."""
        await self._on_connection(self._connection.reach)

    def _named(self, caller: Caller) -> Caller:
        """The caller, as the VIHF names them."""
        before, self._last = self._last or caller, caller
        if self.mutants.on("vihf-de-la-demande-precedente"):
            caller = replace(caller, user=before.user, family=before.family, given=before.given)
        return deviate(caller, self.mutants, CALLERS)

    def _token(self, caller: Caller) -> etree._Element:
        """A VIHF of its own for each call (EX_AIR-040)."""
        caller = self._named(caller)
        if self.mutants.on("jeton-air-reutilise"):
            kept = self._tokens.setdefault(caller, assertion(caller, self._signer, self.clock()))
            return deepcopy(kept)
        late = timedelta(seconds=45 if self.mutants.on("jeton-air-ancien") else 0)
        return assertion(caller, self._signer, self.clock() - late)

    async def _on_connection(self, do: Callable[[*Given], Got], *given: *Given) -> Got:
        async with self._turn:
            done = asyncio.get_running_loop().run_in_executor(self._thread, do, *given)
            try:  # each wait of the connection has an end: this one is for the sum of them
                return await asyncio.wait_for(asyncio.shield(done), self._timeout + _GRACE)
            except TimeoutError:
                self._connection.close()
                return await done  # which now ends as an Outage

    def close(self) -> None:
        """End the connection, and what is under way on it."""
        self._connection.close()
        self._thread.shutdown(wait=False, cancel_futures=True)


def connect(settings: Settings, mutants: Mutants) -> Dmp | None:
    """The DMP of these settings; None when they name none. Raises BadSettings on a wrong address or certificate."""
    if not settings.dmp_url:
        return None
    sign = certificates.TLS if mutants.on("vihf-signe-par-le-certificat-tls") else certificates.SIGN
    return Dmp(settings.dmp_url, certificates.load(Path(settings.certificates), sign), mutants, settings.dmp_timeout)


def _read(data: bytes, identifier: str) -> Answered:
    """An answer that cannot be read, or is that of another message, tells nothing of what was done."""
    try:
        capture = read_capture(data)
        envelope = read_envelope(capture.root)
    except SoapError as error:
        raise Outage(f"réponse du DMP illisible: {error.reason}", unsure=True) from error
    if envelope.fault:
        code = next(reversed(envelope.fault.codes), "Receiver")
        raise _failure(code, envelope.fault.reason, envelope.fault.codes)
    if envelope.relates_to and envelope.relates_to != identifier:
        raise Outage("le DMP répond à un autre message", unsure=True)
    if envelope.content is None or capture.cut:
        raise Outage("réponse du DMP vide ou coupée", unsure=True)
    response = read_response(envelope.content)
    if response is not None and response.status == FAILURE:
        codes = tuple(e.code for e in response.errors)
        first = next(iter(response.errors), None)
        raise _failure(first.code if first else "", first.context if first else "", codes)
    return Answered(envelope.content, capture)


def _failure(code: str, label: str, codes: tuple[str, ...]) -> Outage | Refused:
    if code in TRANSIENT:
        return Outage(f"{code}: {label}")
    return Refused(code or "XDSRepositoryError", label, codes)
