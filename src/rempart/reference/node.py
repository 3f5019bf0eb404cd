"""What a DPI and a PFI have in common: a store, an outbox, a listener, and the actions that they offer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import rempart
from rempart.formats.hl7v2 import mllp
from rempart.reference.http import Action, ActionServer, Screens
from rempart.reference.listener import IDLE_TIMEOUT, MAX_MESSAGE, Listener
from rempart.reference.outbox import Outbox
from rempart.reference.settings import Settings
from rempart.reference.store import Store

NAMES = {"HOP-DPI-Va2": "DPI de référence Rempart", "HOP-PFI-Va2": "PFI de référence Rempart"}


class Worker(Protocol):
    """What goes on behind the acknowledgements. `start` is called when there may be something new to do."""

    def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One program: its parts, wired. `actions` by name; `workers` beside the outbox."""

    settings: Settings
    store: Store
    outbox: Outbox
    listener: Listener
    actions: Mapping[str, Action]
    workers: Sequence[Worker] = ()
    screens: Screens | None = None  # for a browser

    @property
    def description(self) -> dict[str, Any]:
        """The answer to `GET /`."""
        return {
            "name": NAMES[self.settings.dispositif],
            "version": rempart.__version__,
            "dispositif": self.settings.dispositif,
            "actions": list(self.actions),
        }


class Running:
    """A node that listens. `async with Running(node) as running: running.ready`."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._http: ActionServer | None = None
        self._mllp: mllp.Listener | None = None
        self._serving: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Running:
        n, s = self._node, self._node.settings
        loop = asyncio.get_running_loop()
        self._mllp = await mllp.serve(
            n.listener.handle, s.host, s.mllp_port, idle_timeout=IDLE_TIMEOUT, limit=MAX_MESSAGE
        )
        self._http = ActionServer((s.host, s.http_port), n.description, n.actions, loop, n.screens)
        self._serving = loop.run_in_executor(None, self._http.serve_forever, 0.1)
        for worker in (n.outbox, *n.workers):
            worker.start()
        return self

    @property
    def ready(self) -> dict[str, Any]:
        """The line printed once both ports listen."""
        assert self._http and self._mllp
        host = self._node.settings.host
        return {
            "ready": True,
            "dispositif": self._node.settings.dispositif,
            "http": f"http://{host}:{self._http.server_address[1]}",
            "mllp": {"host": host, "port": self._mllp.port},
        }

    async def __aexit__(self, *exc: object) -> None:
        assert self._http and self._mllp and self._serving
        await asyncio.get_running_loop().run_in_executor(None, self._http.shutdown)
        await self._serving
        self._http.server_close()
        await self._mllp.close()
        for worker in (*self._node.workers, self._node.outbox):
            await worker.stop()
        self._node.store.close()
