"""The PFI: orders taken in charge or refused, transmitted, answered for; mails opened for the DPI and answered."""

import base64
from collections.abc import Iterator
from dataclasses import replace as but
from datetime import UTC, datetime

import pytest
from reference.people import RUTH_INS, document, envelope, oid, someone
from reference.refproc import Reference, ack, running

from rempart.formats import mail, xdm
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import (
    Document,
    DocumentOrder,
    Ins,
    MailRecipient,
    Patient,
    Professional,
    Structure,
    Visit,
    application_error,
    document_message,
)
from rempart.formats.hl7v2.write import replace, without
from rempart.reference.content import read_document
from rempart.validation.document import validate_bytes

HODA = MailRecipient(
    address="adam.hoda@test-ci-sis.mssante.fr",
    professional=Professional(id="801234567897", family="ADAM", given="Hoda"),
)
DMP = {"DESTDMP": True, "ACK_RECEPTION": True}
BOTH = DMP | {"DESTMSSANTEPS": True, "DESTMSSANTEPAT": True}
Made = tuple[bytes, str, str]


@pytest.fixture(scope="module")
def process() -> Iterator[Reference]:
    with running("pfi") as reference:
        yield reference


@pytest.fixture
def pfi(process: Reference) -> Reference:
    process.partner.reset()
    return process


def order(patient: Patient, made: Made, action: str = "initial", *, flags: dict[str, bool] = DMP, message: str = "MDM",
          replaced: str = "", recipients: tuple[MailRecipient, ...] = ()) -> bytes:  # fmt: skip
    return document_message(
        DocumentOrder(
            envelope=envelope("DPI", "PFI"),
            action=action,
            message=message,
            patient=patient,
            visit=Visit(class_="I", number="V1"),
            document=Document(
                cda=made[0], unique_id=made[1], type_code="11490-0", type_label="L", replaced_id=replaced
            ),
            author=HODA.professional,
            structure=Structure(name="CHU-X", id="120456789"),
            recipients=recipients,
            flags=flags,
        )
    )


def codes(answer: Message) -> list[str]:
    return [answer.get(at) for at in ("MSA-1", "ERR-3.1", "ERR-5.1")]


def held(pfi: Reference, made: Made) -> dict[str, object]:
    return pfi.act("get_received_document", unique_id=made[1])


def mails(pfi: Reference) -> list[bytes]:
    return [base64.b64decode(m) for m in pfi.act("list_sent_mails")["messages"]]


@pytest.mark.parametrize(("message", "version"), [("MDM", "2.6"), ("ORU", "2.5")])
def test_an_order_is_taken_once(pfi: Reference, message: str, version: str) -> None:
    patient = someone()
    made = document(patient)
    sent = order(patient, made, message=message)
    for _ in range(2):
        answer = pfi.send(sent)
        assert (codes(answer)[0], answer.get("MSH-12")) == ("AA", version)
    assert held(pfi, made) == {
        "found": True,
        "restrictions": [],
        "status": "current",
        "copies": 1,
        "ins": {"value": "279035121518989", "oid": "1.2.250.1.213.1.4.10"},
        "channels": [{"channel": "dmp", "status": "pending", "recipient": "", "error_code": "", "error_label": ""}],
    }


@pytest.mark.parametrize("message", ["MDM", "ORU"])
def test_a_replacement_and_a_deletion_are_followed(pfi: Reference, message: str) -> None:
    patient = someone()
    first = document(patient)
    second = document(patient, version=2, set_id=first[2], replaces=first[1])
    pfi.send(order(patient, first, message=message))
    assert codes(pfi.send(order(patient, second, "replace", replaced=first[1], message=message)))[0] == "AA"
    assert [held(pfi, d)["status"] for d in (first, second)] == ["replaced", "current"]
    assert codes(pfi.send(order(patient, second, "delete", message=message)))[0] == "AA"
    assert held(pfi, second)["status"] == "deleted"


