"""How an action reaches the candidate: one module per kind of driver of candidate.yaml."""

from __future__ import annotations

from rempart.candidate.config import (
    CapturesDriver,
    CommandDriver,
    DriverConfig,
    HttpDriver,
    OperatorDriver,
    PythonDriver,
)
from rempart.candidate.driver import Transport


def transport(settings: DriverConfig, timeout: float) -> Transport:
    """The transport that candidate.yaml describes. `timeout`: seconds allowed to one action.

    Raises CandidateUnreachable when there is nothing to talk to (a module that does not import, no address).
    """
    # Imported on demand: requests alone costs more than the rest of the start-up.
    match settings:
        case HttpDriver():
            from rempart.candidate.drivers.http import HttpTransport

            return HttpTransport(settings.url, settings.headers, timeout)
        case CommandDriver():
            from rempart.candidate.drivers.command import CommandTransport

            return CommandTransport(settings.command, settings.cwd, timeout)
        case PythonDriver():
            from rempart.candidate.drivers.python import PythonTransport

            return PythonTransport(settings.object, settings.path, timeout)
        case OperatorDriver():
            from rempart.candidate.drivers.operator import OperatorTransport

            return OperatorTransport()
        case CapturesDriver():
            from rempart.candidate.drivers.captures import CapturesTransport

            return CapturesTransport(settings.folder)
