"""Metadata flags against each other, the action and the document (volet CDA 2.1, règles de gestion MSSanté)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rempart.model.finding import Finding
from rempart.resources import schemas_dir
from rempart.validation.hl7v2.context import Context
from rempart.validation.hl7v2.embedded import document
from rempart.validation.hl7v2.facts import asks, metadata, replaces
from rempart.validation.hl7v2.rules.participations import is_patient
from rempart.validation.registry import load_yaml, rule


@cache
def matrix() -> list[dict[str, str]]:
    """Rows of the sendings that the volet allows."""
    rows: list[dict[str, str]] = load_yaml(schemas_dir() / "hl7v2" / "index" / "mssante-matrix.yaml")["rows"]
    return rows


@rule("HL7-095", families=("cda", "lps"))
def visibility_changes_by_replacement(context: Context) -> Iterator[Finding]:
    if asks(context, "MODIF_CONF_CODE") and not replaces(context):
        text = "MODIF_CONF_CODE vaut Y dans un message qui ne remplace pas le document"
        yield context.find("HL7-095", metadata(context)["MODIF_CONF_CODE"], "5.1", text, expected="N")


@rule("HL7-096", families=("cda",))
def not_sent_to_the_patient(context: Context) -> Iterator[Finding]:
    """Which of the two flags is wrong shows by whether the patient is among the recipients."""
    if not (asks(context, "INVISIBLE_PATIENT") and asks(context, "DESTMSSANTEPAT")):
        return
    named = any(is_patient(p) for p in context.slot("PRT.recipient"))
    code = "INVISIBLE_PATIENT" if named else "DESTMSSANTEPAT"
    text = "INVISIBLE_PATIENT et DESTMSSANTEPAT valent Y: un document invisible au patient ne lui est pas envoyé"
    yield context.find("HL7-096", metadata(context)[code], "5.1", text, expected="N")


@rule("HL7-098", families=("cda",))
def in_the_matrix(context: Context) -> Iterator[Finding]:
    """Sendings by MSSanté only; the combination that HL7-096 forbids is said there."""
    flags = {code: segment.get("5.1") for code, segment in metadata(context).items()}
    pair = (flags.get("DESTMSSANTEPS"), flags.get("DESTMSSANTEPAT"))
    row = next((r for r in matrix() if (r["DESTMSSANTEPS"], r["DESTMSSANTEPAT"]) == pair), None)
    if row is None or (asks(context, "INVISIBLE_PATIENT") and asks(context, "DESTMSSANTEPAT")):
        return
    wrong = [code for code, value in row.items() if flags.get(code, value) != value]
    if wrong:
        text = "cette combinaison n'est pas dans la matrice des envois MSSanté: " + ", ".join(
            f"{code} = {flags[code]}" for code in (*wrong, "DESTMSSANTEPS", "DESTMSSANTEPAT")
        )
        yield context.find("HL7-098", metadata(context)[wrong[0]], "5.1", text, expected=row[wrong[0]])


@rule("HL7-100", families=("cda",))
def confidentiality(context: Context) -> Iterator[Finding]:
    """A restricted document is not shared; masking travels in the OBX, not in the CDA."""
    cda = document(context)
    code = cda.header.confidentiality.code if cda and cda.header else ""
    if code in ("R", "V") and asks(context, "DESTDMP"):
        text = f"le document est de confidentialité {code}: il ne se partage pas dans le DMP"
        yield context.find("HL7-100", metadata(context)["DESTDMP"], "5.1", text, expected="N")
    flag = {"INVISIBLE_REPRESENTANTS_LEGAUX": "INVISIBLE_REP_LEGAUX"}.get(code, code)
    segment = metadata(context).get(flag)
    if segment and segment.get("5.1") == "N":
        text = f"le document porte {code} en confidentialityCode, le message dit N"
        yield context.find("HL7-100", segment, "5.1", text, expected="Y")
