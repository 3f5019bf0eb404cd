"""One asyncio loop in a daemon thread, for all simulators: steps stay synchronous, sockets stay asynchronous."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="rempart-simulators", daemon=True).start()
    return loop


def run(coroutine: Coroutine[Any, Any, T], timeout: float) -> T:
    """Run it on the simulators' loop and wait. Raises TimeoutError past `timeout` seconds, the coroutine cancelled."""
    future = asyncio.run_coroutine_threadsafe(coroutine, _loop())
    try:
        return future.result(timeout)
    except TimeoutError:
        future.cancel()
        raise


def seldom_collect() -> None:
    """For a process that only simulates: look for cycles once in ten thousand objects, not seven hundred.

    A message read makes thousands of objects and leaves no cycle: looking for some took a tenth of the time of a call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


class Gate:
    """Closed until `open` is called, from any thread; a behaviour awaits it, so that "late" needs no clock."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def open(self) -> None:
        _loop().call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        await self._event.wait()
