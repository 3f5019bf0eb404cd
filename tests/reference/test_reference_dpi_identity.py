"""The DPI and the identities it receives: PAM-FR read, stored, acknowledged."""

from collections.abc import Iterator

import pytest
from reference.people import AUTHORITY, DOMINIQUE, RUTH_INS, adt, named, someone, zfa
from reference.refproc import Reference, running

from rempart.formats.hl7v2.cisis import Ins, Patient
from rempart.formats.hl7v2.cisis.people import cx
from rempart.formats.hl7v2.write import replace, segment, without


@pytest.fixture(scope="module")
def dpi() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


def record(dpi: Reference, patient: Patient) -> dict[str, object]:
    return dpi.act("open_patient_record", patient=named(patient))


def test_it_says_what_it_is(dpi: Reference) -> None:
    description = dpi._http.get(dpi.ready["http"] + "/", timeout=5).json()
    assert description["dispositif"] == dpi.ready["dispositif"] == "HOP-DPI-Va2"
    assert {"open_patient_record", "send_document"} <= set(description["actions"])


def test_a_patient_is_created_with_the_ins(dpi: Reference) -> None:
    patient = someone()
    answer = dpi.send(adt("A28", patient, zfa("INO", "IC")))
    assert (answer.kind, answer.get("MSA-1"), answer.get("MSH-12")) == ("ACK^A28", "AA", "2.5^FRA^2.11")
    assert (answer.get("MSH-3"), answer.get("MSH-5")) == ("DPI", "GAM")
    shown = record(dpi, patient)
    assert shown["ins"] == {"value": "279035121518989", "oid": "1.2.250.1.213.1.4.10"}
    assert (shown["identity_status"], shown["feeding"], shown["consultation"]) == ("VALI", "INO", "IC")
    assert shown["identity"] == {
        "birth_name": "PAT-TROIS",
        "first_birth_name": "DOMINIQUE",
        "birth_names": "DOMINIQUE MARIE-LOUISE",
        "birth_date": "19790328",
        "sex": "F",
        "birth_place": "51215",
    }


def test_the_ins_is_dropped_and_the_rest_kept_without_vali(dpi: Reference) -> None:
    patient = someone(status="PROV")
    assert dpi.send(adt("A28", patient)).get("MSA-1") == "AA"
    shown = record(dpi, patient)
    assert (shown["found"], shown["ins"], shown["identity_status"]) == (True, None, "PROV")


def test_a31_creates_an_unknown_patient_and_gives_a_first_ins(dpi: Reference) -> None:
    patient = someone(ins=None, status="PROV")
    assert dpi.send(adt("A31", patient)).get("MSA-1") == "AA"
    assert record(dpi, patient)["ins"] is None
    dpi.send(adt("A31", patient, pid={"32": "VALI"} | cx("3[2]", RUTH_INS, DOMINIQUE.ins.authority, "INS")))
    assert record(dpi, patient)["ins"] == {"value": RUTH_INS, "oid": DOMINIQUE.ins.oid}


def test_an_empty_field_leaves_and_quotes_delete(dpi: Reference) -> None:
    patient = someone()
    dpi.send(adt("A28", patient))
    dpi.send(adt("A31", patient, pid={"7.1": "", "11[1].9": '""'}))
    identity = record(dpi, patient)["identity"]
    assert (identity["birth_date"], identity["birth_place"]) == ("19790328", "")


def test_a_nir_wins_over_a_nia(dpi: Reference) -> None:
    patient = someone()
    nia = cx("3[2]", "279035121518989", DOMINIQUE.ins.authority, "INS") | {"3[2].4.1": "ASIP-SANTE-INS-NIA"}
    nir = cx("3[3]", RUTH_INS, DOMINIQUE.ins.authority, "INS")
    dpi.send(adt("A28", patient, pid=nia | nir))
    assert record(dpi, patient)["ins"]["value"] == RUTH_INS


def test_an_ins_with_a_wrong_key_is_not_kept(dpi: Reference) -> None:
    patient = someone(ins=Ins(value="279035121518988"))
    assert dpi.send(adt("A28", patient)).get("MSA-1") == "AA"
    assert record(dpi, patient)["ins"] is None


