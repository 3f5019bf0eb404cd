"""The listening side: one handler for all blocks, connections that end with their listener."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType

from rempart.formats.accepting import Accepting, listen
from rempart.formats.hl7v2.mllp.connection import CHUNK, Connection
from rempart.formats.hl7v2.mllp.framing import MAX_FRAME, Fault, MllpError

_HANDSHAKE = 10.0  # seconds
_CONNECTIONS = 1024  # at a time: each may hold a message

Handler = Callable[[Connection, bytes], Awaitable[None]]
OnFault = Callable[[Connection | None, MllpError], Awaitable[None]]


class Listener(Accepting):
    """What `serve` returns. Closing it ends the connections it accepted: a peer that keeps one open holds nobody back.

    asyncio's own server hides TLS handshakes that fail; here they reach `on_fault`, with no connection.
    """

    def __init__(
        self,
        sock: socket.socket,
        serve_one: Callable[[Connection], Awaitable[None]],
        on_fault: OnFault | None,
        tls: ssl.SSLContext | None,
        limit: int,
    ) -> None:
        self._serve_one, self._on_fault, self._tls, self._limit = serve_one, on_fault, tls, limit
        super().__init__(sock, self._talk, _CONNECTIONS, "an MLLP")

    async def _talk(self, sock: socket.socket, peer: str) -> None:
        reader = asyncio.StreamReader(limit=CHUNK)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        handshake = _HANDSHAKE if self._tls else None
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, sock, ssl=self._tls, ssl_handshake_timeout=handshake
            )
        except OSError as error:
            sock.close()
            if self._on_fault:
                reason = f"la négociation TLS avec {peer} a échoué: {error}"
                await self._on_fault(None, MllpError(Fault.REFUSED, reason))
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        await self._serve_one(Connection(reader, writer, self._limit))

    async def __aenter__(self) -> Listener:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


async def serve(
    handler: Handler,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls: ssl.SSLContext | None = None,
    on_fault: OnFault | None = None,
    idle_timeout: float | None = None,
    limit: int = MAX_FRAME,
) -> Listener:
    """Listen; `handler(connection, block)` for each block, one at a time per connection. Port 0: the system chooses.

    A broken block goes to `on_fault` and ends its connection; other connections live on. Raises OSError when the port
    cannot be had.
    """

    async def serve_one(connection: Connection) -> None:
        try:
            while (block := await connection.receive(idle_timeout)) is not None:
                await handler(connection, block)
        except MllpError as error:
            if on_fault:
                await on_fault(connection, error)
        except asyncio.CancelledError:
            connection.abort()
            raise
        finally:
            await connection.close()

    return Listener(listen(host, port), serve_one, on_fault, tls, limit)
