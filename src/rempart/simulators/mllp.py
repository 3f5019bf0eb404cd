"""The partner that a candidate talks to over MLLP: transport and evidence here, manners in `behaviours`."""

from __future__ import annotations

import json
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from rempart.formats.hl7v2 import Hl7Error, Message, mllp
from rempart.formats.hl7v2.mllp import Connection, MllpError, unwrap
from rempart.model.exchange import Direction, Exchange, Record
from rempart.model.inconclusive import Inconclusive
from rempart.simulators import loop
from rempart.simulators.behaviours import acknowledge
from rempart.simulators.errors import CandidateUnreachable
from rempart.simulators.heard import Ear
from rempart.simulators.inbox import Received, accepting
from rempart.simulators.sender import Address, Dialogue, MllpSender
from rempart.simulators.wire import PROTOCOL, label_of

_START_STOP = 10.0  # seconds

# behaviour(connection, message, partner): answers, or does not, through `partner.reply`
Behaviour = Callable[[Connection, bytes, "MllpPartner"], Awaitable[None]]


class MllpPartner:
    """Listens, keeps every byte, then lets `behaviour` answer. A context manager; `port` is known once inside.

    `role` is what it plays, in French ("PFI simulée"): reasons and evidence name it. `candidate` is where the candidate
    listens, for a partner that also speaks first.
    """

    def __init__(
        self,
        role: str,
        record: Record,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        behaviour: Behaviour = acknowledge,
    ) -> None:
        self.role, self.behaviour, self.host, self.port = role, behaviour, host, port
        self._record, self._tls = record, tls
        self._listener: mllp.Listener | None = None
        self._crashes: list[Exception] = []
        self._usual = behaviour
        self._stale: set[str] = set()  # MSH-10 of what earlier scenarios heard
        self.candidate: Address | None = None
        self.patience = 5.0  # seconds that the candidate is given for each answer
        self.reached = False  # the candidate has found its way here at least once, in any scenario
        self.inbox = Ear[Received](role)

    def __enter__(self) -> Self:
        self.restore()
        return self

    def restore(self) -> None:
        """Listen, from the start or again after `interrupt`, on the same port. OSError when it is taken."""
        if self._listener:
            return
        listening = mllp.serve(self._handle, self.host, self.port, tls=self._tls, on_fault=self._fault)
        self._listener = loop.run(listening, _START_STOP)  # OSError when the port is taken
        self.port = self._listener.port

    def interrupt(self) -> None:
        """An outage: connections are refused until `restore`, or the end of the scenario."""
        if self._listener:
            loop.run(self._listener.close(), _START_STOP)
            self._listener = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._listener:
            loop.run(self._listener.close(), _START_STOP)
        if error is None:
            self._raise_crash()

    # -- the wire

    async def _handle(self, connection: Connection, block: bytes) -> None:
        try:
            self.reached = True
            exchange = self._keep(Direction.RECEIVED, connection.peer, label_of(block), block, connection.tls)
            self._deliver(exchange, connection.peer, block)
            await self.behaviour(connection, unwrap(block), self)
        except MllpError:
            raise
        except Exception as error:  # ours is wrong: said at the next wait, never swallowed
            self._crashes.append(error)

    def _deliver(self, exchange: Exchange, peer: str, block: bytes) -> None:
        try:
            message = Message.parse(block)
        except Hl7Error as error:
            self._anomaly(peer, f"bloc MLLP sans message HL7 v2: {error.reason}")
        else:
            if message.control_id not in self._stale and not self.is_late(message):
                self.inbox.put(Received(exchange, message))

    def is_late(self, message: Message) -> bool:
        """Is it about an earlier scenario? As a resending of one, it is then answered and kept, and not heard."""
        return False

    async def _fault(self, connection: Connection | None, error: MllpError) -> None:
        peer = connection.peer if connection else "?"
        if error.received:
            self._keep(Direction.RECEIVED, peer, "octets", error.received, error.reason)
        self._anomaly(peer, error.reason)

    def _keep(self, direction: Direction, peer: str, label: str, data: bytes, note: str = "") -> Exchange:
        return self._record(direction, PROTOCOL, self.role, peer, label, data, note)

    def _anomaly(self, peer: str, reason: str) -> None:
        self._observe("anomalie", {"role": self.role, "fault": reason}, reason, peer)
        self.inbox.fault(reason)

    def _observe(self, label: str, seen: dict[str, Any], note: str, peer: str = "") -> Exchange:
        data = json.dumps(seen, ensure_ascii=False).encode()
        return self._record(Direction.OBSERVED, "observation", self.role, peer or self.host, label, data, note)

    async def reply(self, connection: Connection, data: bytes, note: str = "") -> None:
        """Send bytes as they are, kept first. Wrap them yourself: a faulty partner may not want to."""
        self._keep(Direction.SENT, connection.peer, label_of(data), data, note)
        await connection.send(data)

    # -- for steps

    def reset(self) -> None:
        """Forget what was heard and behave as at the start. What a candidate sends again of it is no news."""
        self.restore()
        self.behaviour = self._usual
        self._stale |= {r.message.control_id for r in self.inbox.all()}
        self.inbox.clear()

    def send(self, message: bytes, *, timeout: float | None = None, note: str = "") -> Dialogue:
        """To the candidate, on a connection of its own; None: `patience`. Raises as `MllpSender.send`."""
        if self.candidate is None:
            raise CandidateUnreachable("aucune adresse HL7v2 n'est déclarée")
        sender = MllpSender(self.role, self._record, self.candidate, timeout=self.patience)
        return sender.send(message, timeout=timeout, note=note)

    def received(self) -> list[Received]:
        """Everything that came, read or not."""
        return self.inbox.all()

    def next_message(
        self,
        kind: str | None = None,
        timeout: float = 10,
        where: Callable[[Message], bool] | None = None,
        expected: str = "",
    ) -> Received:
        """The next unread message of this kind. `expected` words it for the report.

        Raises NoTraffic, MissingMessage or CandidateGarbage once the deadline has passed; the error carries an
        `exchange` that observes what came instead: {role, seconds, expected, messages}.
        """
        self._raise_crash()
        try:
            return self.inbox.take(accepting(kind, where), timeout, expected or kind)
        except Inconclusive as error:
            self._raise_crash()
            seen = {"expected": expected or kind or ""} | _seen(self.role, timeout, self.received())
            error.exchange = self._observe("attente", seen, error.reason)
            raise

    def expect_silence(self, seconds: float, where: Callable[[Message], bool] | None = None) -> Exchange:
        """Watch for `seconds` and keep what was seen as an observation: {role, seconds, messages}.

        `messages` holds the unread ones that `where` accepts; it ends early when one comes. The caller judges.
        """
        came = self.inbox.wait_unread(seconds, accepting(None, where))
        self._raise_crash()
        return self._observe("silence", _seen(self.role, seconds, came), f"{len(came)} message(s) en {seconds:g} s")

    def observe_arrivals(self, messages: list[Received]) -> Exchange:
        """When these messages came in, as an observation: {role, arrivals: [{control_id, time, exchange}]}."""
        arrivals = [
            {"control_id": m.message.control_id, "time": m.exchange.time.isoformat(), "exchange": m.exchange.id}
            for m in messages
        ]
        return self._observe("arrivées", {"role": self.role, "arrivals": arrivals}, f"{len(arrivals)} arrivée(s)")

    def _raise_crash(self) -> None:
        if self._crashes:
            raise RuntimeError(f"{self.role}: son comportement a échoué") from self._crashes[0]


def _seen(role: str, seconds: float, came: list[Received]) -> dict[str, Any]:
    messages = [{"kind": r.message.kind, "control_id": r.message.control_id, "exchange": r.exchange.id} for r in came]
    return {"role": role, "seconds": seconds, "messages": messages}
