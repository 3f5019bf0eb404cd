"""`rempart simulate` and `rempart operator`: what a person runs by hand, as processes that listen, talk and end."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rempart.evidence.store import load_exchanges

REMPART = [sys.executable, "-m", "rempart.cli.main"]
CANDIDATE = """version: 1
candidate: {name: Essai, version: "2"}
timeouts: {acknowledgement: 1, business_acknowledgement: 1, action: 5, silence: 0.1}
dispositifs:
  HOP-DPI-Va2: {driver: {kind: operator}}
"""


def call(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """In a session of its own: a process without a terminal."""
    return subprocess.run(
        [*REMPART, *arguments],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST_")} | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )


def listening(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([*REMPART, "simulate", *arguments], cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"127\.0\.0\.1:(\d+)", first)
    assert found, first
    return process, found[0]


@pytest.mark.parametrize(("role", "answer"), [("pfi", "AA"), ("dpi", "AE")])
def test_a_neighbour_listens_answers_judges_and_keeps(tmp_path: Path, role: str, answer: str) -> None:
    process, where = listening(tmp_path, role, "--answer", answer, "--count", "1", "--output", "kept")
    said = call(tmp_path, "simulate", "gap", "--to", where, "--event", "A28", "--output", "gap")
    told, _ = process.communicate(timeout=30)
    assert said.returncode == 0 and f"Acquittement: {answer}" in said.stdout, said.stdout + said.stderr
    assert process.returncode == 0 and "1 message(s) reçu(s)" in told
    kept = [(e.direction, e.label) for e in load_exchanges(tmp_path / "kept")]
    assert kept == [("received", "ADT^A28"), ("sent", "ACK^A28")]
    assert [(e.direction, e.label) for e in load_exchanges(tmp_path / "gap")] == [
        ("sent", "ADT^A28"),
        ("received", "ACK^A28"),
    ]


def test_ctrl_c_ends_it_and_what_came_is_kept(tmp_path: Path) -> None:
    process, where = listening(tmp_path, "pfi", "--output", "kept")
    assert call(tmp_path, "simulate", "gap", "--to", where, "--event", "A01").returncode == 0
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "1 message(s) reçu(s), conservés dans kept" in told


def test_a_port_that_is_taken_or_shut_is_one_clear_line(tmp_path: Path) -> None:
    process, where = listening(tmp_path, "pfi")
    taken = call(tmp_path, "simulate", "dpi", "--port", where.rpartition(":")[2], "--output", "other")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert taken.returncode == 2 and "écoute impossible" in taken.stderr
    shut = call(tmp_path, "simulate", "gap", "--to", where)
    assert shut.returncode == 3 and "injoignable" in shut.stderr and "Traceback" not in shut.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--to", "ici"], "une adresse et un port"),
        (["--to", "127.0.0.1:99999"], "une adresse et un port"),
        (["--to", "127.0.0.1:1", "--patient", "Jean Valjean"], "publiées: Dominique PAT-TROIS"),
        (["--to", "127.0.0.1:1", "--event", "A47", "--patient", "Dominique PAT-TROIS sans INS"], "pas d'INS à retirer"),
    ],
)
def test_wrong_usage_sends_nothing(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = call(tmp_path, "simulate", "gap", *arguments)
    assert done.returncode == 2 and told in done.stderr


def test_operator_wants_somebody(tmp_path: Path) -> None:
    (tmp_path / "candidate.yaml").write_text(CANDIDATE, "utf-8")
    assert "aucun terminal" in call(tmp_path, "operator").stderr
    done = call(tmp_path, "operator", CI="1")
    assert done.returncode == 2 and "CI" in done.stderr and not list(tmp_path.glob("*/results.json"))


def test_operator_asks_the_person_and_judges_the_answer(tmp_path: Path) -> None:
    """On a terminal of its own: the action is described, « tout passer » leaves it and what follows for later."""
    import pty

    software, where = listening(tmp_path, "dpi", "--output", "software")  # accepts every message, and shows nothing
    host, _, port = where.rpartition(":")
    endpoint = f"driver: {{kind: operator}}, endpoints: {{hl7v2: {{host: {host}, port: {port}}}}}"
    (tmp_path / "candidate.yaml").write_text(CANDIDATE.replace("driver: {kind: operator}", endpoint), "utf-8")
    arguments = ["operator", "--scenario", "DMP/CONF.09.01", "--output", "out"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        environment = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST_")}
        os.execve(sys.executable, [*REMPART, *arguments], environment)
    shown, answered = b"", 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            block = os.read(terminal, 65536)
        except OSError:  # the terminal is closed by its last user
            break
        if not block:
            break
        shown += block
        asked = shown.count("Relevez le résultat".encode())
        if asked > answered:
            answered = asked
            os.write(terminal, b"tout passer\n")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    software.send_signal(signal.SIGINT)
    software.communicate(timeout=30)
    text = shown.decode()
    assert answered == 1 and "──" in text, text
    assert code == 0 and "à attester" in text, text
    assert (tmp_path / "out" / "results.json").is_file()
