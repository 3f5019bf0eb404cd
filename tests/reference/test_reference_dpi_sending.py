"""The DPI and the PFI it talks to: what leaves, what may not, and what the user is told of it."""

from collections.abc import Iterator

import pytest
from reference.people import adt, named, someone, zfa
from reference.refproc import Reference, ack, running

from rempart.formats.cda.read import parse_cda
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import BusinessAck, Error, Patient, business_acknowledgement
from rempart.reference.content import read_document

HODA = {"name": "ADAM Hoda", "address": "adam.hoda@test-ci-sis.mssante.fr", "identifier": "801234567897"}


@pytest.fixture(scope="module")
def process() -> Iterator[Reference]:
    with running("dpi") as reference:
        yield reference


@pytest.fixture
def dpi(process: Reference) -> Reference:
    process.partner.reset()
    return process


def produced(dpi: Reference, patient: Patient, *choices: str, level: str = "N1") -> dict[str, str]:
    dpi.send(adt("A28", patient, *([zfa(*choices)] if choices else [])))
    return dpi.act("produce_document", patient=named(patient), type_code="11490-0", title="Lettre", level=level)


def settled(answer: dict[str, object]) -> bool:
    return answer["technical"] != "pending"


@pytest.mark.parametrize("level", ["N1", "N3"])
def test_a_document_leaves_with_its_triple_its_ids_and_its_metadata(dpi: Reference, level: str) -> None:
    patient = someone()
    document = produced(dpi, patient, level=level)
    answer = dpi.act("send_document", document=document["document"], channels=["dmp", "mssante_ps"], recipients=[HODA])
    assert answer["outcome"] == "done"
    message = dpi.partner.next("MDM^T02")
    assert (message.get("ORC-1"), message.get("OBX-11"), message.get("TXA-12")) == ("NW", "F", document["unique_id"])
    flags = {o.get("3.1"): o.get("5.1") for o in message.all("OBX")[1:]}
    assert [flags[c] for c in ("DESTDMP", "DESTMSSANTEPS", "DESTMSSANTEPAT", "ACK_RECEPTION")] == ["Y", "Y", "N", "Y"]
    header = read_document(message)[1]
    assert (header.unique_id, header.level, header.version) == (document["unique_id"], level, 1)
    assert header.pdf and header.pdf.startswith(b"%PDF")
    assert {i.extension for i in header.patient_ids} == {patient.ipp, "279035121518989"}


def test_a_replacement_is_a_new_version_and_a_deletion_carries_what_it_deletes(dpi: Reference) -> None:
    first = produced(dpi, someone())
    dpi.act("send_document", document=first["document"], channels=["dmp"])
    old = read_document(dpi.partner.next("MDM^T02"))[1]
    second = dpi.act("replace_document", document=first["document"], title="Lettre corrigée")
    message = dpi.partner.next("MDM^T10")
    new = read_document(message)[1]
    assert (message.get("ORC-1"), message.get("OBX-11"), message.get("TXA-13")) == ("RO", "C", first["unique_id"])
    assert (new.unique_id, new.set_id, new.version) == (second["unique_id"], old.set_id, 2)
    assert (new.replaces, new.title) == (old.id, "Lettre corrigée")
    assert dpi.act("delete_document", document=second["document"])["outcome"] == "done"
    message = dpi.partner.next("MDM^T04")
    assert (message.get("ORC-1"), message.get("OBX-11"), message.get("TXA-12")) == ("CA", "D", second["unique_id"])
    assert dpi.act("replace_document", document=second["document"], title="x")["outcome"] == "refused"


def test_what_was_never_sent_is_neither_replaced_nor_deleted(dpi: Reference) -> None:
    document = produced(dpi, someone())["document"]
    assert dpi.act("replace_document", document=document, title="x")["outcome"] == "refused"
    assert dpi.act("delete_document", document=document)["outcome"] == "refused"
    assert dpi.partner.silent()


@pytest.mark.parametrize(("feeding", "outcome"), [("NA", "done"), ("INO", "done"), ("IO", "refused")])
def test_feeding_follows_the_choice_received(dpi: Reference, feeding: str, outcome: str) -> None:
    document = produced(dpi, someone(), feeding)["document"]
    assert dpi.act("send_document", document=document, channels=["dmp"])["outcome"] == outcome
    assert dpi.partner.silent() == (outcome == "refused")


def test_an_opposition_recorded_later_blocks_all_and_is_traced_without_motive(dpi: Reference) -> None:
    patient = someone()
    document = produced(dpi, patient, "INO")["document"]
    assert dpi.act("record_consent", patient=named(patient), feeding="IO")["outcome"] == "done"
    answer = dpi.act("send_document", document=document, channels=["dmp", "mssante_ps"], recipients=[HODA])
    assert (answer["outcome"], "opposé" in answer["reason"]) == ("refused", True)
    assert dpi.partner.silent()
    traces = dpi.act("read_traces", patient=named(patient))["traces"]
    assert "alimentation du DMP: IO (saisie)" in [t["detail"] for t in traces]


def test_nothing_goes_to_the_dmp_or_to_the_patient_without_a_qualified_ins(dpi: Reference) -> None:
    document = produced(dpi, someone(status="PROV"))["document"]
    for channel in ("dmp", "mssante_patient"):
        assert dpi.act("send_document", document=document, channels=[channel])["outcome"] == "refused"
    assert dpi.act("send_document", document=document, channels=["mssante_ps"], recipients=[HODA])["outcome"] == "done"
    message = dpi.partner.next("MDM^T02")
    assert "INS" not in message.get("PID-3") and read_document(message)[1].ins is None


