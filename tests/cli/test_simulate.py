"""`rempart simulate dmp`: a program that an editor starts, talks to, and stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dmp_client import Client, document

from rempart.evidence.store import load_exchanges
from rempart.simulators.pki import Credential, client_context

COMMAND = [sys.executable, "-m", "rempart.cli.main", "simulate", "dmp"]
ENVIRONMENT = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--folder", str(tmp_path / "dmp")], stdout=subprocess.PIPE, text=True,
        encoding="utf-8", env=ENVIRONMENT,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def credential(folder: Path, name: str) -> Credential:
    return Credential(name, folder / f"{name}.pem", folder / f"{name}.key.pem", 0)


def test_it_listens_answers_tells_and_stops(running: subprocess.Popen[str], tmp_path: Path) -> None:
    assert running.stdout
    first = running.stdout.readline()
    port = int(re.search(r"https://127\.0\.0\.1:(\d+)/", first)[1])  # type: ignore[index]
    folder = tmp_path / "dmp" / "pki"
    tls = client_context(_Root(folder / "root.pem"), credential(folder, "org_auth_cli"))  # type: ignore[arg-type]
    assert Client("localhost", port, tls, credential(folder, "org_sign")).feed(document()).accepted
    line = next(text for text in running.stdout if text.startswith("TD2.1"))
    assert "accepté" in line
    running.send_signal(signal.SIGINT)
    rest, _ = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "1 appel(s)" in rest
    assert [e.label for e in load_exchanges(tmp_path / "dmp" / "evidence")] == ["TD2.1", "TD2.1"]


class _Root:
    """What `client_context` needs of a PKI that another process made."""

    def __init__(self, root: Path) -> None:
        self.root = root


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port, "--folder", str(tmp_path)], capture_output=True, text=True, timeout=60,
            check=False, env=ENVIRONMENT,
        )  # fmt: skip
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr
