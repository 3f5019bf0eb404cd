"""Where the campaigns of a self-test are played: hundreds of them, each in a process of its own.

Two programs stand by for all of them, one with the harness loaded and the features collected, one with the reference.
Where the system makes no copies of a process, each campaign starts from nothing: it takes longer, and gives the same.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from rempart import standby
from rempart.model.verdict import Verdict

CAMPAIGN_TIMEOUT = 900  # against one that hangs: a complete one, on a defect that stops all sendings, takes minutes
_GRACE = 10

Verdicts = dict[str, Verdict]  # by `<scenario id>::<name>`


class Stage:
    """`with Stage() as stage: stage.play("HOP-DPI-Va2", "triple-incoherent", ["CDA/HL7.02"])`, from several threads."""

    def __init__(self, timeout: float = CAMPAIGN_TIMEOUT) -> None:
        self._timeout = timeout
        self._open = ExitStack()

    def __enter__(self) -> Stage:
        self._root = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="rempart-")))
        if standby.available:
            self._stand_by("reference", ["rempart.reference", "--standby"])
            self._stand_by("campaign", ["rempart.campaign.warm"])
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def play(self, dispositif: str, mutant: str | None, requirements: Iterable[str] = ()) -> Verdicts:
        """Verdicts of one campaign on the embedded reference; all of the dispositif without `requirements`.

        Raises RuntimeError (French), with its last lines, when it leaves no results.
        """
        name = mutant or dispositif
        run, log = self._root / name, self._root / f"{name}.log"
        options: dict[str, object] = {
            "rempart_dispositif": [dispositif],
            "rempart_output": str(run),
            "rempart_mutant": mutant,
            "rempart_requirement": list(requirements),
        }
        try:
            code = self._copy(options, log) if standby.available else self._alone(options, log)
        except TimeoutError:
            raise RuntimeError(f"{name}: campagne inachevée en {self._timeout} s") from None
        except standby.StandbyError as error:
            raise RuntimeError(f"{name}: {error}\n{_tail(self._log('campaign'))}") from error
        results = run / "results.json"
        if not results.is_file():
            raise RuntimeError(f"{name}: pas de results.json (code {code})\n{_tail(log)}")
        scenarios = json.loads(results.read_text("utf-8"))["scenarios"]
        shutil.rmtree(run)  # while the disk has not seen it: hundreds of these at the end take minutes to delete
        return {f"{s['scenario_id']}::{s['name']}": Verdict(s["verdict"]) for s in scenarios}

    def _copy(self, options: dict[str, object], log: Path) -> int:
        options["rempart_standby"] = self._socket("reference")
        with open(os.devnull, "rb") as nothing, log.open("wb") as out, ExitStack() as stack:
            streams = (nothing.fileno(), out.fileno(), out.fileno())
            copy = standby.Asked(self._socket("campaign"), [json.dumps(options)], streams)
            stack.callback(copy.close)
            try:
                return copy.wait(self._timeout)
            except TimeoutError:
                copy.kill()
                raise

    def _alone(self, options: dict[str, object], log: Path) -> int:
        command = [sys.executable, "-m", "rempart.campaign.warm", json.dumps(options)]
        with log.open("wb") as out:
            try:
                return subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=self._timeout, check=False
                ).returncode
            except subprocess.TimeoutExpired:
                raise TimeoutError from None

    def _stand_by(self, name: str, command: list[str]) -> None:
        """Start it with the socket that it is asked on: who asks before it has loaded waits there."""
        with socket.socket(socket.AF_UNIX) as listener, self._log(name).open("wb") as log:
            listener.bind(self._socket(name))
            listener.listen(64)
            process = subprocess.Popen(
                [sys.executable, "-m", *command, str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # Ctrl-C is for the self-test, which then closes its input
            )
        self._open.callback(_close, process)

    def _socket(self, name: str) -> str:
        return str(self._root / f"{name}.socket")

    def _log(self, name: str) -> Path:
        return self._root / f"{name}.standby.log"


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:]) if log.is_file() else ""
