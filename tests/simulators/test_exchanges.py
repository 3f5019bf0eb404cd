"""The simulated PFI and DPI: orders with real documents, business acknowledgements, and faults one at a time."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import LpsDelivery, document_message, lps_message
from rempart.model.exchange import Direction
from rempart.simulators import dpi as orders
from rempart.simulators import faults
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.dpi import SimulatedDpi
from rempart.simulators.errors import CandidateUnreachable, MissingMessage
from rempart.simulators.patients import citizen_mailbox, correspondent, patient
from rempart.simulators.pfi import DMP_CLOSED, MAILBOX_UNKNOWN, SimulatedPfi, of_patient

SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
CDA = {"c": "urn:hl7-org:v3"}


@pytest.fixture
def dominique():
    return patient("Dominique PAT-TROIS", "0001")


@pytest.fixture
def pfi(ledger):
    with SimulatedPfi(ledger.record) as pfi:
        yield pfi


@pytest.fixture
def dpi(ledger, pfi, at):
    """Each is the candidate of the other."""
    with SimulatedDpi(ledger.record) as dpi:
        dpi.candidate, pfi.candidate = at(pfi.host, pfi.port), at(dpi.host, dpi.port)
        yield dpi


@pytest.fixture
def sound(dpi, dominique):
    return document_message(dpi.order(dominique, first_version(dominique)))


def cda_of(message: Message) -> etree._Element:
    return etree.fromstring(base64.b64decode(message.get("OBX-5.5"), validate=True), SAFE)


def test_an_order_carries_a_document_about_the_same_patient(dpi, pfi, dominique):
    order = dpi.order(dominique, first_version(dominique))
    assert dpi.send_order(order).accepted
    message = pfi.next_order(timeout=2).message
    cda = cda_of(message)
    in_cda = {(i.get("root"), i.get("extension")) for i in cda.findall("c:recordTarget/c:patientRole/c:id", CDA)}
    pid = message.all("PID")[0]
    in_pid = {(pid.get(f"3[{n}].4.2"), pid.get(f"3[{n}].1")) for n in (1, 2)}
    assert in_cda == in_pid
    assert cda.find("c:id", CDA).get("root") == message.get("TXA-12.1") == order.document.unique_id
    assert cda.find("c:code", CDA).get("code") == message.get("OBR-4.1") == message.get("TXA-2")


def test_a_replacement_points_at_the_version_before(dpi, pfi, dominique):
    before = first_version(dominique, level="N3")
    after = next_version(before, dominique, level="N3")
    dpi.send_order(dpi.order(dominique, after, action="replace"))
    message = pfi.next_order(timeout=2, kind="MDM^T10").message
    parent = cda_of(message).find("c:relatedDocument[@typeCode='RPLC']/c:parentDocument/c:id", CDA)
    assert parent.get("root") == message.get("TXA-13.1") == before.document.unique_id
    assert (message.get("ORC-1"), message.get("OBX-11")) == ("RO", "C")
    assert after.document.unique_id != before.document.unique_id
    assert (after.set_id, after.number) == (before.set_id, 2)


@pytest.mark.parametrize("flags", [orders.DMP_AND_MAIL, orders.MAIL_TO_PROFESSIONALS, orders.MAIL_TO_PATIENT])
def test_mail_recipients_follow_the_flags(dpi, pfi, dominique, flags):
    to = (correspondent(),) if flags.get("DESTMSSANTEPS") else ()
    to += (citizen_mailbox(dominique),) if flags.get("DESTMSSANTEPAT") else ()
    dpi.send_order(dpi.order(dominique, first_version(dominique), flags=flags, recipients=to, mail_body="Bonjour"))
    message = pfi.next_order(timeout=2).message
    set_flags = {o.get("3.1") for o in message.all("OBX") if o.get("5.1") == "Y"}
    assert set_flags == set(flags)
    assert len([p for p in message.all("PRT") if p.get("4.1") == "RCT"]) == len(to)


def test_a_business_acknowledgement_comes_back_about_its_order(dpi, pfi, dominique):
    dpi.send_order(dpi.order(dominique, first_version(dominique)))
    order = pfi.next_order(timeout=2)
    assert pfi.send_business_acknowledgement(order, "Z01", error=DMP_CLOSED).accepted
    zam = dpi.next_business_acknowledgement("Z01", order.message.control_id, timeout=2).message
    assert zam.get("OBX-5.1") == "N"
    assert [zam.get(f"ERR-5.{n}") for n in (1, 2, 3)] == ["DMPClosed", "DMP fermé", "DMP_ERROR_CODE"]
    assert (zam.get("MSH-3"), zam.get("MSH-5")) == ("PFI", "DPI")


def test_a_mailbox_answers_for_itself(dpi, pfi, dominique):
    mailbox = citizen_mailbox(dominique)
    order = dpi.order(dominique, first_version(dominique), flags=orders.MAIL_TO_PATIENT, recipients=(mailbox,))
    dpi.send_order(order)
    received = pfi.next_order(timeout=2)
    pfi.send_business_acknowledgement(received, "Z02", error=MAILBOX_UNKNOWN)
    zam = dpi.next_business_acknowledgement("Z02", received.message.control_id, timeout=2).message
    assert zam.get("OBX[2]-5.4") == "279035121518989@patient.mssante.fr"
    assert zam.get("ERR-5.3") == "SMTPERRORCODE"


def test_an_acknowledgement_about_another_order_is_not_the_one_awaited(dpi, pfi, dominique):
    dpi.send_order(dpi.order(dominique, first_version(dominique)))
    order = pfi.next_order(timeout=2)
    pfi.send_business_acknowledgement(order, "Z01", order_control_id="AUTRE")
    with pytest.raises(MissingMessage):
        dpi.next_business_acknowledgement("Z01", order.message.control_id, timeout=0.05)


def test_without_an_address_nothing_can_be_sent(pfi):
    with pytest.raises(CandidateUnreachable):
        pfi.send(b"MSH")


def test_the_same_message_can_be_sent_twice(dpi, pfi, sound, ledger):
    dpi.send(sound)
    dpi.send(sound, note="même MSH-10, envoyé deux fois")
    assert [r.message.bytes for r in pfi.received()] == [sound, sound]
    assert {e.note for e, _ in ledger.kept if e.direction is Direction.SENT and e.role == "DPI simulé"} == {
        "",
        "même MSH-10, envoyé deux fois",
    }


# -- faults


def differences(before: bytes, after: bytes) -> list[str]:
    """The segments of the two messages that are not the same, by name."""
    a, b = before.split(b"\r"), after.split(b"\r")
    gone = [s[:3].decode() for s in a if s not in b]
    return gone or [s[:3].decode() for s in b if s not in a]


@pytest.mark.parametrize(
    ("words", "touched"),
    [
        ("dont ORC-1 contredit l'événement", {"ORC"}),
        ("dont OBX-11 contredit l'événement", {"OBX"}),
        ("sans segment PID", {"PID"}),
        ("sans segment PV1", {"PV1"}),
        ("sans segment OBR", {"OBR"}),
        ("sans segment TXA", {"TXA"}),
        ("sans identifiant de patient", {"PID"}),
        ("d'un événement inconnu", {"MSH"}),
        ("d'un type inconnu", {"MSH"}),
        ("d'une version inconnue", {"MSH"}),
        ("d'une édition inconnue", {"MSH"}),
        ("dont le type de document est inconnu", {"OBR", "TXA", "OBX"}),
        ("d'un type de document que le DMP ne prend pas", {"OBR", "TXA", "OBX"}),
        ("dont le document est illisible", {"OBX"}),
        ("dont le patient n'est pas celui du document", {"PID"}),
    ],
)
def test_a_fault_touches_its_segment_and_no_other(sound, words, touched):
    assert set(differences(sound, faults.FAULTS[words](sound))) == touched


def test_every_fault_is_tried_above():
    tried = test_a_fault_touches_its_segment_and_no_other.pytestmark[0].args[1]
    assert {w for w, _ in tried} | {"dont les octets ne sont pas ceux du jeu déclaré"} == set(faults.FAULTS)


def test_bytes_of_another_set_cannot_be_decoded(sound):
    broken = Message.parse(faults.undecodable_charset(sound))
    assert broken.charset == "UNICODE UTF-8"
    assert broken.undecodable() is not None
    with pytest.raises(ValueError, match="accented"):
        faults.undecodable_charset(b"MSH|^~\\&|")


def test_a_triple_is_incoherent_whatever_the_action(dpi, dominique):
    version = first_version(dominique)
    for action in ("initial", "delete"):
        m = Message.parse(faults.incoherent_triple(document_message(dpi.order(dominique, version, action=action))))
        assert (m.get("MSH-9.2"), m.get("ORC-1")) in {("T02", "CA"), ("T04", "NW")}


def test_a_document_that_came_by_mail_is_a_delivery(dpi, pfi, dominique):
    version = first_version(dominique)
    delivery = LpsDelivery(
        envelope=dpi.order(dominique, version).envelope,
        action="initial",
        patient=dominique,
        document=version.document,
        message_id="<1@ch-x.mssante.fr>",
        subject="XDM/1.0/DDM+CR",
        body="Bonjour",
        mail_sender="correspondant@ch-x.mssante.fr",
    )
    assert pfi.send(lps_message(delivery)).accepted
    assert dpi.next_delivery(timeout=2).message.get("OBX[2]-3.1") == "<1@ch-x.mssante.fr>"


def test_an_order_is_known_by_its_patient(dpi, pfi, dominique):
    """By any of the identifiers of PID-3, and by none of another's."""
    dpi.send_order(dpi.order(dominique, first_version(dominique)))
    message = pfi.next_order(timeout=2).message
    assert of_patient(dominique.ipp)(message) and of_patient(dominique.ins.value)(message)
    assert not of_patient(f"{dominique.ipp}1")(message)
