"""ZFA: the DMP status and the patient's choices (IHE PAM France 2.11, section 6.14). Its codes are in the profiles."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context
from rempart.validation.registry import rule

CORRECTED = ("A01", "A04", "A05", "A14")


@rule("HL7-183", families=["pam"])
def consent_place(context: Context) -> Iterator[Finding]:
    """A Z99 carries ZFA when what it corrects may. Its place among the segments is told by the structures."""
    corrected = context.message.get("ZBE-6")
    if context.message.kind != "ADT^Z99" or not corrected:
        return
    for zfa in context.each("ZFA"):
        if corrected not in CORRECTED:
            message = f"un Z99 qui corrige {corrected} ne porte pas ZFA"
            yield context.find("HL7-183", zfa, message=message, expected=" ou ".join(CORRECTED))
