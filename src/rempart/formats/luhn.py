"""The key of RPPS, SIREN, SIRET and numeric FINESS numbers: their last digit (ISO/IEC 7812-1)."""

from __future__ import annotations


def luhn(digits: str) -> bool:
    """Is the last digit the key of the others? `digits` holds digits only."""
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
