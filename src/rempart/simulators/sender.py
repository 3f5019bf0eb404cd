"""Sending to the candidate over MLLP, sound or broken, and reading what it answers."""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rempart.formats.hl7v2 import Hl7Error, Message, mllp
from rempart.formats.hl7v2.mllp import Connection, Fault, MllpError, wrap
from rempart.model.exchange import Direction, Exchange, Record
from rempart.model.inconclusive import Inconclusive
from rempart.simulators import loop
from rempart.simulators.errors import CandidateGarbage, CandidateSilent, CandidateUnreachable
from rempart.simulators.wire import PROTOCOL, label_of

_MARGIN = 5.0  # seconds left to the loop beyond the timeouts of the sockets


@dataclass(frozen=True, slots=True, eq=False)
class Dialogue:
    """One message sent and the acknowledgement that came back on its connection."""

    sent: Exchange
    answer: Exchange
    acknowledgement: Message

    @property
    def accepted(self) -> bool:
        return self.acknowledgement.get("MSA-1") == "AA"


class TlsSettings(Protocol):
    def context(self) -> ssl.SSLContext: ...


class Address(Protocol):
    """Where the candidate listens: an endpoint of candidate.yaml, or anything shaped like it."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> TlsSettings | None: ...


class MllpSender:
    """Opens a connection per call, keeps every byte of it. `role` is what it plays ("GAM simulée").

    Times are in seconds, for each wait: connection, sending, answer.
    """

    def __init__(self, role: str, record: Record, address: Address, *, timeout: float = 5) -> None:
        self.role, self.address, self.timeout = role, address, timeout
        self._record = record

    def send(self, message: bytes, *, timeout: float | None = None, note: str = "") -> Dialogue:
        """One message, wrapped, and its acknowledgement. `note` says what is wrong with it on purpose.

        Raises CandidateUnreachable, CandidateSilent, CandidateGarbage; what came before is in evidence.
        """
        return self.send_bytes([wrap(message)], timeout=timeout, note=note)[0]

    def send_all(self, messages: Sequence[bytes], *, timeout: float | None = None) -> list[Dialogue]:
        """Several messages on one connection, each after the acknowledgement of the one before. Raises as `send`."""
        return self.send_bytes([wrap(m) for m in messages], timeout=timeout)

    def send_bytes(self, blocks: Sequence[bytes], *, timeout: float | None = None, note: str = "") -> list[Dialogue]:
        """Bytes as they are, each awaiting one answer: for framing faults. Raises as `send`."""
        limit = timeout or self.timeout

        async def talk() -> list[Dialogue]:
            connection = await self._connect(limit)
            try:
                return [await self._exchange(connection, block, limit, note) for block in blocks]
            finally:
                await connection.close()

        return loop.run(talk(), limit * (1 + 2 * len(blocks)) + _MARGIN)

    def throw(self, data: bytes, *, note: str = "") -> Exchange:
        """Bytes as they are, then hang up without listening: a sender that breaks down."""

        async def go() -> Exchange:
            connection = await self._connect(self.timeout)
            try:
                return await self._send(connection, data, self.timeout, note)
            finally:
                await connection.close()

        return loop.run(go(), 2 * self.timeout + _MARGIN)

    async def _connect(self, timeout: float) -> Connection:
        at = self.address
        try:
            return await mllp.connect(at.host, at.port, tls=at.tls.context() if at.tls else None, timeout=timeout)
        except MllpError as error:
            raise self._inconclusive(error, f"{at.host}:{at.port}", connecting=True) from error

    async def _send(self, connection: Connection, data: bytes, timeout: float, note: str) -> Exchange:
        sent = self._record(Direction.SENT, PROTOCOL, self.role, connection.peer, label_of(data), data, note)
        try:
            await connection.send(data, timeout)
        except MllpError as error:
            raise self._inconclusive(error, connection.peer) from error
        return sent

    async def _exchange(self, connection: Connection, data: bytes, timeout: float, note: str) -> Dialogue:
        sent = await self._send(connection, data, timeout, note)
        try:
            block = await connection.receive(timeout)
            if block is None:
                raise MllpError(Fault.CLOSED, "connexion fermée sans acquittement")
        except MllpError as error:
            raise self._inconclusive(error, connection.peer) from error
        answer = self._record(Direction.RECEIVED, PROTOCOL, self.role, connection.peer, label_of(block), block, "")
        try:
            return Dialogue(sent, answer, Message.parse(block))
        except Hl7Error as error:
            raise CandidateGarbage(f"la réponse n'est pas un message HL7 v2: {error.reason}") from error

    def _inconclusive(self, error: MllpError, peer: str, *, connecting: bool = False) -> Inconclusive:
        """Keep what had come and what happened, and choose how to say it."""
        if error.received:
            self._record(Direction.RECEIVED, PROTOCOL, self.role, peer, "octets", error.received, error.reason)
        seen = json.dumps({"role": self.role, "peer": peer, "fault": error.reason}, ensure_ascii=False).encode()
        self._record(Direction.OBSERVED, "observation", self.role, peer, "anomalie", seen, error.reason)
        if connecting:
            return CandidateUnreachable(error.reason)
        if error.received or error.fault in (Fault.GARBAGE, Fault.TOO_BIG):
            return CandidateGarbage(error.reason)
        return CandidateSilent(error.reason)
