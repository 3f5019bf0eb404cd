"""A program on standby: its copies have the streams, the code and the life of who asked for them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rempart import standby
from rempart.standby import Asked, StandbyError

pytestmark = pytest.mark.skipif(not standby.available, reason="this system makes no copies of a process")

# What it does is its first word: it says what it reads, ends by itself, or never does.
PROGRAM = """
import os, signal, socket, sys
from rempart.standby import serve
copy = serve(socket.socket(fileno=int(sys.argv[1])))
if copy.words[0] == "echo":
    print(sys.stdin.read().upper(), *copy.words[1:])
    sys.stderr.write("told")
    copy.end(7)
if copy.words[0] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
print("waits", flush=True)
signal.pause()
"""


@pytest.fixture
def place() -> Iterator[str]:
    # Not pytest's own folder: the system bounds the length of such an address.
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        where = f"{folder}/socket"
        listener.bind(where)
        listener.listen(8)
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(listener.fileno())], stdin=subprocess.PIPE, pass_fds=[listener.fileno()]
        )
        listener.close()
        yield where
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0


def _program(place: str, *words: str) -> list[str]:
    return [sys.executable, "-I", "-S", standby.__file__, place, *words]


def test_a_copy_has_the_streams_of_who_asked_and_gives_its_code_back(place: str) -> None:
    for word in ("un", "deux"):
        done = subprocess.run(_program(place, "echo", word), input=b"lu", capture_output=True, timeout=30)
        assert (done.returncode, done.stdout, done.stderr) == (7, f"LU {word}\n".encode(), b"told")


def test_a_copy_that_is_killed_gives_a_code_of_failure(place: str) -> None:
    assert Asked(place, ["die"]).wait(30) == 1


def test_a_copy_ends_with_who_asked(place: str) -> None:
    with subprocess.Popen(_program(place, "wait"), stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"waits\n"
        process.kill()
        assert process.stdout.read() == b""  # the end of the stream: nobody holds it any more


def test_a_copy_that_does_not_answer_is_killed(place: str) -> None:
    reading, writing = os.pipe()
    copy = Asked(place, ["wait"], (0, writing, 2))
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        assert said.readline() == b"waits\n"
        with pytest.raises(TimeoutError):
            copy.wait(0.01)
        copy.kill()
        assert said.read() == b""
    copy.close()


def test_what_is_no_request_is_passed_over(place: str) -> None:
    for sent in (b"", b"\0\0", b"\xff\xff\xff\xff{}", b"\0\0\0\2{}"):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(place)
            stranger.sendall(sent)
            stranger.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                assert stranger.recv(1) == b""
    assert Asked(place, ["die"]).wait(30) == 1


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StandbyError, match="absent"):
        Asked(str(tmp_path / "absent"), ["echo"])
    done = subprocess.run(_program(str(tmp_path / "absent"), "echo"), capture_output=True, timeout=30)
    assert (done.returncode, b"absent" in done.stderr) == (3, True)


def test_a_program_with_threads_makes_no_copies() -> None:
    held = threading.Event()
    thread = threading.Thread(target=held.wait, daemon=True)
    thread.start()
    try:
        with socket.socket(socket.AF_UNIX) as listener, pytest.raises(RuntimeError, match="threads"):
            standby.serve(listener)
    finally:
        held.set()
        thread.join()
