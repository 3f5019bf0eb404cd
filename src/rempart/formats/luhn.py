"""The key of RPPS, SIREN, SIRET and numeric FINESS numbers: their last digit (ISO/IEC 7812-1)."""

from __future__ import annotations

_SEQUENCES = ("12345678901", "01234567890", "98765432109", "123456789", "012345678")


def luhn(digits: str) -> bool:
    """Is the last digit the key of the others? `digits` holds digits only."""
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def is_placeholder(digits: str) -> bool:
    """One digit repeated, or digits in sequence: a number that was never given to anybody."""
    return digits in _SEQUENCES or len(set(digits)) == 1
