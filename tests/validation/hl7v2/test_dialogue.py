"""A message and its answer, side by side."""

from __future__ import annotations

import pytest
from shared import CORPUS_HL7, needs_shared
from validation.hl7v2.pam_messages import message, spoiled

from rempart.formats.hl7v2.write import build
from rempart.model.finding import Finding, Severity
from rempart.validation.hl7v2.dialogue import check_acknowledgement, check_business_acknowledgement, check_lps_refusal

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def order(event: str = "T02", version: str = "2.6", kind: str = "MDM", structure: str = "MDM_T02") -> bytes:
    """Enough of an order for its answers to be compared with."""
    address = "^^X.400^adam.hoda@test-ci-sis.mssante.fr"
    return build(
        [
            f"MSH|^~\\&|DPI|CHU-X|PFI|CHU-Y|20260105101500||{kind}^{event}^{structure}|DOC-1|T|{version}"
            "|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2",
            "OBX|1|ED|34112-3^CR hospitalier^LN||^text^XML^Base64^PGE+||||||F",
            f"PRT||UC||RCT^Result Copies To^participation|801234567897^ADAM^Hoda{'|' * 10}{address}",
            "OBX|2|CWE|DESTDMP^Destinataire DMP^MetaDMPMSS||Y^^expandedYes-NoIndicator||||||F",
            "OBX|3|CWE|ACK_RECEPTION^Accusé de réception^MetaDMPMSS||Y^^expandedYes-NoIndicator||||||F",
            "OBX|4|CWE|ACK_LECTURE_MSS^Accusé de lecture^MetaDMPMSS||N^^expandedYes-NoIndicator||||||F",
        ]
    )


def answer(code: str = "AA", *lines: str, event: str = "T02", version: str = "2.6") -> bytes:
    msh = f"MSH|^~\\&|PFI|CHU-Y|DPI|CHU-X|20260105101501||ACK^{event}^ACK|ACK-1|T|{version}|||||FRA|UNICODE UTF-8"
    return build([msh, f"MSA|{code}|DOC-1", *lines])


def err(code: str, detail: str = "", where: str = "PID^1^3") -> str:
    return f"ERR||{where}|{code}^libellé^messageErrorCondition|E|{detail}"


def told(findings: list[Finding]) -> list[tuple[str, Severity, str]]:
    return [(f.rule, f.severity, f.location) for f in findings]


REFUSED = answer("AE", err("101"))


def test_a_right_answer_has_no_finding() -> None:
    assert check_acknowledgement(order(), answer()) == []
    assert check_acknowledgement(order("R01", "2.5", "ORU", "ORU_R01"), answer(event="R01", version="2.5")) == []


def test_an_adt_is_answered_in_its_version() -> None:
    msh = "MSH|^~\\&|DPI|CHU-X|GAM|CHU-X|20260105||ACK^A31^ACK|9|T|2.5^FRA^2.11"
    assert check_acknowledgement(message("A31"), build([msh, "MSA|AA|A31-1"])) == []


@pytest.mark.parametrize(
    ("rule", "path", "value", "location"),
    [
        ("HL7-103", "MSH-3", "DPI", "MSH-3"),
        ("HL7-103", "MSH-4", "CHU-X", "MSH-4"),
        ("HL7-103", "MSH-5", "PFI", "MSH-5"),
        ("HL7-103", "MSH-6", "CHU-Y", "MSH-6"),
        ("HL7-103", "MSH-11", "P", "MSH-11"),
        ("HL7-104", "MSH-9.2", "T10", "MSH-9.2"),
        ("HL7-106", "MSA-2", "DOC-2", "MSA-2"),
    ],
)
def test_each_place_that_must_answer_the_message_is_compared(rule: str, path: str, value: str, location: str) -> None:
    found = check_acknowledgement(order(), spoiled(answer(), (path, value)))
    assert told(found) == [(rule, ERROR, location)]


def test_an_answer_in_another_version_breaks_both_its_profile_and_the_pair() -> None:
    found = check_acknowledgement(order(), spoiled(answer(), ("MSH-12", "2.5")))
    assert {r for r, _, _ in told(found)} == {"HL7-016", "HL7-104"}


def test_a_wrong_version_sent_on_purpose_leaves_the_answer_free_of_its_own() -> None:
    sent = order(version="2.3")
    refusal = answer("AR", err("203", where="MSH^1^12"), version="2.5")
    found = check_acknowledgement(sent, refusal, expect=("AE", "AR"), errors=("203",), rule="HL7-112")
    assert found == []


@pytest.mark.parametrize(
    ("sent", "copied"),
    [(("MSH-11", "X"), ("MSH-11", "X")), (("MSH-10", ""), ("MSA-2", "")), (("MSH-4", ""), ("MSH-6", ""))],
)
def test_a_fault_that_the_answer_had_to_copy_is_not_its_own(sent: tuple[str, str], copied: tuple[str, str]) -> None:
    refusal = spoiled(REFUSED, copied)
    assert check_acknowledgement(spoiled(order(), sent), refusal, expect=("AE",)) == []
    assert check_acknowledgement(order(), refusal, expect=("AE",)) != []


