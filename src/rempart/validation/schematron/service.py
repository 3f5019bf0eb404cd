"""The process that keeps one worker warm for everybody who validates: workers of `validate`, of a campaign, or in turn.

It is started by the first who needs it, answers on a Unix socket of a private folder, and ends by itself: `LINGER`
seconds after the last client has closed (a client that dies closes), or when nothing was asked for `IDLE` seconds.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from rempart.validation.schematron import frames
from rempart.validation.schematron.outcome import Outcome
from rempart.validation.schematron.worker import Worker

LINGER = 15.0  # seconds; REMPART_SCHEMATRON_LINGER says otherwise
IDLE = 900.0
_TICK = 0.2


class Service:
    """Clients are served each by a thread; the worker by one at a time."""

    def __init__(self, path: Path, worker: Worker, *, linger: float, idle: float = IDLE) -> None:
        self._path = path
        self._worker = worker
        self._linger = linger
        self._idle = idle
        self._turn = threading.Lock()
        self._clients = 0
        self._count = threading.Lock()
        self._last = time.monotonic()

    def serve(self, ready: BinaryIO | None = None) -> None:
        """Listen until there is nobody left. `ready` is told once connections are accepted."""
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self._path))
            listener.listen(64)
            listener.settimeout(_TICK)
            if ready:
                ready.write(b"ready\n")
                ready.close()
            try:
                while not self._over():
                    self._accept(listener)
            finally:
                self._path.unlink(missing_ok=True)
                self._worker.close()

    def _over(self) -> bool:
        quiet = time.monotonic() - self._last
        return quiet > (self._idle if self._clients else self._linger)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            return
        connection.settimeout(None)
        self._enter(1)
        threading.Thread(target=self._client, args=(connection,), daemon=True).start()

    def _enter(self, change: int) -> None:
        with self._count:
            self._clients += change
            self._last = time.monotonic()

    def _client(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rwb") as stream:
                while True:
                    header, body = frames.receive(stream)
                    self._last = time.monotonic()
                    outcome = self._answer(header, body)
                    self._last = time.monotonic()
                    frames.send(stream, outcome.as_json())
        except (OSError, EOFError, ValueError):
            return  # gone, or no client of ours
        finally:
            self._enter(-1)

    def _answer(self, header: dict[str, object], body: bytes) -> Outcome:
        try:
            root, entry, stamp = Path(str(header["root"])), str(header["entry"]), str(header["stamp"])
            times = {k: float(str(header[k])) for k in ("compile_timeout", "run_timeout")}
        except (KeyError, ValueError) as error:
            return Outcome("unavailable", f"demande mal formée: {error}")
        with self._turn:
            return self._worker.run(root, entry, body, stamp, **times)


def main() -> None:
    """`python -m rempart.validation.schematron.service SOCKET`"""
    os.umask(0o077)
    ready = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # the client that started it does not wait for the end of its output
    linger = float(os.environ.get("REMPART_SCHEMATRON_LINGER", LINGER))
    Service(Path(sys.argv[1]), Worker("rempart.validation.schematron.worker"), linger=linger).serve(ready)


if __name__ == "__main__":
    main()
