"""Workers of a Dask cluster: the same tasks, on machines that see the same files at the same paths."""

from __future__ import annotations

import gc
import time
from concurrent.futures import CancelledError
from typing import Any

from rempart.bulk.engine import Done, Judge
from rempart.bulk.model import BulkError, Chunk, Options
from rempart.bulk.tasks import WrongVersion, judge_chunk

_CONNECT, _WORKERS = 10, 30  # seconds
_LOOK = 2.0  # seconds between two looks at the connection
_ALONE = 120.0  # seconds without any worker before the run is given up


class ClusterEngine:
    """`scheduler` is `tcp://host:port`. Dask gives the work of a lost worker to another one by itself."""

    def __init__(self, scheduler: str, options: Options, judge: Judge = judge_chunk) -> None:
        try:
            import distributed
        except ImportError:
            message = "the Dask engine is not installed: pip install 'rempart[cluster]'"
            raise BulkError(message) from None
        self._dask: Any = distributed
        self._options, self._judge = options, judge
        self._running: dict[Any, Chunk] = {}
        self._seen = time.monotonic()
        self._client: Any = None
        if refused := self._connect(scheduler):
            # A half-made client closes itself when it is collected: now, and not under a lock of another one.
            gc.collect()
            raise refused

    def _connect(self, scheduler: str) -> BulkError | None:
        """Why there is no client, if so."""
        try:
            self._client = self._dask.Client(scheduler, timeout=_CONNECT)
            self._client.wait_for_workers(1, timeout=_WORKERS)
        except ValueError as error:
            return BulkError(f"{scheduler}: not the address of a Dask scheduler ({error})")
        except (OSError, TimeoutError) as error:
            if self._client is not None:
                self._client.close(timeout=2)
            return BulkError(f"{scheduler}: no Dask scheduler with workers answers ({error})", usage=False)
        return None

    @property
    def slots(self) -> int:
        return 2 * max(1, sum(int(n) for n in self._client.nthreads().values()))

    @property
    def attempts(self) -> int:
        return 1  # the scheduler has tried on several workers already (allowed-failures)

    def submit(self, chunk: Chunk) -> None:
        # Not pure: the same file judged twice is two tasks, never a remembered answer.
        future = self._client.submit(self._judge, chunk, self._options, pure=False)
        self._running[future] = chunk

    def wait(self) -> list[Done]:
        while True:
            try:
                ended = self._dask.wait(list(self._running), timeout=_LOOK, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                self._still_there()
            except CancelledError:  # of the scheduler that restarts, or goes
                self._still_there()
                ended = {f for f in self._running if f.status in ("cancelled", "lost")}
                break
            else:
                break
        return [Done(self._running.pop(f), self._lines(f)) for f in ended]

    def close(self, *, now: bool = False) -> None:
        if now:
            self._client.cancel(list(self._running), force=True)
        self._client.close(timeout=2 if now else 10)

    def _lines(self, future: Any) -> list[str] | None:
        """None when workers died with it: a task that killed several is given up by the scheduler."""
        if future.status == "finished":
            lines: list[str] = future.result()
            future.release()  # at once: a result that is still held is computed again when its worker is lost
            return lines
        error = future.exception() if future.status == "error" else None
        if isinstance(error, WrongVersion):
            raise BulkError(f"a worker runs another version of Rempart: {error}")
        if isinstance(error, ImportError):
            raise BulkError(f"a worker cannot load Rempart: {error}")
        return None

    def _still_there(self) -> None:
        if self._client.status != "running":
            raise BulkError("the Dask scheduler is gone", usage=False)
        if self._client.nthreads():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > _ALONE:
            raise BulkError(f"the Dask cluster has had no worker for {_ALONE:.0f} s", usage=False)
