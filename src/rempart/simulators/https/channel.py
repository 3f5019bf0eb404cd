"""One connection of a client: requests come out whole or as a fault, and bytes go back as the partner wants them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import h11

from rempart.simulators.https.stream import Stream, TlsStream, reason_of


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds. `request` is the time for one request to come whole, `idle` between two of them."""

    head: int = 64 << 10
    body: int = 64 << 20
    idle: float = 120.0
    request: float = 60.0
    send: float = 30.0
    connections: int = 64


class HttpError(Exception):
    """What came is no request that can be answered. `reason` is French; `received` is what was seen (bounded)."""

    def __init__(self, reason: str, received: bytes = b"", status: int = 400) -> None:
        super().__init__(reason)
        self.reason, self.received, self.status = reason, received, status


@dataclass(frozen=True, slots=True)
class Request:
    """`raw`: the decrypted bytes as they came, head and body; `headers` by lower-case name, the last one wins."""

    peer: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = field(repr=False)
    raw: bytes = field(repr=False)

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def chunked(self) -> bool:
        return "chunked" in self.header("transfer-encoding").lower()

    @property
    def message(self) -> bytes:
        """Head and body, without the framing of a chunked body: what can be read again from a file."""
        if not self.chunked:
            return self.raw
        head, blank, _ = self.raw.partition(b"\r\n\r\n")
        return head + blank + self.body


@dataclass(frozen=True, slots=True)
class Response:
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()

    def wire(self) -> bytes:
        """Status line, headers and body: what is kept, and what is sent."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Status')}", f"Content-Type: {self.content_type}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            408: "Request Timeout", 413: "Content Too Large", 500: "Internal Server Error",
            503: "Service Unavailable"}  # fmt: skip


class Channel:
    """`receive` then `send`, in turn. `tls` and `cipher` are what was agreed on, `certificate` is the client's, in DER;
    all are empty without TLS."""

    def __init__(self, stream: Stream, peer: str, limits: Limits) -> None:
        self._stream, self.peer, self._limits = stream, peer, limits
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.head)
        self._raw = bytearray()
        self.tls = stream.version if isinstance(stream, TlsStream) else ""
        self.cipher = stream.cipher if isinstance(stream, TlsStream) else ""
        self.certificate = stream.certificate if isinstance(stream, TlsStream) else b""

    async def receive(self) -> Request | None:
        """The next request; None when the client has closed between two. Raises HttpError."""
        try:
            if not self._raw and not self._http.trailing_data[0]:
                async with asyncio.timeout(self._limits.idle):
                    first = await self._read()
                if not first:
                    return None
                self._feed(first)
            async with asyncio.timeout(self._limits.request):
                return await self._request()
        except TimeoutError:
            seen = bytes(self._raw)
            if not seen:
                return None  # an idle connection that ends is no fault
            raise HttpError("la requête HTTP n'est pas arrivée en entier à temps", seen, 408) from None
        except h11.RemoteProtocolError as error:
            raise HttpError(f"requête HTTP illisible: {error}", bytes(self._raw), error.error_status_hint) from error

    async def _request(self) -> Request:
        head: h11.Request | None = None
        body: list[bytes] = []
        size = 0
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    await self.write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
                data = await self._read()
                if not data:
                    raise HttpError("connexion fermée au milieu d'une requête HTTP", bytes(self._raw))
                self._feed(data)
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                size += len(event.data)
                if size > self._limits.body:
                    reason = f"requête HTTP de plus de {self._limits.body} octets"
                    raise HttpError(reason, bytes(self._raw[: self._limits.head]), 413)
                body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return self._whole(head, body)
            else:
                raise HttpError("connexion fermée au milieu d'une requête HTTP", bytes(self._raw))

    def _whole(self, head: h11.Request, body: list[bytes]) -> Request:
        trailing = self._http.trailing_data[0]
        end = len(self._raw) - len(trailing)
        raw, self._raw = bytes(self._raw[:end]), self._raw[end:]
        headers = {n.decode("latin-1").lower(): v.decode("latin-1") for n, v in head.headers}
        method, target = head.method.decode("latin-1"), head.target.decode("latin-1")
        return Request(self.peer, method, target, headers, b"".join(body), raw)

    async def _read(self) -> bytes:
        try:
            return await self._stream.read()
        except OSError:
            return b""

    def _feed(self, data: bytes) -> None:
        self._raw += data
        self._http.receive_data(data)

    async def write(self, data: bytes) -> None:
        """Bytes as they are. Raises HttpError when the client does not read them in time, or has gone."""
        try:
            async with asyncio.timeout(self._limits.send):
                await self._stream.write(data)
        except OSError as error:
            raise HttpError(f"réponse HTTP non lue par le client: {reason_of(error)}") from error

    def answered(self) -> bool:
        """Tell the protocol that the answer has gone; False when the connection must end with it."""
        self._http.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
        self._http.send(h11.EndOfMessage())
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def gone(self) -> None:
        """Until the client hangs up; what it still sends is not read as a request. Bounded by the idle time."""
        try:
            async with asyncio.timeout(self._limits.idle):
                while await self._read():
                    pass
        except TimeoutError:
            pass
        self.abort()

    def abort(self) -> None:
        """Hang up at once, whatever is still to be sent."""
        self._stream.abort()

    async def close(self) -> None:
        await self._stream.close()
