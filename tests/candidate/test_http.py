"""The http driver against candidates that are right, wrong, slow, mute or absent."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rempart.candidate.actions import DocumentRequest, Outcome, PatientId, SendingStatus
from rempart.candidate.dmp_types import ConsultRequest
from rempart.candidate.driver import Driver, unrecorded
from rempart.candidate.drivers import http
from rempart.candidate.errors import ActionNotOffered, CandidateGarbage, CandidateSlow, CandidateUnreachable
from rempart.model.exchange import Direction, Exchange

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
PATIENT = ConsultRequest(patient=PatientId(value="42", authority="1.2.3"))


def _json(status: int, body: Any) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


@contextmanager
def _candidate(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            answer(self, b"")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Recorder:
    def __init__(self) -> None:
        self.kept: list[tuple[Exchange, bytes]] = []

    def __call__(self, direction: Direction, *rest: Any) -> Exchange:
        exchange = unrecorded(direction, *rest)
        self.kept.append((exchange, rest[4]))
        return exchange


def _driver(url: str, timeout: float = 5, recorder: Recorder | None = None) -> Driver:
    return Driver(http.HttpTransport(url, {"X-Token": "jeton"}, timeout), recorder or Recorder())


def test_both_sides_of_an_action_are_kept_as_bytes() -> None:
    seen: dict[str, Any] = {}

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.update(path=handler.path, body=json.loads(body), token=handler.headers["X-Token"])
        _json(200, {"outcome": "refused", "reason": "opposition", "extra": 1})(handler, body)

    recorder = Recorder()
    with _candidate(answer) as url:
        reply = _driver(url, recorder=recorder).call("consult_dmp", PATIENT)
    assert reply.answer == Outcome(outcome="refused", reason="opposition")
    assert seen == {
        "path": "/actions/consult_dmp",
        "body": {"patient": {"value": "42", "authority": "1.2.3"}, "access": "normal", "reason": ""},
        "token": "jeton",
    }
    assert [(e.direction, e.protocol, e.label) for e, _ in recorder.kept] == [
        (Direction.SENT, "driver/http", "consult_dmp"),
        (Direction.RECEIVED, "driver/http", "consult_dmp"),
    ]
    assert json.loads(recorder.kept[1][1])["extra"] == 1
    assert (reply.sent, reply.exchange) == (recorder.kept[0][0], recorder.kept[1][0])


def test_describe() -> None:
    body = {"name": "X", "version": "1", "dispositif": "HOP-DPI-Va2", "actions": ["send_document"]}
    with _candidate(_json(200, body)) as url:
        assert _driver(url).describe().actions == ["send_document"]


@pytest.mark.parametrize("status", [404, 501])
def test_an_action_that_is_not_offered(status: int) -> None:
    recorder = Recorder()
    with _candidate(_json(status, {})) as url, pytest.raises(ActionNotOffered, match="consult_dmp"):
        _driver(url, recorder=recorder).call("consult_dmp", PATIENT)
    assert recorder.kept[-1][0].direction is Direction.RECEIVED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_json(422, {"detail": "patient inconnu"}), "HTTP 422.*patient inconnu"),
        (_json(500, b"Traceback"), "HTTP 500: Traceback"),
        (_json(302, b""), "HTTP 302"),
        (_json(204, b""), "HTTP 204"),
        (_json(200, b"<html>"), "pas du JSON: « <html> »"),
        (_json(200, b""), "pas du JSON"),
        (_json(200, b"\xff\xfe"), "pas du JSON"),
        (_json(200, []), "racine"),
        (_json(200, {}), "« outcome »: clé obligatoire absente"),
        (_json(200, {"outcome": "ok"}), "« outcome »: « ok » n'est pas une valeur acceptée"),
    ],
)
def test_an_answer_out_of_the_contract(answer: Answer, reason: str) -> None:
    with _candidate(answer) as url, pytest.raises(CandidateGarbage, match=reason):
        _driver(url).call("consult_dmp", PATIENT)


def test_describe_is_never_not_offered() -> None:
    with _candidate(_json(404, {})) as url, pytest.raises(CandidateGarbage, match="HTTP 404"):
        _driver(url).describe()


def test_a_field_deep_in_the_answer_is_named() -> None:
    lines = [{"channel": "dmp", "status": "delivered"}, {"channel": "fax", "status": "read"}]
    body = {"found": True, "channels": lines}
    with _candidate(_json(200, body)) as url, pytest.raises(CandidateGarbage, match=r"channels\[1\]\.channel"):
        _driver(url).call("get_sending_status", DocumentRequest(document="1"))
    assert SendingStatus(found=True)


def test_an_answer_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 1000)
    with _candidate(_json(200, b" " * 200_000)) as url, pytest.raises(CandidateGarbage, match="au-delà de 1000"):
        _driver(url).call("consult_dmp", PATIENT)


def test_a_candidate_that_never_answers() -> None:
    gate = threading.Event()
    with _candidate(lambda h, b: gate.wait(10) and None) as url:
        with pytest.raises(CandidateSlow, match=r"en 0\.3 s"):
            _driver(url, 0.3).call("consult_dmp", PATIENT)
        gate.set()


def test_a_candidate_that_answers_drop_by_drop() -> None:
    """Each read ends in time, the answer never does: only the whole is bounded."""
    gate = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not gate.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    with _candidate(drip) as url:
        with pytest.raises(CandidateSlow):
            _driver(url, 0.4).call("consult_dmp", PATIENT)
        gate.set()


def test_a_candidate_that_is_down() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        recorder = Recorder()
        with pytest.raises(CandidateUnreachable, match=r"(?i)refused"):
            _driver(url, recorder=recorder).call("consult_dmp", PATIENT)
    assert [e.direction for e, _ in recorder.kept] == [Direction.SENT, Direction.OBSERVED]


def test_a_candidate_that_closes_in_mid_answer() -> None:
    def close(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"outcome"')

    with _candidate(close) as url, pytest.raises((CandidateUnreachable, CandidateGarbage)):
        _driver(url).call("consult_dmp", PATIENT)


def test_a_request_of_the_wrong_action_is_our_mistake() -> None:
    with pytest.raises(TypeError, match="ConsultRequest"):
        _driver("http://127.0.0.1:9").call("consult_dmp", DocumentRequest(document="1"))
