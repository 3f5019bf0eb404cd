"""One call being answered: what a behaviour may do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rempart.model.exchange import Direction, Exchange, Record
from rempart.simulators.dmp import answers
from rempart.simulators.dmp.calls import Call, Connection
from rempart.simulators.dmp.dispatch import answer
from rempart.simulators.dmp.incoming import documents_of, read_incoming
from rempart.simulators.dmp.refusals import Refusal, Refused, SoapRefused
from rempart.simulators.dmp.service import Dmp, Incoming
from rempart.simulators.https import Channel, Request

PROTOCOL = "soap/https"


@dataclass
class Turn:
    """`incoming` is None when the call cannot be read or is not authenticated: `unread` then says why."""

    dmp: Dmp
    channel: Channel
    request: Request
    exchange: Exchange
    record: Record
    role: str
    hear: Callable[[Call], None]
    incoming: Incoming | None = None
    unread: SoapRefused | None = None
    _transaction: str = ""
    _errors: tuple[Refusal, ...] = ()
    _documents: tuple[str, ...] = ()
    _answer: Exchange | None = None
    _told: bool = False

    def __post_init__(self) -> None:
        try:
            self.incoming = read_incoming(self.dmp, self.request, self.channel.certificate)
        except SoapRefused as refusal:
            self.unread = refusal

    @property
    def transaction(self) -> str:
        """`TD2.1`, `TD3.3`…: what the body says before anything is done; "" when it cannot be read."""
        return self.incoming.transaction if self.incoming else ""

    def obeyed(self) -> bytes:
        """Do what is asked; the HTTP answer, good or bad."""
        if self.incoming is None:
            assert self.unread
            return self.faulted(*self.unread.refusals)
        try:
            reply = answer(self.dmp, self.incoming)
        except Refused as refusal:
            return self.refused(*refusal.refusals)
        self._transaction, self._documents, self._errors = reply.transaction, reply.documents, reply.errors
        action = answers.answer_action(self.incoming.transaction)
        return answers.http(reply.body, action, self.incoming.envelope, attachments=reply.attachments)

    def refused(self, *refusals: Refusal) -> bytes:
        """A refusal in the words of the transaction; nothing is done."""
        if self.incoming is None:
            return self.faulted(*refusals)
        self._errors = refusals
        return answers.refusal(self.incoming.transaction, refusals, self.incoming.envelope)

    def faulted(self, *refusals: Refusal) -> bytes:
        """A SOAP fault; nothing is done."""
        self._errors = refusals
        return answers.fault(refusals, self.incoming.envelope if self.incoming else None)

    async def send(self, data: bytes, note: str = "", *, whole: bool = True) -> None:
        """HTTP bytes as they are, kept first. Steps hear of the call before the client has its answer, so that what a
        candidate does next finds it there. `whole`: this is an answer, not the beginning of one."""
        label = self._transaction or self.transaction or "réponse HTTP"
        kept = self.record(Direction.SENT, PROTOCOL, self.role, self.channel.peer, label, data, note)
        if whole:
            self._answer = kept
            self.tell()
        await self.channel.write(data)

    def tell(self) -> None:
        """Steps hear of the call, once."""
        if not self._told:
            self._told = True
            self.hear(self.call())

    async def wait_for_the_end(self) -> None:
        """Until the client hangs up, or the listener closes."""
        self.tell()
        await self.channel.gone()

    def cut(self) -> None:
        self.tell()
        self.channel.abort()

    def call(self) -> Call:
        """What became of it, for steps."""
        incoming, channel = self.incoming, self.channel
        through = Connection(channel.tls, channel.cipher, channel.certificate)
        if incoming is None:
            return Call(
                exchange=self.exchange,
                transaction="",
                errors=tuple(r.code for r in self._errors),
                answer=self._answer,
                connection=through,
            )
        caller = incoming.caller
        return Call(
            exchange=self.exchange,
            transaction=self._transaction or incoming.transaction,
            user=caller.user,
            structure=caller.structure,
            patient=caller.patient,
            mode=caller.mode,
            access=caller.access,
            documents=self._documents or documents_of(incoming),
            errors=tuple(r.code for r in self._errors),
            answer=self._answer,
            connection=through,
        )
