"""The `command` driver: one process per action.

It reads `{"action": "send_document", "request": {…}}` on standard input and writes the answer on standard output. Exit
code 0: the answer stands; 64: this action is not offered; any other: a failure, whose reason is on the error output.
`describe` is asked in the same way, with an empty request.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from rempart.candidate.deadline import within
from rempart.candidate.driver import DESCRIBE, Raw
from rempart.candidate.errors import ActionNotOffered, CandidateGarbage, CandidateSlow, CandidateUnreachable

MAX_ANSWER = 64 * 1024 * 1024
NOT_OFFERED = 64
_TAIL = 2000


class CommandTransport:
    name = "command"

    def __init__(self, command: Sequence[str], cwd: Path, timeout: float = 30) -> None:
        self.peer, self._command, self._cwd, self._timeout = command[0], list(command), cwd, timeout

    def describe(self) -> Raw:
        try:
            return self.send(DESCRIBE, b"{}")
        except ActionNotOffered as error:
            raise CandidateGarbage(f"la commande {self.peer} ne répond pas à « describe »", error.received) from None

    def send(self, action: str, body: bytes) -> Raw:
        # Files rather than pipes: a program that reads nothing, or writes its errors at length, blocks nobody.
        with TemporaryFile() as stdin, TemporaryFile() as stderr:
            stdin.write(b'{"action": "%s", "request": %s}' % (action.encode(), body))
            stdin.seek(0)
            code, data = self._run(action, stdin, stderr)
            said = _tail(stderr)
        if len(data) > MAX_ANSWER:
            raise CandidateGarbage(f"« {action} »: réponse au-delà de {MAX_ANSWER} octets", data[:1000])
        if code == NOT_OFFERED:
            raise ActionNotOffered(action, data)
        if code != 0:
            reason = f"« {action} »: la commande finit avec le code {code}: {said or 'rien sur sa sortie d’erreur'}"
            raise CandidateGarbage(reason, data)
        return Raw(data, f"code de sortie {code}")

    def close(self) -> None:
        """Nothing stays open between two actions."""

    def _run(self, action: str, stdin: IO[bytes], stderr: IO[bytes]) -> tuple[int, bytes]:
        try:
            process = subprocess.Popen(
                self._command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, cwd=self._cwd, start_new_session=True
            )
        except OSError as error:
            raise CandidateUnreachable(f"la commande {self.peer} ne démarre pas ({error.strerror})") from error
        try:
            data = within(self._timeout, lambda: _answer(process))
        except TimeoutError:
            raise CandidateSlow(f"« {action} »: la commande n'a pas fini en {self._timeout:g} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # before it is reaped: the group number is still its own
            code = process.wait()
        return code, data


def _answer(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout
    with process.stdout as stdout:
        data = stdout.read(MAX_ANSWER + 1)
    if len(data) <= MAX_ANSWER:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    return data


def _tail(stderr: IO[bytes]) -> str:
    stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, stderr.tell() - _TAIL))
    lines = stderr.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
