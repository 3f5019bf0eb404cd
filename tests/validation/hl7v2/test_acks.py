"""Technical and business acknowledgements, each on its own."""

from __future__ import annotations

import pytest
from shared import CORPUS_HL7, needs_shared
from validation.hl7v2.pam_messages import spoiled

from rempart.formats.hl7v2.write import build
from rempart.model.finding import Severity
from rempart.validation.hl7v2.validate import validate_message
from rempart.validation.registry import rules

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def ack(event: str, version: str, code: str = "AA", *lines: str) -> bytes:
    msh = f"MSH|^~\\&|PFI|CHU-X|DPI|CHU-X|20260105101501||ACK^{event}^ACK|ACK-1|T|{version}|||||FRA|UNICODE UTF-8"
    return build([msh, f"MSA|{code}|DOC-1", *lines])


def zam(event: str, *segments: str) -> bytes:
    msh = (
        f"MSH|^~\\&|PFI|CHU-X|DPI|CHU-X|20260105101502||ZAM^{event}^ZAM_Z01|ZAM-1|T|2.6|||||FRA|UNICODE UTF-8"
        "|||2.1^CISIS_CDA_HL7_V2"
    )
    return build([msh, "EVN||20260105101502", *segments])


def status(code: str, label: str, answer: str = "Y") -> str:
    return f"OBX|1|CWE|{code}^{label}^AckMetierZAM|DOC-1|{answer}^^expandedYes-NoIndicator||||||F"


DMP = ("ACK_RECEPTION_DMP", "Accusé de réception DMP")
MSS = ("ACK_RECEPTION_MSS", "Accusé de réception MSSanté")
READ = ("ACK_LECTURE_MSS", "Accusé de lecture")
ADDRESS = "^^X.400^adam.hoda@test-ci-sis.mssante.fr"
RECIPIENT = f"OBX|2|XTN|DESTINATAIRE_MSS^Destinataire MSSanté^AckMetierZAM|801234567897|{ADDRESS}||||||F"
READER = f"OBX|2|XTN|LECTEUR_MSS^Lecteur du courriel MSSanté^AckMetierZAM|801234567897|{ADDRESS}||||||F"
ERR = "ERR|||207^Application error^messageErrorCondition|E|"
SYNTAX = "ERR||PID^1^3|101^Required field missing^messageErrorCondition|E"

SOUND = {
    "ack R01": ack("R01", "2.5"),
    "ack T02": ack("T02", "2.6"),
    "ack Z01": ack("Z01", "2.6"),
    "ack A01": ack("A01", "2.5^FRA^2.11"),
    "ack AE": ack("T10", "2.6", "AE", SYNTAX),
    "ack AR": ack("T04", "2.6", "AR", f"{ERR}902^Identifiant patient inconnu^applicationErrorCondition"),
    "zam DMP": zam("Z01", status(*DMP)),
    "zam DMP failed": zam("Z01", status(*DMP, "N"), f"{ERR}DMPClosed^DMP fermé^DMP_ERROR_CODE"),
    "zam MSS": zam("Z02", status(*MSS), RECIPIENT),
    "zam MSS failed": zam("Z02", status(*MSS, "N"), RECIPIENT, f"{ERR}550^Boîte inexistante^SMTPERRORCODE"),
    "zam read": zam("Z03", status(*READ), READER),
    "zam read failed": zam(
        "Z03", status(*READ, "N"), READER, f"{ERR}902^Identifiant patient inconnu^applicationErrorCondition"
    ),
}

