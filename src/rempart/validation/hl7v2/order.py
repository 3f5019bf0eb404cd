"""What is out of order in a sequence: the fewest items to take out for the others to rise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def out_of_order(ranks: Sequence[int], weights: Sequence[int] | None = None) -> list[int]:
    """Indexes of the items outside the heaviest increasing subsequence of `ranks`; each weighs 1 by default."""
    if all(a < b for a, b in pairwise(ranks)):
        return []
    best: list[tuple[int, tuple[int, ...]]] = []
    for i, rank in enumerate(ranks):
        before = max((best[j] for j in range(i) if ranks[j] < rank), default=(0, ()))
        best.append((before[0] + (weights[i] if weights else 1), (*before[1], i)))
    kept = max(best, default=(0, ()))[1]
    return [i for i in range(len(ranks)) if i not in kept]
