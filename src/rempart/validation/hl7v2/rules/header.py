"""MSH, beyond what its table says."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.registry import rule


@rule("HL7-015", families=("cda", "lps"))
def not_in_production(context: Context) -> Iterator[Finding]:
    """A message of a test run does not say that it is of production."""
    msh = context.message.segments[0]
    if context.environment == "test" and msh.get("11.1") == "P":
        text = "MSH-11 annonce la production (P) dans un message d'essai"
        yield context.find("HL7-015", msh, "11.1", text, expected="T ou D", severity=Severity.WARNING)
