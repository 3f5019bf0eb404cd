"""The listening side: accepts, shakes hands, hands requests over one at a time per connection, and ends with its own.

TLS handshakes that fail reach `on_fault`, since a certificate that is refused is what a scenario may be about.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

from rempart.formats.accepting import Accepting, listen
from rempart.simulators.https.channel import Channel, HttpError, Limits, Request, Response
from rempart.simulators.https.stream import CHUNK, PlainStream, Stream, TlsStream, reason_of

_HANDSHAKE = 10.0  # seconds

Handler = Callable[[Channel, Request], Awaitable[None]]
OnFault = Callable[[str, HttpError], Awaitable[None]]  # peer, what went wrong


class Listener(Accepting):
    """What `serve` returns. Closing it ends the connections that it accepted."""

    def __init__(
        self, sock: socket.socket, handler: Handler, on_fault: OnFault, tls: ssl.SSLContext | None, limits: Limits
    ) -> None:
        self._handler, self._on_fault, self._tls, self._limits = handler, on_fault, tls, limits
        super().__init__(sock, self._talk, limits.connections, "an HTTPS")

    async def _talk(self, sock: socket.socket, peer: str) -> None:
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
        except OSError as error:  # ssl.SSLError is one
            raise HttpError(f"la négociation TLS avec {peer} a échoué: {reason_of(error)}") from error
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
    return Listener(listen(host, port), handler, on_fault, tls, limits or Limits())
