"""MLLP over asyncio streams, plain or TLS: 0x0B, message, 0x1C 0x0D (HL7 MLLP release 1; IHE ITI TF-2, C.2.1).

Frames may arrive split or glued, several to a connection; a block is bounded in size and every wait in time. What came
in is kept whole, broken or not: it is evidence before it is a message.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

START, END = b"\x0b", b"\x1c\r"
MAX_FRAME = 256 * 1024 * 1024
_CHUNK = 1 << 16


class Fault(StrEnum):
    """Why an MLLP exchange did not end with a whole block."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    CLOSED = "closed"  # closed before the end of a block
    GARBAGE = "garbage"  # bytes outside any block
    TOO_BIG = "too_big"


class MllpError(Exception):
    """`fault` says what went wrong, `received` keeps the bytes that had come in."""

    def __init__(self, fault: Fault, reason: str, received: bytes = b"") -> None:
        super().__init__(reason)
        self.fault, self.reason, self.received = fault, reason, received


def wrap(message: bytes) -> bytes:
    return START + message + END


def unwrap(block: bytes) -> bytes:
    """The message of a block as it came; bytes that are not a block come back unchanged."""
    return block[1:-2] if block.startswith(START) and block.endswith(END) else block


@dataclass
class Framer:
    """Cuts a stream of bytes into blocks. `feed` returns the whole blocks, delimiters included."""

    limit: int = MAX_FRAME
    pending: bytearray = field(default_factory=bytearray)
    _scanned: int = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Raises MllpError (GARBAGE, TOO_BIG) with the bytes at fault; what was whole before them is lost to nobody:
        call it again to go on after the garbage."""
        self.pending += data
        blocks: list[bytes] = []
        while self.pending:
            if self.pending[:1] != START:
                return self._reject(blocks)
            end = self.pending.find(END, max(self._scanned - 1, 0))
            if end < 0:
                self._scanned = len(self.pending)
                if len(self.pending) > self.limit:
                    head = bytes(self.pending[:200])
                    raise MllpError(Fault.TOO_BIG, f"bloc MLLP au-delà de {self.limit} octets", head)
                break
            blocks.append(bytes(self.pending[: end + 2]))
            del self.pending[: end + 2]
            self._scanned = 0
        return blocks

    def _reject(self, blocks: list[bytes]) -> list[bytes]:
        if blocks:  # hand over what is whole first; the garbage comes up at the next call
            return blocks
        start = self.pending.find(START)
        junk = bytes(self.pending if start < 0 else self.pending[:start])
        del self.pending[: len(junk)]
        raise MllpError(Fault.GARBAGE, f"{len(junk)} octets reçus hors de tout bloc MLLP (0x0B attendu)", junk)


class Connection:
    """One MLLP connection, either side of it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int = MAX_FRAME) -> None:
        self._reader, self._writer = reader, writer
        self._framer = Framer(limit)
        self._ready: list[bytes] = []
        name = writer.get_extra_info("peername")
        self.peer = f"{name[0]}:{name[1]}" if name else "?"
        self.tls: str = version if (version := _tls_version(writer)) else ""

    async def receive(self, timeout: float | None = None) -> bytes | None:
        """The next block, delimiters included; None when the peer has closed cleanly between two blocks.

        Raises MllpError: TIMEOUT, CLOSED (in mid-block), GARBAGE, TOO_BIG.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self._next()
        except TimeoutError:
            seen = bytes(self._framer.pending[:_CHUNK])
            what = f"{len(seen)} octets d'un bloc inachevé" if seen else "aucun octet"
            raise MllpError(Fault.TIMEOUT, f"pas de bloc MLLP complet en {timeout:g} s ({what})", seen) from None

    async def _next(self) -> bytes | None:
        while not self._ready:
            if self._framer.pending:  # what was left behind a block: garbage, or a second block
                self._ready = self._framer.feed(b"")
                if self._ready:
                    break
            try:
                data = await self._reader.read(_CHUNK)
            except (ConnectionError, ssl.SSLError) as error:
                seen = bytes(self._framer.pending[:_CHUNK])
                raise MllpError(Fault.CLOSED, f"connexion rompue: {error}", seen) from error
            if not data:
                if self._framer.pending:
                    raise MllpError(
                        Fault.CLOSED, "connexion fermée au milieu d'un bloc MLLP", bytes(self._framer.pending[:_CHUNK])
                    )
                return None
            self._ready = self._framer.feed(data)
        return self._ready.pop(0)

    async def send(self, data: bytes, timeout: float | None = 30) -> None:
        """Bytes as they are: the caller wraps, so that a partner can misbehave on purpose."""
        try:
            async with asyncio.timeout(timeout):
                self._writer.write(data)
                await self._writer.drain()
        except TimeoutError:
            raise MllpError(Fault.TIMEOUT, f"le partenaire ne lit plus: envoi inachevé en {timeout:g} s") from None
        except (ConnectionError, ssl.SSLError) as error:
            raise MllpError(Fault.CLOSED, f"connexion rompue pendant l'envoi: {error}") from error

    async def close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(2):
                await self._writer.wait_closed()
        except (TimeoutError, ConnectionError, ssl.SSLError):
            self._writer.transport.abort()


def _tls_version(writer: asyncio.StreamWriter) -> str | None:
    tls = writer.get_extra_info("ssl_object")
    return tls.version() if tls else None


Handler = Callable[[Connection, bytes], Awaitable[None]]
OnFault = Callable[[Connection, MllpError], Awaitable[None]]


async def serve(
    handler: Handler,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls: ssl.SSLContext | None = None,
    on_fault: OnFault | None = None,
    idle_timeout: float | None = None,
    limit: int = MAX_FRAME,
) -> asyncio.Server:
    """Listen; `handler(connection, block)` for each block, one at a time per connection. Port 0: the system chooses.

    A broken block goes to `on_fault` and ends its connection; other connections live on.
    """

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, limit)
        try:
            while (block := await connection.receive(idle_timeout)) is not None:
                await handler(connection, block)
        except MllpError as error:
            if on_fault:
                await on_fault(connection, error)
        except asyncio.CancelledError:
            return  # the server is closing
        finally:
            await connection.close()

    return await asyncio.start_server(serve_one, host, port, ssl=tls, limit=_CHUNK)


async def connect(
    host: str, port: int, *, tls: ssl.SSLContext | None = None, timeout: float = 5, limit: int = MAX_FRAME
) -> Connection:
    """Open a connection. Raises MllpError REFUSED or TIMEOUT."""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls, limit=_CHUNK)
    except TimeoutError:
        raise MllpError(Fault.TIMEOUT, f"{host}:{port} n'accepte pas la connexion en {timeout:g} s") from None
    except (OSError, ssl.SSLError) as error:
        raise MllpError(Fault.REFUSED, f"{host}:{port} refuse la connexion: {error}") from error
    return Connection(reader, writer, limit)


async def exchange(
    host: str, port: int, message: bytes, *, tls: ssl.SSLContext | None = None, timeout: float = 5
) -> bytes:
    """Send one message on a connection of its own and return the acknowledgement block that comes back on it.

    Raises MllpError when there is none; nothing is sent twice.
    """
    connection = await connect(host, port, tls=tls, timeout=timeout)
    try:
        await connection.send(wrap(message), timeout)
        answer = await connection.receive(timeout)
        if answer is None:
            raise MllpError(Fault.CLOSED, "connexion fermée sans acquittement")
        return answer
    finally:
        await connection.close()
