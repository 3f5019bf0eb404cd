"""A program that stands by with everything imported, and makes a copy of itself for each one that asks.

A Python program that loads a harness takes half a second of processor before it does anything; a copy by `fork` takes
a few milliseconds. The one that stands by has a single thread: only that can be copied safely.

Run as a program (`python -I -S standby.py SOCKET WORD…`), this file stands for the copy that it asks for: same streams,
same exit code, and the copy ends with it. It imports nothing but what that needs.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
from contextlib import suppress

_HEAD = struct.Struct("!I")
_LIMIT = 1024 * 1024  # bytes of a request: words of a command
_PATIENCE = 30.0  # seconds for a request to be whole, or for a copy to be made
STREAMS = (0, 1, 2)

available = hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")


class StandbyError(Exception):
    """No copy could be had: the program that stands by has gone, or does not answer."""


class Copy:
    """What `serve` returns, in the copy: the `words` that it was asked with. It finishes with `end`."""

    def __init__(self, connection: socket.socket, words: list[str]) -> None:
        self.words = words
        self._connection = connection

    def end(self, code: int) -> None:
        """Tell the code to who asked, and be gone."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._connection.sendall(bytes([code & 0xFF]))
        os._exit(code)


def serve(listener: socket.socket) -> Copy:
    """Answer requests until standard input closes, which ends the program; returns in the copies only.

    A copy has the streams of who asked, and does not outlive it. Raises RuntimeError when there are other threads.
    """
    import select
    import threading

    if threading.active_count() != 1:
        raise RuntimeError(f"a copy would lack these threads: {threading.enumerate()}")
    while True:
        ready, _, _ = select.select([listener.fileno(), 0], [], [])
        _bury()
        if 0 in ready and not os.read(0, 4096):
            os._exit(0)
        if listener.fileno() not in ready:
            continue
        connection, _ = listener.accept()
        connection.settimeout(_PATIENCE)
        streams: list[int] = []
        try:
            words = _receive(connection, streams)
        except (OSError, ValueError):
            words = None
        if words is not None and os.fork() == 0:
            listener.close()
            return _installed(connection, streams, words)
        connection.close()
        for stream in streams:
            os.close(stream)


def _bury() -> None:
    """The copies that have ended since the last request; their time is then counted as that of this program."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _receive(connection: socket.socket, streams: list[int]) -> list[str]:
    head, found, _, _ = socket.recv_fds(connection, _HEAD.size, len(STREAMS))
    streams += found
    if len(head) != _HEAD.size or len(found) != len(STREAMS):
        raise ValueError("not a request")
    (size,) = _HEAD.unpack(head)
    if size > _LIMIT:
        raise ValueError("request too long")
    with connection.makefile("rb") as file:
        words: list[str] = json.loads(file.read(size))
    return words


def _installed(connection: socket.socket, streams: list[int], words: list[str]) -> Copy:
    import threading

    for stream, number in zip(streams, STREAMS, strict=True):
        os.dup2(stream, number)
        os.close(stream)
    connection.settimeout(None)
    connection.sendall(_HEAD.pack(os.getpid()))
    threading.Thread(target=_leave_with, args=(connection,), daemon=True).start()
    return Copy(connection, words)


def _leave_with(connection: socket.socket) -> None:
    """Nobody waits for a copy any more once its asker has closed its end."""
    with suppress(OSError):
        connection.recv(1)
    os._exit(1)


class Asked:
    """A copy as its asker holds it; it ends when `close` is called. Raises StandbyError when none can be had."""

    def __init__(self, path: str, words: list[str], streams: tuple[int, int, int] = STREAMS) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        try:
            self._connection.settimeout(_PATIENCE)
            self._connection.connect(path)
            request = json.dumps(words).encode()
            socket.send_fds(self._connection, [_HEAD.pack(len(request))], list(streams))
            self._connection.sendall(request)
            told = self._connection.recv(_HEAD.size, socket.MSG_WAITALL)
        except OSError as error:
            self._connection.close()
            raise StandbyError(f"{path}: {error}") from error
        if len(told) != _HEAD.size:
            self._connection.close()
            raise StandbyError(f"{path}: no copy was made")
        self.pid: int = _HEAD.unpack(told)[0]

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code; 1 when it ended without one. Raises TimeoutError."""
        self._connection.settimeout(seconds)
        try:
            code = self._connection.recv(1)
        except ConnectionError:
            code = b""
        return code[0] if code else 1

    def kill(self) -> None:
        """It has not answered `wait`: whatever it is doing, it ends."""
        os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        self._connection.close()


def main() -> int:
    """The exit code of the copy. 3 when none could be had."""
    try:
        return Asked(sys.argv[1], sys.argv[2:]).wait()
    except StandbyError as error:
        sys.stderr.write(f"standby: {error}\n")
        return 3


if __name__ == "__main__":
    sys.exit(main())
