"""The DPI that feeds by itself: what waits, what leaves, what is kept over an outage or a restart, and documents of the
past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from reference.people import DOMINIQUE, adt, named, someone
from reference.refproc import Reference, running

from rempart.formats.hl7v2.cisis import BusinessAck, Patient, business_acknowledgement
from rempart.reference.content import read_document

LETTER = "11490-0"
SURGERY = "34874-8"
TWO_YEARS_AGO = f"{date.today().year - 2}0301"


@pytest.fixture(scope="module")
def process() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


@pytest.fixture
def dpi(process: Reference) -> Iterator[Reference]:
    process.partner.reset()
    yield process
    process.act("set_automatic_feeding", type_codes=[])
    process.act("set_history_feeding", types={})


def known(dpi: Reference, **changes: object) -> Patient:
    patient = someone(**changes)
    dpi.send(adt("A28", patient))
    return patient


def written(dpi: Reference, patient: Patient, type_code: str = LETTER, **more: object) -> str:
    return dpi.act("produce_document", patient=named(patient), type_code=type_code, title="Titre", **more)["document"]


def sending(dpi: Reference, patient: Patient, ref: str) -> str:
    """The state of the only document of this patient, or of the last one."""
    return dpi.act("list_documents", patient=named(patient), sort="created")["documents"][-1]["dmp"]


def taken(dpi: Reference, control_id: str) -> None:
    from reference.people import envelope

    ack = BusinessAck(envelope=envelope("PFI", "DPI"), kind="Z01", order_control_id=control_id, recipient="")
    assert dpi.send(business_acknowledgement(ack)).get("MSA-1") == "AA"


def test_an_order_waits_its_time_and_is_shown_until_the_dmp_answers(dpi: Reference) -> None:
    patient = known(dpi)
    dpi.act("set_automatic_feeding", type_codes=[LETTER], delay=0.5)
    ref = written(dpi, patient)
    assert sending(dpi, patient, ref) == "pending" and dpi.partner.silent(0.2)
    message = dpi.partner.next("MDM^T02")
    assert sending(dpi, patient, ref) == "pending"
    taken(dpi, message.control_id)
    assert sending(dpi, patient, ref) == "fed"


def test_only_the_order_that_is_held_or_cancelled_stays(dpi: Reference) -> None:
    patient = known(dpi)
    dpi.act("set_automatic_feeding", type_codes=[LETTER], delay=0.6)
    held, cancelled, other = (written(dpi, patient) for _ in range(3))
    assert dpi.act("hold_document", document=held, hold=True)["outcome"] == "done"
    assert dpi.act("cancel_sending", document=cancelled)["outcome"] == "done"
    dpi.partner.next("MDM^T02")
    assert dpi.partner.silent()
    states = [d["dmp"] for d in dpi.act("list_documents", patient=named(patient), sort="type_code")["documents"]]
    assert sorted(states) == ["cancelled", "held", "pending"]
    assert dpi.act("cancel_sending", document=other)["outcome"] == "refused"  # it has left
    assert dpi.act("hold_document", document=held, hold=False)["outcome"] == "done"
    dpi.partner.next("MDM^T02")


def test_what_waits_survives_a_restart(tmp_path: Path) -> None:
    database = ("--database", str(tmp_path / "dpi.sqlite"))
    with running("dpi", *database) as dpi:
        patient = known(dpi)
        dpi.act("set_automatic_feeding", type_codes=[LETTER], delay=1)
        written(dpi, patient)
        held = written(dpi, patient)
        dpi.act("hold_document", document=held, hold=True)
    with running("dpi", *database) as dpi:
        dpi.partner.next("MDM^T02")
        assert dpi.partner.silent()


def test_an_outage_never_ends_an_order(dpi: Reference) -> None:
    """Far beyond the two resendings that this process is allowed."""
    patient = known(dpi)
    dpi.partner.answer = lambda message: None
    ref = written(dpi, patient)
    dpi.act("send_document", document=ref, channels=["dmp"])
    first = dpi.partner.next("MDM^T02")
    for _ in range(6):
        assert dpi.partner.next("MDM^T02").bytes == first.bytes
    dpi.partner.reset()
    dpi.until(lambda a: a["technical"] == "accepted", "get_sending_status", document=ref)


@pytest.mark.parametrize("day", ["2024", "20249999", f"{date.today().year + 1}0101"])
def test_an_act_is_of_a_day_that_is_past(dpi: Reference, day: str) -> None:
    asked = {"type_code": LETTER, "title": "T", "act_date": day}
    answer = dpi.act("produce_document", patient=named(known(dpi)), **asked)
    assert answer["outcome"] == "refused" and day in answer["reason"]


def test_a_document_of_the_past_says_its_act_its_creation_and_its_authors(dpi: Reference) -> None:
    patient = known(dpi)
    ref = written(dpi, patient, SURGERY, act_date=TWO_YEARS_AGO, episode="E1", author_registered=False)
    dpi.act("send_document", document=ref, channels=["dmp"])
    message = dpi.partner.next("MDM^T02")
    header = read_document(message)[1]
    assert header.act_start == TWO_YEARS_AGO and header.effective_time[:8] == f"{date.today():%Y%m%d}"
    assert [a.family for a in header.authors] == ["ADAM", ""] and message.get("PRT-8.10")
    assert message.get("PV1-2") == "N"  # a stay that this DPI has never seen


def test_history_leaves_out_what_its_rules_do_and_says_why(dpi: Reference) -> None:
    alive, dead = known(dpi), someone(ins=None, status="PROV")
    dpi.send(adt("A28", dead))
    kept = written(dpi, alive, SURGERY, act_date=TWO_YEARS_AGO, episode="E1")
    written(dpi, alive, SURGERY, act_date="19990101", episode="E0")
    written(dpi, alive, LETTER, act_date=TWO_YEARS_AGO, episode="E1")
    dpi.act("set_history_feeding", types={SURGERY: SURGERY})
    report = dpi.act("feed_history", patients=[named(alive), named(dead)])
    assert [s["document"] for s in report["sent"]] == [kept]
    assert [e["reason"] for e in report["excluded"]] == [
        "acte de plus de 5 ans", "type de document non retenu", "INS non qualifiée"
    ]  # fmt: skip
    dpi.partner.next("MDM^T02")
    again = dpi.act("feed_history", patients=[named(alive)])
    assert again["sent"] == [] and "envoi déjà demandé" in [e["reason"] for e in again["excluded"]]
    assert dpi.partner.silent()


def test_a_type_that_the_dmp_does_not_have_is_left_out(dpi: Reference) -> None:
    patient = known(dpi)
    written(dpi, patient, SURGERY, act_date=TWO_YEARS_AGO, episode="E1")
    dpi.act("set_history_feeding", types={SURGERY: "00000-0"})
    report = dpi.act("feed_history", patients=[named(patient)])
    assert report["sent"] == [] and "00000-0" in report["excluded"][0]["reason"]
    assert dpi.partner.silent()


def test_a_death_sets_the_record_aside_until_it_is_taken_back(dpi: Reference) -> None:
    patient = known(dpi)
    written(dpi, patient, SURGERY, act_date=TWO_YEARS_AGO, episode="E1")
    dpi.act("set_history_feeding", types={SURGERY: SURGERY})
    dpi.send(adt("A31", patient, pid={"30.1": "Y"}))
    report = dpi.act("feed_history", patients=[named(patient)])
    assert [e["reason"] for e in report["excluded"]] == ["patient décédé"]
    dpi.send(adt("A31", patient, pid={"30.1": "N"}))
    assert len(dpi.act("feed_history", patients=[named(patient)])["sent"]) == 1
    dpi.partner.next("MDM^T02")


def test_settings_that_make_no_sense_are_refused(dpi: Reference) -> None:
    assert dpi.act("set_history_feeding", types={}, rate=10)["outcome"] == "refused"
    assert dpi.act("set_history_feeding", types={}, years=2000)["outcome"] == "refused"
    for action, body in (
        ("set_automatic_feeding", b'{"type_codes": [1]}'),
        ("set_automatic_feeding", b'{"type_codes": [], "restrictions": {"11490-0": ["SECRET"]}}'),
        ("set_automatic_feeding", b'{"type_codes": [], "delay": "long"}'),
        ("set_history_feeding", b'{"types": {"a": 1}}'),
        ("read_indicators", b'{"month": "202613"}'),
    ):
        assert dpi.post(f"/actions/{action}", body).status_code == 422
    unknown = {"value": "NULLE-PART", "authority": DOMINIQUE.ipp_authority.id}
    assert dpi.act("feed_history", patients=[unknown])["outcome"] == "refused"


def test_shares_count_what_the_dmp_has_taken(dpi: Reference) -> None:
    month = f"{date.today():%Y%m}"

    def shares() -> dict[str, tuple[int, int]]:
        read = dpi.act("read_indicators", month=month)["indicators"]
        return {i["name"]: (i["numerator"], i["denominator"]) for i in read}

    before, patient = shares(), known(dpi)
    for _ in range(2):
        dpi.act("send_document", document=written(dpi, patient), channels=["dmp"])
        message = dpi.partner.next("MDM^T02")
    taken(dpi, message.control_id)
    after = shares()
    assert (after["feeding"][0] - before["feeding"][0], after["feeding"][1] - before["feeding"][1]) == (1, 2)
    assert after["history"] == before["history"]  # nobody has stayed
    assert dpi.act("read_indicators", month="190001")["indicators"] == [
        {"name": "history", "numerator": 0, "denominator": 0},
        {"name": "feeding", "numerator": 0, "denominator": 0},
    ]
