"""The reference as a subprocess, and the partner that it talks to: what the tests of this folder drive."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import Error, acknowledgement
from rempart.formats.hl7v2.mllp import Framer, wrap

WAIT = 10.0
Answer = Callable[[Message], bytes | None]  # None: the connection is closed without an answer


def ack(message: Message, code: str = "AA", error: Error | None = None) -> bytes:
    return acknowledgement(message, code, control_id="ACK", time=datetime.now(UTC), error=error)


class Partner:
    """Listens on MLLP, keeps what comes, answers as `answer` says: AA unless a test says otherwise."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.received: queue.Queue[Message] = queue.Queue()
        self.answer: Answer = ack
        threading.Thread(target=self._accept, daemon=True).start()

    def next(self, kind: str, timeout: float = WAIT) -> Message:
        message = self.received.get(timeout=timeout)
        assert message.kind == kind
        return message

    def silent(self, timeout: float = 0.3) -> bool:
        with contextlib.suppress(queue.Empty):
            self.received.get(timeout=timeout)
            return False
        return True

    def reset(self) -> None:
        self.answer = ack
        with contextlib.suppress(queue.Empty):
            while True:
                self.received.get_nowait()

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        framer = Framer()
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(65536):
                for block in framer.feed(data):
                    message = Message.parse(block)
                    answer = self.answer(message)
                    self.received.put(message)
                    if answer is None:
                        return
                    connection.sendall(wrap(answer))


class Reference:
    """One reference running: `act` asks it for an action, `send` hands it a message and returns its answer."""

    def __init__(self, ready: dict[str, Any], process: subprocess.Popen[bytes], partner: Partner) -> None:
        self.ready, self.process, self.partner = ready, process, partner
        self._http = requests.Session()
        self._http.trust_env = False

    def post(self, path: str, data: bytes) -> requests.Response:
        return self._http.post(self.ready["http"] + path, data=data, timeout=WAIT)

    def act(self, action: str, **request: Any) -> dict[str, Any]:
        response = self.post(f"/actions/{action}", json.dumps(request).encode())
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def until(self, condition: Callable[[dict[str, Any]], bool], action: str, **request: Any) -> dict[str, Any]:
        """Ask until the answer is the one expected: what happens behind an acknowledgement takes its time."""
        tick, deadline = threading.Event(), datetime.now(UTC).timestamp() + WAIT
        while not condition(answer := self.act(action, **request)):
            assert datetime.now(UTC).timestamp() < deadline, answer
            tick.wait(0.02)
        return answer

    def raw(self, data: bytes) -> bytes:
        """Bytes as they are; what comes back until the connection closes or an answer is whole."""
        address = (self.ready["mllp"]["host"], self.ready["mllp"]["port"])
        with socket.create_connection(address, timeout=WAIT) as connection:
            connection.sendall(data)
            framer = Framer()
            while received := connection.recv(65536):
                if blocks := framer.feed(received):
                    return blocks[0]
        return b""

    def send(self, message: bytes) -> Message:
        return Message.parse(self.raw(wrap(message)))


@contextlib.contextmanager
def running(dispositif: str, *options: str) -> Iterator[Reference]:
    """A reference that listens, with a partner that answers AA; gone at the end of the block."""
    partner = Partner()
    command = [sys.executable, "-m", "rempart.reference", dispositif, "--partner-port", str(partner.port)]
    command += ["--retry-delay", "0.05", "--retry-count", "2", "--ack-timeout", "1", "--exit-with-stdin", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        yield Reference(json.loads(process.stdout.readline()), process, partner)
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(WAIT)
        finally:
            process.kill()
            process.wait()
