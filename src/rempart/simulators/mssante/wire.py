"""One connection of a mail client: lines, counted bytes, a message up to its final dot; every one of them bounded."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

from rempart.formats.mail.envelope import Tls
from rempart.simulators.https.stream import Stream, reason_of
from rempart.simulators.mssante.secure import ObservedTls

_END = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds.

    `line`: of a command, `literal`: of all those of an IMAP command but APPEND (messages have `Settings.max_size`);
    `idle`: for a command to come (`imap_idle` in IMAP: RFC 3501 wants half an hour), `transfer`: for a message to come
    whole, `send`: for an answer to be read. `commands` and `mistakes` of one session, `recipients` of one mail,
    `connections` at a time.
    """

    line: int = 8 << 10
    literal: int = 64 << 10
    idle: float = 300.0
    imap_idle: float = 1800.0
    transfer: float = 600.0
    send: float = 60.0
    handshake: float = 10.0
    commands: int = 50_000
    mistakes: int = 20
    recipients: int = 100
    connections: int = 64


class WireError(Exception):
    """The connection is of no more use. `reason` is French; `received` is what had come of a message, when one was
    coming."""

    def __init__(self, reason: str, received: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.received = reason, received


class Gone(WireError):
    """The client has closed, or the connection broke."""


class Cut(Gone):
    """We hung up, on purpose."""


class Slow(WireError):
    """Nothing, or not enough, came or was read in the time allowed."""


class TooLong(WireError):
    """A line, a literal or a message far beyond its bound."""


class Wire:
    """Bytes of one client, in order. Its methods raise WireError, and only that, when the connection is lost."""

    def __init__(self, stream: Stream, peer: str, limits: Limits) -> None:
        self._stream, self.peer, self.limits = stream, peer, limits
        self._buffer = bytearray()
        self._left: int | None = None  # bytes that may still leave, when the connection is to be cut

    async def line(self, seconds: float | None = None) -> bytes:
        """The next line, without its end, in so many seconds (None: `limits.idle`)."""
        try:
            async with asyncio.timeout(self.limits.idle if seconds is None else seconds):
                return await self._line()
        except TimeoutError:
            raise Slow("aucune commande complète dans le temps permis") from None

    async def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > self.limits.line:
                raise TooLong(f"ligne de plus de {self.limits.line} octets")
            await self._fill()
        if end > self.limits.line:
            raise TooLong(f"ligne de plus de {self.limits.line} octets")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    async def exactly(self, size: int) -> bytes:
        """That many bytes. The caller has bounded `size`."""
        try:
            async with asyncio.timeout(self.limits.transfer):
                while len(self._buffer) < size:
                    await self._fill()
        except TimeoutError:
            raise Slow(f"{size} octets annoncés ne sont pas arrivés dans le temps permis") from None
        data = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return data

    async def message(self, limit: int, cut_at: int | None = None) -> bytes | None:
        """What DATA brings, up to the final dot, its dots undoubled (RFC 5321, 4.5.2).

        None when it is beyond `limit`: its end was reached all the same. `cut_at`: hang up after so many bytes, and
        raise Cut.
        """
        found, self._buffer = bytearray(b"\r\n") + self._buffer, bytearray()  # the line end before the first line
        try:
            async with asyncio.timeout(self.limits.transfer):
                end, whole = await self._dot(found, limit, cut_at)
        except TimeoutError:
            reason = "le courriel n'est pas arrivé en entier dans le temps permis"
            raise Slow(reason, bytes(found[2:])) from None
        self._buffer = found[end + len(_END) :]
        del found[end + 2 :]  # the CRLF of the last line is of the message
        if not whole:
            return None
        if b"\r\n." in found:
            found = found.replace(b"\r\n.", b"\r\n")
        return bytes(memoryview(found)[2:])

    async def _dot(self, found: bytearray, limit: int, cut_at: int | None) -> tuple[int, bool]:
        """Where the final dot is in `found`, which grows until it is there. Past `limit`, what came is let go of: the
        message is then not whole."""
        dropped = searched = 0
        while (end := found.find(_END, searched)) < 0:
            searched = max(0, len(found) - len(_END) + 1)
            if cut_at is not None and len(found) > cut_at:
                self.abort()
                raise Cut("connexion coupée volontairement au milieu du courriel", bytes(found[2:]))
            if len(found) > limit + len(_END):
                dropped += searched
                del found[:searched]
                searched = 0
            if dropped > 4 * limit:
                raise TooLong(f"courriel de plus de {4 * limit} octets")
            try:
                found += await self._read()
            except Gone as error:
                raise Gone("connexion fermée au milieu d'un courriel", bytes(found[2:])) from error
        return end, dropped == 0 and end <= limit

    def cut_after(self, size: int) -> None:
        """Hang up once so many more bytes have left."""
        self._left = size

    async def write(self, data: bytes) -> None:
        if self._left is not None and len(data) >= self._left:
            left, self._left = self._left, None
            await self.write(data[:left])
            await self._stream.close()
            raise Cut("connexion coupée volontairement au milieu d'une réponse")
        if self._left is not None:
            self._left -= len(data)
        try:
            async with asyncio.timeout(self.limits.send):
                await self._stream.write(data)
        except TimeoutError:
            raise Slow("réponse non lue par le client dans le temps permis") from None
        except OSError as error:
            raise Gone(f"réponse non lue par le client: {error}") from error

    async def secure(self, context: ssl.SSLContext) -> Tls:
        """Shake hands; everything is under TLS from there on. Raises WireError once the client has its alert.

        What the client sent in the clear behind STARTTLS is not carried over (CVE-2011-0411).
        """
        self._buffer.clear()
        tls = ObservedTls(self._stream, context)
        try:
            async with asyncio.timeout(self.limits.handshake):
                await tls.handshake()
        except OSError as error:  # ssl.SSLError is one
            raise WireError(f"la négociation TLS a échoué: {reason_of(error)}") from error
        self._stream = tls
        return tls.negotiated()

    @property
    def pending(self) -> int:
        """Bytes that came and were not read."""
        return len(self._buffer)

    async def _fill(self) -> None:
        self._buffer += await self._read()

    async def _read(self) -> bytes:
        try:
            data = await self._stream.read()
        except OSError as error:
            raise Gone(f"connexion rompue: {error}") from error
        if not data:
            raise Gone("connexion fermée par le client")
        return data

    def abort(self) -> None:
        """Hang up at once, whatever is still to be sent."""
        self._stream.abort()

    async def close(self) -> None:
        await self._stream.close()
