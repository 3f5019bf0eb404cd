"""One connection, either side of it, and the client's side in one call."""

from __future__ import annotations

import asyncio
import ssl

from rempart.formats.hl7v2.mllp.framing import MAX_FRAME, Fault, Framer, MllpError, wrap

CHUNK = 1 << 16


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
            seen = bytes(self._framer.pending)
            what = f"{len(seen)} octets d'un bloc inachevé" if seen else "aucun octet"
            raise MllpError(Fault.TIMEOUT, f"pas de bloc MLLP complet en {timeout:g} s ({what})", seen) from None

    async def _next(self) -> bytes | None:
        while not self._ready:
            if self._framer.pending:  # what was left behind a block: garbage, or a second block
                self._ready = self._framer.feed(b"")
                if self._ready:
                    break
            try:
                data = await self._reader.read(CHUNK)
            except OSError as error:
                raise MllpError(Fault.CLOSED, f"connexion rompue: {error}", bytes(self._framer.pending)) from error
            if not data:
                if self._framer.pending:
                    seen = bytes(self._framer.pending)
                    raise MllpError(Fault.CLOSED, "connexion fermée au milieu d'un bloc MLLP", seen)
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
            raise MllpError(Fault.TIMEOUT, f"le partenaire ne lit plus: envoi inachevé en {timeout or 0:g} s") from None
        except OSError as error:
            raise MllpError(Fault.CLOSED, f"connexion rompue pendant l'envoi: {error}") from error

    def abort(self) -> None:
        """Hang up at once, whatever is still to be sent."""
        self._writer.transport.abort()

    async def close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(2):
                await self._writer.wait_closed()
        except OSError:  # TimeoutError is one
            self._writer.transport.abort()


def _tls_version(writer: asyncio.StreamWriter) -> str | None:
    tls = writer.get_extra_info("ssl_object")
    return tls.version() if tls else None


async def connect(
    host: str, port: int, *, tls: ssl.SSLContext | None = None, timeout: float = 5, limit: int = MAX_FRAME
) -> Connection:
    """Open a connection. Raises MllpError REFUSED or TIMEOUT."""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls, limit=CHUNK)
    except TimeoutError:
        raise MllpError(Fault.TIMEOUT, f"{host}:{port} n'accepte pas la connexion en {timeout:g} s") from None
    except OSError as error:
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