def test_an_unexpected_code_is_told_under_the_rule_that_calls_for_it() -> None:
    assert told(check_acknowledgement(order(), REFUSED)) == [("HL7-105", ERROR, "MSA-1")]
    found = check_acknowledgement(order(), answer(), expect=("AE", "AR"), rule="HL7-058")
    assert told(found) == [("HL7-058", ERROR, "MSA-1")]
    assert found[0].expected == "AE ou AR"
    for code in ("AE", "AR"):
        assert check_acknowledgement(order(), answer(code, err("199")), expect=("AE", "AR"), rule="HL7-058") == []


@pytest.mark.parametrize(("strict", "severity"), [(False, WARNING), (True, ERROR)])
def test_the_reason_of_a_refusal_is_a_warning_unless_strict(strict: bool, severity: Severity) -> None:
    found = check_acknowledgement(
        order(), REFUSED, expect=("AE",), errors=("100",), strict_codes=strict, rule="HL7-109"
    )
    assert told(found) == [("HL7-109", severity, "ERR-3.1")]
    assert check_acknowledgement(order(), REFUSED, expect=("AE",), errors=("101",), strict_codes=True) == []


def test_an_unknown_event_is_rejected_and_the_codes_only_advised() -> None:
    sent = order("T11", structure="MDM_T02")
    refusal = answer("AR", err("201", where="MSH^1^9^1^2"), event="T11")
    assert check_acknowledgement(sent, refusal, expect=("AR",), errors=("201",), rule="HL7-111") == []
    found = check_acknowledgement(sent, answer("AE", err("199"), event="T11"), expect=("AR",), rule="HL7-111")
    assert told(found) == [("HL7-111", ERROR, "MSA-1")]


def test_what_is_no_acknowledgement_is_said_once() -> None:
    assert told(check_acknowledgement(order(), b"\x15")) == [("HL7-005", ERROR, "message")]
    assert told(check_acknowledgement(order(), order())) == [("HL7-104", ERROR, "MSH-9.1")]
    assert told(check_business_acknowledgement(order(), answer())) == [("HL7-013", ERROR, "MSH-9.1")]


def test_an_answer_to_garbage_is_only_judged_on_its_codes() -> None:
    assert check_acknowledgement(b"garbage", REFUSED, expect=("AE", "AR")) == []
    assert told(check_acknowledgement(b"garbage", answer(), expect=("AE", "AR"))) == [("HL7-105", ERROR, "MSA-1")]


def test_on_the_wire_the_block_and_the_terminators_are_judged() -> None:
    block = b"\x0b" + answer() + b"\x1c\r"
    assert check_acknowledgement(order(), block, on_wire=True) == []
    assert told(check_acknowledgement(order(), answer(), on_wire=True))[0][0] == "HL7-001"


@needs_shared
@pytest.mark.parametrize(
    ("folder", "expected"),
    [("Remplacement MDM", []), ("Suppression MDM", [("HL7-103", ERROR, "MSH-3")])],  # PFI-X answers for PFI-Y
)
def test_published_pairs(folder: str, expected: list[tuple[str, Severity, str]]) -> None:
    place = CORPUS_HL7 / "hl7V2-exemples" / "Vague 2" / "Trans_Doc-CDA-HL7V2"
    place = place / "TRANSMISSION_DOCS_CDA_EN_HL7V2_V2.1" / "MDM" / folder
    sent = next(place.glob("message*")).read_bytes()
    found = check_acknowledgement(sent, (place / "ack.er7").read_bytes())
    assert [f for f in told(found) if f[1] is ERROR] == expected


# -- ZAM -------------------------------------------------------------------------------------------------------------


def zam(event: str, *segments: str) -> bytes:
    msh = (
        f"MSH|^~\\&|PFI|CHU-Y|DPI|CHU-X|20260105101502||ZAM^{event}^ZAM_Z01|ZAM-1|T|2.6|||||FRA|UNICODE UTF-8"
        "|||2.1^CISIS_CDA_HL7_V2"
    )
    return build([msh, "EVN||20260105101502", *segments])


DMP = zam(
    "Z01",
    "OBX|1|CWE|ACK_RECEPTION_DMP^Accusé de réception DMP^AckMetierZAM|DOC-1|Y^^expandedYes-NoIndicator||||||F",
)
MSS = zam(
    "Z02",
    "OBX|1|CWE|ACK_RECEPTION_MSS^Accusé de réception MSSanté^AckMetierZAM|DOC-1|Y^^expandedYes-NoIndicator||||||F",
    "OBX|2|XTN|DESTINATAIRE_MSS^Destinataire MSSanté^AckMetierZAM||^^X.400^Adam.Hoda@test-ci-sis.mssante.fr||||||F",
)
READ = zam(
    "Z03",
    "OBX|1|CWE|ACK_LECTURE_MSS^Accusé de lecture^AckMetierZAM|DOC-1|Y^^expandedYes-NoIndicator||||||F",
    "OBX|2|XTN|LECTEUR_MSS^Lecteur du courriel MSSanté^AckMetierZAM||^^X.400^autre@test-ci-sis.mssante.fr||||||F",
)


