"""The type of the document, said four times: TXA-2, OBR-4, OBX-3 and the CDA (volet CDA 2.1, TXA, OBR, OBX)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import document, documents
from rempart.validation.hl7v2.facts import asks
from rempart.validation.registry import rule, table, table_entries

BOTH = ("cda", "lps")


def system_of(code: str) -> str:
    """HL7v2 name of the coding system of a document type; "" for a code of neither system, or of no table."""
    oid = table_entries("jdv-j07").get(code, {}).get("system", "")
    return table("coding-systems").get(oid, "")


@rule("HL7-059", families=BOTH)
def system_of_the_code(context: Context) -> Iterator[Finding]:
    for obr in context.message.all("OBR"):
        code, system = obr.get("4.1"), obr.get("4.3")
        if code not in table("jdv-j07") or system not in ("LN", "TRE_A05"):
            continue
        wanted = system_of(code)
        if system != wanted:
            text = f"le code {code} n'est pas du système {system}"
            yield context.find("HL7-059", obr, "4.3", text, expected=wanted or "un code de LOINC ou de TRE_A05")


@rule("HL7-060", "HL7-061", families=BOTH)
def one_type(context: Context) -> Iterator[Finding]:
    """TXA-2 and OBX-3 are OBR-4; when both the others agree against OBR-4, it is the one that is wrong."""
    message = context.message
    obr, txa, cda = message.first("OBR"), message.first("TXA"), document(context)
    in_cda = cda.header.type.code if cda and cda.header else ""
    if obr is None:
        yield from _without_order(context, txa, in_cda)
        return
    code = obr.get("4.1")
    for segment in context.slot("OBX.document"):
        own = segment.get("3.1")
        others = [c for c in (txa.get(2) if txa else "", in_cda) if c]
        if own != code and own in others and code not in others:
            if code in table("jdv-j07"):  # else HL7-059 says it
                text = f"OBR-4 annonce {code}, le reste du message {own}"
                yield context.find("HL7-060", obr, "4.1", text, expected=own)
            code = own
        elif own != code:
            text = f"l'OBX du document annonce {own or 'aucun type'}, OBR-4 {code}"
            yield context.find("HL7-060", segment, "3.1", text, expected=code)
        elif segment.get("3.3") not in (obr.get("4.3"), system_of(code)):
            text = "le système de l'OBX du document n'est pas celui d'OBR-4"
            yield context.find("HL7-060", segment, "3.3", text, expected=system_of(code) or obr.get("4.3"))
    if txa and txa.get(2) and txa.get(2) != code and txa.get(2) in table("jdv-j07"):
        text = f"TXA-2 annonce {txa.get(2)}, OBR-4 {code}"
        yield context.find("HL7-061", txa, 2, text, expected=code)
    yield from _cda_type(context, code)


def _without_order(context: Context, txa: Segment | None, in_cda: str) -> Iterator[Finding]:
    """Editions of 2023 have no OBR in an MDM: TXA-2 and OBX-3 are compared with each other, and the document decides
    which of the two is wrong."""
    found = context.first("OBX.document")
    in_txa = txa.get(2) if txa else in_cda
    if txa and found and found.get("3.1") != in_txa:
        if in_cda and found.get("3.1") == in_cda and in_txa in table("jdv-j07"):
            text = f"TXA-2 annonce {in_txa}, l'OBX et le document {in_cda}"
            yield context.find("HL7-061", txa, 2, text, expected=in_cda)
            in_txa = in_cda
        else:
            text = f"l'OBX du document annonce {found.get('3.1') or 'aucun type'}, TXA-2 {in_txa}"
            yield context.find("HL7-061", found, "3.1", text, expected=in_txa)
    elif found and found.get("3.1") and found.get("3.3") != system_of(found.get("3.1")):
        text = "le code de l'OBX du document n'est pas dans son système de codage"
        yield context.find("HL7-060", found, "3.3", text, expected=system_of(found.get("3.1")))
    yield from _cda_type(context, in_txa)


def _cda_type(context: Context, code: str) -> Iterator[Finding]:
    for found in documents(context):
        if found.header and found.header.type.code and code and found.header.type.code != code:
            text = f"le code du document est {found.header.type.code}, celui du message {code}"
            severity = Severity.WARNING
            yield context.find("HL7-061", found.segment, "5.5", text, expected=code, actual="", severity=severity)


@rule("HL7-062", families=("cda",))
def accepted_by_the_dmp(context: Context) -> Iterator[Finding]:
    obr = context.message.first("OBR")
    place = (obr, "4.1") if obr else (context.message.first("TXA"), "2")
    segment, address = place
    if segment is None or not asks(context, "DESTDMP"):
        return
    code = segment.get(address)
    if code in table("jdv-j07") and code not in table("jdv-j66"):
        text = f"DESTDMP vaut Y, mais le DMP n'accepte pas les documents de type {code} ({table('jdv-j07')[code]})"
        yield context.find("HL7-062", segment, address, text, expected="un code de JDV_J66-TypeCode-DMP")
