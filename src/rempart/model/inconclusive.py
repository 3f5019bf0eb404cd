"""Inconclusive: the harness could not conclude. Never a verdict on the candidate, never silence."""

from __future__ import annotations

from rempart.model.exchange import Exchange


class Inconclusive(Exception):
    """The harness could not conclude: no traffic, candidate unreachable, simulator at fault.

    `reason` is the French sentence of the report; the verdict of the scenario is `indetermine`. `exchange` is the
    observation kept of it, when there is one.
    """

    exchange: Exchange | None = None

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
