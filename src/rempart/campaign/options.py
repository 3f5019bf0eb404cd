"""Command-line options of a campaign, and the folder it writes to."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from rempart.resources import campaign_root, is_checkout


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("rempart", "Rempart: campagne de conformité")
    group.addoption(
        "--candidate", dest="rempart_candidate", metavar="FILE", help="candidate.yaml; embedded reference by default"
    )
    group.addoption("--dispositif", dest="rempart_dispositif", action="append", metavar="NAME")
    group.addoption("--requirement", dest="rempart_requirement", action="append", metavar="ID")
    group.addoption("--scenario", dest="rempart_scenario", action="append", metavar="ID")
    group.addoption(
        "--campaign-output", dest="rempart_output", metavar="DIR", help="folder of results.json and evidence"
    )
    group.addoption("--rem", dest="rempart_rem", metavar="EDITION", help="imported REM to quote (the last one)")
    group.addoption(
        "--played-only",
        dest="rempart_played_only",
        action="store_true",
        help="leave out the scenarios that a person plays and attests",
    )
    group.addoption("--mutant", dest="rempart_mutant", metavar="NAME", help="defect of the embedded reference")
    group.addoption(
        "--reference-on-standby", dest="rempart_standby", metavar="SOCKET", help="where copies of it are asked for"
    )


def run_folder(config: pytest.Config) -> Path:
    """Where this campaign is written: `--campaign-output`, else a dated folder of its own."""
    chosen = config.getoption("rempart_output")
    if chosen:
        return Path(chosen).resolve()
    base = campaign_root() / "reports" / "campaigns" if is_checkout() else Path.cwd() / "rempart-campagnes"
    return base / f"{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}"
