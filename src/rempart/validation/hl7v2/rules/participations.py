"""PRT against the flags of the message: who must be named, and how many times (volet CDA 2.1, segment PRT)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.facts import asks, metadata
from rempart.validation.hl7v2.rules.identity import ins_places
from rempart.validation.registry import rule, table

_PATIENT_DOMAIN = "@patient.mssante.fr"


def is_patient(prt: Segment) -> bool:
    """A recipient that is the patient: typed INS, or with a mailbox of Mon espace santé."""
    return prt.get("5.13") == "INS" or prt.get("15.4").casefold().endswith(_PATIENT_DOMAIN)


@rule("HL7-071", families=("cda", "lps"))
def labels(context: Context) -> Iterator[Finding]:
    for prt in context.each("PRT"):
        label = table("participations").get(prt.get("4.1"))
        if label and prt.get("4.2").casefold() != label.casefold():
            yield context.find("HL7-071", prt, "4.2", expected=label)


@rule("HL7-072", families=("cda",))
def one_sender(context: Context) -> Iterator[Finding]:
    if not asks(context, "DESTDMP"):
        return
    senders = context.slot("PRT.sender")
    if not senders:
        text = "DESTDMP vaut Y, mais aucun PRT ne nomme l'émetteur (SB)"
        yield context.find("HL7-072", None, message=text, expected="un PRT SB", location="PRT")
    for prt in senders[1:]:
        yield context.find("HL7-072", prt, "4.1", "le message nomme un second émetteur", expected="un seul PRT SB")


@rule("HL7-073", families=("cda",))
def sender_structure(context: Context) -> Iterator[Finding]:
    severity = None if asks(context, "DESTDMP") else Severity.WARNING
    for prt in context.slot("PRT.sender"):
        if not prt.get(8):
            text = "l'émetteur n'est rattaché à aucune structure"
            yield context.find("HL7-073", prt, 8, text, expected="un FINESS géographique", severity=severity)
        elif not prt.get("8.10"):
            text = "la structure de l'émetteur n'a pas d'identifiant"
            yield context.find("HL7-073", prt, "8.10", text, expected="un FINESS géographique", severity=severity)


@rule("HL7-074", families=("cda",))
def sender_named(context: Context) -> Iterator[Finding]:
    severity = None if asks(context, "DESTDMP") else Severity.WARNING
    for prt in context.slot("PRT.sender"):
        if prt.get("5.1") or prt.get("10.1"):
            continue
        if prt.get("5.2"):
            text = "le professionnel émetteur n'a pas d'identifiant: le VIHF le nomme par lui"
            yield context.find("HL7-074", prt, "5.1", text, expected="l'identifiant national", severity=severity)
        else:
            text = "l'émetteur n'est ni un professionnel (PRT-5) ni un dispositif (PRT-10)"
            yield context.find("HL7-074", prt, 5, text, expected="PRT-5 ou PRT-10", severity=severity)


@rule("HL7-081", "HL7-082", "HL7-083", families=("cda",))
def recipients(context: Context) -> Iterator[Finding]:
    """What the two flags ask of the RCT."""
    found = context.slot("PRT.recipient")
    to_patient = [p for p in found if is_patient(p)]
    if asks(context, "DESTMSSANTEPS") and len(found) == len(to_patient):
        text = "DESTMSSANTEPS vaut Y, mais aucun PRT RCT ne nomme de professionnel, d'organisation ni d'application"
        yield context.find("HL7-081", None, message=text, expected="un PRT RCT", location="PRT")
    if asks(context, "DESTMSSANTEPAT") and not to_patient and not asks(context, "INVISIBLE_PATIENT"):
        text = "DESTMSSANTEPAT vaut Y, mais aucun PRT RCT ne nomme le patient"
        yield context.find("HL7-082", None, message=text, expected="un PRT RCT de type INS", location="PRT")
    flags = [metadata(context)[c].get("5.1") for c in ("DESTMSSANTEPS", "DESTMSSANTEPAT") if c in metadata(context)]
    if flags == ["N", "N"] and found:
        text = "un destinataire MSSanté est nommé alors qu'aucun envoi n'est demandé"
        yield context.find("HL7-083", found[0], "4.1", text)


@rule("HL7-084", families=("cda",))
def patient_recipient(context: Context) -> Iterator[Finding]:
    pid = context.message.first("PID")
    places = ins_places(pid) if pid else []
    if pid is None or not places:
        return
    value, oid = pid.get(f"{places[0]}.1"), pid.get(f"{places[0]}.4.2")
    for prt in context.slot("PRT.recipient"):
        if not is_patient(prt):
            continue
        local, _, domain = prt.get("15.4").partition("@")
        compared = [("5.1", prt.get("5.1"), value), ("5.9.2", prt.get("5.9.2"), oid)]
        if f"@{domain.casefold()}" == _PATIENT_DOMAIN:
            compared.append(("15.4", local, value))
        for address, actual, expected in compared:
            if actual != expected:
                text = f"{prt.location(address)} ne correspond pas à l'INS de PID-3"
                yield context.find("HL7-084", prt, address, text, expected=expected)


@rule("HL7-085", families=("cda",))
def one_reply(context: Context) -> Iterator[Finding]:
    for prt in context.slot("PRT.reply")[1:]:
        yield context.find("HL7-085", prt, "4.1", "le message donne une seconde adresse de réponse")
