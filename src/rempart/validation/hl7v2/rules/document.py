"""The document OBX and its place, TXA, and the CDA that it carries (volet CDA 2.1, OBX and TXA)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.cda.model import InstanceId
from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import document, documents
from rempart.validation.hl7v2.facts import REPLACEMENT, asks, replaces
from rempart.validation.registry import rule

BOTH = ("cda", "lps")


@rule("HL7-027", "HL7-028", "HL7-029", families=BOTH)
def how_many(context: Context) -> Iterator[Finding]:
    found = context.slot("OBX.document")
    if context.message.get("MSH-9.1") == "ORU":
        for order in context.message.all("ORC")[1:2]:
            yield context.find("HL7-027", order, message="le message porte plusieurs groupes ORC/OBR")
        for segment in found[1:2]:
            yield context.find("HL7-029", segment, message="le message porte un second document")
        for segment in found[2:3]:
            text = "le message porte plus de deux documents"
            yield context.find("HL7-029", segment, message=text, severity=Severity.ERROR)
    elif len(found) > 1:
        text = f"le message porte {len(found)} documents"
        yield context.find("HL7-028", found[1], 3, text, expected="un seul document")
    if not found and context.message.all("OBX"):
        rule_id = "HL7-030" if context.message.get("MSH-9.1") == "ORU" else "HL7-028"
        text = "aucun OBX ne porte de document"
        yield context.find(rule_id, None, message=text, expected="un OBX de type ED", location="OBX")


@rule("HL7-030", families=BOTH)
def document_first(context: Context) -> Iterator[Finding]:
    found, all_obx = context.slot("OBX.document"), context.message.all("OBX")
    if found and found[0] is not all_obx[0]:
        text = "le document n'est pas porté par le premier OBX"
        yield context.find("HL7-030", found[0], message=text, expected="OBX[1]", actual=found[0].location())


@rule("HL7-031", families=BOTH)
def participations_under_document(context: Context) -> Iterator[Finding]:
    """Their place within the group of an OBX is the structure's matter; whose group it is, this rule's."""
    holders = {s.index for s in context.slot("OBX.document")}
    previous: Segment | None = None
    for segment in context.message.segments:
        if segment.name == "OBX":
            previous = segment
        elif segment.name == "PRT" and previous and previous.index not in holders:
            text = f"ce PRT suit {previous.location()}, qui ne porte pas le document"
            yield context.find("HL7-031", segment, message=text, expected="sous l'OBX du document")


@rule("HL7-034", families=BOTH)
def no_stray_obx(context: Context) -> Iterator[Finding]:
    """What is neither a document, nor metadata, nor the text of a mail: the receiver need not read it."""
    slots = ("OBX.document", "OBX.metadata", "OBX.body", "OBX.mail")
    known = {s.index for name in slots for s in context.slot(name)}
    for segment in context.message.all("OBX"):
        if segment.index not in known:
            text = "cet OBX n'est prévu par aucun tableau du volet"
            yield context.find("HL7-034", segment, 3, text, expected="un document ou une métadonnée")


@rule("HL7-032", families=("cda",))
def numbered(context: Context) -> Iterator[Finding]:
    """1 to n over the message; each ORC group may start again."""
    expected = 0
    for segment in context.message.segments:
        if segment.name == "ORC":
            expected = 0
        elif segment.name == "OBX":
            expected += 1
            if segment.get(1) != str(expected):
                yield context.find("HL7-032", segment, 1, expected=str(expected))
                return


@rule("HL7-065", families=BOTH)
def readable(context: Context) -> Iterator[Finding]:
    for found in documents(context):
        if found.fault:
            expected = "un document CDA en base64"
            yield context.find("HL7-065", found.segment, "5.5", found.fault, expected=expected)


@rule("HL7-050", "HL7-051", families=BOTH)
def document_id(context: Context) -> Iterator[Finding]:
    """TXA-12 is ClinicalDocument/id, written by the population rule; .2 is the profile's matter."""
    txa, cda = context.message.first("TXA"), document(context)
    if txa is None or not txa.get("12.1"):
        return
    if cda is None or cda.header is None:
        yield from _shape(context, txa, 12)
    elif cda.header.id is None:
        text = "le document transmis n'a pas d'identifiant (ClinicalDocument/id)"
        yield context.find("HL7-051", cda.segment, "5.5", text, expected=txa.get("12.1"), actual="")
    else:
        yield from _written_as(context, txa, 12, cda.header.id, "HL7-051", "l'identifiant du document transmis")


