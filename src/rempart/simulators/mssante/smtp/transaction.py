"""One mail of a session: its envelope as it grows, its bytes once they have come, and what steps hear of it."""

from __future__ import annotations

import uuid
from functools import partial

from rempart.formats.mail import Delivery
from rempart.formats.mail.envelope import Envelope
from rempart.formats.mail.source import Head
from rempart.model.exchange import Direction, Exchange
from rempart.simulators.mssante.client import Client
from rempart.simulators.mssante.events import ReceivedMail
from rempart.simulators.mssante.house import House
from rempart.simulators.mssante.post import PROTOCOL, head_of, kind_of
from rempart.simulators.mssante.service import Posted
from rempart.simulators.mssante.smtp.parameters import MailFrom, RcptTo
from rempart.simulators.mssante.spool import Kept

_ENVELOPE = "mail/envelope"


class Transaction:
    """`reply` is the last word on it. `end` is always called, once."""

    def __init__(self, client: Client, house: House, sender: MailFrom, helo: str) -> None:
        self.sender, self.recipients, self.queue, self.reply = sender, list[RcptTo](), uuid.uuid4().hex[:12], ""
        self._client, self._house, self._helo = client, house, helo
        self._login = client.journal.address
        self._refused: list[tuple[str, str]] = []
        self._exchange: Exchange | None = None
        self._kept: Kept | None = None
        self._head = Head(())
        self._answer: Exchange | None = None
        self._outcomes: list[Delivery] = []
        self._told = False

    def answered(self, recipient: RcptTo, reply: str) -> None:
        """What RCPT was answered."""
        if reply.startswith("250"):
            self.recipients.append(recipient)
        else:
            self._refused.append((recipient.address, reply))
            self.reply = reply

    def envelope(self) -> Envelope:
        """As it stands. Without any accepted recipient, it is that of the attempt."""
        named = self.recipients or [RcptTo(address=a) for a, _ in self._refused]
        return Envelope(
            mail_from=self.sender.address,
            rcpt_to=tuple(r.address for r in named),
            notify=tuple(r.notify for r in named),
            original=tuple(r.original for r in named),
            envelope_id=self.sender.envelope_id,
            ret=self.sender.ret,
        )

    def keep(self, data: bytes) -> None:
        """The message has come whole: kept before anything else is done with it."""
        self._head = head_of(data)
        self._exchange = self._record(kind_of(self._head), data, self._how())
        self._kept = self._house.service.spool.keep(data)
        journal = self._client.journal
        journal.sent += 1
        journal.note(f"courriel de {len(data)} octets, SHA-256 {self._exchange.sha256}")
        self.reply = ""

    def keep_beginning(self, data: bytes, reason: str) -> None:
        """The connection ended before the message did."""
        self._head = head_of(data)
        self._exchange = self._record("courriel incomplet", data, reason)
        self.reply = ""

    def _record(self, label: str, data: bytes, note: str) -> Exchange:
        return self._house.record(
            Direction.RECEIVED, PROTOCOL, self._house.role, self._client.wire.peer, label, data, note
        )

    def _how(self) -> str:
        tls = self._client.journal.tls
        if tls is None:
            return "en clair"
        client = f", certificat client SHA-256 {tls.client.sha256}" if tls.client else ", sans certificat client"
        return f"{tls.version} {tls.suite}{client}"

    def deliver(self) -> None:
        """The operator takes it: mailboxes have it from here on."""
        service = self._house.service
        service.submitted[self._login] = service.submitted.get(self._login, 0) + 1
        via = f"from {self._helo} ({self._client.wire.peer}) with ESMTP{'S' * self._client.protected}A id {self.queue}"
        self._outcomes = self._house.post.accept(self._posted(), via)

    def conclude(self, reply: str) -> None:
        """The last word, kept and told before it leaves: what a candidate does next finds it there."""
        self.reply = reply
        self._answer = self._house.record(
            Direction.SENT, "smtp", self._house.role, self._client.wire.peer, reply[:3], reply.encode() + b"\r\n"
        )
        self._tell()

    def end(self) -> None:
        """It is over, well or not: told, and reported on when it was taken."""
        if self._exchange or self._refused or self.reply:
            self._tell()
        if self._outcomes:
            self._house.post.report(self._posted(), self._outcomes)

    def _posted(self) -> Posted:
        assert self._kept
        return Posted(envelope=self.envelope(), kept=self._kept, head=self._head)

    def _tell(self) -> None:
        if self._told:
            return
        self._told = True
        envelope, peer = self.envelope(), self._client.wire.peer
        kept = self._house.record(
            Direction.OBSERVED, _ENVELOPE, self._house.role, peer, "enveloppe", envelope.model_dump_json().encode(),
            "; ".join(f"{a}: {r}" for a, r in self._refused) or self.reply * (self._exchange is None),
        )  # fmt: skip
        read = partial(self._house.service.spool.read, self._kept) if self._kept else bytes
        mail = ReceivedMail(
            exchange=self._exchange or kept,
            envelope=envelope,
            envelope_exchange=kept,
            session_exchange=self._client.session_exchange(),
            head=self._head,
            login=self._login,
            reply=self.reply,
            answer=self._answer,
            refused=tuple(self._refused),
            read=read,
        )
        self._house.hear_mail(mail)