# rule, sound message, place changed, value, where the finding is, severity, rules that may come with it
FAULTS = [
    ("HL7-011", "ack T02", "MSH-3", "", "MSH-3", ERROR, ()),
    ("HL7-015", "ack T02", "MSH-11", "X", "MSH-11.1", ERROR, ()),
    ("HL7-016", "ack R01", "MSH-12", "2.6", "MSH-12.1", ERROR, ()),
    ("HL7-016", "ack T02", "MSH-12", "2.5", "MSH-12.1", ERROR, ()),
    ("HL7-018", "ack T02", "MSH-17", "", "MSH-17", ERROR, ()),
    ("HL7-104", "ack T02", "MSH-9.3", "ACK_T02", "MSH-9.3", ERROR, ()),
    ("HL7-104", "ack R01", "MSH-9.3", "", "MSH-9.3", ERROR, ()),
    ("HL7-104", "ack A01", "MSH-12", "", "MSH-12.1", ERROR, ()),
    ("HL7-105", "ack T02", "MSA-1", "OK", "MSA-1", ERROR, ()),
    ("HL7-105", "ack T02", "MSA-1", "CA", "MSA-1", ERROR, ()),
    ("HL7-105", "ack T02", "-MSA", "", "MSA", ERROR, ()),
    ("HL7-106", "ack T02", "MSA-2", "", "MSA-2", ERROR, ()),
    ("HL7-107", "ack AE", "-ERR", "", "ERR", ERROR, ()),
    ("HL7-107", "ack R01", "MSA-1", "AR", "ERR", ERROR, ()),
    ("HL7-107", "ack AE", "ERR-3.1", "999", "ERR-3.1", ERROR, ()),
    ("HL7-107", "ack AE", "ERR-3.3", "", "ERR-3.3", ERROR, ()),
    ("HL7-107", "ack AE", "ERR-3.3", "HL7", "ERR-3.3", WARNING, ()),
    ("HL7-107", "ack AE", "ERR-4", "", "ERR-4", ERROR, ()),
    ("HL7-107", "ack AE", "ERR-4", "ERROR", "ERR-4", ERROR, ()),
    ("HL7-107", "ack AE", "ERR-4", " E", "ERR-4", WARNING, ()),
    ("HL7-108", "ack AE", "ERR-2", "", "ERR-2", WARNING, ()),
    ("HL7-140", "ack AR", "ERR-5", "", "ERR-5", WARNING, ()),
    ("HL7-140", "ack AE", "ERR-5", "902^Identifiant patient inconnu", "ERR-5", WARNING, ()),
    ("HL7-013", "zam DMP", "MSH-9.3", "ZAM_Z03", "MSH-9.3", ERROR, ()),
    ("HL7-013", "zam read", "MSH-9.2", "Z04", "MSH-9.2", ERROR, ()),
    ("HL7-016", "zam DMP", "MSH-12", "2.5", "MSH-12.1", ERROR, ()),
    ("HL7-020", "zam DMP", "MSH-21", "2.1^CISIS", "MSH-21", ERROR, ()),
    ("HL7-020", "zam DMP", "MSH-21", "2.1^ CISIS_CDA_HL7_V2", "MSH-21", ERROR, ()),
    ("HL7-032", "zam MSS", "OBX[2]-1", "3", "OBX[2]-1", WARNING, ()),
    ("HL7-033", "zam DMP", "OBX-5.3", "", "OBX-5.3", ERROR, ()),
    ("HL7-119", "zam DMP", "+EVN", "PID|1", "PID", ERROR, ()),
    ("HL7-119", "zam DMP", "-EVN", "", "EVN", ERROR, ()),
    ("HL7-119", "zam DMP", "-OBX", "", "OBX", ERROR, ()),
    ("HL7-119", "zam DMP failed", "ERR>EVN", "", "ERR", ERROR, ()),
    ("HL7-120", "zam DMP", "+OBX", RECIPIENT, "OBX[2]", ERROR, ()),
    ("HL7-120", "zam MSS", "-OBX[2]", "", "OBX", ERROR, ()),
    ("HL7-120", "zam read", "-OBX[2]", "", "OBX", ERROR, ()),
    ("HL7-121", "zam DMP", "OBX-3.1", "ACK_RECEPTION_MSS", "OBX-3.1", ERROR, ()),
    ("HL7-121", "zam MSS", "OBX-3.1", "ACK_RECEPTION", "OBX-3.1", ERROR, ()),
    ("HL7-121", "zam read", "OBX-3.3", "AckMétierZAM", "OBX-3.3", WARNING, ()),
    ("HL7-121", "zam DMP", "OBX-2", "CE", "OBX-2", ERROR, ()),
    ("HL7-121", "zam DMP", "OBX-4", "", "OBX-4", ERROR, ()),
    ("HL7-121", "zam DMP", "OBX-11", "C", "OBX-11", ERROR, ()),
    ("HL7-122", "zam MSS", "OBX[2]-2", "CWE", "OBX[2]-2", ERROR, ()),
    ("HL7-122", "zam MSS", "OBX[2]-3.1", "DESTINATAIRE", "OBX[2]-3.1", ERROR, ()),
    ("HL7-122", "zam MSS", "OBX[2]-5.3", "Internet", "OBX[2]-5.3", ERROR, ()),
    ("HL7-122", "zam MSS", "OBX[2]-5.4", "adam.hoda", "OBX[2]-5.4", ERROR, ()),
    ("HL7-122", "zam MSS", "OBX[2]-5.4", "", "OBX[2]-5.4", ERROR, ()),
    ("HL7-122", "zam read", "OBX[2]-5.3", "", "OBX[2]-5.3", WARNING, ()),
    ("HL7-123", "zam DMP failed", "-ERR", "", "ERR", ERROR, ()),
    ("HL7-123", "zam DMP failed", "OBX-5.1", "Y", "ERR", ERROR, ()),
    ("HL7-123", "zam DMP failed", "ERR-3.1", "100", "ERR-3.1", ERROR, ()),
    ("HL7-123", "zam DMP failed", "ERR-3.2", "Application internal error", "ERR-3.2", INFO, ()),
    ("HL7-123", "zam DMP failed", "ERR-4", "X", "ERR-4", ERROR, ()),
    ("HL7-123", "zam DMP", "OBX-5.1", "O", "OBX-5.1", ERROR, ()),
    ("HL7-123", "zam DMP", "OBX-5.3", "HL70136", "OBX-5.3", WARNING, ()),
    ("HL7-124", "zam DMP failed", "ERR-5.1", "", "ERR-5.1", ERROR, ()),
    ("HL7-124", "zam DMP failed", "ERR-5.3", "DMPERRORCODE", "ERR-5.3", WARNING, ()),
    ("HL7-124", "zam MSS failed", "ERR-5.1", "999", "ERR-5.1", ERROR, ()),
    ("HL7-124", "zam MSS failed", "ERR-5.3", "SMTP", "ERR-5.3", WARNING, ()),
    ("HL7-124", "zam read failed", "ERR-5.1", "550", "ERR-5.1", ERROR, ()),
    ("HL7-197", "zam DMP", "EVN-2", "", "EVN-2", ERROR, ()),
    ("HL7-197", "zam DMP", "EVN-1", "Z01", "EVN-1", WARNING, ()),
]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_acknowledgement_has_no_finding(name: str) -> None:
    report = validate_message(SOUND[name])
    assert report.findings == []
    assert report.verdict == "conforme"