@rule("HL7-052", "HL7-053", "HL7-067", families=BOTH)
def replaced_id(context: Context) -> Iterator[Finding]:
    txa, cda = context.message.first("TXA"), document(context)
    header = cda.header if cda else None
    if txa is None:
        return
    if context.message.get("MSH-9.2") != REPLACEMENT.event:
        if txa.get(13) and context.message.get("MSH-9.2") in ("T02", "T04"):
            yield context.find("HL7-053", txa, 13, "le message ne remplace rien: TXA-13 reste vide", expected="(vide)")
        return
    if not txa.get("13.1"):
        text = "TXA-13, identifiant du document remplacé, est obligatoire dans un MDM^T10"
        expected = str(header.replaces) if header and header.replaces else "l'identifiant du document remplacé"
        yield context.find("HL7-052", txa, 13, text, expected=expected)
    elif txa.text(13) == txa.text(12):
        text = "TXA-12 et TXA-13 sont le même identifiant: une nouvelle version a le sien"
        yield context.find("HL7-067", txa, 13, text, expected="un autre identifiant que TXA-12")
    elif header and header.replaces:
        yield from _written_as(context, txa, 13, header.replaces, "HL7-052", "l'identifiant du document remplacé")
    else:
        yield from _shape(context, txa, 13)


def _shape(context: Context, txa: Segment, field: int) -> Iterator[Finding]:
    """Without a readable CDA: the OID in .3 and ISO in .4 go together."""
    root, kind = txa.get(f"{field}.3"), txa.get(f"{field}.4")
    if root and kind != "ISO":
        yield context.find("HL7-050", txa, f"{field}.4", expected="ISO")
    elif kind and not root:
        yield context.find("HL7-050", txa, f"{field}.3", expected="@root de l'identifiant")


def _written_as(
    context: Context, txa: Segment, field: int, wanted: InstanceId, rule_id: str, what: str
) -> Iterator[Finding]:
    """An identifier that is plainly the same, written otherwise, breaks the population rule (HL7-050) only."""
    expected = {".1": wanted.extension or wanted.root}
    expected |= {".3": wanted.root, ".4": "ISO"} if wanted.extension else {".3": "", ".4": ""}
    same = (wanted.extension or wanted.root, f"{wanted.root}.{wanted.extension}")
    for component, value in expected.items():
        address = f"{field}{component}"
        actual = txa.get(address)
        if actual == value:
            continue
        if (component == ".1" and actual not in same) or (component == ".3" and actual and value):
            text = f"{txa.location(address)} n'est pas {what}"
            yield context.find(rule_id, txa, address, text, expected=value)
        else:
            text = f"{txa.location(address)} ne suit pas la règle de remplissage pour l'identifiant {wanted}"
            yield context.find("HL7-050", txa, address, text, expected=value or "(vide)")


@rule("HL7-054", families=("cda",))
def no_extension_for_the_dmp(context: Context) -> Iterator[Finding]:
    cda = document(context)
    if not asks(context, "DESTDMP") or cda is None or cda.header is None or cda.header.id is None:
        return
    if cda.header.id.extension:
        text = f"DESTDMP vaut Y, mais l'identifiant du document a une extension ({cda.header.id})"
        yield context.find("HL7-054", cda.segment, "5.5", text, expected="un OID sans extension", actual="")


@rule("HL7-067", "HL7-068", families=BOTH)
def new_version(context: Context) -> Iterator[Finding]:
    """A replacement names the version it replaces, and is not that version."""
    if not replaces(context):
        return
    for found in documents(context):
        if found.header is None:
            continue
        old, new = found.header.replaces, found.header.id
        if old is None:
            text = "le message remplace un document que le CDA ne désigne pas (relatedDocument de type RPLC)"
            expected = 'relatedDocument typeCode="RPLC"'
            yield context.find("HL7-068", found.segment, "5.5", text, expected=expected, actual="")
        elif old == new:
            text = f"le document remplace un document de même identifiant que lui ({new})"
            yield context.find("HL7-067", found.segment, "5.5", text, expected="un identifiant nouveau", actual="")
