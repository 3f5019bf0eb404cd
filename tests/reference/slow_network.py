"""A network between a client and a server, where a connection waits until it is let through."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

WAIT = 10.0


class SlowNetwork:
    """Listens for the server at `port`; `reached` is set when somebody waits, all pass once `open` is set."""

    def __init__(self, port: int) -> None:
        self._behind, self._socket = port, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.reached, self.open = threading.Event(), threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self.open.set()
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._let_through, args=(client,), daemon=True).start()

    def _let_through(self, client: socket.socket) -> None:
        self.reached.set()
        if not self.open.wait(WAIT):
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._behind), WAIT)
        server.settimeout(None)
        back = threading.Thread(target=_pour, args=(server, client), daemon=True)
        back.start()
        _pour(client, server)
        back.join(WAIT)
        client.close()
        server.close()


def _pour(source: socket.socket, into: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            into.sendall(piece)
        into.shutdown(socket.SHUT_WR)