def test_an_ins_is_kept_under_vali_only(pfi: Reference) -> None:
    patient = someone(status="PROV")
    made = document(patient)
    assert codes(pfi.send(order(patient, made)))[0] == "AA"
    assert (held(pfi, made)["ins"], held(pfi, made)["channels"][0]["status"]) == (None, "failed")
    assert pfi.partner.next("ZAM^Z01").get("OBX-5.1") == "N"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (lambda m: replace(m, "ORC-1", "CA"), ["AE", "199", ""]),
        (lambda m: replace(m, "OBX-11", "D"), ["AE", "199", ""]),
        (lambda m: without(m, "PV1"), ["AE", "100", ""]),
        (lambda m: without(m, "TXA"), ["AE", "100", ""]),
        (lambda m: replace(m, "PID-3", ""), ["AE", "101", ""]),
        (lambda m: replace(m, "OBX[7]-5", ""), ["AE", "103", ""]),
        (lambda m: without(m, "OBX", 7), ["AE", "101", ""]),
        (lambda m: without(m, "PRT"), ["AE", "101", ""]),
        (lambda m: replace(m, "OBR-4.1", "00000-0"), ["AE", "103", ""]),
        (lambda m: replace(m, "OBR-4.1", "51851-4"), ["AE", "103", ""]),
        (lambda m: replace(m, "OBX-5.5", "*"), ["AE", "102", ""]),
        (lambda m: replace(m, "TXA-12", "1.2.3"), ["AE", "199", ""]),
        (lambda m: replace(m, "PID-3[1].1", "other"), ["AE", "207", "904"]),
        (lambda m: replace(m, "MSH-9", "MDM^T01^MDM_T01"), ["AR", "201", ""]),
        (lambda m: replace(m, "MSH-9", "OUL^R21^OUL_R21"), ["AR", "200", ""]),
        (lambda m: replace(m, "MSH-12", "2.3"), ["AR", "203", ""]),
        (lambda m: replace(m, "MSH-21.1", "2.0"), ["AR", "203", ""]),
    ],
)
def test_what_cannot_be_carried_out_is_refused_and_not_kept(pfi: Reference, fault: object, expected: list[str]) -> None:
    patient = someone()
    made = document(patient)
    assert codes(pfi.send(fault(order(patient, made)))) == expected
    assert held(pfi, made) == {"found": False}
    assert pfi.partner.silent(0.1)


def test_what_the_volet_does_not_foresee_is_ignored(pfi: Reference) -> None:
    patient = someone()
    made = document(patient)
    sent = replace(order(patient, made), "PRT-13", "P1D") + b"ZZZ|1|local\r"
    assert codes(pfi.send(sent))[0] == "AA"


def test_each_answer_of_the_downstream_goes_back_to_the_sender(pfi: Reference) -> None:
    patient = someone()
    made = document(patient)
    citizen = MailRecipient(address="279035121518989@patient.mssante.fr", patient=patient)
    sent = order(patient, made, flags=BOTH, recipients=(HODA, citizen))
    pfi.send(sent)
    about, failure = Message.parse(sent).control_id, {"success": False, "error_code": "550", "error_label": "inconnue"}
    for channel, kind, address, result in (
        ("dmp", "Z01", "", {}),
        ("mssante_ps", "Z02", HODA.address, {}),
        ("mssante_patient", "Z02", citizen.address, failure),
    ):
        answer = pfi.act("report_channel_result", unique_id=made[1], channel=channel, **result)
        assert answer["outcome"] == "done"
        zam = pfi.partner.next(f"ZAM^{kind}")
        seen = [zam.get(at) for at in ("OBX-4", "OBX-5.1", "OBX[2]-5.4", "ERR-3.1", "ERR-5.1", "PID-3")]
        wrong = bool(result)
        assert seen == [about, "N" if wrong else "Y", address, "207" if wrong else "", "550" if wrong else "", ""]
        assert zam.get("MSH-5") == "DPI"
    again = pfi.act("report_channel_result", unique_id=made[1], channel="dmp")
    assert again["outcome"] == "refused"


def test_nothing_goes_back_unasked(pfi: Reference) -> None:
    patient = someone()
    made = document(patient)
    pfi.send(order(patient, made, flags={"DESTDMP": True}))
    assert pfi.act("report_channel_result", unique_id=made[1], channel="dmp")["outcome"] == "done"
    assert pfi.partner.silent()


def test_mails_leave_with_their_archive_and_never_to_a_patient_who_may_not_see(pfi: Reference) -> None:
    patient = someone()
    made = document(patient)
    citizen = MailRecipient(address="279035121518989@patient.mssante.fr", patient=patient)
    before = len(mails(pfi))
    flags = BOTH | {"INVISIBLE_PATIENT": True}
    assert codes(pfi.send(order(patient, made, flags=flags, recipients=(HODA, citizen))))[0] == "AA"
    (sent,) = mails(pfi)[before:]
    read = mail.read(sent)
    assert (read.recipients, read.ins, read.cda_codes) == ((HODA.address,), "O", ("11490-0",))
    assert read.subject.startswith("XDM/1.0/DDM+") and read.archive
    (entry,) = xdm.read(read.archive).documents
    assert (entry.data, entry.confidentiality, entry.action) == (made[0], ("N", "INVISIBLE_PATIENT"), "")
    judged = validate_bytes(read.archive)
    assert judged.verdict == "conforme", [(f.rule, f.location, f.message) for f in judged.findings]


