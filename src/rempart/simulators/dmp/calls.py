"""What the simulated DMP was called for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rempart.model.exchange import Exchange
from rempart.simulators.heard import Ear


@dataclass(frozen=True, slots=True)
class Connection:
    """What a call came through: version and suite of TLS, certificate of the client in DER; empty without TLS."""

    tls: str = ""
    cipher: str = ""
    certificate: bytes = b""


PLAIN = Connection()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `exchange` keeps the request, `answer` the answer (None: none was sent).

    `transaction` is `TD2.1`, `TD3.1`…; "" when the call could not be read. `documents` are the unique identifiers that
    it is about. `errors` are the codes of the answer; none: it was accepted.
    """

    exchange: Exchange
    transaction: str
    user: str = ""
    structure: str = ""
    patient: str = ""
    mode: str = ""
    access: str = ""
    documents: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    answer: Exchange | None = None
    connection: Connection = PLAIN

    @property
    def accepted(self) -> bool:
        return self.answer is not None and not self.errors


Where = Callable[[Call], bool]
Calls = Ear[Call]
