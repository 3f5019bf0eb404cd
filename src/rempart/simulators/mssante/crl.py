"""The revocation list where certificates say that it is: published over HTTP, or out of reach (MSS/CONF.22)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from rempart.model.exchange import Direction, Record
from rempart.simulators import loop
from rempart.simulators.https import Channel, Listener, Request, Response, serve
from rempart.simulators.https.channel import HttpError

_START_STOP = 10.0  # seconds
_PROTOCOL = "http"
_EVERYWHERE = ("0.0.0.0", "::")


def crl_url(host: str, port: int, name: str = "localhost") -> str:
    """Where the list is that is served on `host` and `port`. `name` is how clients reach `host`, when that is every
    address of the machine."""
    reached = name if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{reached}:{port}/root.crl"


class PublishedCrl:
    """A context manager; `url` is known once inside. `publish` says which list, `suspend` takes it out of reach.

    `name` as for `crl_url`. `asked` counts the downloads.
    """

    def __init__(
        self, record: Record, role: str, *, host: str = "127.0.0.1", port: int = 0, name: str = "localhost"
    ) -> None:
        self.host, self.port, self.asked, self._name = host, port, 0, name
        self._record, self._role = record, role
        self._der = b""
        self._listener: Listener | None = None

    @property
    def url(self) -> str:
        return crl_url(self.host, self.port, self._name)

    def publish(self, crl: Path) -> None:
        """Serve this list (a PEM file), in DER as RFC 5280 wants it."""
        self._der = x509.load_pem_x509_crl(crl.read_bytes()).public_bytes(Encoding.DER)

    def __enter__(self) -> Self:
        self.resume()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.suspend()

    def resume(self) -> None:
        """Raises OSError when the port is taken."""
        if self._listener is None:
            self._listener = loop.run(serve(self._handle, self._fault, self.host, self.port), _START_STOP)
            self.port = self._listener.port

    def suspend(self) -> None:
        if self._listener:
            loop.run(self._listener.close(), _START_STOP)
            self._listener = None

    async def _handle(self, channel: Channel, request: Request) -> None:
        self.asked += 1
        self._record(Direction.RECEIVED, _PROTOCOL, self._role, channel.peer, "CRL", request.message, "")
        answer = Response(self._der, "application/pkix-crl", 200 if self._der else 404)
        self._record(Direction.SENT, _PROTOCOL, self._role, channel.peer, "CRL", answer.wire(), "")
        await channel.write(answer.wire())

    async def _fault(self, peer: str, error: HttpError) -> None:
        if error.received:
            self._record(Direction.RECEIVED, _PROTOCOL, self._role, peer, "octets", error.received, error.reason)
