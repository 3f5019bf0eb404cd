"""The simulated operator as steps see it: listens, keeps everything, answers as told, waits for what should come."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from rempart.formats.accepting import Accepting
from rempart.formats.mail.envelope import Fault
from rempart.model.exchange import Direction, Exchange, Record
from rempart.model.inconclusive import Inconclusive
from rempart.simulators import loop, pki
from rempart.simulators.heard import Ear
from rempart.simulators.mssante.addresses import Addresses
from rempart.simulators.mssante.behaviours import Behaviour, ImapBehaviour, imap_obey, obey
from rempart.simulators.mssante.connections import Speaks, open_port
from rempart.simulators.mssante.contexts import server_context
from rempart.simulators.mssante.crl import PublishedCrl
from rempart.simulators.mssante.events import EndedSession, Fetched, ReceivedMail, Where
from rempart.simulators.mssante.house import House
from rempart.simulators.mssante.imap import ImapSession
from rempart.simulators.mssante.mailbox import Mailbox, Stored
from rempart.simulators.mssante.post import Post, head_of, without_return_path
from rempart.simulators.mssante.service import Service
from rempart.simulators.mssante.smtp import SmtpSession
from rempart.simulators.mssante.wire import Limits

ROLE = "opérateur MSSanté simulé"
_START_STOP = 10.0  # seconds
_ON_LOOP = 30.0  # seconds, for what is done in the simulators' thread
H = TypeVar("H", ReceivedMail, Fetched, EndedSession)
T = TypeVar("T")


class SimulatedOperator:
    """A context manager; `addresses` are known once inside.

    `certificates` is a folder, where a test PKI is then made, or a PKI that was made elsewhere. `service`: what it
    knows (`service.space`, `service.settings`); `behaviour`, `imap_behaviour`: how it answers; `fault`: what is wrong
    with its TLS. `imaps_port`: also serve IMAP with TLS from the start (0: the system chooses; None: not).
    """

    def __init__(
        self,
        record: Record,
        *,
        certificates: Path | pki.Pki,
        host: str = "127.0.0.1",
        names: tuple[str, ...] = (),
        smtp_port: int = 0,
        imap_port: int = 0,
        imaps_port: int | None = None,
        crl_port: int = 0,
        behaviour: Behaviour = obey,
        limits: Limits | None = None,
    ) -> None:
        self.role, self.host, self._names = ROLE, host, names
        self._ports = {"smtp": smtp_port, "imap": imap_port}
        if imaps_port is not None:
            self._ports["imaps"] = imaps_port
        self._given, self._limits, self._usual = certificates, limits or Limits(), behaviour
        self._record, self._contexts = record, dict[tuple[Any, ...], ssl.SSLContext]()
        self.service = Service()
        self.crl = PublishedCrl(record, ROLE, host=host, port=crl_port, name=next(iter(names), "localhost"))
        post = Post(self.service, record, ROLE)
        self._house = House(
            role=ROLE, service=self.service, post=post, record=record, context=self._context, behaviour=behaviour,
            imap_behaviour=imap_obey,
        )  # fmt: skip
        self._open = ExitStack()
        self._listening: dict[str, Accepting] = {}
        self.crashes: list[Exception] = []  # of our own side: said at the next wait
        self.certificates: pki.Pki

    # -- opening and closing

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.callback(self.service.close)
            opening.enter_context(self.crl)
            self.certificates = self._made()
            self.crl.publish(self.certificates.crl)
            opening.callback(self.suspend)
            self.resume()
            self._open = opening.pop_all()
        return self

    def _made(self) -> pki.Pki:
        if isinstance(self._given, pki.Pki):
            return self._given
        return pki.make(self._given, ("localhost", "127.0.0.1", self.host, *self._names), self.crl.url)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()
        if error is None:
            self._raise_crash()

    def suspend(self) -> None:
        """An outage: nobody listens any more, open sessions end."""
        for name in list(self._listening):
            loop.run(self._listening.pop(name).close(), _START_STOP)

    def resume(self) -> None:
        """Listen (again, on the same ports). Raises OSError when one is taken."""
        for name, port in self._ports.items():
            if name not in self._listening:
                speaks: Speaks = SmtpSession if name == "smtp" else ImapSession
                opening = open_port(
                    self.host, port, speaks, self._house, self._limits, self.crashes.append, implicit=name == "imaps"
                )
                self._listening[name] = loop.run(opening, _START_STOP)
                self._ports[name] = self._listening[name].port

    @property
    def addresses(self) -> Addresses:
        ports = self._ports
        return Addresses(self.host, ports["smtp"], ports["imap"], ports.get("imaps", 0), self.crl.url)

    def _context(self, fault: Fault) -> ssl.SSLContext:
        settings = self.service.settings
        asked = (fault, settings.certificate_required, settings.tls_13)
        if asked not in self._contexts:
            self._contexts[asked] = server_context(
                self.certificates, fault, required=settings.certificate_required, tls_13=settings.tls_13
            )
        return self._contexts[asked]

    # -- how it behaves

    @property
    def behaviour(self) -> Behaviour:
        return self._house.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._house.behaviour = behaviour

    @property
    def imap_behaviour(self) -> ImapBehaviour:
        return self._house.imap_behaviour

    @imap_behaviour.setter
    def imap_behaviour(self, behaviour: ImapBehaviour) -> None:
        self._house.imap_behaviour = behaviour

    @property
    def fault(self) -> Fault:
        return self._house.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        """Sessions that open from now on have it; `crl-unreachable` takes the list away."""
        self._house.fault = fault
        if fault == "crl-unreachable":
            self.crl.suspend()
        else:
            self.crl.resume()

    def reset(self) -> None:
        """Between scenarios: forget what was heard and what is in mailboxes, behave as at the start. Sessions that are
        open stay so: a client that waits for mail goes on."""
        self._on_loop(self._house.clear)
        self._on_loop(self.service.reset)
        self.behaviour, self.imap_behaviour, self.fault = self._usual, imap_obey, ""
        self.resume()

    # -- correspondents

    def mailbox(self, address: str) -> Mailbox:
        """Raises KeyError when the simulated space has none such."""
        found = self.service.space.mailbox(address)
        if found is None:
            raise KeyError(address)
        return found

    def token(self, address: str, lifetime: float | None = None) -> str:
        """A bearer token that opens this mailbox, for so many seconds (0: it has expired)."""
        self.mailbox(address)
        tokens = self.service.tokens
        return tokens.issue(address) if lifetime is None else tokens.issue(address, lifetime)

    def deliver(self, message: bytes, address: str, *, sender: str = "") -> Exchange:
        """A correspondent's mail for this mailbox, kept as sent; the candidate fetches it. `sender`: the return path;
        when it is not given, the one that the mail brings, or From. Raises KeyError for an unknown mailbox."""
        self.mailbox(address)
        message, brought = without_return_path(message)
        author = sender or brought or next((a for _, a in head_of(message).addresses("From")), "")
        operator = self.service.space.operator_of(author) or self.service.space.here
        return self._on_loop(lambda: self._house.post.send(operator, address, message, author))

    def read(
        self, address: str, message_id: str, *, processed: bool = False, error: tuple[str, str] | None = None
    ) -> Exchange | None:
        """Who holds this mailbox reads a mail in it, or its software has `processed` it (`error`: could not). The
        receipt that goes back; None when the mail asked for none. Raises KeyError when the mail is not there."""
        mailbox, stored = self.mailbox(address), self._stored(address, message_id)
        return self._on_loop(lambda: self._house.post.read(mailbox, stored, error, processed=processed))

    def held(self, address: str, message_id: str) -> bytes:
        """A mail as this mailbox holds it, with the trace of its delivery. Raises KeyError when it is not there."""
        return self._stored(address, message_id).read(self.service.spool)

    def _stored(self, address: str, message_id: str) -> Stored:
        for stored in self.mailbox(address).messages():
            if stored.message_id == message_id:
                return stored
        raise KeyError(message_id)

    def set_reachable(self, address: str, reachable: bool) -> None:
        """The operator of this address is out of reach, or is back: what waited for it then leaves."""
        operator = self.service.space.operator_of(address)
        if operator is None:
            raise KeyError(address)
        if reachable:
            self._on_loop(lambda: self._house.post.retry(operator))
        operator.reachable = reachable

    def give_up(self) -> None:
        """What waits for an operator out of reach has waited too long: it is reported as failed."""
        self._on_loop(self._house.post.give_up)

    def _on_loop(self, what: Callable[[], T]) -> T:
        async def done() -> T:
            return what()

        return loop.run(done(), _ON_LOOP)

    # -- for steps

    @property
    def reached(self) -> bool:
        """Has any client come since the start?"""
        return self._house.reached

    def received(self) -> list[ReceivedMail]:
        """Every mail that came, taken or refused, read or not."""
        return self.mails.all()

    @property
    def mails(self) -> Ear[ReceivedMail]:
        """Mails as they come; its `faults` are what went wrong with connections, in French."""
        return self._house.mails

    @property
    def fetches(self) -> Ear[Fetched]:
        return self._house.fetches

    @property
    def sessions(self) -> Ear[EndedSession]:
        return self._house.sessions

    def next_mail(self, timeout: float = 10, where: Where | None = None, expected: str = "") -> ReceivedMail:
        """The next unread mail that `where` accepts, taken by the operator or not. `expected` words it for the report.

        Raises NoTraffic, MissingMessage or CandidateGarbage once the deadline has passed; the error carries an
        `exchange` that observes what came instead.
        """
        return self._take(self.mails, where, timeout, expected or "un courriel")

    def next_fetch(
        self, timeout: float = 10, where: Callable[[Fetched], bool] | None = None, expected: str = ""
    ) -> Fetched:
        """The next mail that a client takes out of a mailbox. Raises as `next_mail`."""
        return self._take(self.fetches, where, timeout, expected or "un courriel relevé")

    def next_session(
        self, timeout: float = 10, where: Callable[[EndedSession], bool] | None = None, expected: str = ""
    ) -> EndedSession:
        """The next session that ends, well or not. Raises as `next_mail`."""
        return self._take(self.sessions, where, timeout, expected or "une session")

    def expect_silence(self, seconds: float, where: Where | None = None) -> Exchange:
        """Watch for `seconds` and keep what was seen as an observation: {role, seconds, mails, faults}.

        `mails` holds the unread ones that `where` accepts; it ends early when one comes. The caller judges.
        """
        came = self.mails.wait_unread(seconds, where or (lambda mail: True))
        self._raise_crash()
        seen = {"role": self.role, "seconds": seconds, "mails": [_seen(m) for m in came], "faults": self.mails.faults()}
        return self._observe("silence", seen, f"{len(came)} courriel(s) en {seconds:g} s")

    def _take(self, ear: Ear[H], where: Callable[[H], bool] | None, timeout: float, said: str) -> H:
        self._raise_crash()
        try:
            return ear.take(where or (lambda one: True), timeout, said)
        except Inconclusive as error:
            self._raise_crash()
            seen = {
                "expected": said,
                "role": self.role,
                "seconds": timeout,
                "mails": [_seen(m) for m in self.received()],
            }
            error.exchange = self._observe("attente", seen, error.reason)
            raise

    def _observe(self, label: str, seen: dict[str, Any], note: str) -> Exchange:
        data = json.dumps(seen, ensure_ascii=False).encode()
        return self._record(Direction.OBSERVED, "observation", self.role, self.host, label, data, note)

    def _raise_crash(self) -> None:
        if self.crashes:
            raise RuntimeError(f"{self.role}: son comportement a échoué") from self.crashes[0]


def _seen(mail: ReceivedMail) -> dict[str, Any]:
    return {"message_id": mail.message_id, "subject": mail.subject, "reply": mail.reply, "exchange": mail.exchange.id}