def courriel(*documents: Made, actions: tuple[str, ...] = (), ask: bool = True) -> bytes:
    entries = tuple(xdm.from_cda(d[0], action=a) for d, a in zip(documents, actions or ("",) * 9, strict=False))
    archive = xdm.write(
        xdm.Submission(
            documents=entries, unique_id=oid(), source_id=oid(), submitted="20261121120000",
            patient_id=entries[0].patient_id,
        )
    )  # fmt: skip
    return mail.write(
        mail.Mail(
            sender=HODA.address, recipients=("pfi@hopital-reference.mssante.fr",), subject="XDM/1.0/DDM+Lettre",
            body="Cher confrère", message_id=f"<{oid()}@test>", date=datetime.now(UTC),
            notify_to=HODA.address if ask else "", archive=archive,
        )
    )  # fmt: skip


def receive(pfi: Reference, message: bytes) -> dict[str, object]:
    return pfi.act("receive_mail", message=base64.b64encode(message).decode())


def test_one_message_for_each_document_of_a_mail_then_one_notification(pfi: Reference) -> None:
    patient = someone()
    made = [document(patient), document(patient)]
    before = len(mails(pfi))
    original = courriel(*made)
    assert receive(pfi, original)["outcome"] == "done"
    for expected in made:
        message = pfi.partner.next("MDM^T02")
        assert read_document(message)[0] == expected[0]
        assert message.get("OBX[2]-3.1") == mail.read(original).message_id
        assert base64.b64decode(message.get("OBX[2]-5.5")).decode() == "Cher confrère"
        assert (message.get("MSH-21"), message.get("PV1-2")) == ("1.1^CISIS_CDA_HL7_LPS", "N")
    answer = pfi.until(lambda a: len(a["messages"]) > before, "list_sent_mails")
    (notification,) = [base64.b64decode(m) for m in answer["messages"][before:]]
    read = mail.read_mdn(notification)
    assert read and (read.error_code, read.original_message_id) == ("", mail.read(original).message_id)


@pytest.mark.parametrize(("action", "event"), [("C", "T10"), ("D", "T04")])
def test_the_event_follows_the_action_of_the_archive(pfi: Reference, action: str, event: str) -> None:
    made = document(someone(), version=2, replaces=oid() if action == "C" else "")
    assert receive(pfi, courriel(made, actions=(action,), ask=False))["outcome"] == "done"
    pfi.partner.next(f"MDM^{event}")


def test_the_notification_tells_the_error_of_the_dpi(pfi: Reference) -> None:
    pfi.partner.answer = lambda m: ack(m, "AE", application_error("902"))
    before = len(mails(pfi))
    receive(pfi, courriel(document(someone())))
    answer = pfi.until(lambda a: len(a["messages"]) > before, "list_sent_mails")
    read = mail.read_mdn(base64.b64decode(answer["messages"][before]))
    assert read and (read.error_code, read.error_label) == ("902", "Identifiant patient inconnu")


def test_no_notification_unasked_nor_before_the_dpi_has_answered(pfi: Reference) -> None:
    before = len(mails(pfi))
    receive(pfi, courriel(document(someone()), ask=False))
    pfi.partner.next("MDM^T02")
    pfi.partner.answer = lambda m: None
    receive(pfi, courriel(document(someone())))
    for _ in range(3):  # the first sending and its two resendings
        pfi.partner.next("MDM^T02")
    assert pfi.partner.silent()
    assert len(mails(pfi)) == before


def test_a_mail_of_which_nothing_can_be_done_gives_no_message(pfi: Reference) -> None:
    patient = someone()
    other = but(patient, ins=Ins(value=RUTH_INS))
    sound = mail.read(courriel(document(patient)))
    for message in (
        mail.write(but(sound, archive=None)),
        mail.write(but(sound, archive=b"PK not a zip")),
        courriel(document(patient), document(other)),
        b"no mail at all",
    ):
        answer = receive(pfi, message)
        assert (answer["outcome"], bool(answer["reason"])) == ("refused", True)
    assert pfi.partner.silent()


def test_bad_requests_are_told(pfi: Reference) -> None:
    for path, data in (
        ("/actions/receive_mail", b'{"message": "***"}'),
        ("/actions/report_channel_result", b'{"unique_id": "1", "channel": "fax"}'),
        ("/actions/report_channel_result", b'{"unique_id": "1", "channel": "dmp", "success": false}'),
        ("/actions/list_sent_mails", b'{"all": true}'),
    ):
        assert pfi.post(path, data).status_code == 422


def test_edition_2_0_is_an_option() -> None:
    patient = someone()
    with running("pfi", "--accept-volet-2.0") as pfi:
        assert codes(pfi.send(replace(order(patient, document(patient)), "MSH-21.1", "2.0")))[0] == "AA"
