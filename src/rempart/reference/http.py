"""The `http` driver's other side: `GET /` describes the candidate, `POST /actions/<name>` does one action.

And the screens of a candidate that has some, for a browser.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from rempart.reference.body import BadRequest, Body

Action = Callable[[Body], Awaitable[dict[str, Any]]]
Fields = Mapping[str, list[str]]  # of an address, or of a form
SCREENS = "/ecran/"
MAX_FIELDS = 200
MAX_BODY = 64 * 1024 * 1024
ACTION_TIMEOUT = 120.0
SOCKET_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page, or where to go."""

    status: int = 200
    html: str = ""
    location: str = ""


Screens = Callable[[str, str, Fields], Awaitable[Screen]]  # method, path, fields


class ActionServer(ThreadingHTTPServer):
    """Threads read and write HTTP; the actions themselves run on the loop, where the store is."""

    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        description: Mapping[str, Any],
        actions: Mapping[str, Action],
        loop: asyncio.AbstractEventLoop,
        screens: Screens | None = None,
    ) -> None:
        super().__init__(address, _Handler)
        self._screens = screens
        self._description, self._actions, self._loop = description, actions, loop

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks its connection is its own affair."""

    def get(self, path: str) -> tuple[int, object]:
        if path == "/":
            return 200, self._description
        return 404, {"error": f"adresse inconnue: {path}"}

    def screen(self, method: str, path: str, fields: str) -> Screen:
        """The page at this address. `fields` are as the address or the form writes them."""
        if self._screens is None:
            return Screen(status=404, html="Ce logiciel n'a pas d'écran.")
        try:
            said = parse_qs(fields, keep_blank_values=True, max_num_fields=MAX_FIELDS)
            shown = asyncio.run_coroutine_threadsafe(_show(self._screens, method, path, said), self._loop)
            return shown.result(ACTION_TIMEOUT)
        except ValueError as error:
            return Screen(status=400, html=f"Champs illisibles: {type(error).__name__}")
        except TimeoutError:
            return Screen(status=504, html="Le logiciel n'a pas répondu à temps.")
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            return Screen(status=500, html=f"Erreur interne: {type(error).__name__}")

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


async def _show(screens: Screens, method: str, path: str, fields: Fields) -> Screen:
    return await screens(method, path, fields)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "rempart-reference"
    timeout = SOCKET_TIMEOUT
    server: ActionServer

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith(SCREENS):
            self._show(self.server.screen("GET", path, query))
        else:
            self._reply(*self.server.get(path))

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
        path = self.path.partition("?")[0]
        if path.startswith(SCREENS):
            self._show(self.server.screen("POST", path, data.decode("utf-8", "replace")))
        else:
            self._reply(*self.server.post(path, data))

    def _reply(self, status: int, content: object) -> None:
        data = json.dumps(content, ensure_ascii=False).encode()
        self._send(status, "application/json; charset=utf-8", data)

    def _show(self, screen: Screen) -> None:
        where = {"Location": screen.location} if screen.location else {}
        self._send(screen.status, "text/html; charset=utf-8", screen.html.encode(), where)

    def _send(self, status: int, kind: str, data: bytes, more: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """stdout carries the ready line, and nothing else."""
