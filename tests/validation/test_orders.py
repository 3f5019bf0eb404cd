"""Checks on what an order asks for and on the document it is about: a sound message, and one fault at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rempart.formats.hl7v2 import Message, write
from rempart.formats.hl7v2.cisis import document_message
from rempart.simulators.deliveries import delivery, without_paginated_copy
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.dpi import DMP_AND_MAIL, SimulatedDpi
from rempart.simulators.patients import citizen_mailbox, correspondent, patient
from rempart.validation.checks import run_check

PATIENT = patient("Dominique PAT-TROIS", ipp="IPP1")
INS = PATIENT.ins
VERSION = first_version(PATIENT)
LATER = next_version(VERSION, PATIENT)
ADDRESSES = [correspondent().address, citizen_mailbox(PATIENT).address]
GARBAGE = b"ceci n'est pas un message"


def order(version=VERSION, person=PATIENT, action="initial") -> bytes:
    dpi = SimulatedDpi(lambda *args, **kwargs: None)
    to = (correspondent(), citizen_mailbox(PATIENT))
    return document_message(dpi.order(person, version, action=action, flags=DMP_AND_MAIL, recipients=to))


def rules(name: str, *evidence: bytes, **params: object) -> list[tuple[str, str]]:
    return [(f.rule, f.location) for f in run_check(name, evidence, params)]


def test_flag() -> None:
    assert rules("order.flag", order(), code="DESTDMP", equals="Y", rule="REM-001") == []
    assert rules("order.flag", order(), code="DESTDMP", equals="N", rule="HL7-101") == [("HL7-101", "OBX[7]-5.1")]
    absent = run_check("order.flag", [order()], {"code": "INCONNU", "equals": "Y", "rule": "REM-001"})
    assert [(f.location, f.actual) for f in absent] == [("OBX", "(absent)")]


def test_recipients() -> None:
    assert rules("order.recipients", order(), addresses=ADDRESSES, rule="HL7-080") == []
    assert rules("order.recipients", order(), addresses=ADDRESSES[:1], rule="HL7-080") == [("HL7-080", "PRT-15.4")]
    assert rules("order.recipients", order(), addresses=[*ADDRESSES, "x@y"], rule="HL7-080") == [
        ("HL7-080", "PRT-15.4")
    ]


def test_ins() -> None:
    wanted = {"value": INS.value, "oid": INS.oid, "rule": "HL7-195"}
    assert rules("order.ins", order(), **wanted) == []
    assert rules("order.ins", order(person=replace(PATIENT, ins=None)), rule="HL7-195") == []
    assert rules("order.ins", order(), rule="HL7-195") == [("HL7-195", "PID-3")]
    assert rules("order.ins", order(person=replace(PATIENT, ins=None)), **wanted) == [("HL7-195", "PID-3")]
    assert rules("order.ins", order(), **(wanted | {"oid": "1.2.3"})) == [("HL7-195", "PID-3")]


def test_document() -> None:
    unique_id = VERSION.document.unique_id
    assert rules("order.document", order(), unique_id=unique_id, rule="HL7-051") == []
    assert rules("order.document", order(LATER), unique_id=unique_id, rule="HL7-051") == [
        ("HL7-051", "ClinicalDocument/id")
    ]
    assert rules("order.document", order(LATER), replaces=unique_id, rule="HL7-052") == []
    assert rules("order.document", order(), replaces=unique_id, rule="HL7-052") == [
        ("HL7-052", "ClinicalDocument/relatedDocument/parentDocument/id")
    ]


def test_next_version() -> None:
    assert rules("order.next_version", order(), order(LATER), rule="REM-023") == []
    set_id, number = ("REM-023", "ClinicalDocument/setId"), ("REM-023", "ClinicalDocument/versionNumber")
    other = first_version(PATIENT)
    assert rules("order.next_version", order(), order(other), rule="REM-023") == [set_id, number]
    assert rules("order.next_version", order(LATER), order(), rule="REM-023") == [number]


@pytest.mark.parametrize("level", ["N1", "N3"])
def test_paginated_copy(level: str) -> None:
    version = first_version(PATIENT, level=level)  # type: ignore[arg-type]
    assert rules("order.paginated_copy", order(version), rule="REM-011") == []


def test_a_structured_document_alone_has_no_paginated_copy() -> None:
    alone = without_paginated_copy(first_version(PATIENT, level="N3"))
    assert rules("order.paginated_copy", order(alone), rule="REM-011") == [("REM-011", "OBX-5.5")]
    with pytest.raises(ValueError, match="no PDF section"):
        without_paginated_copy(VERSION)


def test_mail() -> None:
    handed = delivery(PATIENT, VERSION)
    message_id = read(handed.message, "OBX[2]-3.1")
    subject = read(handed.message, "OBX[2]-3.2")
    said = {"message_id": message_id, "subject": subject, "rule": "REM-022"}
    text = "Cher confrère, veuillez trouver ci-joint le document annoncé."
    assert rules("order.mail", handed.message, text=text, **said) == []
    assert rules("order.mail", handed.message, text="Autre", **said) == [("REM-022", "OBX[2]-5.5")]
    broken = write.replace(handed.message, "OBX[2]-3.2", "Autre")
    assert rules("order.mail", broken, text=text, **said) == [("REM-022", "OBX[2]-3.2")]


def read(message: bytes, path: str) -> str:
    return Message.parse(message).get(path)


def test_distinct() -> None:
    one = order()
    assert rules("hl7v2.distinct", one, order(), rule="HL7-014") == []
    assert rules("hl7v2.distinct", one, one, rule="HL7-014") == [("HL7-014", "MSH-10")]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("order.flag", {"code": "DESTDMP", "equals": "Y"}),
        ("order.recipients", {"addresses": []}),
        ("order.ins", {}),
        ("order.document", {}),
        ("order.paginated_copy", {}),
        ("order.mail", {"message_id": "", "subject": "", "text": ""}),
        ("hl7v2.distinct", {}),
        ("order.next_version", {}),
    ],
)
def test_what_cannot_be_read_is_a_finding(name: str, params: dict[str, object]) -> None:
    assert ("REM-001", "message") in rules(name, GARBAGE, rule="REM-001", **params)


@pytest.mark.parametrize("name", ["order.document", "order.paginated_copy"])
def test_a_document_that_cannot_be_read_is_a_finding(name: str) -> None:
    broken = write.replace(order(), "OBX-5.5", "*")
    assert rules(name, broken, rule="REM-001") == [("REM-001", "OBX-5.5")]


def test_no_reply() -> None:
    dpi = SimulatedDpi(lambda *args, **kwargs: None)
    to = {"flags": DMP_AND_MAIL, "recipients": (correspondent(), citizen_mailbox(PATIENT))}
    final = document_message(dpi.order(PATIENT, VERSION, **to, no_reply=True))
    asked = {"declined": True, "rule": "REM-197"}
    assert rules("order.no_reply", final, **asked) == []
    assert rules("order.no_reply", order(), **asked) == [("REM-197", "NTE-4")]
    assert rules("order.no_reply", order(), **asked | {"declined": False}) == []
    assert rules("order.no_reply", final, **asked | {"declined": False}) == [("REM-197", "NTE-4")]
    other = write.replace(final, "NTE-4", "AUTRE")
    assert rules("order.no_reply", other, **asked) == [("REM-197", "NTE-4")]
    assert rules("order.no_reply", GARBAGE, **asked) == [("REM-197", "message")]


def test_what_the_pages_say() -> None:
    replaced = order(first_version(PATIENT, title="Annule et remplace la lettre du 3 mai"))
    asked = {"words": "annule et remplace", "rule": "REM-196"}
    assert rules("document.pdf_says", replaced, **asked) == []
    assert rules("document.pdf_says", order(), **asked) == [("REM-196", "PDF")]
    assert rules("document.pdf_says", order(), **asked, absent=True) == []
    assert rules("document.pdf_says", replaced, **asked, absent=True) == [("REM-196", "PDF")]
