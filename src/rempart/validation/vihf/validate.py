"""validate_vihf: an assertion alone; check_vihf: that of a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rempart.formats.vihf.model import VihfError
from rempart.formats.vihf.read import parse_vihf
from rempart.model.finding import Finding
from rempart.validation.registry import finding, functions
from rempart.validation.report import Report
from rempart.validation.vihf import assertion, attributes, roles
from rempart.validation.vihf.context import VihfContext

# Importing them registers their functions.
RULE_MODULES = (assertion, attributes, roles)
KIND, EDITION = "VIHF", "3.0"


def validate_vihf(data: bytes, *, environment: str | None = None, received: datetime | None = None) -> Report:
    """Findings on a SAML 2.0 assertion. `received`: when it came, for what depends on it (30 s of the AIR mode)."""
    try:
        said = parse_vihf(data)
    except VihfError as error:
        where = f"ligne {error.line}" if error.line else "fichier"
        lost = finding("DMP-006", where, f"Ce n'est pas une assertion lisible: {error.reason}")
        return Report(KIND, EDITION, [lost], unreadable=str(error))
    context = VihfContext(vihf=said, environment=environment, received=received)
    kind = f"{KIND} {said.mode}".strip()
    return Report(kind, EDITION, list(check_vihf(context)), ["règles VIHF", "signature VIHF"])


def check_vihf(context: VihfContext) -> Iterator[Finding]:
    """Every rule of the assertion."""
    for function in functions("vihf"):
        yield from function(context)
