"""The INS: matricule, control key, and the OIDs that say which register issued it.

A matricule is 15 characters: sex, year, month, department, commune, rank (13), then a two-digit key. The OID, never the
shape of the matricule, says whether it is a NIR or a NIA (RNIV, EXI SI 04).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_BODY = re.compile(r"\d{5}(?:\d{2}|2[AB])\d{6}", re.ASCII)
_CORSICA = {"2A": "19", "2B": "18"}


class Environment(StrEnum):
    """Where identifiers of a register may travel."""

    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Register:
    """An assigning authority of the INS. `names`: what CX-4.1 may print beside its OID."""

    oid: str
    label: str
    names: tuple[str, ...]
    environment: Environment


NIR_NAME, NIA_NAME = "ASIP-SANTE-INS-NIR", "ASIP-SANTE-INS-NIA"
BILLING_NAME = "ASIP-SANTE-NIR"  # NIR de facturation: shares the OID of the INS-NIR, is typed NH and is not an INS

REGISTERS = {
    r.oid: r
    for r in (
        Register("1.2.250.1.213.1.4.8", "INS-NIR", (NIR_NAME,), Environment.PRODUCTION),
        Register("1.2.250.1.213.1.4.9", "INS-NIA", (NIA_NAME,), Environment.PRODUCTION),
        # There is no OID of its own for a test NIA: both names are seen under the test and demonstration OIDs.
        Register("1.2.250.1.213.1.4.10", "INS de test", (NIR_NAME, NIA_NAME), Environment.TEST),
        Register("1.2.250.1.213.1.4.11", "INS de démonstration", (NIR_NAME, NIA_NAME), Environment.TEST),
    )
}
NIR, NIA, TEST, DEMONSTRATION = REGISTERS


def key(body: str) -> str:
    """The two digits that follow a 13-character body: 97 - (n mod 97), Corsica's 2A read as 19 and 2B as 18.

    Raises ValueError when `body` is not such a body.
    """
    if not _BODY.fullmatch(body):
        raise ValueError(f"not the body of a matricule: {body!r}")
    department = body[5:7]
    number = int(body[:5] + _CORSICA.get(department, department) + body[7:])
    return f"{97 - number % 97:02d}"


def is_matricule(text: str) -> bool:
    """15 characters, well-formed, with a right key."""
    return bool(_BODY.fullmatch(text[:13])) and text[13:] == key(text[:13])
