"""The configuration used when no candidate.yaml is given: the reference DPI and PFI that travel with Rempart.

They are started as programs of their own, like any candidate; nothing of them is imported here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import rempart
from rempart import standby
from rempart.candidate.actions import DPI, PFI
from rempart.candidate.config import Config

_PROGRAMS = {DPI: "dpi", PFI: "pfi"}
# Seconds that each waits for the DMP: a PFI tries again soon, a DPI that its user waits for is seen to wait.
_PATIENCE = {"dpi": "8", "pfi": "2"}


def embedded(mutant: str | None = None, on_standby: str | None = None) -> Config:
    """The reference candidate, sound or with one named defect.

    `on_standby`: the socket of a `python -m rempart.reference --standby`, of which it is a copy instead of a new start.
    """
    program = ["-I", "-S", standby.__file__, on_standby] if on_standby else ["-m", "rempart.reference"]
    return Config.model_validate(
        {
            "version": 1,
            "candidate": {
                "name": "Candidat de référence Rempart",
                "version": rempart.__version__,
                "publisher": "Rempart",
            },
            "profiles": ["Général", "Intégration INS", "BAL PER-ORG", "BAL APP"],
            # It sends again after 0.2 s: a silence three times as long is a silence, and a campaign stays short. What
            # must come has the time of a busy machine, and that of an attempt at the operator that failed (5 s).
            "timeouts": {"acknowledgement": 10, "business_acknowledgement": 10, "action": 20, "silence": 0.6},
            "dispositifs": {
                name: _dispositif([sys.executable, *program], plays, mutant) for name, plays in _PROGRAMS.items()
            },
        },
        context={"base": Path.cwd()},
    )


def _dispositif(program: list[str], plays: str, mutant: str | None) -> dict[str, object]:
    command = [*program, plays, "--http-port", "0", "--mllp-port", "0"]
    command += ["--partner-host", "{partner_host}", "--partner-port", "{partner_port}", "--exit-with-stdin"]
    command += ["--dmp-url", "{dmp_url}", "--certificates", "{certificates}"]
    command += ["--database", "{data}/" + f"{plays}.db"]
    command += ["--retry-delay", "0.2", "--ack-timeout", "1", "--dmp-timeout", _PATIENCE[plays]]
    services: dict[str, object] = {"dmp": {}}
    if plays == "pfi":
        command += ["--mail-host", "{mail_host}", "--smtp-port", "{smtp_port}", "--imap-port", "{imap_port}"]
        command += ["--crl-url", "{crl_url}"]
        services["mssante"] = {}
    if mutant:
        command += ["--mutant", mutant]
    start = {"command": command, "ready_timeout": 20}
    return {"driver": {"kind": "http"}, "simulators": services, "start": start}
