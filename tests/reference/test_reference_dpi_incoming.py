"""The DPI and the documents that the PFI hands over: kept, replaced, deleted, or refused with its code."""

from collections.abc import Iterator

import pytest
from reference.people import RUTH_INS, adt, document, envelope, named, oid, someone
from reference.refproc import Reference, running

from rempart.formats.cda.model import InstanceId
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import Document, Ins, LpsDelivery, Patient, Structure, lps_message
from rempart.formats.hl7v2.write import replace

HOSPITAL = Structure(name="CHU-X", id="120456789")


@pytest.fixture(scope="module")
def dpi() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


@pytest.fixture
def patient(dpi: Reference) -> Patient:
    person = someone()
    dpi.send(adt("A28", person))
    return person


def mdm(patient: Patient, made: tuple[bytes, str, str], action: str = "initial", replaced: str = "",
        structure: Structure = HOSPITAL) -> bytes:  # fmt: skip
    cda, unique_id, _ = made
    return lps_message(
        LpsDelivery(
            envelope=envelope("PFI", "DPI"),
            action=action,
            patient=patient,
            document=Document(cda=cda, unique_id=unique_id, type_code="11490-0", type_label="x", replaced_id=replaced),
            message_id="<1@mssante.fr>",
            subject="XDM/1.0/DDM+Lettre",
            body="Bonjour",
            mail_sender="adam.hoda@test-ci-sis.mssante.fr",
            structure=structure,
        )
    )


def shown(dpi: Reference, patient: Patient) -> list[dict[str, str]]:
    return dpi.act("open_patient_record", patient=named(patient))["documents"]


def codes(answer: Message) -> list[str]:
    return [answer.get(at) for at in ("MSA-1", "ERR-3.1", "ERR-5.1")]


def test_a_document_enters_the_record_once(dpi: Reference, patient: Patient) -> None:
    made = document(patient)
    message = mdm(patient, made)
    for again in (message, message, mdm(patient, made)):
        assert codes(dpi.send(again)) == ["AA", "", ""]
    expected = {"unique_id": made[1], "type_code": "11490-0", "origin": "MSSanté", "status": "current"}
    (line,) = shown(dpi, patient)
    assert line.items() >= expected.items()


def test_another_document_under_the_same_identifier_is_refused(dpi: Reference, patient: Patient) -> None:
    made = document(patient)
    dpi.send(mdm(patient, made))
    other = document(patient, unique_id=made[1])
    assert codes(dpi.send(mdm(patient, other))) == ["AE", "207", "906"]


def test_a_version_replaces_and_the_last_one_is_deleted(dpi: Reference, patient: Patient) -> None:
    first = document(patient)
    second = document(patient, version=2, set_id=first[2], replaces=first[1])
    late = document(patient, version=3, set_id=first[2], replaces=first[1])
    dpi.send(mdm(patient, first))
    assert codes(dpi.send(mdm(patient, second, "replace", first[1]))) == ["AA", "", ""]
    assert codes(dpi.send(mdm(patient, late, "replace", first[1]))) == ["AE", "207", "900"]
    assert codes(dpi.send(mdm(patient, first, "delete"))) == ["AE", "207", "900"]
    assert codes(dpi.send(mdm(patient, second, "delete"))) == ["AA", "", ""]
    assert {d["unique_id"]: d["status"] for d in shown(dpi, patient)} == {first[1]: "replaced", second[1]: "deleted"}


def test_only_its_author_s_structure_replaces_or_deletes(dpi: Reference, patient: Patient) -> None:
    first = document(patient)
    dpi.send(mdm(patient, first))
    foreign = document(patient, version=2, set_id=first[2], replaces=first[1], structure="1999999999")
    assert codes(dpi.send(mdm(patient, foreign, "replace", first[1]))) == ["AE", "207", "901"]
    other = Structure(name="CHU-Z", id="999999999")
    assert codes(dpi.send(mdm(patient, first, "delete", structure=other))) == ["AE", "207", "901"]
    assert [d["status"] for d in shown(dpi, patient)] == ["current"]


def test_a_patient_who_is_not_there(dpi: Reference) -> None:
    stranger = someone(ins=Ins(value=RUTH_INS), birth_name="NESSI", first_birth_name="RUTH")
    assert codes(dpi.send(mdm(stranger, document(stranger)))) == ["AE", "207", "902"]


def test_an_ins_absent_or_of_another(dpi: Reference, patient: Patient) -> None:
    from dataclasses import replace as but

    without = but(patient, ins=None)
    assert codes(dpi.send(mdm(patient, document(without)))) == ["AE", "207", "903"]
    other = but(patient, ins=Ins(value=RUTH_INS))
    assert codes(dpi.send(mdm(other, document(other)))) == ["AE", "207", "904"]
    assert codes(dpi.send(mdm(patient, document(other)))) == ["AE", "207", "904"]
    assert shown(dpi, patient) == []


@pytest.mark.parametrize(("traits", "code"), [({"first_birth_name": "DOMINIQUA"}, "904"), ({"birth_place": ""}, "905")])
def test_traits_are_compared(dpi: Reference, patient: Patient, traits: dict[str, str], code: str) -> None:
    assert codes(dpi.send(mdm(patient, document(patient, **traits)))) == ["AE", "207", code]


def test_identifiers_of_the_message_and_of_the_document_agree(dpi: Reference, patient: Patient) -> None:
    made = document(patient, ipp=InstanceId(oid(), "elsewhere"))
    assert codes(dpi.send(mdm(patient, made))) == ["AE", "207", "904"]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("PID-3", "", ["AE", "101", ""]),
        ("ORC-1", "CA", ["AE", "199", ""]),
        ("OBX-5.5", "*", ["AE", "102", ""]),
        ("OBX-5.5", "PGE+", ["AE", "102", ""]),
        ("MSH-21.1", "0.9", ["AR", "203", ""]),
        ("MSH-9", "MDM^T01^MDM_T01", ["AR", "201", ""]),
        ("MSH-12", "2.5", ["AR", "203", ""]),
    ],
)
def test_a_technical_error_has_no_application_code(
    dpi: Reference, patient: Patient, path: str, value: str, expected: list[str]
) -> None:
    assert codes(dpi.send(replace(mdm(patient, document(patient)), path, value))) == expected
