"""How far a long run is, on stderr: a bar on a terminal, a line from time to time elsewhere.

The total is counted meanwhile, by a thread that only lists names: the first files are judged at once.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import click

from rempart.bulk.walk import count

_EVERY = 10.0  # seconds between two lines, where there is no terminal
_WINDOW = 30.0  # seconds over which the rate is measured


class Progress:
    """Files done, their rate, the time that remains once the total is known."""

    def __init__(self, paths: Sequence[str], *, without: str = "") -> None:
        self._paths, self._without = paths, without
        self._total: int | None = None
        self._stop = threading.Event()
        self._done = 0
        self._first: int | None = None  # files of earlier runs, which took no time of this one
        self._started = self._told = time.monotonic()
        self._recent: list[tuple[float, int]] = []
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        threading.Thread(target=self._count, daemon=True).start()
        if sys.stderr.isatty():
            self._bar = self._start_bar()
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        if self._bar is not None:
            self._bar.stop()
        elif self._told > self._started:
            click.echo(self.line(), err=True)

    def advance(self, files: int) -> None:
        if self._first is None:
            self._first = files
        self._done += files
        now = time.monotonic()
        self._recent.append((now, self._done))
        while self._recent[0][0] < now - _WINDOW:
            del self._recent[0]
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, total=self._total, said=self._said())
        elif now - self._told >= _EVERY:
            self._told = now
            click.echo(self.line(), err=True)

    def line(self) -> str:
        """`12000 / 300000 fichiers, 250/s, reste 19 min`."""
        total = f" / {self._total}" if self._total is not None else ""
        return f"{self._done}{total} fichiers, {self._said()}"

    def rate(self) -> float:
        """Files a second, lately; over the whole run while it is young."""
        now = time.monotonic()
        since, before = self._recent[0] if len(self._recent) > 1 else (self._started, self._first or 0)
        return (self._done - before) / max(now - since, 1e-3)

    def _said(self) -> str:
        rate = self.rate()
        said = f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
        if self._total is None:
            return f"{said}, décompte en cours"
        left = max(self._total - self._done, 0)
        return f"{said}, reste {duration(left / rate)}" if rate > 0 and left else said

    def _count(self) -> None:
        total = 0
        for found in count(self._paths, without=self._without):
            total += found
            if self._stop.is_set():
                return
        self._total = total

    def _start_bar(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        bar = Bar(
            BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True, refresh_per_second=4,
        )  # fmt: skip
        self._task = bar.add_task("", total=None, said="")
        return bar


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20`."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d}"
