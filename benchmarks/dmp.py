"""TD2.1 a second that the simulated DMP takes over mutual TLS, recording included, and its memory as it goes.

    python benchmarks/dmp.py                     2,000 submissions of a 100 kB document, 8 connections
    python benchmarks/dmp.py --count 50000 --kb 4     memory: the registry and the calls must stay flat
    python benchmarks/dmp.py --profile tottime         where the time of the server goes

The client is a process of its own; it prepares every message before the clock starts (each has its own identifiers, so
that nothing is a duplicate and the evidence store writes everything), and keeps its connections open. As with
`rempart simulate dmp`, evidence is appended while the clock runs, and gets its files afterwards, which is timed apart.
All of it is in a temporary folder, then removed.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from clients import shared, told_by
from dmp_client import Client, document, submission

from rempart.evidence.store import EvidenceStore
from rempart.simulators import loop, pki
from rempart.simulators.dmp import SimulatedDmp
from rempart.simulators.pki import Pki

_PATH = "/si-dmp-server/v2/services/DocumentRepository_Service"
_BATCH = 200  # messages prepared at a time: 100 kB each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--kb", type=int, default=100, help="size of the document")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--profile", choices=["tottime", "cumtime"], help="of the CPU time of the server")
    parser.add_argument("--no-evidence", action="store_true", help="what recording costs: keep nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rempart-dmp-") as folder:
        _measure(options, Path(folder))


def _measure(options: argparse.Namespace, folder: Path) -> None:
    certificates = pki.make(folder / "pki")
    store = EvidenceStore(folder / "evidence", hurried=True)
    record = _nothing(store) if options.no_evidence else store.record
    with SimulatedDmp(record, tls=pki.server_context(certificates)) as dmp:
        loop.seldom_collect()  # as the command does
        arguments = (dmp.port, certificates, options.count, options.kb, options.connections)
        profile = cProfile.Profile(time.thread_time) if options.profile else None
        if profile:
            loop.run(_switch(profile.enable), 5)
        started, cpu = time.perf_counter(), time.process_time()
        sending, done = 0.0, 0
        for done, seconds in told_by(_client, *arguments):
            sending += seconds
            # Memory of the server, in MiB: VmRSS now, not the peak.
            print(f"{done:6} submissions  {done / sending:7.0f}/s  {_resident():6.0f} MiB", flush=True)
        if profile:
            loop.run(_switch(profile.disable), 5)
        used = time.process_time() - cpu
        print(f"{dmp.dmp.registry.count()} documents kept, {done / sending:.0f} TD2.1/s of {options.kb} kB "
              f"while sending; server: {used / max(done, 1) * 1000:.2f} ms of CPU each; "
              f"wall {time.perf_counter() - started:.0f} s, client's preparation included")  # fmt: skip
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:.0f} MiB")
        started = time.perf_counter()
        store.close()
        print(f"then {time.perf_counter() - started:.0f} s to give each exchange its file")
        if profile:
            pstats.Stats(profile).sort_stats(options.profile).print_stats(40)


def _nothing(store: EvidenceStore):  # type: ignore[no-untyped-def]
    """A record that keeps the exchange and none of the bytes."""
    return lambda *a, **k: store.record(*a[:5], b"", *a[6:], **k)


async def _switch(what) -> None:  # type: ignore[no-untyped-def]
    """In the simulators' thread: a profile is of one thread."""
    what()


def _client(port: int, certificates: Pki, count: int, kb: int, connections: int, pipe) -> None:  # type: ignore[no-untyped-def]
    """Batches are prepared, then sent under the clock by `connections` threads."""
    tls = pki.client_context(certificates, certificates.org_auth_cli)
    model = Client("localhost", port, tls, certificates.org_sign)
    assertion = model.assertion()  # one for the session: INDIRECTE allows it
    links = [_connected(port, tls) for _ in range(connections)]
    sent, body = 0, b"<ClinicalDocument>%s</ClinicalDocument>" % (b"A" * (kb * 1000))
    while sent < count:
        size = min(_BATCH, count - sent)
        batch = [_message(model, assertion, body, sent + n) for n in range(size)]
        seconds = shared(_send, links, batch)
        sent += size
        pipe.send((sent, seconds))
    pipe.send(None)


def _message(model: Client, assertion, body: bytes, number: int) -> bytes:  # type: ignore[no-untyped-def]
    """What goes over the wire: the client shares the processors of the server, and must cost it little."""
    lot = submission(document(body.replace(b"AAAAAAAA", b"%08d" % number, 1)))
    content_type, content = model.feed_message(lot, assertion=deepcopy(assertion))
    head = f"POST {_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def _connected(port: int, tls: ssl.SSLContext) -> ssl.SSLSocket:
    below = socket.create_connection(("localhost", port), timeout=60)
    below.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(below, server_hostname="localhost")


def _send(connection: ssl.SSLSocket, messages: Sequence[bytes]) -> None:
    for message in messages:
        connection.sendall(message)
        answer = connection.recv(65536)
        while not answer.endswith(b"Envelope>"):  # the end of a plain SOAP answer
            more = connection.recv(65536)
            assert more, answer
            answer += more
        assert b"ResponseStatusType:Success" in answer, answer


def _resident() -> float:
    status = Path("/proc/self/status")
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
