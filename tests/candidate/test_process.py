"""Programs that start well, badly, slowly or not at all; none of them is left behind."""

import os
import select
import sys
from pathlib import Path

import pytest

from rempart.candidate.config import Config, Dispositif, HttpDriver, Start
from rempart.candidate.errors import CandidateError, CandidateGarbage, CandidateSlow, CandidateUnreachable
from rempart.candidate.process import CandidateProcess, Ready, connected

READY = (
    "import json, sys\n"
    "print(json.dumps({'ready': True, 'http': 'http://127.0.0.1:9/', 'mllp': {'host': 'h', 'port': 7}, 'x': 1}),"
    " flush=True)\n"
)


def _process(folder: Path, code: str, *arguments: str, timeout: float = 20) -> CandidateProcess:
    start = Start(command=[sys.executable, "-c", code, *arguments], cwd=folder, ready_timeout=timeout)
    return CandidateProcess(start, {"partner_host": "127.0.0.1", "partner_port": "4002"}, folder / "candidat.log")


def test_the_line_fills_the_addresses_that_were_left_open(tmp_path: Path) -> None:
    code = READY + "print(sys.argv[1:], file=sys.stderr, flush=True)\nsys.stdin.read()"
    with _process(tmp_path, code, "--to", "{partner_host}:{partner_port}") as running:
        running.check()
        dispositif = Dispositif.model_validate({"driver": {"kind": "http"}, "start": {"command": ["x"]}})
        ready = connected(dispositif, running.ready)
    assert isinstance(ready.driver, HttpDriver) and ready.driver.url == "http://127.0.0.1:9"
    assert (ready.hl7v2.host, ready.hl7v2.port) == ("h", 7)
    assert "['--to', '127.0.0.1:4002']" in (tmp_path / "candidat.log").read_text()


@pytest.mark.parametrize(
    ("code", "timeout", "error", "reason"),
    [
        ("raise SystemExit('port déjà pris')", 20, CandidateUnreachable, "port déjà pris"),
        ("print('hello', flush=True); input()", 20, CandidateGarbage, "« hello » lu"),
        ("print('{\"ready\": false}', flush=True); input()", 20, CandidateGarbage, "ready"),
        ("input()", 0.3, CandidateSlow, "en 0.3 s"),
        ("import os; os.close(1); input()", 20, CandidateGarbage, "ferme sa sortie"),
    ],
)
def test_a_program_that_does_not_get_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    timeout: float,
    error: type[CandidateError],
    reason: str,
) -> None:
    monkeypatch.setattr("rempart.candidate.process._GRACE", 0.5)
    with pytest.raises(error, match=reason), _process(tmp_path, code, timeout=timeout):
        pass


def test_a_program_that_does_not_exist(tmp_path: Path) -> None:
    start = Start(command=["./absent"], cwd=tmp_path)
    with pytest.raises(CandidateUnreachable, match=r"\./absent"), CandidateProcess(start, {}, tmp_path / "log"):
        pass


def test_a_death_during_the_campaign_is_told(tmp_path: Path) -> None:
    with _process(tmp_path, READY + "input()\nsys.exit('disque plein')") as running:
        process = running._process
        assert process and process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.wait(10)
        with pytest.raises(CandidateUnreachable, match=r"code 1\): disque plein"):
            running.check()


def test_a_program_that_talks_a_lot_is_not_blocked(tmp_path: Path) -> None:
    code = READY + "print('x' * 1_000_000, flush=True)\nprint('fin', file=sys.stderr, flush=True)\ninput()"
    with _process(tmp_path, code) as running:
        process = running._process
        assert process
    assert process.returncode is not None
    assert (tmp_path / "candidat.log").stat().st_size > 1_000_000


def test_a_stubborn_program_and_its_child_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rempart.candidate.process._GRACE", 0.3)
    code = (
        "import signal, subprocess, sys, threading\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()'])\n"
        "open('child', 'w').write(str(child.pid))\n" + READY + "threading.Event().wait()"
    )
    with _process(tmp_path, code) as running:
        process = running._process
        assert process
        child = os.pidfd_open(int((tmp_path / "child").read_text()))
    assert process.returncode == -9
    try:
        assert select.select([child], [], [], 5)[0], "the child outlives its parent"
    finally:
        os.close(child)


def test_tls_of_the_file_survives_the_announced_address() -> None:
    config = Config.model_validate(
        {
            "version": 1,
            "candidate": {"name": "X", "version": "1"},
            "dispositifs": {
                "HOP-DPI-Va2": {
                    "driver": {"kind": "operator"},
                    "endpoints": {"hl7v2": {"host": "a", "port": 1, "tls": {"check_hostname": False}}},
                    "start": {"command": ["x"]},
                }
            },
        }
    )
    ready = Ready.model_validate({"ready": True, "mllp": {"host": "b", "port": 2}})
    found = connected(config.dispositifs["HOP-DPI-Va2"], ready).hl7v2
    assert (found.host, found.port) == ("b", 2)
    assert found.tls and not found.tls.check_hostname
