"""One connected client, whatever it speaks: its wire, the journal of its session, the mailbox that it has opened."""

from __future__ import annotations

from rempart.formats.mail.envelope import Authentication, Protocol
from rempart.model.exchange import Exchange
from rempart.simulators.mssante import credentials
from rempart.simulators.mssante.credentials import Outcome
from rempart.simulators.mssante.house import House
from rempart.simulators.mssante.journal import Journal
from rempart.simulators.mssante.mailbox import Mailbox
from rempart.simulators.mssante.wire import Wire, WireError

HIDDEN = "***"
_LEAVING = ("QUIT", "LOGOUT")


class Client:
    """`mailbox` is None until the client has authenticated."""

    def __init__(self, wire: Wire, house: House, protocol: Protocol) -> None:
        self.wire, self.house = wire, house
        self.journal = Journal(protocol=protocol, fault=house.fault)
        self.mailbox: Mailbox | None = None
        self.scenario = house.scenario
        self._session: Exchange | None = None

    def session_exchange(self) -> Exchange:
        """The record of the session as it was when this was first asked for: what it says of TLS and of the
        authentication does not change any more, and a client may stay for hours."""
        if self._session is None:
            self._session = self.house.keep_session(self.journal, self.wire.peer)
        return self._session

    @property
    def in_clear(self) -> bool:
        """Nothing is protected, and the operator wants it so: the fault of the day."""
        return self.house.fault == "clear-text"

    @property
    def protected(self) -> bool:
        return self.journal.tls is not None

    def verb(self, name: str) -> None:
        """A command came. A session of an earlier scenario becomes one of this one when it is still of use."""
        self.journal.verb(name)
        if name not in _LEAVING:
            self.scenario = self.house.scenario

    async def say(self, text: str) -> None:
        """One or several lines, written down before they leave."""
        self.journal.said(text)
        await self.wire.write(text.encode("utf-8") + b"\r\n")

    async def secure(self, *, starttls: bool) -> None:
        """Raises WireError when the handshake fails."""
        if self.wire.pending:
            self.journal.note(f"{self.wire.pending} octets envoyés en clair derrière STARTTLS, écartés")
        try:
            tls = await self.wire.secure(self.house.context(self.house.fault))
        except WireError:
            self.journal.starttls = starttls
            raise
        self.journal.negotiated(tls, starttls=starttls)

    def authenticate(self, mechanism: str, response: bytes | None) -> Outcome:
        """What a SASL response opens; None: it could not be decoded."""
        if response is None:
            return self._opened(mechanism, Outcome(reason="réponse SASL illisible"))
        service = self.house.service
        outcome = credentials.authenticate(
            mechanism, response, service.space.here, service.tokens, self.journal.tls, in_clear=self.in_clear
        )
        return self._opened(mechanism, outcome)

    def login(self, login: str, password: str) -> Outcome:
        """LOGIN of IMAP: the same secret as PLAIN, and the same conditions."""
        here = self.house.service.space.here
        outcome = credentials.plain(login, password, here, self.journal.tls, in_clear=self.in_clear)
        return self._opened("LOGIN", outcome)

    def _opened(self, mechanism: str, outcome: Outcome) -> Outcome:
        accepted = outcome.mailbox is not None
        self.journal.authentication = Authentication(
            mechanism=mechanism, login=outcome.login, accepted=accepted, protected=self.protected
        )
        known = self.house.service.space.here.mailbox(outcome.login) if outcome.login else None
        if known:
            self.journal.kind, self.journal.address = known.kind, known.address
        if outcome.reason:
            self.journal.note(f"authentification refusée: {outcome.reason}")
        self.mailbox = outcome.mailbox
        return outcome
