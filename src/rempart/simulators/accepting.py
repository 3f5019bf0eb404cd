"""A listening socket on the simulators' loop: connections are welcomed a bounded number at a time, and end with it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

Welcome = Callable[[socket.socket, str], Awaitable[None]]  # the connection, "address:port" of who came


def listen(host: str, port: int) -> socket.socket:
    """A listening socket for `Accepting`. Port 0: the system chooses. Raises OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=128)
    sock.setblocking(False)
    return sock


class Accepting:
    """Made inside of the loop. `what` (`an HTTPS`) names it in the log when `welcome` fails of itself."""

    def __init__(self, sock: socket.socket, welcome: Welcome, connections: int, what: str) -> None:
        self.host, self.port = sock.getsockname()[:2]
        self._socket, self._welcome, self._what = sock, welcome, what
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(connections)
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._free.acquire()  # those in excess wait in the backlog
            try:
                sock, address = await loop.sock_accept(self._socket)
            except OSError:  # out of descriptors: leave others the time to close theirs
                self._free.release()
                await asyncio.sleep(0.2)
                continue
            task = loop.create_task(self._open(sock, f"{address[0]}:{address[1]}"))
            self._tasks.add(task)
            task.add_done_callback(self._gone)

    async def _open(self, sock: socket.socket, peer: str) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self._welcome(sock, peer)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._free.release()
        if not task.cancelled() and (error := task.exception()):
            # Said now: left to the garbage collector, it would be formatted in the middle of anything.
            context = {"message": f"{self._what} handler failed", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)

    async def close(self) -> None:
        """Stop listening, hang up, and wait until everything is released."""
        tasks = [self._accepting, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()