def test_a_right_business_acknowledgement_has_no_finding() -> None:
    assert check_business_acknowledgement(order(), DMP, expect="Y") == []
    assert check_business_acknowledgement(order(), MSS) == []


def test_a_business_acknowledgement_names_the_message_it_is_about() -> None:
    found = check_business_acknowledgement(order(), spoiled(DMP, ("OBX-4", "DOC-9")))
    assert told(found) == [("HL7-121", ERROR, "OBX-4")]
    assert found[0].expected == "DOC-1"


def test_a_success_that_hides_a_failure_is_found() -> None:
    assert told(check_business_acknowledgement(order(), DMP, expect="N")) == [("HL7-123", ERROR, "OBX-5.1")]


def test_the_recipient_is_one_of_the_order() -> None:
    found = check_business_acknowledgement(order(), spoiled(MSS, ("OBX[2]-5.4", "autre@test-ci-sis.mssante.fr")))
    assert told(found) == [("HL7-122", ERROR, "OBX[2]-5.4")]


def test_a_reading_that_nobody_asked_for_and_by_somebody_else_are_warnings() -> None:
    found = told(check_business_acknowledgement(order(), READ))
    assert found == [("HL7-115", WARNING, "MSH-9.2"), ("HL7-122", WARNING, "OBX[2]-5.4")]


# -- Refusals of an LPS ----------------------------------------------------------------------------------------------

UNKNOWN = answer("AE", err("207", "902^Identifiant patient inconnu^applicationErrorCondition"))


def test_a_right_refusal_of_an_unknown_patient() -> None:
    assert check_lps_refusal(order(), UNKNOWN, "902") == []


@pytest.mark.parametrize(
    ("refusal", "code", "expected"),
    [
        (answer(), "902", [("HL7-137", ERROR, "MSA-1")]),
        (spoiled(UNKNOWN, ("MSA-1", "AR")), "902", [("HL7-137", ERROR, "MSA-1")]),
        (spoiled(UNKNOWN, ("ERR-5.1", "906")), "902", [("HL7-137", WARNING, "ERR-5.1")]),
        (
            spoiled(UNKNOWN, ("ERR-3.1", "204")),
            "902",
            [("HL7-140", ERROR, "ERR-5"), ("HL7-137", ERROR, "ERR-3.1")],
        ),
        (
            spoiled(UNKNOWN, ("ERR-5", "")),
            "902",
            [("HL7-140", ERROR, "ERR-5"), ("HL7-137", WARNING, "ERR-5.1")],
        ),
        (answer(), "904", [("HL7-138", WARNING, "MSA-1")]),
        (answer(), "901", [("HL7-139", WARNING, "MSA-1")]),
        (UNKNOWN, "900", [("HL7-139", WARNING, "ERR-5.1")]),
    ],
)
def test_a_wrong_refusal_is_told(refusal: bytes, code: str, expected: list[tuple[str, Severity, str]]) -> None:
    assert told(check_lps_refusal(order(), refusal, code)) == expected


@pytest.mark.parametrize(
    ("where", "places", "expected"),
    [
        ("PID^1^3", ("PID-3",), []),
        ("PID", ("PID-3",), []),  # vague, not wrong
        ("MSH^1^9^1^2", ("MSH-9",), []),
        ("PID^1^5", ("PID-3",), [("HL7-108", WARNING, "ERR-2")]),  # another field of the right segment
        ("EVN^1^2", ("PID-3",), [("REM-024", ERROR, "ERR-2")]),
        ("PID^1^3", ("MSH-12",), [("REM-024", ERROR, "ERR-2")]),
        ("EVN^1", ("PID",), [("HL7-108", WARNING, "ERR-2")]),  # a missing segment may be told where it stood
        ("ORC^1^1", ("ORC-1", "OBX-11", "MSH-9"), []),
        ("", ("PID-3",), [("HL7-108", WARNING, "ERR-2")]),  # nothing is said: the rule of any refusal
        ("EVN^1^2", (), []),  # nothing is asked
    ],
)
def test_a_refusal_says_where_the_error_is(
    where: str, places: tuple[str, ...], expected: list[tuple[str, Severity, str]]
) -> None:
    refusal = answer("AE", err("101", where=where))
    assert told(check_acknowledgement(order(), refusal, expect=("AE",), places=places)) == expected


def test_one_of_several_errors_may_be_the_right_one() -> None:
    refusal = answer("AE", err("101", where="EVN^1^2"), err("101", where="PID^1^3"))
    assert told(check_acknowledgement(order(), refusal, expect=("AE",), places=("PID-3",))) == []


def test_an_acceptance_is_asked_for_no_place() -> None:
    assert told(check_acknowledgement(order(), answer(), expect=("AA",), places=("PID-3",))) == []
