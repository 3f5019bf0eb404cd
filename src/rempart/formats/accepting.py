"""A listening socket on an asyncio loop: connections are welcomed a bounded number at a time, and end with it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

Welcome = Callable[[socket.socket, str], Awaitable[None]]  # the connection, "address:port" of who came
_REST = 0.2  # seconds, for others to close their descriptors when there are none left


def listen(host: str, port: int) -> socket.socket:
    """A listening socket for `Accepting`. Port 0: the system chooses. Raises OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=128)
    sock.setblocking(False)
    return sock


class Accepting:
    """Made inside of the loop. `what` (`an HTTPS`) names it in the log when `welcome` fails of itself.

    No task awaits `loop.sock_accept`: cancelled in the turn in which somebody comes, it drops a connection that nobody
    then closes before the garbage collector passes, and the client waits for a greeting until it is tired of it.
    """

    def __init__(self, sock: socket.socket, welcome: Welcome, connections: int, what: str) -> None:
        self.host, self.port = sock.getsockname()[:2]
        self._socket, self._welcomed_by, self._most, self._what = sock, welcome, connections, what
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived: set[socket.socket] = set()  # that no welcome has in hand yet
        self._resting, self._closed = False, asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._listen()

    def _listen(self) -> None:
        """Those in excess wait in the backlog."""
        if self._resting or self._closed.is_set() or len(self._tasks) >= self._most:
            self._loop.remove_reader(self._socket)
        else:
            self._loop.add_reader(self._socket, self._come)

    def _come(self) -> None:
        try:
            sock, address = self._socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionError):  # it has gone already
            return
        except OSError:  # out of descriptors
            self._resting = True
            self._loop.call_later(_REST, self._rested)
        else:
            sock.setblocking(False)
            self._arrived.add(sock)
            task = self._loop.create_task(self._open(sock, f"{address[0]}:{address[1]}"))
            self._tasks.add(task)
            task.add_done_callback(self._gone)
        self._listen()

    def _rested(self) -> None:
        self._resting = False
        if not self._closed.is_set():
            self._listen()

    async def _open(self, sock: socket.socket, peer: str) -> None:
        self._arrived.discard(sock)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self._welcomed_by(sock, peer)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self._closed.is_set():
            self._listen()
        if not task.cancelled() and (error := task.exception()):
            # Said now: left to the garbage collector, it would be formatted in the middle of anything.
            context = {"message": f"{self._what} handler failed", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)

    async def close(self) -> None:
        """Stop listening, hang up, and wait until everything is released."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._loop.remove_reader(self._socket)
        self._socket.close()  # at once: who comes meanwhile is refused, and waits for nobody
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for sock in self._arrived:  # cancelled before it began
            sock.close()
        self._arrived.clear()

    async def wait(self) -> None:
        """Until it is closed."""
        await self._closed.wait()
