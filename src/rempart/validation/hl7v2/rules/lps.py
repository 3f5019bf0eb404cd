"""The volet "Transmission au LPS": its six OBX, and who wrote the mail (volet LPS 1.1, OBX and PRT)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.model.finding import Finding
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.rules.metadata import check_base64, check_codes
from rempart.validation.registry import rule, table


@rule("HL7-130", families=("lps",))
def six_obx(context: Context) -> Iterator[Finding]:
    """The document comes first (HL7-030), then the mail, then the four metadata."""
    faults = list(check_codes(context, "HL7-130", list(table("meta-lps"))))
    faults += _mail_second(context)
    if not faults:
        faults += _numbers(context)
    yield from faults


def _mail_second(context: Context) -> Iterator[Finding]:
    mails = context.slot("OBX.mail")
    if not mails:
        text = "l'OBX du courriel est absent"
        yield context.find("HL7-130", None, message=text, expected="OBX[2]", location="OBX")
    for mail in mails[:1]:
        rank = context.message.all("OBX").index(mail) + 1
        if rank != 2 and context.slot("OBX.document"):
            text = "l'OBX du courriel n'est pas le deuxième"
            yield context.find("HL7-130", mail, message=text, expected="OBX[2]")
    for mail in mails[1:]:
        yield context.find("HL7-130", mail, 3, "cet OBX n'est pas prévu par le volet", expected="six OBX")


def _numbers(context: Context) -> Iterator[Finding]:
    for rank, segment in enumerate(context.message.all("OBX"), 1):
        if segment.get(1) != str(rank):
            yield context.find("HL7-130", segment, 1, "OBX-1 ne suit pas l'ordre des OBX", expected=str(rank))
            return


@rule("HL7-131", families=("lps",))
def mail_body(context: Context) -> Iterator[Finding]:
    for mail in context.slot("OBX.mail"):
        if mail.get("5.4").casefold() == "base64" and len(mail.view("5.5")):
            yield from check_base64(context, "HL7-131", mail)


@rule("HL7-132", "HL7-133", families=("lps",))
def correspondents(context: Context) -> Iterator[Finding]:
    if not context.slot("PRT.sender"):
        text = "aucun PRT ne nomme l'expéditeur du courriel (SB)"
        yield context.find("HL7-132", None, message=text, expected="un PRT SB", location="PRT")
    if not context.slot("PRT.recipient"):
        text = "aucun PRT ne nomme la boîte destinataire (RCT)"
        yield context.find("HL7-133", None, message=text, expected="un PRT RCT", location="PRT")


@rule("HL7-134", families=("lps",))
def no_sending_flags(context: Context) -> Iterator[Finding]:
    for segment in context.slot("OBX.metadata"):
        code = segment.get("3.1")
        if code in table("meta-dmp-mss") and code not in table("meta-lps"):
            text = f"la métadonnée {code} n'est pas de ce volet"
            yield context.find("HL7-134", segment, "3.1", text, expected="(absente)")
