"""Exchange: one thing that crossed the wire (or was observed), as it is kept in evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Direction(StrEnum):
    """Seen from the harness."""

    SENT = "sent"
    RECEIVED = "received"
    OBSERVED = "observed"  # nothing crossed: a silence, a refused connection, a file at rest


class Exchange(BaseModel):
    """Sidecar of an evidence object: `sha256` names the bytes, the rest says when, how, with whom and for what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    time: datetime
    direction: Direction
    protocol: str  # "hl7v2/mllp", "driver/http", "observation", "mail/rfc822"…
    role: str  # what the harness plays: "PFI simulée", "GAM simulée", "pilote"
    peer: str  # "127.0.0.1:4012", a URL, a path
    label: str  # "MDM^T02", "send_document"…
    sha256: str
    size: int
    scenario: str = ""
    note: str = ""


# What simulators and drivers are given to keep the bytes: they know nothing of the store.
# record(direction, protocol, role, peer, label, data, note) -> Exchange
Record = Callable[..., Exchange]
