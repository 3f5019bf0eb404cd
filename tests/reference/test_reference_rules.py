"""The decisions of the reference that need neither socket nor store."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from reference.people import DOMINIQUE, RUTH_INS, adt, envelope, zfa

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import FLAGS, Error, acknowledgement, application_error
from rempart.formats.hl7v2.cisis.people import cx
from rempart.formats.hl7v2.write import build
from rempart.reference import pam
from rempart.reference.body import BadRequest, Body
from rempart.reference.dpi.consent import dmp_consultation_refusal, dmp_feeding_refusal, patient_mail_refusal
from rempart.reference.mutation import Mutants
from rempart.reference.patients import Patient
from rempart.reference.pfi.orders import matrix_row
from rempart.reference.refusal import Refusal, erl, refuse
from rempart.reference.retry import Answer, State, read_answer, resend
from rempart.reference.times import instant

SOUND = Mutants()
QUALIFIED = Patient(
    id=1, birth_name="PAT-TROIS", first_birth_name="DOMINIQUE", birth_names="", used_name="", used_first_name="",
    birth_date="19790328", sex="F", birth_place="51215", status="VALI", ins_value="279035121518989",
    ins_oid="1.2.250.1.213.1.4.10", feeding="NA", consultation="NA", patient_messaging="", account="", visit_class="",
    visit_number="", visit_unit="", admitted="", discharged="",
)  # fmt: skip
UNQUALIFIED = (
    replace(QUALIFIED, status="PROV"),
    replace(QUALIFIED, ins_value="", ins_oid=""),
    replace(QUALIFIED, status=""),
)


# -- consent ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("feeding", "allowed"), [("NA", True), ("INO", True), ("IO", False)])
def test_feeding_is_allowed_unless_the_patient_is_opposed(feeding: str, allowed: bool) -> None:
    assert (dmp_feeding_refusal(replace(QUALIFIED, feeding=feeding), SOUND) == "") == allowed


@pytest.mark.parametrize(("consultation", "allowed"), [("NA", False), ("INC", False), ("IC", True)])
def test_consulting_wants_an_express_consent(consultation: str, allowed: bool) -> None:
    assert (dmp_consultation_refusal(replace(QUALIFIED, consultation=consultation), SOUND) == "") == allowed


@pytest.mark.parametrize("patient", UNQUALIFIED)
def test_nothing_reaches_the_dmp_nor_the_patient_without_a_qualified_identity(patient: Patient) -> None:
    willing = replace(patient, feeding="INO", consultation="IC", patient_messaging="accepted")
    assert dmp_feeding_refusal(willing, SOUND)
    assert dmp_consultation_refusal(willing, SOUND)
    assert patient_mail_refusal(willing, False, SOUND)


@pytest.mark.parametrize(
    ("choice", "hidden", "allowed"),
    [("", False, True), ("accepted", False, True), ("refused", False, False), ("accepted", True, False)],
)
def test_a_patient_is_mailed_unless_refusing_or_unaware(choice: str, hidden: bool, allowed: bool) -> None:
    patient = replace(QUALIFIED, patient_messaging=choice)
    assert (patient_mail_refusal(patient, hidden, SOUND) == "") == allowed


def test_a_status_may_have_attributes() -> None:
    assert replace(QUALIFIED, status="VALI,HOMA").qualified


# -- resending --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "attempts", "again"),
    [
        (State.ACCEPTED, 1, False),
        (State.ERROR, 1, False),
        (State.REJECTED, 1, True),
        (State.PENDING, 1, True),
        (State.PENDING, 3, True),
        (State.PENDING, 4, False),
    ],
)
def test_only_what_is_rejected_or_unanswered_leaves_again(state: State, attempts: int, again: bool) -> None:
    assert resend(state, attempts, retry_count=3) is again


def ack(code: str, error: Error | None = None) -> tuple[bytes, str]:
    original = Message.parse(adt("A28", DOMINIQUE))
    return acknowledgement(original, code, control_id="1", time=datetime.now(UTC), error=error), original.control_id


def test_an_acknowledgement_is_read_with_its_error() -> None:
    block, control_id = ack("AA")
    assert read_answer(block, control_id) == Answer(State.ACCEPTED)
    block, control_id = ack("AE", application_error("902"))
    answer = read_answer(block, control_id)
    assert (answer.state, answer.error_code, answer.error_label) == (State.ERROR, "902", "Identifiant patient inconnu")
    block, control_id = ack("AR", Error(condition="203", location="MSH^1^12"))
    answer = read_answer(block, control_id)
    assert (answer.state, answer.error_code, "MSH^1^12" in answer.detail) == (State.REJECTED, "203", True)


def test_what_answers_nothing_is_no_answer() -> None:
    block, control_id = ack("AA")
    assert read_answer(block, "another").state is State.PENDING
    assert read_answer(ack("XX")[0], control_id).state is State.PENDING
    for garbage in (b"", b"HTTP/1.1 400", b"MSH|^~\\&|\r"):
        assert read_answer(garbage, control_id).state is State.PENDING


# -- identities read --------------------------------------------------------------------------------------------------


def feed(*more: str, event: str = "A31", **pid: str) -> pam.Feed:
    fields = {name.removeprefix("f").replace("_", "."): value for name, value in pid.items()}
    return pam.read(Message.parse(adt(event, DOMINIQUE, *more, pid=fields)))


def test_traits_are_those_of_the_birth_name() -> None:
    read = feed(f5='DECOURCY^DOMINIQUE^^^^^D~PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE^^^^L~""^^^^^^S')
    assert (read.traits["birth_name"], read.traits["birth_names"]) == ("PAT-TROIS", "DOMINIQUE MARIE")
    assert (read.traits["used_name"], read.traits["birth_place"]) == ("DECOURCY", "51215")


def test_absent_says_nothing_and_quotes_delete() -> None:
    read = feed(f7="", f8='""')
    assert "birth_date" not in read.traits
    assert read.traits["sex"] == ""


def test_an_ins_to_delete_is_no_ins() -> None:
    read = feed(**{"f3[2]_1": '""'})
    assert (read.inss, read.deletes_ins) == ((), True)


def test_a_nir_comes_before_a_nia_whatever_their_order() -> None:
    authority = DOMINIQUE.ins.authority
    pid = cx("3[3]", RUTH_INS, authority, "INS") | {"3[2].4.1": "ASIP-SANTE-INS-NIA"}
    read = pam.read(Message.parse(adt("A28", DOMINIQUE, pid=pid)))
    assert [i.nia for i in read.inss] == [True, False]
    assert pam.nir_first(read.inss).value == RUTH_INS
    assert pam.nir_first(()) is None


def test_choices_are_those_of_their_table() -> None:
    assert feed(zfa("IO", "IC")).choices == {"feeding": "IO", "consultation": "IC"}
    assert feed(zfa("", "NA")).choices == {"consultation": "NA"}
    with pytest.raises(Refusal) as refusal:
        feed(zfa("IC"))
    assert (refusal.value.error.condition, refusal.value.code) == ("103", "AE")


def test_a_billing_nir_is_no_ins() -> None:
    assert feed(**{"f3[2]_5": "NH"}).inss == ()


def test_movements_want_a_visit() -> None:
    e = envelope()
    message = build([f"MSH|^~\\&|G|O|D|O|{e.time:%Y%m%d}||ADT^A01^ADT_A01|1|T|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
                     "EVN||20261121", "PID|||1^^^X&1.2&ISO^PI||N^P^^^^^L"])  # fmt: skip
    with pytest.raises(Refusal) as refusal:
        pam.read(Message.parse(message))
    assert (refusal.value.error.condition, refusal.value.error.location) == ("100", "PV1^1")


# -- the MSSanté matrix -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "yes"),
    [
        ("A", ("DESTMSSANTEPS", "DESTMSSANTEPAT", "DESTDMP")),
        ("B", ("DESTMSSANTEPS", "INVISIBLE_PATIENT")),
        ("C", ("DESTMSSANTEPAT", "MASQUE_PS", "INVISIBLE_REP_LEGAUX")),
        ("", ("DESTMSSANTEPS",)),
        ("", ("DESTMSSANTEPS", "DESTMSSANTEPAT", "MASQUE_PS")),
        ("", ("DESTMSSANTEPS", "DESTMSSANTEPAT", "INVISIBLE_REP_LEGAUX")),
        ("", ("DESTMSSANTEPAT", "INVISIBLE_PATIENT")),
        ("", ("DESTMSSANTEPAT", "DESTDMP")),
        ("", ("DESTMSSANTEPAT", "CONNEXION_SECRETE")),
    ],
)
def test_the_matrix_has_three_rows(row: str, yes: tuple[str, ...]) -> None:
    assert matrix_row({code: code in yes for code in FLAGS}) == row


# -- small pieces -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "code"), [("100", "AE"), ("199", "AE"), ("200", "AR"), ("203", "AR"), ("207", "AE")]
)
def test_the_code_follows_from_the_condition(condition: str, code: str) -> None:
    assert refuse(condition).code == code


@pytest.mark.parametrize(
    ("address", "written"),
    [("", ""), ("PID", "PID^1"), ("MSH-12", "MSH^1^12"), ("OBX[7]-5", "OBX^7^5"), ("PID-3[2].4.2", "PID^1^3^2^4")],
)
def test_places_are_written_as_erl(address: str, written: str) -> None:
    assert erl(address) == written


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("20260504113015+0200", "2026-05-04T11:30:15+02:00"),
        ("202605041130+0200", "2026-05-04T11:30:00+02:00"),
        ("20260230", None),
        ("2026", None),
        ("", None),
    ],
)
def test_timestamps(text: str, read: str | None) -> None:
    found = instant(text)
    assert (found.isoformat() if found else None) == read


def test_a_timestamp_without_a_zone_is_local() -> None:
    found = instant("20260504")
    assert found is not None and found.tzinfo is not None


def test_only_an_object_is_a_request() -> None:
    for data in (b"[1]", b"{", b'"a"', b"\xff", b"[" * 100_000):
        with pytest.raises(BadRequest):
            Body.read(data)


def test_a_request_is_read_by_type() -> None:
    body = Body.read(b'{"a": "x", "b": true, "c": ["p"], "d": {"e": 1}, "f": [{"g": "y"}], "h": null}')
    assert (body.text("a"), body.flag("b"), body.choices("c", ("p",)), body.has("h")) == ("x", True, ["p"], False)
    assert (body.text("h", "default"), body.objects("absent")) == ("default", [])
    mistakes: list[Any] = [
        lambda: body.text("z"), lambda: body.flag("a"), lambda: body.choice("a", ("y",)),
        lambda: body.choices("c", ("q",)), lambda: body.object("d").text("e"), lambda: body.objects("c"),
        lambda: body.only("a"), lambda: body.objects("f")[0].text("e"),
    ]  # fmt: skip
    for mistake in mistakes:
        with pytest.raises(BadRequest):
            mistake()
