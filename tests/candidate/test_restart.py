"""A candidate that stops and starts again: by the harness when it has started it, else as any other action."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rempart.candidate.actions import RESTART, Nothing
from rempart.candidate.config import Dispositif, HttpDriver, Timeouts
from rempart.candidate.connect import connect
from rempart.candidate.driver import Driver, unrecorded
from rempart.candidate.drivers.captures import CapturesTransport
from rempart.candidate.drivers.program import ProgramTransport
from rempart.candidate.errors import ActionNotOffered, CandidateUnreachable

# It notes each start in the folder that outlives it, and gives their number as its version. It bears `argv[2]` of them.
PROGRAM = """
import json, pathlib, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
kept = pathlib.Path(sys.argv[1], "starts")
starts = int(kept.read_text()) + 1 if kept.exists() else 1
kept.write_text(str(starts))
if starts > int(sys.argv[2]):
    sys.exit("base de données verrouillée")
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"name": "X", "version": str(starts), "dispositif": "", "actions": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"ready": True, "http": f"http://127.0.0.1:{server.server_port}"}), flush=True)
sys.stdin.read()
"""


def _started(folder: Path, starts: int) -> Dispositif:
    command = [sys.executable, "-c", PROGRAM, "{data}", str(starts)]
    return Dispositif.model_validate(
        {"driver": {"kind": "http"}, "start": {"command": command, "ready_timeout": 20}}, context={"base": folder}
    )


def test_the_harness_restarts_what_it_has_started(tmp_path: Path) -> None:
    moved: list[str | None] = []
    with connect(_started(tmp_path, 2), Timeouts(), unrecorded, {}, tmp_path / "log") as link:
        link.on_move = lambda: moved.append(link.settings.driver.url)  # type: ignore[union-attr]
        assert link.driver.describe().version == "1"
        reply = link.driver.call(RESTART, Nothing())
        assert (reply.exchange.protocol, reply.exchange.label) == ("driver/program", RESTART)
        assert reply.answer.outcome == "done"  # type: ignore[attr-defined]
        assert link.driver.describe().version == "2", "what it kept in {data} is still there"
        assert isinstance(link.settings.driver, HttpDriver) and moved == [link.settings.driver.url]


def test_a_candidate_that_does_not_come_back_is_told(tmp_path: Path) -> None:
    with connect(_started(tmp_path, 1), Timeouts(), unrecorded, {}, tmp_path / "log") as link:
        with pytest.raises(CandidateUnreachable, match="base de données verrouillée"):
            link.driver.call(RESTART, Nothing())
        assert link.driver.last and "verrouillée" in link.driver.last.note
        with pytest.raises(CandidateUnreachable, match="ne s'est pas relancé"):
            link.process.check()  # type: ignore[union-attr]


def test_one_that_the_harness_has_not_started_is_asked_as_for_anything_else(tmp_path: Path) -> None:
    with pytest.raises(ActionNotOffered):
        Driver(CapturesTransport(tmp_path), unrecorded).call(RESTART, Nothing())
    started = Driver(CapturesTransport(tmp_path), unrecorded, program=ProgramTransport(lambda: None))
    assert started.call(RESTART, Nothing()).exchange.peer == "Rempart"
    with pytest.raises(ActionNotOffered):
        ProgramTransport(lambda: None).send("export_document", b"{}")
    assert Driver(ProgramTransport(lambda: None), unrecorded).describe().actions == [RESTART]
