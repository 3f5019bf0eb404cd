"""Messages on their way to the partner: kept until answered, sent again with the same MSH-10, each at its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.mllp import MllpError, exchange
from rempart.reference.deviations import AGAIN, RESENDINGS, deviate
from rempart.reference.mutation import Mutants
from rempart.reference.retry import Answer, State, read_answer, resend
from rempart.reference.settings import Settings
from rempart.reference.store import Store

OnEnd = Callable[[str], None]  # control id of a message that is accepted, in error, or given up


class Outbox:
    """One task per message; messages of one chain (the versions of a document) leave one after another.

    `keeps`: an outage never ends an order, which waits for the partner as long as it takes.
    """

    def __init__(self, settings: Settings, store: Store, mutants: Mutants, *, keeps: bool = False) -> None:
        self._keeps = keeps
        self._settings, self._store, self._mutants = settings, store, mutants
        self._tasks: set[asyncio.Task[None]] = set()
        self._chains: dict[str, asyncio.Lock] = {}
        self._stopping = asyncio.Event()
        self.on_end: OnEnd = lambda control_id: None

    def post(self, message: bytes, chain: str) -> str:
        """Keep a message in the transaction that made it, and return its MSH-10. `start` makes it leave."""
        message = deviate(message, self._mutants)
        control_id = Message.parse(message).control_id
        self._store.insert("outbox", {"control_id": control_id, "chain": chain, "message": message})
        return control_id

    def start(self) -> None:
        """Send everything that is neither answered nor under way: after a transaction, and when the program starts."""
        under_way = {task.get_name() for task in self._tasks}
        for row in self._store.all("SELECT control_id, chain FROM outbox WHERE NOT done ORDER BY rowid"):
            if row["control_id"] not in under_way:
                task = asyncio.create_task(self._deliver(row["control_id"], row["chain"]), name=row["control_id"])
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """What was not answered stays in the database, for the next start."""
        self._stopping.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, control_id: str, chain: str) -> None:
        async with self._chains.setdefault(chain, asyncio.Lock()):
            row = self._store.one("SELECT message, attempts FROM outbox WHERE control_id = ?", control_id)
            assert row is not None
            message, attempts = bytes(row["message"]), int(row["attempts"])
            while True:
                answer = await self._attempt(message, control_id)
                attempts += 1
                again = self._again(answer.state, attempts)
                self._record(control_id, answer, attempts, done=not again)
                if not again or await self._stopped_within(self._pause(attempts)):
                    break
                message = self._resent(message)
            if answer.state is State.ACCEPTED and attempts > 3 and self._mutants.on("ordre-double-a-la-reprise"):
                await self._attempt(deviate(message, self._mutants, AGAIN), control_id)
            if not again:
                self.on_end(control_id)

    def _pause(self, attempts: int) -> float:
        """Longer once the usual resendings are spent: a partner that is down is not hammered."""
        delay = self._settings.retry_delay
        return delay if attempts <= self._settings.retry_count else delay * 2

    def _again(self, state: State, attempts: int) -> bool:
        if self._mutants.on("renvoi-apres-AE") and state is State.ERROR:
            state = State.REJECTED
        if self._mutants.on("aucun-renvoi"):
            return False
        if state is State.PENDING and self._keeps:
            return not (attempts > 2 and self._mutants.on("ordre-perdu-si-pfi-injoignable"))
        return resend(state, attempts, self._settings.retry_count)

    def _resent(self, message: bytes) -> bytes:
        """The bytes of the first sending: MSH-10 is what lets the receiver see a message sent twice."""
        return deviate(message, self._mutants, RESENDINGS)

    async def _attempt(self, message: bytes, control_id: str) -> Answer:
        s = self._settings
        if not s.partner_port:
            return Answer(State.PENDING, "aucun partenaire configuré")
        try:
            block = await exchange(s.partner_host, s.partner_port, message, timeout=s.ack_timeout)
        except MllpError as error:
            return Answer(State.PENDING, error.reason)
        answer = read_answer(block, Message.parse(message).control_id)
        if self._mutants.on("ack-ignore") and answer.state in (State.ERROR, State.REJECTED):
            return Answer(State.ACCEPTED)
        return answer

    def _record(self, control_id: str, answer: Answer, attempts: int, *, done: bool) -> None:
        values = {
            "state": str(answer.state),
            "detail": answer.detail,
            "error_code": answer.error_code,
            "error_label": answer.error_label,
            "attempts": attempts,
            "done": int(done),
        }
        with self._store.transaction():
            self._store.update("outbox", {"control_id": control_id}, values)

    async def _stopped_within(self, delay: float) -> bool:
        try:
            async with asyncio.timeout(delay):
                return await self._stopping.wait()
        except TimeoutError:
            return False
