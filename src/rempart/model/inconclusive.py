"""Inconclusive: the harness could not conclude. Never a verdict on the candidate, never silence."""

from __future__ import annotations


class Inconclusive(Exception):
    """The harness could not conclude: no traffic, candidate unreachable, simulator at fault.

    `reason` is the French sentence of the report; the verdict of the scenario is `indetermine`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
