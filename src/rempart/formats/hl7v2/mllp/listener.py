"""The listening side: one handler for all blocks, connections that end with their listener."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType

from rempart.formats.hl7v2.mllp.connection import CHUNK, Connection
from rempart.formats.hl7v2.mllp.framing import MAX_FRAME, Fault, MllpError

_HANDSHAKE = 10.0  # seconds

Handler = Callable[[Connection, bytes], Awaitable[None]]
OnFault = Callable[[Connection | None, MllpError], Awaitable[None]]


class Listener:
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
        self.host, self.port = sock.getsockname()[:2]
        self._socket, self._serve_one, self._on_fault, self._tls, self._limit = sock, serve_one, on_fault, tls, limit
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                sock, address = await loop.sock_accept(self._socket)
            except OSError:  # out of descriptors: leave others the time to close theirs
                await asyncio.sleep(0.2)
                continue
            task = loop.create_task(self._welcome(sock, f"{address[0]}:{address[1]}"))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _welcome(self, sock: socket.socket, peer: str) -> None:
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

    async def close(self) -> None:
        """Stop listening, hang up, and wait until everything is released."""
        tasks = [self._accepting, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()

    async def wait(self) -> None:
        """Until it is closed or cancelled."""
        await asyncio.gather(self._accepting, return_exceptions=True)

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

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=100)
    sock.setblocking(False)
    return Listener(sock, serve_one, on_fault, tls, limit)
