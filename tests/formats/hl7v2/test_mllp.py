"""MLLP: blocks cut out of any stream, broken ones reported with their bytes, connections that never hang."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.formats.hl7v2 import mllp
from rempart.formats.hl7v2.mllp import Connection, Fault, Framer, Listener, MllpError, unwrap, wrap

ONE, TWO = wrap(b"MSH|^~\\&|A\r"), wrap(b"MSH|^~\\&|B\r")


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(20):
            return await coroutine

    return asyncio.run(bounded())


async def echo(connection: Connection, block: bytes) -> None:
    await connection.send(block)


# -- framing


def test_unwrap_gives_back_the_message_and_leaves_other_bytes_alone():
    assert unwrap(wrap(b"MSH")) == b"MSH"
    assert unwrap(b"MSH\x1c\r") == b"MSH\x1c\r"


@settings(max_examples=60, deadline=None)
@given(
    messages=st.lists(st.binary(max_size=80).map(lambda b: b.replace(b"\x1c\r", b"")), min_size=1, max_size=4),
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
)
def test_blocks_come_out_whole_however_the_stream_is_cut(messages, sizes):
    expected = [wrap(m) for m in messages if not m.endswith(b"\x1c")]
    stream, framer, out, at, turn = b"".join(expected), Framer(), [], 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        out += framer.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert out == expected
    assert not framer.pending


def test_bytes_outside_blocks_are_garbage_and_reading_goes_on_after_them():
    framer = Framer()
    assert framer.feed(ONE + b"junk" + TWO) == [ONE]
    with pytest.raises(MllpError) as caught:
        framer.feed(b"")
    assert (caught.value.fault, caught.value.received) == (Fault.GARBAGE, b"junk")
    assert framer.feed(b"") == [TWO]


def test_an_end_block_without_its_carriage_return_does_not_end_the_block():
    framer = Framer()
    assert framer.feed(b"\x0bMSH|\x1c") == []
    assert framer.feed(b"\nrest\x1c") == []
    assert framer.feed(b"\r") == [b"\x0bMSH|\x1c\nrest\x1c\r"]


def test_a_block_beyond_the_limit_is_refused_before_it_is_whole():
    framer = Framer(limit=100)
    with pytest.raises(MllpError) as caught:
        framer.feed(b"\x0b" + b"x" * 101)
    assert caught.value.fault is Fault.TOO_BIG


# -- connections


async def _talk(script: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> Any:
    """Connect to a raw server that plays `script`, and return what the client raised or received."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await script(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        return await mllp.exchange("127.0.0.1", port, b"MSH|^~\\&|A\r", timeout=0.3)
    except MllpError as error:
        return error
    finally:
        server.close()


def test_an_answer_sent_byte_by_byte_is_read_whole():
    async def drip(reader, writer):
        await reader.readuntil(b"\x1c\r")
        for byte in TWO:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    assert run(_talk(drip)) == TWO


@pytest.mark.parametrize(
    ("answer", "fault", "received"),
    [
        (TWO[:5], Fault.CLOSED, TWO[:5]),
        (b"", Fault.CLOSED, b""),
        (b"HTTP/1.1 400 Bad Request\r\n", Fault.GARBAGE, b"HTTP/1.1 400 Bad Request\r\n"),
    ],
    ids=["cut in mid-block", "closed without a word", "not MLLP"],
)
def test_a_broken_answer_names_its_fault_and_keeps_its_bytes(answer, fault, received):
    async def script(reader, writer):
        await reader.readuntil(b"\x1c\r")
        writer.write(answer)
        await writer.drain()

    error = run(_talk(script))
    assert (error.fault, error.received) == (fault, received)


def test_a_partner_that_accepts_and_says_nothing_times_out():
    async def mute(reader, writer):
        await reader.read()  # until the client gives up

    error = run(_talk(mute))
    assert error.fault is Fault.TIMEOUT
    assert "aucun octet" in error.reason


def test_a_partner_that_stops_in_mid_block_times_out_with_its_bytes():
    async def stall(reader, writer):
        writer.write(TWO[:7])
        await writer.drain()
        await reader.read()

    error = run(_talk(stall))
    assert (error.fault, error.received) == (Fault.TIMEOUT, TWO[:7])
    assert "7 octets" in error.reason


def test_a_partner_that_stops_reading_does_not_hold_the_sender():
    async def main() -> MllpError:
        async def deaf(reader, writer):
            reader._transport.pause_reading()  # type: ignore[attr-defined]

        server = await asyncio.start_server(deaf, "127.0.0.1", 0)
        connection = await mllp.connect("127.0.0.1", server.sockets[0].getsockname()[1])
        with pytest.raises(MllpError) as caught:
            await connection.send(b"x" * 50_000_000, timeout=0.3)
        connection.abort()
        server.close()
        return caught.value

    assert run(main()).fault is Fault.TIMEOUT


def test_nobody_listening_is_refused(free_port):
    with pytest.raises(MllpError) as caught:
        run(mllp.exchange("127.0.0.1", free_port, b"MSH"))
    assert caught.value.fault is Fault.REFUSED


