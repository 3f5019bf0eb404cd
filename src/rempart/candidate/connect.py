"""One dispositif, ready to be judged: its program started if the harness starts it, its driver open."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rempart.candidate.config import Dispositif, Timeouts
from rempart.candidate.driver import Driver
from rempart.candidate.drivers import transport
from rempart.candidate.drivers.operator import OperatorTransport
from rempart.candidate.drivers.program import ProgramTransport
from rempart.candidate.process import CandidateProcess, connected
from rempart.model.exchange import Record

# What stands in the command line for the address of a service that is not simulated.
NOWHERE = dict.fromkeys(("dmp_url", "certificates", "mail_host", "smtp_port", "imap_port", "crl_url"), "")


@dataclass(slots=True)
class Link:
    """A dispositif in reach: `settings` holds its real addresses, `process` the program that the harness started.

    `on_move` is called when a restart has changed `settings`.
    """

    driver: Driver
    settings: Dispositif
    process: CandidateProcess | None
    on_move: Callable[[], None] = lambda: None


@contextmanager
def connect(
    settings: Dispositif, timeouts: Timeouts, record: Record, places: Mapping[str, str], log: Path
) -> Iterator[Link]:
    """`places`: where the harness listens for it, by name (`CandidateProcess`). `log`: where the error output of a
    started program goes.

    Raises CandidateUnreachable, CandidateSlow or CandidateGarbage when the program cannot be started.
    """
    with ExitStack() as stack:
        process, program = None, None
        reached = settings
        if settings.start is not None:
            data = stack.enter_context(tempfile.TemporaryDirectory(prefix="rempart-", ignore_cleanup_errors=True))
            process = stack.enter_context(CandidateProcess(settings.start, {**places, "data": data}, log))
            reached = connected(settings, process.ready)
            program = ProgramTransport(lambda: _restart(link, settings, timeouts))
        asked = transport(reached.driver, timeouts.action)
        # A person who passes on an action is not asked for it a second time.
        someone = None if isinstance(asked, OperatorTransport) else OperatorTransport()
        driver = Driver(asked, record, someone if someone is not None and someone.attended else None, program)
        stack.callback(driver.close)
        link = Link(driver, reached, process)
        yield link


def _restart(link: Link, settings: Dispositif, timeouts: Timeouts) -> None:
    """`settings`: as candidate.yaml says them. Raises CandidateError as starting does."""
    assert link.process
    link.process.restart()
    link.settings = connected(settings, link.process.ready)
    link.driver.moved(transport(link.settings.driver, timeouts.action))
    link.on_move()
