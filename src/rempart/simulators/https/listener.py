"""The listening side: accepts, shakes hands, hands requests over one at a time per connection, and ends with its own.

TLS handshakes that fail reach `on_fault`, since a certificate that is refused is what a scenario may be about.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

from rempart.simulators.https.channel import Channel, HttpError, Limits, Request, Response
from rempart.simulators.https.stream import CHUNK, PlainStream, Stream, TlsStream

_HANDSHAKE = 10.0  # seconds

Handler = Callable[[Channel, Request], Awaitable[None]]
OnFault = Callable[[str, HttpError], Awaitable[None]]  # peer, what went wrong


class Listener:
    """What `serve` returns. Closing it ends the connections that it accepted."""

    def __init__(
        self, sock: socket.socket, handler: Handler, on_fault: OnFault, tls: ssl.SSLContext | None, limits: Limits
    ) -> None:
        self.host, self.port = sock.getsockname()[:2]
        self._socket, self._handler, self._on_fault, self._tls, self._limits = sock, handler, on_fault, tls, limits
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(limits.connections)
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._free.acquire()  # too many at a time wait in the backlog
            try:
                sock, address = await loop.sock_accept(self._socket)
            except OSError:  # out of descriptors: leave others the time to close theirs
                self._free.release()
                await asyncio.sleep(0.2)
                continue
            task = loop.create_task(self._welcome(sock, f"{address[0]}:{address[1]}"))
            self._tasks.add(task)
            task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._free.release()
        if not task.cancelled() and (error := task.exception()):
            # Said now: left to the garbage collector, it would be formatted in the middle of anything.
            context = {"message": "an HTTPS handler failed", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)

    async def _welcome(self, sock: socket.socket, peer: str) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader, writer = await asyncio.open_connection(sock=sock, limit=CHUNK)
        stream: Stream = PlainStream(reader, writer)
        try:
            if self._tls:
                stream = await self._secure(stream, peer)
            await self._serve(Channel(stream, peer, self._limits))
        except HttpError as error:  # before any request
            await self._on_fault(peer, error)
        except asyncio.CancelledError:
            stream.abort()
            raise
        finally:
            await stream.close()

    async def _secure(self, below: Stream, peer: str) -> TlsStream:
        assert self._tls
        secure = TlsStream(below, self._tls)
        try:
            async with asyncio.timeout(_HANDSHAKE):
                await secure.handshake()
        except OSError as error:  # ssl.SSLError and TimeoutError are
            reason = f"la négociation TLS avec {peer} a échoué: {str(error) or 'délai dépassé'}"
            raise HttpError(reason) from error
        return secure

    async def _serve(self, channel: Channel) -> None:
        try:
            while (request := await channel.receive()) is not None:
                await self._handler(channel, request)
                if not channel.answered():
                    return
        except HttpError as error:
            await self._on_fault(channel.peer, error)
            if error.received:
                await _say(channel, error)

    async def close(self) -> None:
        """Stop listening, hang up, and wait until everything is released."""
        tasks = [self._accepting, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()


async def _say(channel: Channel, error: HttpError) -> None:
    answer = Response(error.reason.encode(), status=error.status, headers=[("Connection", "close")])
    try:
        await channel.write(answer.wire())
    except HttpError:
        return  # it has gone: nobody to tell


async def serve(
    handler: Handler,
    on_fault: OnFault,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls: ssl.SSLContext | None = None,
    limits: Limits | None = None,
) -> Listener:
    """Listen; `handler(channel, request)` writes its answer itself. Port 0: the system chooses.

    Raises OSError when the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=128)
    sock.setblocking(False)
    return Listener(sock, handler, on_fault, tls, limits or Limits())
