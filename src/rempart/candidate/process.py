"""A candidate that the harness starts: one program, one JSON line when it listens, gone when its input closes.

The line is `{"ready": true, "http": "http://127.0.0.1:8080", "mllp": {"host": "127.0.0.1", "port": 4001}}`. What the
program writes on its error output is kept in a file: it is the first thing to read when it dies.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from rempart.candidate.config import Dispositif, Endpoint, HttpDriver, Start
from rempart.candidate.deadline import within
from rempart.candidate.errors import CandidateGarbage, CandidateSlow, CandidateUnreachable

_LINE_LIMIT = 64 * 1024
_TAIL = 2000
_GRACE = 3.0


class Address(BaseModel):
    model_config = ConfigDict(extra="ignore")

    host: str
    port: int


class Ready(BaseModel):
    """What the program says once it listens. Other keys are its own business."""

    model_config = ConfigDict(extra="ignore")

    ready: Literal[True]
    http: str | None = None
    mllp: Address | None = None


class CandidateProcess:
    """`with CandidateProcess(start, places, log) as running: running.ready`. Entering waits for the line.

    `places`: what stands for `{partner_host}`, `{dmp_url}`… in its command line.

    Raises CandidateUnreachable, CandidateSlow or CandidateGarbage when the program does not get there.
    """

    def __init__(self, start: Start, places: Mapping[str, str], log: Path) -> None:
        self._command = [_fill(part, places) for part in start.command]
        self._start, self._log = start, log
        self._process: subprocess.Popen[bytes] | None = None
        self._drain: threading.Thread | None = None
        self.ready = Ready(ready=True)

    def __enter__(self) -> CandidateProcess:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=self._start.cwd,
                    start_new_session=True,  # Ctrl-C is for the harness, which then stops the candidate itself
                )
            except OSError as error:
                raise CandidateUnreachable(
                    f"le programme du candidat ne démarre pas: {self._command[0]} ({error.strerror})"
                ) from error
        try:
            self.ready = self._wait_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def check(self) -> None:
        """Raises CandidateUnreachable when the program has stopped by itself, or has not come back from a restart."""
        if self._process is None:
            raise CandidateUnreachable("le programme du candidat, arrêté pour un redémarrage, ne s'est pas relancé")
        if (code := self._process.poll()) is not None:
            raise CandidateUnreachable(self._died(code))

    def restart(self) -> None:
        """Stop it as at the end, then start it with the same command: `ready` says where it listens from now on.

        Raises as entering.
        """
        self.stop()
        self.__enter__()

    def stop(self) -> None:
        """Close its input, then ask, then force: whatever it does, nothing of it is left."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):  # its end of the pipe is already gone
            if process.stdin:
                process.stdin.close()
        for step in (None, signal.SIGTERM):
            if step is not None:
                _signal(process, step)
            if _ended(process, _GRACE):
                break
        _signal(process, signal.SIGKILL)  # the program, and any child left in its session
        process.wait()
        if self._drain:  # what it said last is in the log too
            self._drain.join(_GRACE)

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> Ready:
        assert process.stdout
        first: queue.Queue[bytes] = queue.Queue(1)
        self._drain = threading.Thread(target=_drain, args=(process.stdout, first, self._log), daemon=True)
        self._drain.start()
        try:
            line = first.get(timeout=self._start.ready_timeout)
        except queue.Empty:
            raise CandidateSlow(
                f"le programme du candidat n'a pas annoncé qu'il écoute en {self._start.ready_timeout:g} s"
            ) from None
        if not line:
            try:
                raise CandidateUnreachable(self._died(process.wait(_GRACE)))
            except subprocess.TimeoutExpired:
                raise CandidateGarbage("le programme du candidat ferme sa sortie sans annoncer qu'il écoute") from None
        try:
            return Ready.model_validate_json(line)
        except ValidationError:
            shown = line[:200].decode("utf-8", "replace").strip()
            raise CandidateGarbage(
                f'le programme du candidat devait écrire la ligne JSON {{"ready": true, …}}, « {shown} » lu', line
            ) from None

    def _died(self, code: int) -> str:
        said = self._log.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
        last = said.splitlines()[-1] if said else "rien sur sa sortie d'erreur"
        return f"le programme du candidat s'est arrêté (code {code}): {last}"


def connected(dispositif: Dispositif, ready: Ready) -> Dispositif:
    """The dispositif with the addresses that its program announced; TLS and headers stay those of candidate.yaml."""
    driver, endpoints = dispositif.driver, dispositif.endpoints
    if isinstance(driver, HttpDriver) and ready.http:
        driver = driver.model_copy(update={"url": ready.http.rstrip("/")})
    if ready.mllp:
        tls = endpoints.hl7v2.tls if endpoints.hl7v2 else None
        endpoint = Endpoint(host=ready.mllp.host, port=ready.mllp.port, tls=tls)
        endpoints = endpoints.model_copy(update={"hl7v2": endpoint})
    return dispositif.model_copy(update={"driver": driver, "endpoints": endpoints})


def _fill(part: str, places: Mapping[str, str]) -> str:
    for place, value in places.items():
        part = part.replace(f"{{{place}}}", value)
    return part


def _drain(stdout: IO[bytes], first: queue.Queue[bytes], log: Path) -> None:
    """Hand over the first line, then keep reading: a program whose output nobody reads ends up blocked."""
    with stdout, log.open("ab") as file:
        first.put(stdout.readline(_LINE_LIMIT))
        while data := stdout.read1(_LINE_LIMIT) if hasattr(stdout, "read1") else stdout.read(_LINE_LIMIT):
            file.write(data)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the end of the program without reaping it: its group keeps its number until the last signal."""
    if process.returncode is not None:
        return True
    try:
        within(seconds, lambda: os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT))
    except TimeoutError:
        return False
    return True


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.returncode is None:  # once reaped, the number may be another program's
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
