"""One asyncio loop in a daemon thread, for all simulators: steps stay synchronous, sockets stay asynchronous."""

from __future__ import annotations

import asyncio
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


class Gate:
    """Closed until `open` is called, from any thread; a behaviour awaits it, so that "late" needs no clock."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def open(self) -> None:
        _loop().call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        await self._event.wait()
