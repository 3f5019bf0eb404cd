"""ACK and ZAM rules that a field table cannot say, on one message (on a pair: dialogue.py)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.registry import rule

# Errors of the message itself, that have a place in it; 200 and above are rejections.
SYNTAX_ERRORS = ("100", "101", "102", "103", "198", "199")
APPLICATION_ERROR = "207"


@rule("HL7-107", families=["ack"])
def refusal_says_why(context: Context) -> Iterator[Finding]:
    code = context.message.get("MSA-1")
    if code in ("AE", "AR") and not context.message.first("ERR"):
        message = f"un accusé {code} porte un segment ERR"
        yield context.find("HL7-107", None, message=message, location="ERR", expected="ERR||…|code^libellé^table|E")


@rule("HL7-108", families=["ack"])
def syntax_error_says_where(context: Context) -> Iterator[Finding]:
    for err in context.each("ERR"):
        if err.get("3.1") in SYNTAX_ERRORS and not err.get(2):
            yield context.find("HL7-108", err, 2, expected="segment^occurrence^champ")


@rule("HL7-140", families=["ack"])
def detail_of_an_application_error(context: Context) -> Iterator[Finding]:
    """ERR-5 goes with an application error. Only the volet for the LPS says so: dialogue.py makes it an error there."""
    for err in context.each("ERR"):
        is_application, detail = err.get("3.1") == APPLICATION_ERROR, err.get("5.1")
        if is_application and not detail:
            message, expected = "une erreur applicative (207) est précisée par ERR-5", "code^libellé^table"
        elif detail and not is_application:
            message = "ERR-5 ne précise qu'une erreur applicative: ERR-3 vaut alors 207"
            expected = "(vide), ou ERR-3 = 207"
        else:
            continue
        yield context.find("HL7-140", err, 5, message, expected=expected, severity=Severity.WARNING)


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
