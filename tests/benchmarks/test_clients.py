"""A benchmark whose client dies says so and fails: it neither waits for ever nor gives the figures of a part."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
_SCRIPT = """
import os, sys, time
sys.path.insert(0, {folder!r})
from clients import output_of, shared, told_by

def sound(pipe):
    pipe.send((1, 0.5))
    pipe.send((2, 0.5))
    pipe.send(None)

def dies(pipe):
    pipe.send((1, 0.5))
    os._exit(3)

def says_nothing(pipe):
    pass

def fails_at_the_end(pipe):
    sound(pipe)
    os._exit(4)

def prints_then_fails(pipe):
    output_of([sys.executable, "-c", "import sys; print(1); sys.exit('no such pack')"], 60)

def never_ends(pipe):
    output_of([sys.executable, "-c", "import threading; threading.Event().wait()"], 0.2)

def loses_one(pipe):
    def send(link, messages):
        assert "lost" not in messages, "no answer"
    pipe.send((3, shared(send, [1, 2], ["a", "lost", "b"])))
    pipe.send(None)

if __name__ == "__main__":
    for told in told_by(globals()[sys.argv[1]]):
        print(told, flush=True)
    print("end")
"""


def played(tmp_path: Path, client: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT.format(folder=str(BENCHMARKS)), "utf-8")
    command = [sys.executable, str(script), client]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_what_a_client_tells_comes_as_it_is_told(tmp_path: Path) -> None:
    done = played(tmp_path, "sound")
    assert (done.returncode, done.stdout, done.stderr) == (0, "(1, 0.5)\n(2, 0.5)\nend\n", "")


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("dies", "the client died before"),
        ("says_nothing", "the client died before"),
        ("fails_at_the_end", r"has failed \(exit code 4\)"),
        ("prints_then_fails", "no such pack"),
        ("never_ends", r"not done in 0\.2 s"),
        ("loses_one", "no answer"),
        ("loses_one", "the client died before"),
    ],
)
def test_a_client_that_fails_ends_the_benchmark(tmp_path: Path, client: str, said: str) -> None:
    done = played(tmp_path, client)
    assert done.returncode == 1
    assert "end" not in done.stdout
    assert re.search(said, done.stderr)


@pytest.mark.parametrize("benchmark", ["dmp.py", "mssante.py"])
def test_a_benchmark_whose_client_cannot_start_fails(tmp_path: Path, benchmark: str) -> None:
    """No connection at all: a client that divides by them, and dies."""
    command = [sys.executable, str(BENCHMARKS / benchmark), "--count", "1", "--kb", "1", "--connections", "0"]
    env = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=env)
    assert done.returncode == 1, done.stdout
    assert done.stderr.endswith("nothing was measured\n")
    assert not list(tmp_path.glob("rempart-*"))