def test_a_patient_who_refuses_mail_gets_none(dpi: Reference) -> None:
    patient = someone()
    document = produced(dpi, patient)["document"]
    dpi.act("record_consent", patient=named(patient), patient_messaging="refused")
    assert dpi.act("send_document", document=document, channels=["mssante_patient"])["outcome"] == "refused"
    dpi.act("record_consent", patient=named(patient), patient_messaging="accepted")
    hidden = dpi.act("send_document", document=document, channels=["mssante_patient"], hidden_from_patient=True)
    assert hidden["outcome"] == "refused"
    assert dpi.partner.silent()
    assert dpi.act("send_document", document=document, channels=["mssante_patient"])["outcome"] == "done"
    message = dpi.partner.next("MDM^T02")
    assert message.get("PRT[2]-15.4") == "279035121518989@patient.mssante.fr"


@pytest.mark.parametrize(("consultation", "outcome"), [("NA", "refused"), ("INC", "refused"), ("IC", "done")])
def test_consulting_wants_an_express_consent(dpi: Reference, consultation: str, outcome: str) -> None:
    patient = someone()
    dpi.send(adt("A28", patient, zfa("", consultation)))
    assert dpi.act("consult_dmp", patient=named(patient))["outcome"] == outcome


def sent(dpi: Reference) -> tuple[str, Message]:
    document = produced(dpi, someone())["document"]
    dpi.act("send_document", document=document, channels=["dmp", "mssante_ps"], recipients=[HODA])
    return document, dpi.partner.next("MDM^T02")


def test_an_error_is_shown_and_never_sent_again(dpi: Reference) -> None:
    dpi.partner.answer = lambda m: ack(m, "AE", Error(condition="101", location="PID^1^5"))
    document, _ = sent(dpi)
    status = dpi.until(settled, "get_sending_status", document=document)
    assert (status["technical"], "101" in status["technical_detail"]) == ("error", True)
    assert dpi.partner.silent()


@pytest.mark.parametrize("first", [lambda m: ack(m, "AR", Error(condition="207")), lambda m: None, lambda m: b"no"])
def test_what_is_rejected_or_unanswered_leaves_again_as_it_was(dpi: Reference, first: object) -> None:
    seen: list[Message] = []

    def answer(message: Message) -> bytes | None:
        seen.append(message)
        return first(message) if len(seen) == 1 else ack(message)

    dpi.partner.answer = answer
    document, message = sent(dpi)
    again = dpi.partner.next("MDM^T02")
    assert again.bytes == message.bytes
    dpi.until(lambda a: a["technical"] == "accepted", "get_sending_status", document=document)


def test_resending_ends(dpi: Reference) -> None:
    dpi.partner.answer = lambda m: ack(m, "AR", Error(condition="207"))
    document, _ = sent(dpi)
    for _ in range(2):
        dpi.partner.next("MDM^T02")
    assert dpi.partner.silent()
    assert dpi.act("get_sending_status", document=document)["technical"] == "rejected"


def zam(order: Message, kind: str, **changes: str) -> bytes:
    from reference.people import envelope

    return business_acknowledgement(
        BusinessAck(envelope=envelope("PFI", "DPI"), kind=kind, order_control_id=order.control_id, **changes)
    )


def test_business_acknowledgements_are_tied_to_the_sending(dpi: Reference) -> None:
    document, order = sent(dpi)
    for kind, changes in (
        ("Z01", {"error_code": "DMPClosed", "error_label": "DMP fermé"}),
        ("Z02", {"recipient": HODA["address"]}),
        ("Z03", {"recipient": HODA["address"]}),
    ):
        answer = dpi.send(zam(order, kind, **changes))
        assert (answer.kind, answer.get("MSH-12"), answer.get("MSA-1")) == (f"ACK^{kind}", "2.6", "AA")
    assert dpi.act("get_sending_status", document=document)["channels"] == [
        {"channel": "dmp", "recipient": "", "status": "failed", "error_code": "DMPClosed", "error_label": "DMP fermé"},
        {"channel": "mssante_ps", "recipient": HODA["address"], "status": "read", "error_code": "", "error_label": ""},
    ]


def test_a_business_acknowledgement_of_nothing_is_refused(dpi: Reference) -> None:
    _, order = sent(dpi)
    for message in (
        zam(order, "Z01").replace(order.control_id.encode(), b"UNKNOWN"),
        zam(order, "Z02", recipient="nobody@test-ci-sis.mssante.fr"),
    ):
        answer = dpi.send(message)
        assert (answer.get("MSA-1"), answer.get("ERR-3.1")) == ("AE", "207")
    answer = dpi.send(zam(order, "Z01").replace(b"ZAM^Z01", b"ZAM^Z04"))
    assert (answer.get("MSA-1"), answer.get("ERR-3.1")) == ("AR", "201")


def test_an_acknowledgement_is_not_acknowledged(dpi: Reference) -> None:
    """The connection stays open and silent: what comes back is the answer to the message that follows."""
    from rempart.formats.hl7v2.mllp import wrap

    _, order = sent(dpi)
    answer = Message.parse(dpi.raw(wrap(ack(order)) + wrap(zam(order, "Z01"))))
    assert answer.kind == "ACK^Z01"


def test_the_cda_is_kept_as_it_left(dpi: Reference) -> None:
    document = produced(dpi, someone())
    for _ in range(2):
        dpi.act("send_document", document=document["document"], channels=["dmp"])
    first, second = (read_document(dpi.partner.next("MDM^T02"))[0] for _ in range(2))
    assert first == second and parse_cda(first).header.unique_id == document["unique_id"]
