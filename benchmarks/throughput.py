"""Messages per second through MLLP on the loopback, one client that waits for each acknowledgement.

Rempart's partner parses each message, answers it, and writes both to disk; python-hl7's server parses and answers, and
keeps nothing. Client and server share a process in both cases.
"""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from memory import large_message

from rempart.evidence.store import EvidenceStore
from rempart.formats.hl7v2.mllp import END, wrap
from rempart.simulators.mllp import MllpPartner

COUNTS = {"small": (600, 300), "1 MB": (1_000_000, 30)}  # bytes of OBX-5, messages
_ROUNDS = 3
_TIMEOUT = 30.0
_LIMIT = 64 << 20


def report_throughput() -> None:
    print("\nMLLP with acknowledgement, messages per second (best of three). Rempart records, python-hl7 does not.")
    servers: dict[str, Callable[[], AbstractContextManager[int]]] = {"rempart, recording": _rempart}
    if importlib.util.find_spec("hl7"):
        servers["python-hl7"] = _python_hl7
    for name, server in servers.items():
        rates = [f"{label} {_best(server, size, count):7.0f}" for label, (size, count) in COUNTS.items()]
        print(f"{name:20} {'   '.join(rates)}")
    if len(servers) == 1:
        print("python-hl7           not installed (pip install hl7): not measured")


def _best(server: Callable[[], AbstractContextManager[int]], size: int, count: int) -> float:
    """No two messages are the same: the evidence store writes the same bytes once."""
    model = large_message(size)
    blocks = [wrap(model.replace(b"^MDM_T02|1|", b"^MDM_T02|%d|" % n, 1)) for n in range(count)]
    best = 0.0
    for _ in range(_ROUNDS):
        with server() as port, socket.create_connection(("127.0.0.1", port), _TIMEOUT) as client:
            started = time.perf_counter()
            for block in blocks:
                client.sendall(block)
                _answer(client)
            best = max(best, count / (time.perf_counter() - started))
    return best


def _answer(client: socket.socket) -> None:
    got = b""
    while not got.endswith(END):
        chunk = client.recv(65536)
        if not chunk:
            raise ConnectionError("closed without an acknowledgement")
        got += chunk
    if b"MSA|AA" not in got:
        raise ValueError(f"not acknowledged: {got[:200]!r}")


@contextmanager
def _rempart() -> Iterator[int]:
    with (
        tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as folder,
        MllpPartner("PFI simulée", EvidenceStore(Path(folder)).record) as partner,
    ):
        yield partner.port


@contextmanager
def _python_hl7() -> Iterator[int]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_python_hl7_server(), loop).result(_TIMEOUT)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(_TIMEOUT)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_TIMEOUT)


async def _end(server: asyncio.Server) -> None:
    """Close it and let its connections end by themselves: their client has gone."""
    server.close()
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


async def _python_hl7_server() -> Any:
    import hl7.mllp

    async def answer(reader: Any, writer: Any) -> None:
        try:
            while True:
                message = await reader.readmessage()
                writer.writemessage(message.create_ack())
                await writer.drain()
        except asyncio.IncompleteReadError:  # the client has gone
            writer.close()

    return await hl7.mllp.start_hl7_server(answer, "127.0.0.1", 0, encoding="utf-8", limit=_LIMIT)
