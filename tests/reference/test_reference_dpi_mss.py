"""Documents from MSSanté in the reference DPI: what enters by itself, what waits, what is counted and remembered."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from reference.people import RUTH_INS, adt, document, named, someone
from reference.refproc import Reference, running
from reference.test_reference_dpi_incoming import codes, mdm, shown

from rempart.formats.hl7v2.cisis import Ins, Patient

DAYS = {"start": "20200101", "end": "20991231"}
PAST = {"start": "20200101", "end": "20200131"}


@pytest.fixture(scope="module")
def running_dpi() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


@pytest.fixture
def dpi(running_dpi: Reference) -> Iterator[Reference]:
    """One program for all; its settings are those of the start again after each test."""
    yield running_dpi
    running_dpi.act("set_mss_integration")
    running_dpi.act("set_automatic_mailing", type_codes=[])
    running_dpi.partner.reset()


@pytest.fixture
def patient(dpi: Reference) -> Patient:
    person = someone()
    dpi.send(adt("A28", person))
    return person


def line(dpi: Reference, unique_id: str, kind: str = "new") -> dict:
    (found,) = [i for i in dpi.act("list_worklist")["items"] if (i["unique_id"], i["kind"]) == (unique_id, kind)]
    return found


def listed(dpi: Reference, unique_id: str) -> list[str]:
    return [i["kind"] for i in dpi.act("list_worklist")["items"] if i["unique_id"] == unique_id]


def decide(dpi: Reference, item: dict, decision: str, patient: Patient | None = None) -> tuple[str, str]:
    more = {"patient": named(patient)} if patient else {}
    answer = dpi.act("handle_worklist_item", item=item["item"], decision=decision, **more)
    return answer["outcome"], answer["reason"]


def operations(dpi: Reference, unique_id: str) -> list[str]:
    return [o["operation"] for o in dpi.act("read_document_history", unique_id=unique_id)["operations"]]


def figures(dpi: Reference, **period: str) -> tuple[int, int, int]:
    rows = [r for r in dpi.act("read_mss_statistics", **period)["statistics"] if r["type_code"] == "11490-0"]
    columns = ("integrated_automatically", "integrated_manually", "not_integrated")
    return tuple(sum(r[c] for r in rows) for c in columns)


# -- what enters by itself


@pytest.mark.parametrize(
    "difference",
    [
        {"ins": Ins(value="279035121518989", oid="1.2.250.1.213.1.4.11")},
        {"birth_name": "PAT-QUATRE"},
        {"birth_date": "19790329"},
        {"sex": "M"},
        {"birth_place": "51216"},
    ],
    ids=lambda d: next(iter(d)),
)
def test_one_difference_keeps_a_document_out_and_in_the_list(
    dpi: Reference, patient: Patient, difference: dict
) -> None:
    other = replace(patient, **difference)
    changes = {"sex": other.sex} if "sex" in difference else {}
    made = document(other, **changes)
    assert codes(dpi.send(mdm(other, made))) == ["AE", "207", "904"]
    assert shown(dpi, patient) == [] and listed(dpi, made[1]) == ["new"]


def test_an_identity_that_its_sender_has_not_qualified_waits(dpi: Reference, patient: Patient) -> None:
    made = document(patient)
    assert codes(dpi.send(mdm(replace(patient, status="PROV"), made))) == ["AE", "207", "906"]
    assert shown(dpi, patient) == [] and "qualifiée par l'émetteur" in line(dpi, made[1])["reason"]


def test_the_same_refusal_told_twice_is_one_line(dpi: Reference, patient: Patient) -> None:
    made = document(replace(patient, ins=None))
    for _ in range(2):
        assert codes(dpi.send(mdm(replace(patient, ins=None), made))) == ["AE", "207", "903"]
    assert listed(dpi, made[1]) == ["new"]


def test_a_fault_of_the_message_is_no_line(dpi: Reference, patient: Patient) -> None:
    """Nobody can mend it in the DPI: it is up to the sender."""
    first = document(patient)
    dpi.send(mdm(patient, first))
    other = document(patient, unique_id=first[1])
    assert codes(dpi.send(mdm(patient, other))) == ["AE", "207", "906"]
    assert listed(dpi, first[1]) == []


@pytest.mark.parametrize("setting", [{"automatic": False}, {"type_codes": ["34112-3"]}])
def test_what_the_settings_keep_out_waits_without_an_error(dpi: Reference, patient: Patient, setting: dict) -> None:
    dpi.act("set_mss_integration", **setting)
    made = document(patient)
    assert codes(dpi.send(mdm(patient, made))) == ["AA", "", ""]
    assert shown(dpi, patient) == [] and listed(dpi, made[1]) == ["new"]
    dpi.act("set_mss_integration", type_codes=["11490-0"])
    assert codes(dpi.send(mdm(patient, later := document(patient)))) == ["AA", "", ""]
    assert [d["unique_id"] for d in shown(dpi, patient)] == [later[1]]


# -- the work list


def test_a_line_says_what_came_and_proposes_who_it_may_be(dpi: Reference, patient: Patient) -> None:
    ruth = someone(birth_name="NESSI", first_birth_name="RUTH", birth_date="19770714", ins=Ins(value=RUTH_INS))
    dpi.send(adt("A28", ruth))
    made = document(without := replace(patient, ins=None))
    dpi.send(mdm(without, made))
    item = line(dpi, made[1])
    assert item["sender"] == "adam.hoda@test-ci-sis.mssante.fr" and item["type_code"] == "11490-0"
    assert item["search"]["birth_name"] == "PAT-TROIS" and item["search"]["birth_date"] == "19790328"
    proposed = [p["value"] for p in item["proposed"]]
    assert proposed[0] == patient.ipp and ruth.ipp not in proposed
    dpi.send(adt("A47", ruth, "MRG|" + f"{RUTH_INS}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"))


def test_the_user_integrates_where_they_want_once(dpi: Reference, patient: Patient) -> None:
    made = document(without := replace(patient, ins=None))
    dpi.send(mdm(without, made))
    item = line(dpi, made[1])
    assert decide(dpi, item, "integrate") == ("refused", "patient inconnu")
    assert decide(dpi, item, "replace")[0] == "refused" and decide(dpi, item, "delete")[0] == "refused"
    assert listed(dpi, made[1]) == ["new"]
    assert decide(dpi, item, "integrate", patient) == ("done", "")
    assert [d["unique_id"] for d in shown(dpi, patient)] == [made[1]]
    assert decide(dpi, item, "integrate", patient) == ("refused", "cette ligne n'est plus dans la liste de travail")
    assert operations(dpi, made[1]) == ["received", "waiting", *["refused"] * 3, "integrated_manually"]


def test_a_deletion_is_never_a_document(dpi: Reference, patient: Patient) -> None:
    made = document(patient)
    assert codes(dpi.send(mdm(patient, made, "delete"))) == ["AE", "207", "900"]
    item = line(dpi, made[1], "deletion")
    assert decide(dpi, item, "integrate", patient)[0] == "refused" and shown(dpi, patient) == []
    assert decide(dpi, item, "delete") == ("done", "") and listed(dpi, made[1]) == []


def test_a_deletion_takes_with_it_the_line_where_its_document_waits(dpi: Reference, patient: Patient) -> None:
    made = document(without := replace(patient, ins=None))
    dpi.send(mdm(without, made))
    dpi.send(mdm(without, made, "delete"))
    assert listed(dpi, made[1]) == ["new", "deletion"]
    assert decide(dpi, line(dpi, made[1], "deletion"), "delete") == ("done", "")
    assert listed(dpi, made[1]) == []


def test_a_replacement_waits_is_signalled_and_keeps_the_old_version(dpi: Reference, patient: Patient) -> None:
    dpi.act("set_mss_integration", confirm_changes=True)
    first = document(patient)
    second = document(patient, version=2, set_id=first[2], replaces=first[1])
    dpi.send(mdm(patient, first))
    assert codes(dpi.send(mdm(patient, second, "replace", first[1]))) == ["AA", "", ""]
    item = line(dpi, second[1], "replacement")
    record = dpi.act("open_patient_record", patient=named(patient))
    notice = {"unique_id": first[1], "kind": "replacement", "newer": second[1], "item": item["item"]}
    assert record["mss_notices"] == [notice]
    assert dpi.act("view_worklist_item", item=item["item"])["header"]["title"] == "Lettre de liaison"
    assert decide(dpi, item, "integrate", patient)[0] == "refused"
    assert decide(dpi, item, "replace") == ("done", "")
    assert {d["unique_id"]: d["status"] for d in shown(dpi, patient)} == {first[1]: "replaced", second[1]: "current"}
    assert dpi.act("open_patient_record", patient=named(patient))["mss_notices"] == []
    assert operations(dpi, first[1])[-1] == "replaced"


def test_a_deletion_to_validate(dpi: Reference, patient: Patient) -> None:
    dpi.act("set_mss_integration", confirm_changes=True)
    made = document(patient)
    dpi.send(mdm(patient, made))
    dpi.send(mdm(patient, made, "delete"))
    (notice,) = dpi.act("open_patient_record", patient=named(patient))["mss_notices"]
    assert (notice["unique_id"], notice["kind"], notice["newer"]) == (made[1], "deletion", "")
    assert [d["status"] for d in shown(dpi, patient)] == ["current"]
    assert decide(dpi, line(dpi, made[1], "deletion"), "delete") == ("done", "")
    assert [d["status"] for d in shown(dpi, patient)] == ["deleted"]


# -- figures, unread, history


def test_each_document_counts_once_in_its_period(dpi: Reference, patient: Patient) -> None:
    before, past = figures(dpi, **DAYS), figures(dpi, **PAST)
    dpi.send(mdm(patient, document(patient)))
    without = replace(patient, ins=None)
    made = document(without)
    dpi.send(mdm(without, made))
    assert tuple(b - a for a, b in zip(before, figures(dpi, **DAYS), strict=True)) == (1, 0, 1)
    decide(dpi, line(dpi, made[1]), "integrate", patient)
    dpi.send(mdm(patient, document(patient), "delete"))
    assert tuple(b - a for a, b in zip(before, figures(dpi), strict=True)) == (1, 1, 0)
    assert figures(dpi, **PAST) == past == (0, 0, 0)


def test_unread_until_opened(dpi: Reference, patient: Patient) -> None:
    def unread(**period: str) -> bool:
        return made[1] in [d["unique_id"] for d in dpi.act("list_unread_documents", **period)["documents"]]

    made = document(patient)
    dpi.send(mdm(patient, made))
    assert unread() and unread(**DAYS) and not unread(**PAST) and unread()
    dpi.act("view_document", patient=named(patient), unique_id=made[1])
    assert not unread()
    assert operations(dpi, made[1]) == ["received", "integrated_automatically", "read"]


@pytest.mark.parametrize("day", ["2026-01-01", "hier", "٢٠٢٦٠١٠١"])
def test_a_day_that_is_none_is_told(dpi: Reference, day: str) -> None:
    answer = dpi.post("/actions/read_mss_statistics", f'{{"start": "{day}"}}'.encode())
    assert answer.status_code == 422 and "n'est pas un jour" in answer.text


# -- what leaves


RECIPIENT = {"name": "ADAM Hoda", "address": "adam.hoda@test-ci-sis.mssante.fr", "identifier": "801234567897"}


def written(dpi: Reference, patient: Patient, type_code: str = "11490-0", **more: object) -> dict:
    asked = {"type_code": type_code, "title": "Lettre", "recipients": [RECIPIENT]}
    return dpi.act("produce_document", patient=named(patient), **asked, **more)


def test_a_document_of_the_chosen_type_leaves_once_validated(dpi: Reference, patient: Patient) -> None:
    dpi.act("set_automatic_mailing", type_codes=["11490-0"])
    draft = written(dpi, patient, draft=True)
    assert written(dpi, patient, "57833-6")["outcome"] == "done" and dpi.partner.silent()
    assert dpi.act("validate_document", document=draft["document"])["outcome"] == "done"
    message = dpi.partner.next("MDM^T02")
    asked = {s.get("3.1"): s.get("5.1") for s in message.all("OBX")}
    assert (asked["DESTMSSANTEPS"], asked["DESTDMP"], asked["DESTMSSANTEPAT"]) == ("Y", "N", "N")


def test_a_patient_may_be_told_not_to_answer(dpi: Reference, patient: Patient) -> None:
    made = written(dpi, patient)["document"]
    dpi.act("send_document", document=made, channels=["mssante_patient"], no_reply=True)
    assert [n.get("4.1") for n in dpi.partner.next("MDM^T02").all("NTE")] == ["FIN"]
    dpi.act("send_document", document=made, channels=["mssante_ps"], recipients=[RECIPIENT], no_reply=True)
    assert dpi.partner.next("MDM^T02").all("NTE") == []


def test_nothing_leaves_for_a_document_of_somebody_else(dpi: Reference, patient: Patient) -> None:
    first = document(patient)
    second = document(patient, version=2, set_id=first[2], replaces=first[1])
    dpi.send(mdm(patient, first))
    dpi.send(mdm(patient, second, "replace", first[1]))
    dpi.send(mdm(patient, second, "delete"))
    assert dpi.partner.silent()
