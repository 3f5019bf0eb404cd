"""The processes of a benchmark: a client that tells how far it is, a measure made apart; none is waited for in vain."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, TypeVar

C = TypeVar("C")
M = TypeVar("M")
_ENDING = 60.0  # seconds that a client has to end, once it has said its last word


def told_by(client: Callable[..., None], *arguments: Any) -> Iterator[tuple[int, float]]:
    """What `client(*arguments, pipe)` sends through its pipe, in a process of its own, until it sends None.

    Ends this program with code 1 when the client dies before, or ends badly: its own traceback is above.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=client, args=(*arguments, theirs))
    process.start()
    theirs.close()  # or the end of a client that died would be waited for
    try:
        while (told := _next(ours)) is not None:
            yield told
        process.join(_ENDING)
    finally:
        process.kill()  # when who listens has stopped, or the client does not end; one that has ended does not mind
        process.join()
    if process.exitcode:
        sys.exit(f"the client has failed (exit code {process.exitcode}): nothing was measured")


def _next(pipe: Connection) -> tuple[int, float] | None:
    """None too when there is nobody left to say anything."""
    try:
        told: tuple[int, float] | None = pipe.recv()
    except EOFError:
        sys.exit("the client died before it had sent everything: nothing was measured")
    return told


def output_of(command: Sequence[str], seconds: float) -> bytes:
    """What a program prints. Ends this one with code 1, and what the program said of it, when it fails or takes
    longer."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        sys.exit(f"{command[-1]}: not done in {seconds:g} s: nothing was measured")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        sys.exit(f"{said}{command[-1]}: exit code {done.returncode}: nothing was measured")
    return done.stdout


def shared(send: Callable[[C, Sequence[M]], None], links: Sequence[C], messages: Sequence[M]) -> float:
    """Seconds in which `messages` are sent, dealt out to a thread for each of `links`. Raises what `send` raises: what
    was not sent is not counted."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(links)) as threads:
        for sent in [threads.submit(send, link, messages[n :: len(links)]) for n, link in enumerate(links)]:
            sent.result()
    return time.perf_counter() - started
