"""A listening socket that is closed: whoever has come is hung up on, at whatever moment; nobody is left waiting."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Iterator

import pytest

from rempart.formats.accepting import Accepting, listen
from rempart.simulators import loop


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What is only closed once the garbage collector passes is not closed."""
    gc.disable()
    yield
    gc.enable()


async def greet(sock: socket.socket, peer: str) -> None:
    with sock:
        await asyncio.get_running_loop().sock_sendall(sock, b"220 bonjour\r\n")
        await asyncio.get_running_loop().sock_recv(sock, 1)


async def closed_while_one_comes(turns: int) -> socket.socket:
    """A client whose connection is noticed while the listener is being closed, so many turns of the loop later."""
    accepting = Accepting(listen("127.0.0.1", 0), greet, 4, "a test")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    client = socket.create_connection((accepting.host, accepting.port), 5)
    closed = asyncio.Event()

    async def close() -> None:
        await accepting.close()
        closed.set()

    tasks = []

    def start(left: int) -> None:
        if left:
            asyncio.get_running_loop().call_soon(start, left - 1)
        else:
            tasks.append(asyncio.ensure_future(close()))

    start(turns)
    await closed.wait()
    return client


@pytest.mark.parametrize("turns", range(6))
def test_nobody_is_forgotten_by_a_listener_that_closes(turns: int, no_collector: None) -> None:
    client = loop.run(closed_while_one_comes(turns), 10)
    with client:
        client.settimeout(2)
        try:
            while client.recv(100):
                pass
        except ConnectionError:
            pass
