"""The simulated DMP as steps see it: listens, keeps every byte, answers as told, and waits for what it should hear."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from rempart.formats.xds.transactions import FEED, RETRIEVE, SEARCH, TRANSACTIONS
from rempart.model.exchange import Direction, Exchange, Record
from rempart.model.inconclusive import Inconclusive
from rempart.simulators import loop
from rempart.simulators.dmp import inventory, web
from rempart.simulators.dmp.behaviours import Behaviour, obey
from rempart.simulators.dmp.calls import Call, Calls, Where
from rempart.simulators.dmp.service import Dmp
from rempart.simulators.dmp.turn import PROTOCOL, Turn
from rempart.simulators.https import Channel, Limits, Listener, Request, Response, serve
from rempart.simulators.https.channel import HttpError

ROLE = "DMP simulé"
WEB = "TD0.9"
_START_STOP = 10.0  # seconds
_STALE_KEPT = 20_000
_ACTION = re.compile(rb"(?:\w+:)?Action(?:\s[^<>]*)?>\s*([^<\s]{1,200})")
_LABELS = {t.action: t.id for t in TRANSACTIONS}


def label_of(request: Request) -> str:
    """`TD2.1` as wsa:Action has it, without judging the rest: a label is wanted even for what cannot be read."""
    if web.is_page(request.target):
        return WEB
    found = _ACTION.search(request.body[:65536])
    return _LABELS.get(found[1].decode("latin-1"), "requête HTTP") if found else "requête HTTP"


class SimulatedDmp:
    """A context manager; `port` and `url` are known once inside.

    `dmp.patients`, `dmp.settings`, `dmp.registry`: what it knows; `behaviour`: how it answers. `tls` is a context that
    requires a certificate (`pki.server_context`); None serves plain HTTP, for tests of the rest.
    """

    def __init__(
        self,
        record: Record,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        behaviour: Behaviour = obey,
        limits: Limits | None = None,
    ) -> None:
        self.role, self.host, self.port, self.behaviour = ROLE, host, port, behaviour
        self.dmp, self.calls, self.reached = Dmp(), Calls(ROLE), False
        self._record, self._tls, self._limits, self._usual = record, tls, limits, behaviour
        self._listener: Listener | None = None
        self._crashes: list[Exception] = []
        self._stale: dict[str, None] = {}  # documents of earlier scenarios

    @property
    def url(self) -> str:
        """Where every transaction may be sent; the five services of the DMP are paths below it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}/si-dmp-server/v2/services"

    def __enter__(self) -> Self:
        self.resume()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.suspend()
        self.dmp.registry.close()
        if error is None:
            self._raise_crash()

    # -- the wire

    async def _handle(self, channel: Channel, request: Request) -> None:
        try:
            self.reached = True
            exchange = self._keep(request, channel)
            if web.is_page(request.target):
                await self._page(channel, request, exchange)
            elif request.method != "POST":
                await self._refuse_method(channel, request)
            else:
                await self._transaction(channel, request, exchange)
        except HttpError:
            raise
        except Exception as error:  # ours is wrong: said at the next wait, never swallowed
            self._crashes.append(error)
            channel.abort()

    async def _transaction(self, channel: Channel, request: Request, exchange: Exchange) -> None:
        turn = Turn(self.dmp, channel, request, exchange, self._record, self.role, self._hear)
        try:
            await self.behaviour(turn)
        finally:
            turn.tell()

    async def _page(self, channel: Channel, request: Request, exchange: Exchange) -> None:
        wire = web.page(self.dmp, request.target).wire()
        answer = self._record(Direction.SENT, PROTOCOL, self.role, channel.peer, WEB, wire, "")
        patient = web.patient_of(request.target)
        self._hear(Call(exchange=exchange, transaction=WEB, patient=patient, answer=answer))
        await channel.write(wire)

    async def _refuse_method(self, channel: Channel, request: Request) -> None:
        wire = Response(b"POST attendu", status=405).wire()
        self._record(Direction.SENT, PROTOCOL, self.role, channel.peer, label_of(request), wire, "")
        await channel.write(wire)
        self.calls.fault(f"requête HTTP {request.method} au lieu de POST")

    def _hear(self, call: Call) -> None:
        """A resending of an earlier scenario is answered and kept, not heard."""
        if not call.documents or not all(d in self._stale for d in call.documents):
            self.calls.put(call)

    def _keep(self, request: Request, channel: Channel) -> Exchange:
        notes = [channel.tls] if channel.tls else []
        if channel.certificate:
            notes.append(f"certificat client SHA-256 {hashlib.sha256(channel.certificate).hexdigest()}")
        if request.chunked:
            notes.append("corps reçu par morceaux (chunked), remis bout à bout")
        return self._record(
            Direction.RECEIVED, PROTOCOL, self.role, channel.peer, label_of(request), request.message, ", ".join(notes)
        )

    async def _fault(self, peer: str, error: HttpError) -> None:
        if error.received:
            self._record(Direction.RECEIVED, PROTOCOL, self.role, peer, "octets", error.received, error.reason)
        self._observe("anomalie", {"role": self.role, "fault": error.reason}, error.reason, peer)
        self.calls.fault(error.reason)

    def _observe(self, label: str, seen: dict[str, Any], note: str, peer: str = "") -> Exchange:
        data = json.dumps(seen, ensure_ascii=False).encode()
        return self._record(Direction.OBSERVED, "observation", self.role, peer or self.host, label, data, note)

    # -- for steps

    def suspend(self) -> None:
        """An outage: nobody listens any more, open connections end."""
        if self._listener:
            loop.run(self._listener.close(), _START_STOP)
            self._listener = None

    def resume(self) -> None:
        """Listen (again, on the same port). Raises OSError when the port is taken."""
        if self._listener is None:
            listening = serve(self._handle, self._fault, self.host, self.port, tls=self._tls, limits=self._limits)
            self._listener = loop.run(listening, _START_STOP)
            self.port = self._listener.port

    def reset(self, confided: Iterable[str] = ()) -> None:
        """Between scenarios: forget what was heard and what was fed, behave as at the start. `confided`: documents that
        the candidate was given meanwhile, and may still be about to feed."""
        self.behaviour = self._usual
        self._stale |= dict.fromkeys(confided) | dict.fromkeys(d for c in self.calls.all() for d in c.documents)
        for old in list(self._stale)[: max(0, len(self._stale) - _STALE_KEPT)]:
            del self._stale[old]
        self.calls.clear()
        self.dmp.reset()
        self.resume()

    def received(self) -> list[Call]:
        """Everything that came, read or not."""
        return self.calls.all()

    def heard(self, timeout: float = 10, since: int = 0) -> list[Call]:
        """The calls that came, read or not, after the first `since` of them. Raises NoTraffic when there is none."""
        self._raise_crash()
        return self.calls.wait_any(timeout, since)

    def evidence(self, timeout: float = 10, since: int = 0) -> list[Exchange]:
        """Their requests and answers, in order: what a check on the sequence reads. Raises NoTraffic."""
        return [e for c in self.heard(timeout, since) for e in (c.exchange, c.answer) if e is not None]

    def next_call(
        self, transaction: str | None = None, timeout: float = 10, where: Where | None = None, expected: str = ""
    ) -> Call:
        """The next unread call of this transaction (`TD3` is any of its family). `expected` words it for the report.

        Raises NoTraffic, MissingMessage or CandidateGarbage once the deadline has passed; the error carries an
        `exchange` that observes what came instead.
        """

        def wanted(call: Call) -> bool:
            return (transaction is None or call.transaction.startswith(transaction)) and (where is None or where(call))

        self._raise_crash()
        said = expected or (f"un appel {transaction}" if transaction else "un appel")
        try:
            return self.calls.take(wanted, timeout, said)
        except Inconclusive as error:
            self._raise_crash()
            seen = {"expected": said} | _seen(self.role, timeout, self.received())
            error.exchange = self._observe("attente", seen, error.reason)
            raise

    def next_submission(self, timeout: float = 10, where: Where | None = None) -> Call:
        """The next TD2.1, accepted or not. Raises as `next_call`."""
        return self.next_call(FEED.id, timeout, where, "une alimentation (TD2.1)")

    def queries(self, where: Where | None = None) -> list[Call]:
        """The searches and retrievals that came so far (TD3.1, TD3.2)."""
        wanted = (c for c in self.received() if c.transaction in (SEARCH.id, RETRIEVE.id))
        return [c for c in wanted if where is None or where(c)]

    def expect_silence(self, seconds: float, where: Where | None = None) -> Exchange:
        """Watch for `seconds` and keep what was seen as an observation: {role, seconds, calls, faults}.

        `calls` holds the unread ones that `where` accepts; it ends early when one comes. The caller judges.
        """
        came = self.calls.wait_unread(seconds, where or (lambda call: True))
        self._raise_crash()
        seen = _seen(self.role, seconds, came) | {"faults": self.calls.faults()}
        return self._observe("silence", seen, f"{len(came)} appel(s) en {seconds:g} s")

    def connection(self, call: Call) -> Exchange:
        """What a call came through, kept as an observation: {tls, cipher, client (PEM)}."""
        through = call.connection
        client = ssl.DER_cert_to_PEM_cert(through.certificate) if through.certificate else ""
        seen = {"tls": through.tls, "cipher": through.cipher, "client": client}
        return self._observe("connexion", seen, f"{through.tls} {through.cipher}".strip(), call.exchange.peer)

    def story(self) -> Exchange:
        """Every call of the scenario so far, kept as an observation: {role, seconds, calls}."""
        calls = self.received()
        return self._observe("appels", _seen(self.role, 0, calls), f"{len(calls)} appel(s)")

    def inventory(self, ins: str) -> Exchange:
        """What the DMP of a patient holds and whom it is open to, kept as an observation."""
        seen = inventory.of(self.dmp, ins)
        return self._observe("inventaire", seen, f"{len(seen['documents'])} document(s)")

    def _raise_crash(self) -> None:
        if self._crashes:
            raise RuntimeError(f"{self.role}: son comportement a échoué") from self._crashes[0]


def _seen(role: str, seconds: float, came: list[Call]) -> dict[str, Any]:
    calls = [
        {"transaction": c.transaction, "documents": list(c.documents), "errors": list(c.errors),
         "exchange": c.exchange.id}
        for c in came
    ]  # fmt: skip
    return {"role": role, "seconds": seconds, "calls": calls}
