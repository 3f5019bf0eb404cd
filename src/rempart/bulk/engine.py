"""How work is spread: what an engine is, and the one loop that drives any of them.

Few chunks are in flight at any time. When a worker dies, what it had in hand is judged again file by file, alone, so
that the one that kills is known; the others are not accused with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from rempart.bulk.model import Chunk, Options
from rempart.bulk.tasks import lost

Judge = Callable[[Chunk, Options], list[str]]


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk that came back: its lines, or None when its worker died with it."""

    chunk: Chunk
    lines: list[str] | None


class Engine(Protocol):
    """Judges chunks elsewhere.

    `slots` is how many are kept in flight; `attempts`, after how many deaths of its worker a file alone is given up.
    """

    @property
    def slots(self) -> int: ...

    @property
    def attempts(self) -> int: ...

    def submit(self, chunk: Chunk) -> None: ...

    def wait(self) -> list[Done]:
        """At least one chunk, once something is in flight. BulkError when the engine itself is lost."""
        ...

    def close(self, *, now: bool = False) -> None:
        """`now`: without waiting for what is in flight."""
        ...


def drive(engine: Engine, work: Iterable[Chunk], options: Options) -> Iterator[list[str]]:
    """Lines of each chunk, as they come. Every file of `work` has exactly one."""
    source = iter(work)
    suspects: list[Chunk] = []
    in_flight, more = 0, True
    while more or in_flight:
        while more and in_flight < engine.slots and not suspects:
            chunk = next(source, None)
            if chunk is None:
                more = False
            else:
                engine.submit(chunk)
                in_flight += 1
        for done in engine.wait() if in_flight else ():
            in_flight -= 1
            if done.lines is None:
                suspects += [(item,) for item in done.chunk]
            else:
                yield done.lines
        if suspects and not in_flight:
            for one in suspects:
                yield _alone(engine, one, options)
            suspects = []


def _alone(engine: Engine, chunk: Chunk, options: Options) -> list[str]:
    """One file with nothing beside it: when its worker dies, it did it."""
    for _ in range(engine.attempts):
        started = time.monotonic()
        engine.submit(chunk)
        (done,) = engine.wait()
        if done.lines is not None:
            return done.lines
        elapsed = time.monotonic() - started
        if too_long := 0 < options.timeout <= elapsed:
            break
    if too_long:
        reason = f"contrôle abandonné: pas de résultat en {options.timeout:g} s"
    else:
        reason = "contrôle interrompu: le processus qui jugeait ce fichier s'est arrêté (mémoire, ou défaut de Rempart)"
    return [lost(chunk[0], reason, round(elapsed * 1000, 1))]
