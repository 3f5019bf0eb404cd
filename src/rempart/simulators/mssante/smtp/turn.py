"""One moment of a session at which the operator decides: what a behaviour may do of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NoReturn

from rempart.simulators.mssante.wire import Cut

if TYPE_CHECKING:
    from rempart.simulators.mssante.smtp.session import SmtpSession

# greeting: a connection opens; recipient: RCPT; data: DATA is asked for; message: it has come whole, and is kept.
Stage = Literal["greeting", "recipient", "data", "message"]
CUT = "connexion coupée volontairement"


class Turn:
    """`address` is the recipient of RCPT, "" at the other stages. A behaviour obeys, replies, or cuts: once."""

    def __init__(self, session: SmtpSession, stage: Stage, address: str = "") -> None:
        self._session, self.stage, self.address = session, stage, address

    @property
    def sender(self) -> str:
        """MAIL FROM; "" before it, and for the null return path."""
        return self._session.sender

    @property
    def mail(self) -> str:
        """What tells one mail of a session from the next; "" at `greeting`."""
        return self._session.mail

    async def obey(self) -> None:
        """Do what is asked, and answer: state, rights, real refusals."""
        await self._session.obey(self.stage)

    async def obey_until(self, size: int) -> None:
        """At `data`: take so many bytes of the message, then hang up."""
        await self._session.receive(cut_at=size)

    def take(self) -> None:
        """At `message`: deliver it, and answer nothing yet."""
        self._session.take()

    async def reply(self, text: str) -> None:
        """An answer of one's own; nothing is done."""
        await self._session.answer(text)

    async def wait_for_the_end(self) -> None:
        """No answer, until the client hangs up or its time is over."""
        await self._session.wait_for_the_end()

    def cut(self) -> NoReturn:
        """Hang up, now."""
        self._session.client.wire.abort()
        raise Cut(CUT)
