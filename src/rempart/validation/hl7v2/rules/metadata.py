"""The metadata OBX: which, in what order, and which flags go together (volet CDA 2.1, table MetaDMPMSS)."""

from __future__ import annotations

from collections.abc import Iterator

from rempart.formats.hl7v2 import Segment
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import decode_base64
from rempart.validation.hl7v2.order import out_of_order
from rempart.validation.registry import rule, table

OPTIONAL = ("ACK_RECEPTION", "ACK_LECTURE_MSS")


@rule("HL7-087", families=("cda",))
def complete(context: Context) -> Iterator[Finding]:
    yield from check_codes(context, "HL7-087", list(table("meta-dmp-mss")))
    found = context.slot("OBX.metadata")
    for document in context.slot("OBX.document")[1:]:
        if found and document.index > found[0].index:
            text = "les métadonnées suivent tous les documents"
            yield context.find("HL7-087", document, message=text, expected=f"avant {found[0].location()}")


def check_codes(context: Context, rule_id: str, wanted: list[str]) -> Iterator[Finding]:
    """Each of the `wanted` codes once, in their order. An old or misspelt code stands for the one it is not."""
    seen: dict[str, Segment] = {}
    strange: list[Segment] = []
    legacy = table("meta-legacy")
    for segment in context.slot("OBX.metadata"):
        code = segment.get("3.1")
        code = legacy.get(code, code)
        if code in seen:
            text = f"la métadonnée {code} est présente deux fois"
            yield context.find(rule_id, segment, "3.1", text, expected="une seule fois")
        elif code in wanted:
            seen[code] = segment
        elif code not in table("meta-dmp-mss"):
            strange.append(segment)
    missing = [code for code in wanted if code not in seen]
    yield from _unknown(context, rule_id, strange, missing)
    for code in missing[len(strange) :]:
        severity = Severity.WARNING if code in OPTIONAL else None
        text = f"la métadonnée {code} est absente"
        yield context.find(rule_id, None, message=text, expected=code, severity=severity, location="OBX")
    codes = list(seen)
    for i in out_of_order([wanted.index(code) for code in codes]):
        text = f"la métadonnée {codes[i]} n'est pas à sa place"
        yield context.find(rule_id, seen[codes[i]], "3.1", text, expected="l'ordre du tableau")


def _unknown(context: Context, rule_id: str, strange: list[Segment], missing: list[str]) -> Iterator[Finding]:
    for n, segment in enumerate(strange):
        code = missing[n] if n < len(missing) else ""
        severity = None if code else Severity.WARNING
        text = f"le code « {segment.get('3.1')} » n'est pas une métadonnée du volet"
        yield context.find(rule_id, segment, "3.1", text, expected=code, severity=severity)


@rule("HL7-089", families=("cda", "lps"))
def labels(context: Context) -> Iterator[Finding]:
    metadata, bodies = table("meta-dmp-mss"), table("meta-bodies")
    for segment in (*context.slot("OBX.metadata"), *context.slot("OBX.body")):
        code = segment.get("3.1")
        label = bodies.get(code) or metadata.get(code)
        if label and segment.get("3.2") != label:
            yield context.find("HL7-089", segment, "3.2", expected=label, severity=Severity.WARNING)


@rule("HL7-092", families=("cda", "lps"))
def old_codes(context: Context) -> Iterator[Finding]:
    for segment in context.slot("OBX.metadata"):
        code = segment.get("3.1")
        if code in table("meta-legacy"):
            text = f"le code {code} est d'une ancienne version du volet"
            yield context.find("HL7-092", segment, "3.1", text, expected=table("meta-legacy")[code] or "(retiré)")


@rule("HL7-093", families=("cda",))
def bodies(context: Context) -> Iterator[Finding]:
    seen = set()
    for segment in context.slot("OBX.body"):
        code = segment.get("3.1")
        if code in seen:
            text = f"le message porte un second {code}"
            yield context.find("HL7-093", segment, "3.1", text, expected="au plus un")
        seen.add(code)
        if segment.get("5.4").casefold() == "base64":
            yield from check_base64(context, "HL7-093", segment)


def check_base64(context: Context, rule_id: str, segment: Segment) -> Iterator[Finding]:
    raw = segment.view("5.5")
    decoded = decode_base64(raw) if len(raw) else "le texte encodé est absent"
    if isinstance(decoded, str):
        yield context.find(rule_id, segment, "5.5", decoded, expected="un base64 complet")


@rule("HL7-033", "HL7-094", families=("cda",))
def no_answer(context: Context) -> Iterator[Finding]:
    """FIN stands in the NTE of DESTMSSANTEPAT, and only there."""
    previous: Segment | None = None
    for segment in context.message.segments:
        if segment.name == "OBX":
            previous = segment
        if segment.name != "NTE" or not segment.get(4):
            continue
        of_patient = previous is not None and previous.get("3.1") == "DESTMSSANTEPAT"
        if of_patient and segment.get(4) != "FIN":
            yield context.find("HL7-094", segment, 4, expected="FIN")
        elif not of_patient and segment.get(4) == "FIN":
            text = "FIN n'a de sens que sous DESTMSSANTEPAT"
            yield context.find("HL7-094", segment, 4, text, expected="sous l'OBX DESTMSSANTEPAT")
        elif not of_patient and segment.get("4.1") and not segment.get("4.3"):
            yield context.find("HL7-033", segment, "4.3", expected="code^libellé^système")
