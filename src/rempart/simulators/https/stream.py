"""Bytes of one connection, in clear: TCP alone, or TLS over it.

asyncio's own TLS closes a connection whose handshake failed without sending the alert that says why: a candidate whose
certificate is refused would only see the connection end. Here the alert goes out first.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Protocol

CHUNK = 1 << 18
_RECORD = 1 << 14  # what one read of OpenSSL gives at most


def reason_of(error: OSError) -> str:
    """What broke a connection, for a French sentence. Some errors say nothing of themselves: that of a deadline, and
    that of a connection which the other side has dropped."""
    return str(error) or ("délai dépassé" if isinstance(error, TimeoutError) else type(error).__name__)


class Stream(Protocol):
    """`read` gives b"" at the end. Both raise OSError (ssl.SSLError is one) when the connection breaks."""

    async def read(self) -> bytes: ...
    async def write(self, data: bytes) -> None: ...
    async def close(self) -> None: ...
    def abort(self) -> None: ...


class PlainStream:
    """TCP as it is."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        return await self._reader.read(CHUNK)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def abort(self) -> None:
        self._writer.transport.abort()

    async def close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(2):
                await self._writer.wait_closed()
        except OSError:  # TimeoutError is one
            self.abort()


class TlsStream:
    """The server's side of TLS over a TCP stream. `handshake` first."""

    def __init__(self, below: Stream, context: ssl.SSLContext) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    @property
    def version(self) -> str:
        return self._tls.version() or ""

    @property
    def cipher(self) -> str:
        """OpenSSL's name of the suite."""
        used = self._tls.cipher()
        return used[0] if used else ""

    @property
    def certificate(self) -> bytes:
        """That of the client, in DER; b"" when it gave none."""
        return self._tls.getpeercert(binary_form=True) or b""

    async def handshake(self) -> None:
        """Raises ssl.SSLError once the client has been told, OSError when it goes."""
        while True:
            try:
                self._tls.do_handshake()
                return await self._flush()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError:
                await self._flush()  # the alert
                raise

    async def read(self) -> bytes:
        found = bytearray()
        while len(found) < CHUNK:
            try:
                data = self._tls.read(_RECORD)
            except ssl.SSLWantReadError:
                if found:
                    break
                await self._flush()
                await self._feed()
                continue
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                break
            if not data:
                break
            found += data
        return bytes(found)

    async def write(self, data: bytes) -> None:
        view = memoryview(data)
        for start in range(0, len(view), CHUNK):
            self._tls.write(view[start : start + CHUNK])
            await self._flush()

    async def _feed(self) -> None:
        data = await self._below.read()
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._below.write(data)

    def abort(self) -> None:
        self._below.abort()

    async def close(self) -> None:
        """Say goodbye (close_notify), without waiting for the other's."""
        with suppress(ssl.SSLError, ValueError):  # its own goodbye has not come, or it never shook hands
            self._tls.unwrap()
        try:
            async with asyncio.timeout(2):
                await self._flush()
        except OSError:
            self.abort()
        await self._below.close()
