"""One HTTPS connection to the DMP, kept open between two calls: every wait has an end, every answer a bound."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import ssl
import time
from urllib.parse import urlsplit

from rempart.formats.soap.model import LIMIT
from rempart.reference.dmp.failures import BadSettings, Outage

_PIECE = 64 * 1024
_UNAVAILABLE = (429, 502, 503, 504)


class Connection:
    """Used by one thread at a time; `close` may come from another, and ends what is under way."""

    def __init__(self, url: str, tls: ssl.SSLContext, timeout: float) -> None:
        """`url` as configured; `timeout` in seconds, for a whole call. Raises BadSettings on what is no address."""
        at = urlsplit(url)
        if at.scheme != "https" or not at.hostname:
            raise BadSettings(f"{url!r}: an https address is expected")
        self._host, self._port, self._base = at.hostname, at.port or 443, at.path.rstrip("/")
        self._tls, self._timeout = tls, timeout
        self._open: http.client.HTTPSConnection | None = None

    def reach(self) -> None:
        """Connect, unless that is done. Raises Outage."""
        try:
            self._connected()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Outage(_of_connection(error)) from error

    def post(self, path: str, content_type: str, content: bytes) -> bytes:
        """What came back, from Content-Type on. Raises Outage."""
        sent, deadline = False, time.monotonic() + self._timeout
        try:
            connection = self._connected()
            sent = True  # from here on, nobody knows what the DMP has read
            connection.request("POST", self._base + path, content, {"Content-Type": content_type})
            answer = connection.getresponse()
            data = self._read(answer, connection.sock, deadline)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Outage(_of_connection(error), unsure=sent) from error
        if answer.status in _UNAVAILABLE:
            raise Outage(f"le DMP répond HTTP {answer.status}")
        kind = answer.headers.get("Content-Type", "")
        return f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace") + data

    def close(self) -> None:
        connection, self._open = self._open, None
        if connection is None:
            return
        if connection.sock is not None:
            with contextlib.suppress(OSError):  # wakes up a thread that reads
                connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _connected(self) -> http.client.HTTPSConnection:
        """The connection, opened when there is none or when the other end has closed it meanwhile."""
        if self._open is not None and _hung_up(self._open.sock):
            self.close()
        if self._open is None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
            connection.connect()
            self._open = connection
        self._open.sock.settimeout(self._timeout)
        return self._open

    def _read(self, answer: http.client.HTTPResponse, sock: socket.socket | None, deadline: float) -> bytes:
        """The body, whole. An answer that drips is cut at the deadline."""
        data = bytearray()
        while piece := answer.read1(_PIECE):
            data += piece
            if len(data) > LIMIT:
                raise http.client.HTTPException(f"réponse de plus de {LIMIT} octets")
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError("réponse inachevée")
            if sock is not None:
                sock.settimeout(left)
        if answer.length:
            raise http.client.IncompleteRead(bytes(data[:100]), answer.length)
        if answer.will_close:
            self.close()
        answer.close()  # the connection is then free for the next call
        return bytes(data)


def _of_connection(error: Exception) -> str:
    return f"connexion au DMP: {type(error).__name__}: {error}"


def _hung_up(sock: socket.socket | None) -> bool:
    """Is there something to read on an idle connection? Only its end can be."""
    if sock is None:
        return True
    try:
        return bool(select.select([sock], [], [], 0)[0])
    except (OSError, ValueError):
        return True
