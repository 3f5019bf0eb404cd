"""ACK and ZAM rules that a field table cannot say, on one message (on a pair: dialogue.py)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context
from rempart.validation.registry import rule

APPLICATION_ERROR = "207"


@rule("HL7-107", families=["ack"])
def refusal_says_why(context: Context) -> Iterator[Finding]:
    code = context.message.get("MSA-1")
    if code in ("AE", "AR") and not context.message.first("ERR"):
        message = f"un accusé {code} porte un segment ERR"
        yield context.find("HL7-107", None, message=message, location="ERR", expected="ERR||…|code^libellé^table|E")


@rule("HL7-123", families=["zam"])
def failure_says_why(context: Context) -> Iterator[Finding]:
    status = context.first("OBX.status")
    answer = status.get("5.1") if status else ""
    err = context.message.first("ERR")
    if answer == "N" and not err:
        message = "un échec (OBX-5 = N) porte un segment ERR"
        yield context.find("HL7-123", None, message=message, location="ERR", expected="ERR|||207^…")
    if answer == "Y" and err:
        message = "un succès (OBX-5 = Y) ne porte pas de segment ERR"
        yield context.find("HL7-123", err, message=message, expected="OBX-5 = N, ou pas de segment ERR")
