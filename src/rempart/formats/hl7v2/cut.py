"""Pieces of bytes between separators, as positions: what fields, repetitions and components are."""

from __future__ import annotations

Span = tuple[int, int]

SHORT = 4096  # bytes: what is cut and decoded at once, and kept; longer pieces are documents


def cut(data: bytes, separator: bytes, start: int, end: int) -> list[Span]:
    """All the pieces, in order; at least one."""
    spans = []
    if end - start <= SHORT:
        for part in data[start:end].split(separator):
            spans.append((start, start + len(part)))
            start += len(part) + 1
        return spans
    while (at := data.find(separator, start, end)) >= 0:
        spans.append((start, at))
        start = at + 1
    spans.append((start, end))
    return spans


def nth(data: bytes, separator: bytes, wanted: int, start: int, end: int) -> Span | None:
    """The piece of that rank, from 1; None when there are fewer."""
    if wanted > 1 and end - start <= SHORT:
        before = data[start:end].split(separator, wanted - 1)
        if len(before) < wanted:
            return None
        start = end - len(before[-1])
    else:
        for _ in range(wanted - 1):
            start = data.find(separator, start, end) + 1
            if not start:
                return None
    at = data.find(separator, start, end)
    return start, at if at >= 0 else end
