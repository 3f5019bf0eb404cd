"""The `http` driver's other side: `GET /` describes the candidate, `POST /actions/<name>` does one action."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rempart.reference.body import BadRequest, Body

Action = Callable[[Body], Awaitable[dict[str, Any]]]
MAX_BODY = 64 * 1024 * 1024
ACTION_TIMEOUT = 120.0
SOCKET_TIMEOUT = 30.0


class ActionServer(ThreadingHTTPServer):
    """Threads read and write HTTP; the actions themselves run on the loop, where the store is."""

    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        description: Mapping[str, Any],
        actions: Mapping[str, Action],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(address, _Handler)
        self._description, self._actions, self._loop = description, actions, loop

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks its connection is its own affair."""

    def get(self, path: str) -> tuple[int, object]:
        if path == "/":
            return 200, self._description
        return 404, {"error": f"adresse inconnue: {path}"}

    def post(self, path: str, data: bytes) -> tuple[int, object]:
        prefix, _, name = path.rpartition("/")
        action = self._actions.get(name) if prefix == "/actions" else None
        if action is None:
            return 404, {"error": f"action inconnue: {path}"}
        try:
            body = Body.read(data)
            return 200, asyncio.run_coroutine_threadsafe(_run(action, body), self._loop).result(ACTION_TIMEOUT)
        except BadRequest as error:
            return 422, {"error": str(error)}
        except TimeoutError:
            return 504, {"error": f"action {name}: inachevée en {ACTION_TIMEOUT:g} s"}
        except Exception as error:  # a defect of ours is an answer of ours, not a broken connection
            traceback.print_exc(file=sys.stderr)
            return 500, {"error": f"{type(error).__name__}: {error}"}


async def _run(action: Action, body: Body) -> dict[str, Any]:
    return await action(body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "rempart-reference"
    timeout = SOCKET_TIMEOUT
    server: ActionServer

    def do_GET(self) -> None:
        self._reply(*self.server.get(self.path.partition("?")[0]))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal() and len(length) < 12):
            self.close_connection = True
            self._reply(411, {"error": "Content-Length est obligatoire"})
            return
        if int(length) > MAX_BODY:
            self.close_connection = True
            self._reply(413, {"error": f"requête de plus de {MAX_BODY} octets"})
            return
        data = self.rfile.read(int(length))
        self._reply(*self.server.post(self.path.partition("?")[0], data))

    def _reply(self, status: int, content: object) -> None:
        data = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """stdout carries the ready line, and nothing else."""
