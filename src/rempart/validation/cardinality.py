"""Cardinalities, as the tables of the texts write them."""

from __future__ import annotations

import re

Card = tuple[int, int | None]


def card(text: object) -> Card:
    """`"0..*"` -> (0, None). ValueError on anything else."""
    match = re.fullmatch(r"(\d+)\.\.(\d+|\*)", str(text))
    if not match:
        raise ValueError(f"cardinality {text!r} is not like 1..1 or 0..*")
    return int(match[1]), None if match[2] == "*" else int(match[2])
