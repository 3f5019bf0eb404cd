"""`rempart simulate mssante`: a program that an editor starts, sends to, fetches from, and stops."""

from __future__ import annotations

import imaplib
import re
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mss_client import APP, DOCTOR, PASSWORD, mail

from rempart.evidence.store import load_exchanges

COMMAND = [sys.executable, "-u", "-X", "utf8", "-m", "rempart.cli.main", "simulate", "mssante"]
PORTS = ["--smtp-port", "0", "--imap-port", "0", "--crl-port", "0"]


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [*COMMAND, *PORTS, "--folder", str(folder), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(tmp_path / "mss", "--mail", "un document", "--mail", "une archive coupée", "--reads", DOCTOR)
    yield process
    process.kill()
    process.communicate()


def test_it_listens_takes_gives_tells_and_stops(running: subprocess.Popen[str], tmp_path: Path) -> None:
    assert running.stdout
    found = re.search(r"SMTP 127\.0\.0\.1:(\d+), IMAP 127\.0\.0\.1:(\d+)", running.stdout.readline())
    assert found
    _read_until(running, ["déposé", "déposé"])  # it is ready
    context = ssl.create_default_context(cafile=str(tmp_path / "mss/pki/root.pem"))
    context.load_cert_chain(tmp_path / "mss/pki/org_auth_cli.pem", tmp_path / "mss/pki/org_auth_cli.key.pem")
    with smtplib.SMTP("localhost", int(found[1]), timeout=10) as client:
        client.starttls(context=context)
        client.login(APP, PASSWORD)
        client.sendmail(APP, [DOCTOR], mail(more=f"Disposition-Notification-To: {APP}\r\n"))
    with imaplib.IMAP4("localhost", int(found[2]), timeout=10) as box:
        box.starttls(ssl_context=context)
        box.login(APP, PASSWORD)
        assert box.select() == ("OK", [b"3"])  # two that were put in, and a receipt
        box.fetch("1", "(RFC822)")
    _read_until(running, ["courriel", "relevé", "session"])
    running.send_signal(signal.SIGINT)
    rest, _ = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "1 courriel(s)" in rest
    labels = [e.label for e in load_exchanges(tmp_path / "mss/evidence")]
    assert [label for label in labels if label in ("courriel", "MDN", "courriel XDM relevé")] == [
        "courriel", "MDN", "courriel XDM relevé",
    ]  # fmt: skip


def _read_until(running: subprocess.Popen[str], starts: list[str]) -> None:
    """Lines of the program, until some have begun so, in this order."""
    assert running.stdout
    for start in starts:
        next(line for line in running.stdout if line.startswith(start))


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, *PORTS, "--imap-port", port, "--folder", str(tmp_path)], capture_output=True, text=True,
            timeout=60, check=False, encoding="utf-8",
        )  # fmt: skip
    assert done.returncode == 2
    assert "ne peut pas démarrer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [["--reads", "nul@x.mssante.fr"], ["--fault", "aucune"], ["--mail", "rien"]])
def test_what_does_not_exist_is_said(tmp_path: Path, options: list[str]) -> None:
    done = subprocess.run(
        [*COMMAND, *PORTS, "--folder", str(tmp_path), *options], capture_output=True, text=True, timeout=60,
        check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    done = subprocess.run(
        [*COMMAND, *PORTS, "--folder", str(tmp_path / "fichier" / "x")], capture_output=True, text=True, timeout=60,
        check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode in (2, 3)
    assert done.stderr and "Traceback" not in done.stderr
