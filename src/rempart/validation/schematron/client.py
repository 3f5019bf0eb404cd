"""What validation calls to run a schematron: it connects to the service, and starts it when nobody has.

Every process has one connection. Where there are no Unix sockets, each process has a worker of its own.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import rempart
from rempart.validation.schematron import frames
from rempart.validation.schematron.compile import COMPILER
from rempart.validation.schematron.outcome import Outcome
from rempart.validation.schematron.worker import Worker, environment

COMPILE_TIMEOUT = 180.0  # seconds: the largest official schema takes 3 to 15 on one core
RUN_TIMEOUT = 60.0
_START = 30.0
_ATTEMPTS = 3
_children: list[subprocess.Popen[bytes]] = []


class Client:
    """One connection to the service of `folder`, opened at the first request and again when the service has ended."""

    def __init__(
        self, folder: Path | None = None, *, compile_timeout: float = COMPILE_TIMEOUT, run_timeout: float = RUN_TIMEOUT
    ) -> None:
        self._folder = folder
        self._times = {"compile_timeout": compile_timeout, "run_timeout": run_timeout}
        self._lock = threading.Lock()
        self._stream: Any = None
        self._owner = os.getpid()
        self._alone: Worker | None = None

    def run(self, root: Path, entry: str, text: bytes, stamp: str = "") -> Outcome:
        """What the schematron `root`/`entry` says of a document in UTF-8; `stamp` tells what is in `root`.

        Never raises: see `Outcome.status`.
        """
        with self._lock:
            if not hasattr(socket, "AF_UNIX"):
                self._alone = self._alone or Worker("rempart.validation.schematron.worker")
                return self._alone.run(root, entry, text, stamp, **self._times)
            return self._ask({"root": str(root), "entry": entry, "stamp": stamp, **self._times}, text)

    def close(self) -> None:
        """Say goodbye: the service ends some seconds after its last client."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
            self._stream = None
        if self._alone is not None:
            self._alone.close()

    def _ask(self, header: dict[str, Any], text: bytes) -> Outcome:
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                stream = self._connected()
                frames.send(stream, header, text)
                answer, _body = frames.receive(stream)
                return Outcome.of_json(answer)
            except (OSError, EOFError, ValueError, TypeError) as error:  # it ended meanwhile: another is started
                reason = str(error) or type(error).__name__
                self.close()
        return Outcome("unavailable", f"le service des schématrons ne répond pas: {reason}")

    def _connected(self) -> frames.Stream:
        if self._owner != os.getpid():  # a connection does not survive a fork: answers would cross
            self._stream, self._owner = None, os.getpid()
        if self._stream is None:
            folder = private_folder(self._folder)
            connection = _connect(folder) or _start(folder)
            self._stream = connection.makefile("rwb")
            connection.close()  # the stream keeps it open
        stream: frames.Stream = self._stream
        return stream


def private_folder(chosen: Path | None = None) -> Path:
    """Where the socket is: a folder that only this account can enter. OSError when it is somebody else's."""
    name = os.environ.get("REMPART_RUNTIME")
    folder = chosen or (Path(name) if name else Path(tempfile.gettempdir()) / f"rempart-{os.getuid()}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise PermissionError(f"{folder} n'est pas un dossier privé de ce compte")
    return folder


def _socket(folder: Path) -> Path:
    """One service for each installation of Rempart and each cache: another one would not give the same answers."""
    caches = [os.environ.get(name, "") for name in ("REMPART_CACHE", "XDG_CACHE_HOME")]
    where = [rempart.__version__, COMPILER, str(Path(rempart.__file__).parent), sys.executable, *caches]
    return folder / f"sch-{hashlib.sha256(repr(where).encode()).hexdigest()[:16]}"


def _connect(folder: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(_socket(folder)))
    except OSError:
        connection.close()
        return None
    return connection


def _start(folder: Path) -> socket.socket:
    """Start the service and connect, unless another process just did. OSError when it does not start."""
    with _locked(folder):
        if connection := _connect(folder):
            return connection
        _socket(folder).unlink(missing_ok=True)  # what a killed service left
        command = [sys.executable, "-P", "-m", "rempart.validation.schematron.service", str(_socket(folder))]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
            cwd=folder, start_new_session=True,
        )  # fmt: skip
        for earlier in _children:  # those that have ended are let go by the system
            earlier.poll()
        _children.append(process)  # it may outlive this process: it is never waited for
        timer = threading.Timer(_START, process.kill)
        timer.start()
        try:
            assert process.stdout
            with process.stdout as output:
                output.readline()
        finally:
            timer.cancel()
        connection = _connect(folder)
    if connection is None:
        raise ConnectionError("le service des schématrons n'a pas démarré")
    return connection


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    import fcntl  # not on Windows, where there is no socket either

    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_shared = Client()


def run_schematron(root: Path, entry: str, text: bytes, stamp: str = "") -> Outcome:
    """`Client.run` on the connection of this process."""
    return _shared.run(root, entry, text, stamp)
