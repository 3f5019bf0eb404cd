"""What a neighbour that speaks HL7v2 has received, and which of it a step wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rempart.formats.hl7v2 import Message
from rempart.model.exchange import Exchange


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """One message and the exchange that keeps its bytes."""

    exchange: Exchange
    message: Message


def accepting(kind: str | None, where: Callable[[Message], bool] | None) -> Callable[[Received], bool]:
    """Of this kind (`MDM^T02`; None: any), and that `where` accepts."""
    return lambda r: kind in (None, r.message.kind) and (where is None or where(r.message))
