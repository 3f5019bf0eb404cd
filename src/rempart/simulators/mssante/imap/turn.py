"""One command of an IMAP session: what a behaviour may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from rempart.simulators.mssante.smtp.turn import CUT
from rempart.simulators.mssante.wire import Cut

if TYPE_CHECKING:
    from rempart.simulators.mssante.imap.session import ImapSession

GREETING = "(ouverture)"  # the command of a connection that opens


class ImapTurn:
    """`command` is `SELECT`, `UID FETCH`…, or GREETING."""

    def __init__(self, session: ImapSession, command: str) -> None:
        self._session, self.command = session, command

    async def obey(self) -> None:
        """Do what is asked, and answer."""
        await self._session.obey()

    async def reply(self, text: str) -> None:
        """`NO …`, `BAD …`, or `BYE …`, which ends the session; nothing is done."""
        await self._session.reply(text)

    def cut(self) -> NoReturn:
        """Hang up, now."""
        self._session.client.wire.abort()
        raise Cut(CUT)

    def cut_after(self, size: int) -> None:
        """Hang up once so many bytes of what is answered from now on have left."""
        self._session.client.wire.cut_after(size)
