"""The process that runs SaxonC: frames on its standard input, outcomes on its standard output, one at a time.

SaxonC writes the details of errors to file descriptor 2, not in its exceptions: they are read back from there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from rempart.validation.schematron import frames
from rempart.validation.schematron.outcome import Outcome, Status

_SOURCES = Path(__file__).resolve().parents[3]  # where the package is imported from
_DETAIL = 600  # characters of SaxonC's own words


class Worker:
    """A worker process, started at the first request and again after it was killed."""

    def __init__(self, module: str = __name__) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._refused: dict[tuple[str, str, str], Outcome] = {}

    def run(
        self, root: Path, entry: str, text: bytes, stamp: str = "", *, compile_timeout: float, run_timeout: float
    ) -> Outcome:
        """What `root`/`entry` says of a document (UTF-8). A schema that cannot be compiled is not tried again, until
        the folder has another `stamp`."""
        key = (str(root), entry, stamp)
        if refused := self._refused.get(key):
            return refused
        about = {"root": str(root), "entry": entry, "stamp": stamp}
        prepared = self._request({"op": "prepare", **about}, b"", compile_timeout)
        if prepared.status != "ok":
            if prepared.status != "unavailable":
                self._refused[key] = prepared
            return prepared
        return self._request({"op": "run", **about}, text, run_timeout)

    def close(self) -> None:
        """End the process; it may be in the middle of something."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _request(self, header: dict[str, Any], body: bytes, timeout: float) -> Outcome:
        try:
            process = self._started()
        except OSError as error:
            return Outcome("unavailable", str(error))
        assert process.stdin and process.stdout
        late = threading.Event()

        def too_late() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, too_late)
        timer.start()
        try:
            frames.send(process.stdin, header, body)
            answer, _ = frames.receive(process.stdout)
            if late.is_set():  # it answered while it was being killed: the next request needs another
                self.close()
            return Outcome.of_json(answer)
        except (OSError, EOFError, ValueError, TypeError) as error:
            self.close()
            status: Status = "timeout" if late.is_set() else "crash"
            died = f"le processus SaxonC s'est arrêté ({error})"
            return Outcome(status, f"interrompu après {timeout:g} s" if late.is_set() else died)
        finally:
            timer.cancel()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._module],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), cwd=tempfile.gettempdir(),
            )  # fmt: skip
        return self._process


def environment() -> dict[str, str]:
    """That of this process, in which the package is found wherever it is imported from."""
    path = os.pathsep.join([str(_SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path}


def main() -> None:
    """Serve frames until the input ends."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what SaxonC prints is no frame
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        from rempart.validation.schematron.engine import Engine

        _serve(Engine(), sys.stdin.buffer, output, captured)


def _serve(engine: Any, source: frames.Stream, output: frames.Stream, captured: Any) -> None:
    while True:
        try:
            header, body = frames.receive(source)
        except EOFError:
            return
        captured.seek(0)
        captured.truncate()
        root, entry, stamp = Path(header["root"]), header["entry"], header["stamp"]
        if header["op"] == "prepare":
            outcome = engine.prepare(root, entry, stamp)
        else:
            outcome = engine.run(root, entry, body.decode("utf-8"), stamp)
        if outcome.status != "ok":
            outcome.reason = _detailed(outcome.reason, captured)
        frames.send(output, outcome.as_json())


def _detailed(reason: str, captured: Any) -> str:
    """The reason with SaxonC's own words, on one line and cut."""
    captured.seek(0)
    words = " ".join(captured.read(64 * 1024).decode("utf-8", "replace").split())
    said = " ".join(reason.split())
    return f"{said[:_DETAIL]} ({words[:_DETAIL]})" if words and words not in said else said[: 2 * _DETAIL]


if __name__ == "__main__":
    main()