@pytest.mark.parametrize(("rule", "name", "path", "value", "location", "severity", "also"), FAULTS)
def test_one_fault_is_found_at_its_place_and_alone(
    rule: str, name: str, path: str, value: str, location: str, severity: Severity, also: tuple[str, ...]
) -> None:
    found = validate_message(spoiled(SOUND[name], (path, value))).findings
    seen = [(f.rule, f.severity, f.location) for f in found]
    assert (rule, severity, location) in seen
    assert {r for r, _, _ in seen} - {rule} <= set(also)


def test_every_rule_of_one_acknowledgement_has_its_fault() -> None:
    described = {i for i, r in rules().items() if "HL7-103" <= i <= "HL7-127" and r.role == "out"}
    assert {row[0] for row in FAULTS} >= described - {"HL7-103"}  # HL7-103 compares two messages: test_dialogue.py


def test_edition_2_0_names_its_coding_systems_otherwise() -> None:
    old = spoiled(
        SOUND["zam DMP failed"],
        ("MSH-21.1", "2.0"),
        ("OBX-5.3", "HL70136"),
        ("ERR-3.3", "HL70357"),
    )
    report = validate_message(old)
    assert (report.edition, report.findings) == ("2.0", [])


@needs_shared
def test_published_acknowledgements_have_no_error() -> None:
    files = [f for f in CORPUS_HL7.rglob("*") if f.is_file() and f.name.lower().startswith(("ack", "message metier"))]
    assert len(files) == 30
    for file in files:
        found = [f for f in validate_message(file.read_bytes()).findings if f.severity is ERROR]
        assert found == [], file
