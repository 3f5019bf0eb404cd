"""Sound messages of the two volets have no finding at all."""

from __future__ import annotations

import pytest
from validation.hl7v2.volet_messages import (
    BASES,
    HODA,
    INS,
    INS_OID,
    IPP_OID,
    NEW_ID,
    OLD_ID,
    TYPE,
    Change,
    after,
    b64,
    both,
    carrying,
    cda,
    cut,
    flag,
    put,
)

from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.validate import validate_message


def shown(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """What has to be explained: errors and warnings."""
    return [(f.rule, f.severity.value, f.location) for f in findings if f.severity is not Severity.INFO]


@pytest.mark.parametrize("base", BASES)
def test_sound(base: str) -> None:
    report = validate_message(BASES[base]())
    assert shown(report.findings) == []
    assert report.verdict == "conforme"


WITH_EXTENSION = cda(identifier=("1.2.250.1.999.3", "A12"))
HELLO = b64(b"Bonjour")
RCT, REPLY = "PRT||UC||RCT^Result Copies To^participation", "PRT||UC||REPLY^Reply To^participation"
QUIET = both(flag("DESTDMP", "N"), flag("DESTMSSANTEPS", "N"), flag("DESTMSSANTEPAT", "N"))
VARIANTS: dict[str, tuple[str, Change]] = {
    "in an MLLP block": ("mdm-T02-2.1", lambda m: b"\x0b" + m + b"\x1c\r"),
    "without its last CR": ("mdm-T02-2.1", lambda m: m.rstrip(b"\r")),
    "no visit in an ORU": ("oru-T02-2.1", cut("PV1")),
    "visit of category N": ("mdm-T02-2.1", both(put("PV1-2", "N"), put("PV1-19", ""))),
    "software, timing, notes": (
        "mdm-T02-2.1",
        both(after("MSH", 1, "SFT|Editeur^L|1.0|DPI|1"), after("ORC", 1, "TQ1|1"), after("OBX", 2, "NTE|1||un mot")),
    ),
    "optional patient segments": ("oru-T02-2.1", after("PID", 1, "PD1||U", "NTE|1||un mot")),
    "no answer of the patient": ("mdm-T02-2.1", after("OBX", 9, "NTE|1|||FIN")),
    "professionals only": (
        "mdm-T02-2.1", both(flag("INVISIBLE_PATIENT", "Y"), flag("DESTMSSANTEPAT", "N"), cut("PRT", 3)),
    ),
    "patient only": (
        "mdm-T02-2.1", both(flag("DESTMSSANTEPS", "N"), flag("DESTDMP", "N"), cut("PRT", 2), cut("PRT", 1)),
    ),
    "neither DMP nor MSSanté": ("oru-T02-2.1", both(QUIET, *[cut("PRT")] * 4)),
    "deletion without sender": ("mdm-T04-2.1", both(QUIET, *[cut("PRT")] * 4)),
    "two recipients": ("mdm-T02-2.1", after("PRT", 2, f"{RCT}||||CHU^^^^^"
        f"ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^IDNST^^^1300017985{'|' * 7}^^X.400^labo@chu.mssante.fr")),
    "a unit as recipient": ("mdm-T02-2.1", after("PRT", 2, f"{RCT}||||Urologie^^^^^"
        f"120456789^SRV^^^3435{'|' * 7}^^X.400^uro@chu.mssante.fr")),
    "a device as sender": ("mdm-T02-2.1", both(put("PRT-5", ""), put("PRT-10", "AUTOMATE-1"))),
    "RPPS of eleven digits": ("mdm-T02-2.1", both(put("PRT-5.1", "01234567866"), put("PRT-5.13", "RPPS"))),
    "id with an extension, not for the DMP": (
        "mdm-T02-2.1",
        both(flag("DESTDMP", "N"), carrying(WITH_EXTENSION), put("TXA-12", "A12^^1.2.250.1.999.3^ISO")),
    ),
    "escapes": ("mdm-T02-2.1", put("PV1-3", "Uro \\T\\ Néphro \\S\\ \\X41\\")),
    "offset and minutes": ("mdm-T02-2.1", put("MSH-7", "202601051015+0100")),
    "INS alone": ("mdm-T02-2.1", both(put("PID-3", f"{INS}^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^INS"),
                                      carrying(cda(patient=((INS_OID, INS),))))),
    "house authority without OID": ("mdm-T02-2.1", put("PID-3[2].4", "CHU-X&000897406&N")),
    "another type of document": ("mdm-T02-2.1", both(
        put("OBR-4", "SYNTH^Synthèse^TRE_A05"), put("OBX-3", "SYNTH^Synthèse^TRE_A05"), put("TXA-2", "SYNTH"),
        carrying(cda(code="SYNTH")))),
    "a short mail subject": ("lps-T02-1.1", put("OBX[2]-3.2", "XDM/1.0/DDM")),
    "visibility changed by a replacement": ("mdm-T10-2.1", flag("MODIF_CONF_CODE", "Y")),
    "two mail bodies": ("mdm-T02-2.1", after("OBX", 12,
        f"OBX|13|ED|CORPSMAIL_PATIENT^Corps du mail pour le patient^MetaDMPMSS||^text^^Base64^{HELLO}||||||F")),
    "plain mail body": ("mdm-T02-2.1", put("OBX[12]-5", "Cher confrère")),
    "MSH-21 repeated": ("mdm-T02-2.1", put("MSH-21", "2.1^CISIS_CDA_HL7_V2~1.0^AUTRE")),
    "no mail recipient known by name": ("lps-T02-1.1", put("PRT[2]-8", "")),
    "LPS reply": ("lps-T02-1.1", after("PRT", 2, f"{REPLY}{'|' * 11}^^X.400^a@b.mssante.fr")),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name: str) -> None:
    base, change = VARIANTS[name]
    report = validate_message(change(BASES[base]()))
    assert shown(report.findings) == []
    assert report.verdict == "conforme"


def test_whole_block_on_the_wire() -> None:
    report = validate_message(b"\x0b" + BASES["mdm-T02-2.1"]() + b"\x1c\r", on_wire=True)
    assert shown(report.findings) == []


def test_second_document_is_only_a_warning() -> None:
    """N1 and N3 of one content: allowed by the volet, not by wave 2."""
    message = BASES["oru-T02-2.1"]()
    second = f"OBX|2|ED|{TYPE}||^TEXT^XML^Base64^{b64(cda(identifier=(OLD_ID, '')))}||||||F"
    message = after("PRT", 4, second)(message)
    for rank in range(3, 14):
        message = put(f"OBX[{rank}]-1", str(rank))(message)
    assert shown(validate_message(message).findings) == [("HL7-029", "warning", "OBX[2]")]


def test_names_used_by_the_variants() -> None:
    """Constants shared with the fault table stay what the messages are made of."""
    assert HODA.encode() in BASES["mdm-T02-2.1"]()
    assert NEW_ID.encode() in BASES["mdm-T02-2.1"]()
    assert IPP_OID.encode() in BASES["oru-T02-2.1"]()
