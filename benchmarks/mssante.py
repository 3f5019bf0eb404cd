"""Mails a second that the simulated operator takes over mutual TLS, recording included, beside a bare aiosmtpd.

    python benchmarks/mssante.py                    600 mails with an XDM of 200 kB, 4 connections, both servers
    python benchmarks/mssante.py --mb 25 --count 20     attachments of 25 MB: memory while they come, and go by IMAP
    python benchmarks/mssante.py --profile tottime      where the time of the server goes
    python benchmarks/mssante.py --soak                 half an hour of traffic with cut connections: nothing lost

The client is a process of its own, the same for both servers; it prepares every mail before the clock starts (each has
its own Message-ID, so that the evidence store writes everything) and keeps its connections. Evidence is written to a
temporary folder, then removed. The sink is aiosmtpd with the same TLS and authentication, and keeps nothing.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from clients import shared, told_by
from mss_client import APP, DOCTOR, PASSWORD, imap
from mss_soak import soak
from mss_traffic import Submitter, prepared

from rempart.evidence.store import EvidenceStore
from rempart.simulators import loop, pki
from rempart.simulators.mssante import SimulatedOperator
from rempart.simulators.mssante.contexts import server_context
from rempart.simulators.pki import Pki

_BATCH = 100  # mails prepared at a time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, help="mails: 600, or 3600 (two a second for half an hour) with --soak")
    parser.add_argument("--kb", type=int, default=200, help="size of the archive")
    parser.add_argument("--mb", type=int, default=0, help="size of the archive, in MB")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3, help="of both servers in turn, for a machine that is not idle")
    parser.add_argument("--profile", choices=["tottime", "cumtime"], help="of the CPU time of the server")
    parser.add_argument("--soak", action="store_true", help="cut connections at random; exit 1 when a mail is lost")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.kb = options.mb * 1000 or options.kb
    with tempfile.TemporaryDirectory(prefix="rempart-mss-") as folder:
        if options.soak:
            sys.exit(_soak(options, Path(folder)))
        options.count = options.count or 600
        certificates = pki.make(Path(folder) / "pki")
        ratios = []
        for number in range(options.rounds):
            ours = _measure_ours(options, certificates, Path(folder) / f"evidence-{number}")
            if not options.profile and (theirs := _measure_sink(options, certificates)):
                ratios.append(ours / theirs)
        if ratios:
            ratio = statistics.median(ratios)
            print(f"simulated operator, recording included: {ratio:.2f} × the rate of a bare aiosmtpd")


def _soak(options: argparse.Namespace, folder: Path) -> int:
    """1 when a mail is lost, altered or not recorded."""
    lines, problems = soak(folder, options.count or 3600, options.kb, options.seed)
    print("\n".join([*lines, f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"]))
    print("\n".join(f"LOST OR WRONG: {p}" for p in problems) or "nothing lost, everything recorded")
    return 1 if problems else 0


def _measure_ours(options: argparse.Namespace, certificates: Pki, folder: Path) -> float:
    store = EvidenceStore(folder)
    with SimulatedOperator(store.record, certificates=certificates) as operator:
        profile = cProfile.Profile(time.thread_time) if options.profile else None
        if profile:
            loop.run(_switch(profile.enable), 5)
        rate = _load(options, certificates, operator.addresses.smtp, "simulated operator")
        if profile:
            loop.run(_switch(profile.disable), 5)
        held = len(operator.mailbox(DOCTOR).inbox.messages)
        assert held == operator.mails.total == options.count, (held, operator.mails.total)
        if options.mb:
            _fetch(options, certificates, operator)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {held} mails in the mailbox, all recorded; peak memory {peak:.0f} MiB")
    if profile:
        pstats.Stats(profile).sort_stats(options.profile).print_stats(35)
    return rate


async def _switch(what) -> None:  # type: ignore[no-untyped-def]
    """In the simulators' thread: a profile is of one thread."""
    what()


def _measure_sink(options: argparse.Namespace, certificates: Pki) -> float | None:
    """None when aiosmtpd is not there."""
    try:
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult
    except ImportError:
        print("aiosmtpd is not installed: nothing to compare with (pip install aiosmtpd)")
        return None

    class Sink:
        async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
            return "250 OK"

    def authenticated(server, session, envelope, mechanism, data):  # type: ignore[no-untyped-def]
        return AuthResult(success=True)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]  # it does not choose one itself
    sink = Controller(
        Sink(), hostname="127.0.0.1", port=port, tls_context=server_context(certificates), require_starttls=True,
        data_size_limit=64 << 20, authenticator=authenticated,
    )  # fmt: skip
    sink.start()
    try:
        return _load(options, certificates, port, "bare aiosmtpd")
    finally:
        sink.stop()


def _load(options: argparse.Namespace, certificates: Pki, port: int, name: str) -> float:
    """Mails a second, as a client in its own process counts them; prints what they cost this process."""
    arguments = (port, certificates, options.count, options.kb, options.connections)
    cpu = time.process_time()
    done, seconds = 0, 0.0
    for sent, taken in told_by(_client, *arguments):
        done, seconds = done + sent, seconds + taken
        if options.mb:
            print(f"  {done:6} mails  {done / seconds:6.1f}/s  {_resident():6.0f} MiB", flush=True)
    used = (time.process_time() - cpu) / max(done, 1) * 1000
    rate = f"{done / seconds:.1f} mails/s with an archive of {options.kb} kB"
    print(f"{name}: {rate}; {used:.2f} ms of CPU of the server each")
    return done / seconds


def _client(port: int, certificates: Pki, count: int, kb: int, connections: int, pipe) -> None:  # type: ignore[no-untyped-def]
    """Batches are prepared, then sent under the clock by `connections` threads."""
    links = [Submitter(port, certificates, APP, PASSWORD) for _ in range(connections)]
    batch, sent = max(1, min(_BATCH, 100_000 // kb)), 0
    while sent < count:
        size = min(batch, count - sent)
        mails = [prepared(f"{os.getpid()}.{sent + n}", kb) for n in range(size)]
        seconds = shared(_send, links, mails)
        sent += size
        pipe.send((size, seconds))
    for link in links:
        link.close()
    pipe.send(None)


def _send(link: Submitter, mails: Sequence[bytes]) -> None:
    for data in mails:
        reply = link.send(APP, DOCTOR, data)
        assert reply.startswith(b"250"), reply


def _fetch(options: argparse.Namespace, certificates: Pki, operator: SimulatedOperator) -> None:
    """The same mails, out again."""
    for stored in operator.mailbox(DOCTOR).inbox.messages:  # in the mailbox that the certificate opens
        operator.mailbox(APP).inbox.add(stored.kept, stored.arrived, trace=stored.trace)
    with imap(operator) as box:
        started = time.perf_counter()
        for number in range(1, options.count + 1):
            status, data = box.fetch(str(number), "(BODY.PEEK[])")
            assert status == "OK" and len(data[0][1]) > options.kb * 1000
        seconds = time.perf_counter() - started
    print(f"  fetched by IMAP: {options.count / seconds:.1f} mails/s; {_resident():.0f} MiB")


def _resident() -> float:
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
