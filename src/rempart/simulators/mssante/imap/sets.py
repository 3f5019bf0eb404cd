"""Sequence sets (`1:3,7,*`) and the messages of a view that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rempart.simulators.mssante.imap.grammar import ImapSyntax
from rempart.simulators.mssante.mailbox import Stored

_RANGE = re.compile(r"(\d{1,10}|\*)(?::(\d{1,10}|\*))?")
_MAX_RANGES = 1_000


def is_set(text: str) -> bool:
    return all(_RANGE.fullmatch(r) for r in text.split(",")) if text else False


def selected(text: str, view: Sequence[Stored], *, by_uid: bool) -> list[tuple[int, Stored]]:
    """Sequence numbers and messages, in their order. Raises ImapSyntax on what is no set, or names too many ranges."""
    ranges = text.split(",")
    if not is_set(text) or len(ranges) > _MAX_RANGES:
        raise ImapSyntax("ensemble de messages mal formé")
    last = (view[-1].uid if by_uid else len(view)) if view else 0
    bounds = []
    for one in ranges:
        found = _RANGE.fullmatch(one)
        assert found
        low, high = (last if n == "*" else int(n) for n in (found[1], found[2] or found[1]))
        bounds.append((min(low, high), max(low, high)))
    chosen = []
    for number, message in enumerate(view, 1):
        key = message.uid if by_uid else number
        if any(low <= key <= high for low, high in bounds):
            chosen.append((number, message))
    return chosen
