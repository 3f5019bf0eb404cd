"""The HTTPS transport: whole requests, bounds, hostile clients, and the bytes as they came."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from rempart.simulators import loop
from rempart.simulators.https import Channel, Limits, Listener, Request, Response, serve
from rempart.simulators.https.channel import HttpError
from rempart.simulators.https.stream import reason_of

LIMITS = Limits(head=2048, body=1000, idle=5, request=0.3)


@dataclass
class Echo:
    """Answers with the body; keeps what it saw."""

    requests: list[Request] = field(default_factory=list)
    faults: list[HttpError] = field(default_factory=list)
    listener: Listener | None = None

    async def handle(self, channel: Channel, request: Request) -> None:
        self.requests.append(request)
        await channel.write(Response(request.body).wire())

    async def fault(self, peer: str, error: HttpError) -> None:
        self.faults.append(error)

    def talk(self, *pieces: bytes) -> bytes:
        """Everything that the server sends until it hangs up."""
        assert self.listener
        with socket.create_connection((self.listener.host, self.listener.port), 5) as sock:
            for piece in pieces:
                sock.sendall(piece)
            return b"".join(iter(lambda: sock.recv(65536), b""))


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    server.listener = loop.run(serve(server.handle, server.fault, limits=LIMITS), 5)
    yield server
    loop.run(server.listener.close(), 5)


def post(body: bytes, close: bool = True, headers: str = "") -> bytes:
    end = "Connection: close\r\n" if close else ""
    return f"POST /x HTTP/1.1\r\nHost: a\r\n{headers}{end}Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_request_in_small_pieces_is_whole_and_its_bytes_are_those_that_came(echo: Echo) -> None:
    wire = post(b"bonjour")
    answer = echo.talk(*(wire[i : i + 7] for i in range(0, len(wire), 7)))
    assert answer.endswith(b"\r\n\r\nbonjour")
    (request,) = echo.requests
    assert (request.body, request.raw, request.target, request.header("host")) == (b"bonjour", wire, "/x", "a")


def test_two_requests_that_come_glued_are_kept_apart(echo: Echo) -> None:
    first, second = post(b"un", close=False), post(b"deux")
    answer = echo.talk(first + second)
    assert [r.raw for r in echo.requests] == [first, second]
    assert answer.count(b"HTTP/1.1 200") == 2


def test_a_chunked_body_is_put_together_and_its_raw_bytes_stay_chunked(echo: Echo) -> None:
    wire = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    echo.talk(wire)
    assert [(r.body, r.raw) for r in echo.requests] == [(b"abc", wire)]


def test_who_waits_for_100_continue_gets_it(echo: Echo) -> None:
    head, _, body = post(b"abc", headers="Expect: 100-continue\r\n").partition(b"\r\n\r\n")
    assert echo.listener
    with socket.create_connection((echo.listener.host, echo.listener.port), 5) as sock:
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 100")
        sock.sendall(body)
        assert b"200 OK" in sock.recv(1000)


@pytest.mark.parametrize(
    ("wire", "status", "reason"),
    [
        (post(b"x" * 1001), b"413", "plus de 1000 octets"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: " + b"x" * 3000, b"431", "illisible"),
        (b"\x16\x03\x01 certainly not HTTP\r\n\r\n", b"400", "illisible"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", b"400", "illisible"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nabc", b"408", "à temps"),
    ],
)
def test_what_is_out_of_bounds_is_refused_and_told(echo: Echo, wire: bytes, status: bytes, reason: str) -> None:
    answer = echo.talk(wire)
    assert answer.split(b" ")[1] == status
    assert not echo.requests
    (fault,) = echo.faults
    assert reason in fault.reason
    assert fault.received
    assert wire.startswith(fault.received[:20])


def test_a_client_that_leaves_in_mid_request_is_a_fault(echo: Echo) -> None:
    assert echo.listener
    with socket.create_connection((echo.listener.host, echo.listener.port), 5) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nabc")
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(100).startswith(b"HTTP/1.1 400")
    assert "au milieu" in echo.faults[0].reason


def test_no_more_connections_than_allowed_are_served_at_a_time() -> None:
    """The second client waits in the backlog until the first one has gone: nobody is refused, memory is bounded."""
    server = Echo()
    server.listener = loop.run(serve(server.handle, server.fault, limits=Limits(connections=1)), 5)
    try:
        address = (server.listener.host, server.listener.port)
        with socket.create_connection(address, 5) as first, socket.create_connection(address, 5) as second:
            first.sendall(post(b"un", close=False))
            assert b"un" in first.recv(1000)
            second.sendall(post(b"deux"))
            second.settimeout(0.2)
            with pytest.raises(TimeoutError):
                second.recv(1)
            first.close()
            second.settimeout(5)
            assert b"200 OK" in second.recv(1000)
    finally:
        loop.run(server.listener.close(), 5)


def test_who_does_not_read_its_answer_in_time_is_told_as_a_deadline() -> None:
    """Of a deadline the error itself says nothing, and of a connection that is dropped only its name."""
    server, told = Echo(), asyncio.Event()

    async def at_length(channel: Channel, request: Request) -> None:
        await channel.write(Response(b"x" * (64 << 20)).wire())

    async def fault(peer: str, error: HttpError) -> None:
        server.faults.append(error)
        told.set()

    async def faulted() -> None:
        await asyncio.wait_for(told.wait(), 10)

    listener = loop.run(serve(at_length, fault, limits=Limits(send=0.2)), 5)
    try:
        with socket.create_connection((listener.host, listener.port), 5) as sock:
            sock.sendall(post(b"un"))
            loop.run(faulted(), 15)
    finally:
        loop.run(listener.close(), 5)
    assert [f.reason for f in server.faults] == ["réponse HTTP non lue par le client: délai dépassé"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "délai dépassé"),
        (ConnectionResetError(), "ConnectionResetError"),
        (BrokenPipeError(32, "Broken pipe"), "[Errno 32] Broken pipe"),
    ],
)
def test_the_reason_of_a_broken_connection_is_never_empty(error: OSError, said: str) -> None:
    assert reason_of(error) == said


def test_closing_ends_connections_that_clients_keep_open(echo: Echo) -> None:
    assert echo.listener
    with socket.create_connection((echo.listener.host, echo.listener.port), 5) as sock:
        sock.sendall(post(b"un", close=False))
        sock.recv(1000)
        loop.run(echo.listener.close(), 5)
        assert sock.recv(10) == b""


def test_an_error_of_the_handler_is_not_taken_for_the_client_s(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(channel: Channel, request: Request) -> None:
        raise ZeroDivisionError

    async def no_fault(peer: str, error: HttpError) -> None:
        raise AssertionError(error)

    listener = loop.run(serve(fails, no_fault), 5)
    with socket.create_connection((listener.host, listener.port), 5) as sock:
        sock.sendall(post(b"un"))
        assert sock.recv(10) == b""
    loop.run(asyncio.wait_for(listener.close(), 5), 5)
    assert "an HTTPS handler failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text
