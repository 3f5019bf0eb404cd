"""What happens to a connection from its first byte to its last, whatever it speaks."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol as Typed

from rempart.formats.accepting import Accepting, Welcome, listen
from rempart.simulators.https.stream import CHUNK, PlainStream
from rempart.simulators.mssante.client import Client
from rempart.simulators.mssante.house import House
from rempart.simulators.mssante.wire import Cut, Gone, Limits, Wire, WireError


class Speaker(Typed):
    """A session of SMTP or IMAP."""

    client: Client

    async def run(self) -> None: ...


Speaks = Callable[[Wire, House], Speaker]


async def open_port(
    host: str, port: int, speaks: Speaks, house: House, limits: Limits, crashed: Callable[[Exception], None],
    *, implicit: bool = False,
) -> Accepting:  # fmt: skip
    """Listen. `implicit`: TLS before the first word. `crashed` is told of what goes wrong on our side.

    Raises OSError when the port cannot be had.
    """
    welcome = _welcoming(speaks, house, limits, crashed, implicit)
    return Accepting(listen(host, port), welcome, limits.connections, "a mail")


def _welcoming(
    speaks: Speaks, house: House, limits: Limits, crashed: Callable[[Exception], None], implicit: bool
) -> Welcome:
    async def welcome(sock: socket.socket, peer: str) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        wire = Wire(PlainStream(*await asyncio.open_connection(sock=sock, limit=CHUNK)), peer, limits)
        house.reached = True
        session = speaks(wire, house)
        try:
            await _speak(session, wire, house, peer, implicit=implicit)
        except asyncio.CancelledError:
            wire.abort()
            raise
        except Exception as error:  # ours is wrong: said at the next wait, never swallowed
            wire.abort()
            crashed(error)
        finally:
            await wire.close()

    return welcome


async def _speak(session: Speaker, wire: Wire, house: House, peer: str, *, implicit: bool) -> None:
    """The whole session; what becomes of it is kept even when the operator stops in the middle."""
    journal = session.client.journal
    try:
        if implicit:
            await session.client.secure(starttls=False)
        await session.run()
    except Cut as error:
        journal.problem, journal.wanted = error.reason, True
    except Gone as error:
        journal.problem, journal.closed_by_client = error.reason, True
    except WireError as error:
        journal.problem = error.reason
    except asyncio.CancelledError:
        journal.problem, journal.wanted = "l'opérateur s'est arrêté", True
        raise
    finally:
        house.end_session(journal, peer, session.client.scenario)