# -- the listener


class Faults(list[MllpError]):
    """What the listener reported, awaitable."""

    def __init__(self) -> None:
        self.came = asyncio.Event()

    async def keep(self, connection: Connection | None, error: MllpError) -> None:
        self.append(error)
        self.came.set()

    async def first(self) -> MllpError:
        await self.came.wait()
        return self[0]


async def _with_listener(client: Callable[[Listener], Awaitable[Any]], **options: Any) -> tuple[Any, list[MllpError]]:
    faults = Faults()
    async with await mllp.serve(echo, on_fault=faults.keep, **options) as listener:
        return await client(listener), faults


def test_several_messages_glued_on_one_connection_are_answered_one_by_one():
    async def client(listener: Listener) -> list[bytes | None]:
        connection = await mllp.connect(listener.host, listener.port)
        await connection.send(ONE + TWO + ONE)
        answers = [await connection.receive(5) for _ in range(3)]
        await connection.close()
        return answers

    answers, faults = run(_with_listener(client))
    assert answers == [ONE, TWO, ONE]
    assert faults == []


def test_a_broken_block_ends_its_connection_and_no_other():
    async def main() -> tuple[Fault, bytes, bytes | None]:
        faults = Faults()
        async with await mllp.serve(echo, on_fault=faults.keep) as listener:
            good = await mllp.connect(listener.host, listener.port)
            bad = await mllp.connect(listener.host, listener.port)
            await bad.send(b"GET / HTTP/1.1\r\n\r\n")
            assert await bad.receive(5) is None  # hung up on
            await good.send(ONE)
            answer = await good.receive(5)
            await good.close()
            await bad.close()
            fault = await faults.first()
        return fault.fault, fault.received, answer

    assert run(main()) == (Fault.GARBAGE, b"GET / HTTP/1.1\r\n\r\n", ONE)


def test_a_client_that_leaves_in_mid_block_is_reported_with_its_bytes():
    async def main() -> MllpError:
        faults = Faults()
        async with await mllp.serve(echo, on_fault=faults.keep) as listener:
            connection = await mllp.connect(listener.host, listener.port)
            await connection.send(ONE[:6])
            await connection.close()
            await faults.first()
        return faults[0]

    fault = run(main())
    assert (fault.fault, fault.received) == (Fault.CLOSED, ONE[:6])


def test_closing_the_listener_does_not_wait_for_peers_that_stay():
    async def main() -> bytes | None:
        async with await mllp.serve(echo) as listener:
            idle = await mllp.connect(listener.host, listener.port)
            await idle.send(ONE[:4])
        try:
            return await idle.receive(5)
        except MllpError as error:
            assert error.fault is Fault.CLOSED
            return None

    assert run(main()) is None


def test_an_idle_connection_is_ended_after_its_time():
    async def client(listener: Listener) -> bytes | None:
        connection = await mllp.connect(listener.host, listener.port)
        end = await connection.receive(5)
        await connection.close()
        return end

    end, faults = run(_with_listener(client, idle_timeout=0.05))
    assert end is None
    assert [f.fault for f in faults] == [Fault.TIMEOUT]


def test_a_document_of_50_megabytes_goes_through_and_comes_back():
    big = wrap(b"MSH|^~\\&|" + b"A" * 50_000_000 + b"\r")

    async def client(listener: Listener) -> bytes | None:
        connection = await mllp.connect(listener.host, listener.port)
        await connection.send(big)
        answer = await connection.receive(15)
        await connection.close()
        return answer

    answer, _ = run(_with_listener(client))
    assert answer == big


# -- TLS


@pytest.fixture(scope="module")
def tls() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


def test_tls_on_both_sides_says_its_version(tls):
    server, client_context = tls

    async def client(listener: Listener) -> tuple[bytes | None, str]:
        connection = await mllp.connect(listener.host, listener.port, tls=client_context)
        await connection.send(ONE)
        answer = await connection.receive(5)
        await connection.close()
        return answer, connection.tls

    (answer, version), faults = run(_with_listener(client, tls=server))
    assert answer == ONE
    assert version.startswith("TLSv1.")
    assert faults == []


def test_a_plain_client_on_a_tls_port_is_a_recorded_fault(tls):
    server, _ = tls

    async def main() -> MllpError:
        faults = Faults()
        async with await mllp.serve(echo, tls=server, on_fault=faults.keep) as listener:
            connection = await mllp.connect(listener.host, listener.port)
            await connection.send(ONE)
            await faults.first()
            await connection.close()
        return faults[0]

    assert "TLS" in run(main()).reason


def test_a_certificate_that_nobody_vouches_for_is_refused(tls):
    server, _ = tls

    async def client(listener: Listener) -> MllpError:
        with pytest.raises(MllpError) as caught:
            await mllp.connect(listener.host, listener.port, tls=ssl.create_default_context())
        return caught.value

    error, _ = run(_with_listener(client, tls=server))
    assert error.fault is Fault.REFUSED
    assert "certificate" in error.reason.lower()