def test_a47_deletes_every_ins_and_keeps_the_patient(dpi: Reference) -> None:
    patient = someone()
    dpi.send(adt("A28", patient))
    mrg = segment("MRG", cx("1[1]", DOMINIQUE.ins.value, DOMINIQUE.ins.authority, "INS"))
    dpi.send(adt("A47", patient, mrg, pid={"3[2].1": '""', "32": "PROV"}))
    shown = record(dpi, patient)
    assert (shown["found"], shown["ins"], shown["identity_status"]) == (True, None, "PROV")


def test_a40_hands_the_record_over(dpi: Reference) -> None:
    kept, absorbed = someone(), someone()
    for patient in (kept, absorbed):
        dpi.send(adt("A28", patient))
    produced = dpi.act("produce_document", patient=named(absorbed), type_code="34112-3", title="CR")
    dpi.send(adt("A40", kept, segment("MRG", cx("1[1]", absorbed.ipp, AUTHORITY, "PI"))))
    assert [d["unique_id"] for d in record(dpi, kept)["documents"]] == [produced["unique_id"]]
    assert record(dpi, absorbed)["found"] == record(dpi, kept)["found"]


def test_the_last_choice_received_is_the_one_kept(dpi: Reference) -> None:
    patient = someone()
    dpi.send(adt("A28", patient, zfa("INO", "IC")))
    dpi.send(adt("A31", patient, zfa("IO")))
    shown = record(dpi, patient)
    assert (shown["feeding"], shown["consultation"]) == ("IO", "IC")


@pytest.mark.parametrize(
    ("fault", "code", "condition", "location"),
    [
        (lambda m: replace(m, "MSH-9", "SIU^S12^SIU_S12"), "AR", "200", "MSH^1^9^1^1"),
        (lambda m: replace(m, "MSH-9", "ADT^A08^ADT_A01"), "AR", "201", "MSH^1^9^1^2"),
        (lambda m: replace(m, "MSH-12", "2.3"), "AR", "203", "MSH^1^12^1^1"),
        (lambda m: replace(m, "MSH-11", "X"), "AR", "202", "MSH^1^11^1^1"),
        (lambda m: without(m, "PID"), "AE", "100", "PID^1"),
        (lambda m: without(m, "EVN"), "AE", "100", "EVN^1"),
        (lambda m: replace(m, "PID-3", ""), "AE", "101", "PID^1^3^1^1"),
        (lambda m: replace(m, "MSH-10", ""), "AE", "101", "MSH^1^10"),
        (lambda m: replace(m, "MSH-18", "EBCDIC"), "AE", "102", "MSH^1^18"),
        (lambda m: m.replace(b"DOMINIQUE", b"DOMINIQU\xc9"), "AE", "102", "MSH^1^18"),
        (lambda m: m + b"ZFA|||||||||OUI\r", "AE", "103", "ZFA^1^9"),
    ],
)
def test_what_cannot_be_integrated_is_refused_with_its_reason(
    dpi: Reference, fault: object, code: str, condition: str, location: str
) -> None:
    patient = someone()
    answer = dpi.send(fault(adt("A28", patient)))
    assert [answer.get(f) for f in ("MSA-1", "ERR-3.1", "ERR-2", "ERR-4")] == [code, condition, location, "E"]
    assert not record(dpi, patient)["found"]


def test_what_is_not_a_message_gets_no_answer_and_the_port_lives_on(dpi: Reference) -> None:
    assert dpi.raw(b"GET / HTTP/1.1\r\n\r\n") == b""
    patient = someone()
    assert dpi.send(adt("A28", patient)).get("MSA-1") == "AA"


@pytest.mark.parametrize(
    ("path", "text", "status"),
    [
        ("fly", "{}", 404),
        ("open_patient_record", "not json", 422),
        ("open_patient_record", "[]", 422),
        ("open_patient_record", "{}", 422),
        ("open_patient_record", '{"patient": {"value": 1, "authority": "x"}}', 422),
        ("open_patient_record", '{"patient": {"value": "1", "authority": "x"}, "more": 1}', 422),
        ("record_consent", '{"patient": {"value": "1", "authority": "x"}, "feeding": "OUI"}', 422),
    ],
)
def test_a_bad_request_says_what_is_wrong(dpi: Reference, path: str, text: str, status: int) -> None:
    response = dpi.post(f"/actions/{path}", text.encode())
    assert response.status_code == status
    assert response.json()["error"]
