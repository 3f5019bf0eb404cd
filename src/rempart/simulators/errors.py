"""Why the harness could not conclude, seen from the wire. Each reason is the sentence of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rempart.model.exchange import Exchange
from rempart.model.inconclusive import Inconclusive


class Heard(Protocol):
    """Anything that came and was kept."""

    @property
    def exchange(self) -> Exchange: ...


class NoTraffic(Inconclusive):
    """Nothing at all was heard from the candidate: neither conforming nor non-conforming."""

    def __init__(self, role: str, seconds: float, expected: str | None = None) -> None:
        wanted = f", {expected} attendu" if expected else ""
        super().__init__(f"{role}: aucun message reçu en {seconds:g} s{wanted}")


class MissingMessage(Inconclusive):
    """The candidate is alive and sent other messages than the one awaited: a step may make it a finding."""

    def __init__(self, role: str, seconds: float, expected: str | None, received: Sequence[Heard]) -> None:
        others = ", ".join(r.exchange.label for r in received)
        wanted = expected or "le message attendu"
        super().__init__(f"{role}: {wanted} n'est pas venu en {seconds:g} s; reçus: {others}")
        self.expected, self.received = expected, tuple(received)


class CandidateUnreachable(Inconclusive):
    """The candidate's port refuses the connection, or nobody is behind it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"le dispositif est injoignable: {reason}")


class CandidateSilent(Inconclusive):
    """Connected, sent, and no answer within the time allowed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"le dispositif n'a pas répondu: {reason}")


class CandidateGarbage(Inconclusive):
    """What the candidate sent cannot be read: not MLLP, not HL7, or cut in mid-block."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"le dispositif a envoyé des octets illisibles: {reason}")
