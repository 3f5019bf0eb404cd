"""The process that everybody shares: started once, survived, killed when it hangs, gone when nobody is left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from schematron_samples import doc, schema, write

from rempart.validation.schematron import frames
from rempart.validation.schematron.client import Client, private_folder
from rempart.validation.schematron.outcome import Outcome
from rempart.validation.schematron.service import Service
from rempart.validation.schematron.worker import Worker

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
_TIMES = {"compile_timeout": 30.0, "run_timeout": 30.0}
_FAKE = """
import os, sys, threading
from rempart.validation.schematron import frames
if __name__ == "__main__":
    while True:
        header, body = frames.receive(sys.stdin.buffer)
        if header["op"] == "run":
            if body == b"hang": threading.Event().wait()
            if body == b"die": os._exit(3)
            if body == b"babble": os.write(1, b"not a frame at all, not at all")
        frames.send(sys.stdout.buffer, {"status": "ok", "fired": os.getpid()})
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker that does what the document asks, and answers with its process id."""
    (tmp_path / "fake_worker.py").write_text(_FAKE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    worker = Worker("fake_worker")
    yield worker
    worker.close()


def _ask(worker: Worker, text: bytes, timeout: float = 30.0) -> Outcome:
    return worker.run(Path("/pack"), "s.sch", text, compile_timeout=30.0, run_timeout=timeout)


@pytest.mark.parametrize(("text", "status"), [(b"hang", "timeout"), (b"die", "crash"), (b"babble", "crash")])
def test_a_worker_that_fails_is_replaced(fake: Worker, text: bytes, status: str) -> None:
    first = _ask(fake, b"")
    failed = _ask(fake, text, 1.0 if text == b"hang" else 30.0)
    again = _ask(fake, b"")
    assert (first.status, failed.status, again.status) == ("ok", status, "ok") and failed.reason
    assert again.fired not in (0, first.fired)
    with pytest.raises(ProcessLookupError):
        os.kill(first.fired, 0)


def test_a_schema_that_does_not_compile_is_asked_once(fake: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(header: dict[str, object], body: bytes, timeout: float) -> Outcome:
        asked.append(header["stamp"])
        return Outcome("compile", "non")

    monkeypatch.setattr(fake, "_request", refuse)
    for stamp in ("1", "1", "2"):
        assert fake.run(Path("/p"), "s.sch", b"", stamp, **_TIMES).status == "compile"
    assert asked == ["1", "2"]


def test_a_python_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert Worker().run(Path("/p"), "s.sch", b"", **_TIMES).status == "unavailable"


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A private folder with a short name: the path of a socket is limited to some hundred characters."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        yield Path(folder)


def _served(folder: Path, worker: Worker, *, linger: float, idle: float = 60.0) -> threading.Thread:
    read, write_end = os.pipe()
    service = Service(folder / "s", worker, linger=linger, idle=idle)
    thread = threading.Thread(target=service.serve, args=(os.fdopen(write_end, "wb"),), daemon=True)
    thread.start()
    with os.fdopen(read, "rb") as ready:
        assert ready.readline() == b"ready\n"
    return thread


def _connection(folder: Path) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(folder / "s"))
    return client


def test_the_service_ends_after_its_last_client(short: Path, fake: Worker) -> None:
    thread = _served(short, fake, linger=0.3)
    with _connection(short) as client, client.makefile("rwb") as stream:
        frames.send(stream, {"root": "/p", "entry": "s", "stamp": "", **_TIMES}, b"")
        assert frames.receive(stream)[0]["status"] == "ok"
        thread.join(0.8)
        assert thread.is_alive()  # somebody is there
    thread.join(10)
    assert not thread.is_alive() and not (short / "s").exists()


def test_the_service_ends_when_nothing_is_asked(short: Path, fake: Worker) -> None:
    thread = _served(short, fake, linger=60, idle=0.3)
    with _connection(short):
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00"])
def test_a_client_that_speaks_otherwise_is_dropped(short: Path, fake: Worker, sent: bytes) -> None:
    thread = _served(short, fake, linger=0.5)
    with _connection(short) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    with _connection(short) as client, client.makefile("rwb") as stream:
        frames.send(stream, {"root": "/p"}, b"")  # a frame, and no request
        assert frames.receive(stream)[0]["status"] == "unavailable"
    thread.join(10)
    assert not thread.is_alive()


# -- the real one ---------------------------------------------------------------------------------------------------

_SLOW = "sum(for $a in 1 to 1000000, $b in 1 to 1000000 return ($a * $b) mod 7) = 0"
_SCHEMA = schema(
    '<pattern><rule context="d:a"><assert test="@x">sans x</assert></rule>'
    f'<rule context="d:slow"><assert test="{_SLOW}">jamais</assert></rule></pattern>'
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("pack"), {"s.sch": _SCHEMA, "mal.sch": schema("<pattern is-a='x'/>")})


@pytest.fixture
def client(short: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Client]]:
    """What makes clients of one service, which ends as soon as they do."""
    monkeypatch.setenv("REMPART_SCHEMATRON_LINGER", "0.2")
    made: list[Client] = []

    def new(**options: float) -> Client:
        made.append(Client(short, **options))
        return made[-1]

    yield new
    for one in made:
        one.close()


def _server(folder: Path) -> int:
    """The process that listens on the only socket of the folder."""
    (path,) = folder.glob("sch-*")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        return int.from_bytes(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[:4], sys.byteorder)


def test_clients_share_one_process_at_the_same_time(client: Callable[..., Client], pack: Path, short: Path) -> None:
    clients = [client() for _ in range(4)]

    def ask(number: int) -> list[str]:
        text = doc("<a/>" * (number % 3) + '<a x="1"/>').encode()
        return [f.text for f in clients[number % 4].run(pack, "s.sch", text).failures]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(24)))
    assert told == [["sans x"] * (n % 3) for n in range(24)]
    assert _server(short)


def test_a_service_that_was_killed_is_started_again(client: Callable[..., Client], pack: Path, short: Path) -> None:
    one = client()
    assert one.run(pack, "s.sch", doc("<a/>").encode()).status == "ok"
    killed = _server(short)
    os.kill(killed, 9)
    assert one.run(pack, "s.sch", doc("<a/>").encode()).fired == 1 and _server(short) != killed


def test_a_schematron_that_hangs_is_killed_and_told(client: Callable[..., Client], pack: Path) -> None:
    one = client(run_timeout=1.5)
    hung = one.run(pack, "s.sch", doc("<slow/>").encode())
    assert hung.status == "timeout" and "1.5 s" in hung.reason
    assert client().run(pack, "s.sch", doc("<a/>").encode()).fired == 1


def test_saxons_own_words_are_in_the_reason(client: Callable[..., Client], pack: Path) -> None:
    write(pack, {"faux.sch": schema('<pattern><rule context="d:a"><assert test="nulle()">x</assert></rule></pattern>')})
    told = client().run(pack, "faux.sch", doc("<a/>").encode())
    assert told.status == "compile" and "nulle" in told.reason


def test_a_pack_that_was_installed_again_is_read_again(client: Callable[..., Client], tmp_path: Path) -> None:
    one = client()
    write(tmp_path, {"s.sch": _SCHEMA})
    assert one.run(tmp_path, "s.sch", doc("<a/>").encode(), "1").failures[0].text == "sans x"
    write(tmp_path, {"s.sch": _SCHEMA.replace("sans x", "il manque x")})
    assert one.run(tmp_path, "s.sch", doc("<a/>").encode(), "2").failures[0].text == "il manque x"


def test_processes_that_start_together_get_one_service(
    short: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMPART_SCHEMATRON_LINGER", "0.5")
    program = (
        "import sys; from pathlib import Path\n"
        "from rempart.validation.schematron.client import Client\n"
        f"c = Client(Path({str(short)!r}))\n"
        f"print(c.run(Path({str(pack)!r}), 's.sch', b'<a xmlns=\"urn:d\"/>').fired, flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)]
    try:
        assert [p.stdout.readline() for p in running if p.stdout] == [b"1\n"] * 3
        assert len(list(short.glob("sch-*"))) == 1
    finally:
        for process in running:
            process.communicate(timeout=20)


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o755)
    told = Client(tmp_path / "open").run(pack, "s.sch", b"<a/>")
    assert told.status == "unavailable" and "dossier privé" in told.reason
    (tmp_path / "link").symlink_to(tmp_path / "open")
    with pytest.raises(PermissionError):
        private_folder(tmp_path / "link")
