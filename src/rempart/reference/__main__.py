"""`python -m rempart.reference dpi|pfi`: a program of its own, that ends with its input or on a signal."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence

from rempart import standby
from rempart.formats.hl7v2.mllp import MllpError
from rempart.reference.dmp.failures import BadSettings
from rempart.reference.dpi import app as dpi
from rempart.reference.mutation import Mutants, catalogue
from rempart.reference.node import Node, Running
from rempart.reference.pfi import app as pfi
from rempart.reference.settings import DISPOSITIFS, DPI, PFI, VOLET_2_0, VOLET_2_1, Settings

_BUILDERS = {DPI: dpi.build, PFI: pfi.build}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when it was asked to stop, 2 on a wrong option or certificate, 3 when a port cannot be opened."""
    options = _parser().parse_args(argv)
    if options.list_mutants:
        for mutant in catalogue().values():
            print(f"{mutant.name}\t{mutant.dispositif}\t{mutant.description}")
        return 0
    if options.standby is not None:
        catalogue()  # read once for all copies
        gc.collect()
        gc.freeze()  # none of this will be garbage: looking for some would only copy its pages
        copy = standby.serve(socket.socket(fileno=options.standby))
        copy.end(main(copy.words))
    if options.dispositif is None:
        _parser().error("dpi or pfi is required")
    if unknown := [name for name in options.mutant if name not in catalogue()]:
        _parser().error(f"unknown mutant: {', '.join(unknown)} (--list-mutants)")
    try:
        asyncio.run(_serve(_settings(options), options.exit_with_stdin))
    except BadSettings as error:
        print(f"rempart.reference: {error}", file=sys.stderr)
        return 2
    except (OSError, MllpError) as error:
        print(f"rempart.reference: {error}", file=sys.stderr)
        return 3
    return 0


def build(settings: Settings) -> Node:
    """The dispositif of these settings, with its mutants."""
    return _BUILDERS[settings.dispositif](settings, Mutants(frozenset(settings.mutants)))


async def _serve(settings: Settings, exit_with_stdin: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_stdin:
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    async with Running(build(settings)) as running:
        print(json.dumps(running.ready), flush=True)
        await stop.wait()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """A parent that dies closes its end: no orphan stays. Read without a lock that the interpreter's end would want."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    if not loop.is_closed():
        loop.call_soon_threadsafe(stop.set)


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        dispositif=DISPOSITIFS[options.dispositif],
        host=options.host,
        http_port=options.http_port,
        mllp_port=options.mllp_port,
        partner_host=options.partner_host,
        partner_port=options.partner_port,
        database=options.database,
        mutants=tuple(options.mutant),
        retry_delay=options.retry_delay,
        retry_count=options.retry_count,
        ack_timeout=options.ack_timeout,
        mail_host=options.mail_host,
        smtp_port=options.smtp_port,
        imap_port=options.imap_port,
        crl_url=options.crl_url,
        dmp_url=options.dmp_url,
        certificates=options.certificates,
        dmp_timeout=options.dmp_timeout,
        volets=(VOLET_2_1, *([VOLET_2_0] if options.accept_volet_2_0 else [])),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rempart.reference",
        description="A small DPI or PFI that listens, stores, sends and answers the http driver of Rempart. "
        "It prints one JSON line on stdout once it listens. For tests only: its data are synthetic.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("dispositif", nargs="?", choices=sorted(DISPOSITIFS), help="what to play")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--http-port", type=_port, default=0, help="driver's port (0: any free one)")
    parser.add_argument("--mllp-port", type=_port, default=0, help="HL7v2 port (0: any free one)")
    parser.add_argument("--partner-host", default="127.0.0.1", help="where orders and answers are sent")
    parser.add_argument("--partner-port", type=_port, default=0, help="0: no partner")
    parser.add_argument("--database", default=":memory:", help="SQLite file, or :memory:")
    parser.add_argument("--mutant", action="append", default=[], metavar="NAME", help="have this defect")
    parser.add_argument("--retry-delay", type=_seconds, default=0.5, help="seconds before a message leaves again")
    parser.add_argument("--retry-count", type=int, default=5, help="how many times it leaves again")
    parser.add_argument("--ack-timeout", type=_seconds, default=2.0, help="seconds to wait for an acknowledgement")
    parser.add_argument("--mail-host", default="", help="PFI: the operator of MSSanté; empty: none")
    parser.add_argument("--smtp-port", type=_port_or_none, default=0, help="PFI: where it takes mails")
    parser.add_argument("--imap-port", type=_port_or_none, default=0, help="PFI: where mailboxes are read")
    parser.add_argument("--crl-url", default="", metavar="URL", help="PFI: the list of revoked certificates")
    parser.add_argument("--dmp-url", default="", metavar="URL", help="the DMP (https); empty: none")
    parser.add_argument("--certificates", default="", metavar="DIR", help="root.pem, org_auth_cli.pem, org_sign.pem")
    parser.add_argument("--dmp-timeout", type=_seconds, default=10.0, help="seconds to wait for an answer of the DMP")
    parser.add_argument("--accept-volet-2.0", dest="accept_volet_2_0", action="store_true", help="PFI: MSH-21 2.0 too")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input closes")
    parser.add_argument("--standby", type=int, metavar="FD", help="make a copy for each request on this Unix socket")
    parser.add_argument("--list-mutants", action="store_true", help="list the known defects and exit")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is between 0 and 65535")
    return number


def _port_or_none(text: str) -> int:
    """Empty where there is no operator."""
    return _port(text or "0")


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < 86400:
        raise argparse.ArgumentTypeError("a positive number of seconds is expected")
    return number


if __name__ == "__main__":
    sys.exit(main())
