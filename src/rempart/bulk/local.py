"""Processes of this machine (concurrent.futures, spawn: no lock of the parent is copied)."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from rempart.bulk.engine import Done, Judge
from rempart.bulk.model import Chunk, Options
from rempart.bulk.tasks import judge_chunk, start_worker


def default_workers() -> int:
    """Cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class LocalEngine:
    """A pool that is replaced when one of its workers dies. `judge` is a function of an importable module."""

    def __init__(self, workers: int, options: Options, judge: Judge = judge_chunk) -> None:
        self._workers, self._options, self._judge = workers, options, judge
        self._others = set(multiprocessing.active_children())
        self._running: dict[Future[list[str]], Chunk] = {}
        self._unsent: list[Chunk] = []
        self._pool = self._start()

    @property
    def slots(self) -> int:
        return self._workers * 2  # one judged, one waiting: no worker waits for the parent

    @property
    def attempts(self) -> int:
        return 2  # memory may have been short the first time

    def submit(self, chunk: Chunk) -> None:
        try:
            self._running[self._pool.submit(self._judge, chunk, self._options)] = chunk
        except BrokenProcessPool:
            self._unsent.append(chunk)  # told as lost by the next wait

    def wait(self) -> list[Done]:
        if self._running and not self._unsent:
            finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
            if not any(isinstance(f.exception(), BrokenProcessPool) for f in finished):
                return [Done(self._running.pop(f), f.result()) for f in finished]
        return self._after_a_death()

    def close(self, *, now: bool = False) -> None:
        self._pool.shutdown(wait=not now, cancel_futures=True)
        if now:
            for process in multiprocessing.active_children():
                if process not in self._others:
                    process.terminate()

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=start_worker)

    def _after_a_death(self) -> list[Done]:
        """The whole pool is broken: what had come back is kept, the rest is lost, and a new pool takes its place."""
        wait(self._running)  # the pool fails them all
        found = [Done(c, None if f.exception() else f.result()) for f, c in self._running.items()]
        found += [Done(c, None) for c in self._unsent]
        self._running, self._unsent = {}, []
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._start()
        return found
