from __future__ import annotations

import hashlib
import itertools
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

import pytest

from rempart.model.exchange import Direction, Exchange


@dataclass
class Ledger:
    """A store in memory: `ledger.record` is what simulators are given."""

    kept: list[tuple[Exchange, bytes]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def record(self, direction, protocol, role, peer, label, data, note="", scenario="") -> Exchange:
        with self._lock:
            exchange = Exchange(
                id=str(next(self._ids)),
                time=datetime.now(UTC),
                direction=Direction(direction),
                protocol=protocol,
                role=role,
                peer=peer,
                label=label,
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                note=note,
                scenario=scenario,
            )
            self.kept.append((exchange, bytes(data)))
            return exchange

    def bytes(self, direction: Direction) -> list[bytes]:
        return [data for exchange, data in self.kept if exchange.direction is direction]

    def lines(self) -> list[tuple[str, str]]:
        return [(exchange.direction.value, exchange.label) for exchange, _ in self.kept]


@dataclass(frozen=True)
class At:
    """An address without TLS."""

    host: str
    port: int
    tls: None = None


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def nobody() -> At:
    """An address that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return At("127.0.0.1", taken.getsockname()[1])


@pytest.fixture
def at() -> type[At]:
    return At
