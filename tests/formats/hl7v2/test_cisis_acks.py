"""The writers of acknowledgements, technical and business: each value at its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cisis_samples import ORDER, TIME, order

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.charset import LATIN9
from rempart.formats.hl7v2.cisis import (
    MESSAGE_ERRORS,
    BusinessAck,
    Error,
    acknowledgement,
    application_error,
    business_acknowledgement,
)


@pytest.mark.parametrize(("message", "event", "version"), [("ORU", "R01", "2.5"), ("MDM", "T02", "2.6")])
def test_an_acknowledgement_swaps_the_parties_and_names_the_message(message, event, version):
    original = order(message=message)
    ack = Message.parse(acknowledgement(original, "AA", control_id="A1", time=TIME))
    assert [ack.get(f"MSH-{n}") for n in (3, 4, 5, 6)] == ["PFI", "CHU-X", "DPI", "CHU-X"]
    assert (ack.get("MSH-9"), ack.get("MSH-12"), ack.get("MSH-11")) == (f"ACK^{event}^ACK", version, "T")
    assert (ack.get("MSA-1"), ack.get("MSA-2"), ack.get("MSH-10")) == ("AA", "C1", "A1")
    assert ack.first("ERR") is None


def test_an_acknowledgement_of_pam_has_the_version_of_pam():
    adt = Message.parse(b"MSH|^~\\&|GAM|X|DPI|X|2026||ADT^A01^ADT_A01|7|D|2.5^FRA^2.11|||||FRA|UNICODE UTF-8\r")
    assert Message.parse(acknowledgement(adt, "AA", control_id="1", time=TIME)).get("MSH-12") == "2.5^FRA^2.11"


def test_an_error_says_where_what_and_how_bad():
    error = Error(condition="101", location="PID^1^3", text="PID-3 est vide | corrigez")
    ack = Message.parse(acknowledgement(order(), "AE", control_id="A1", time=TIME, error=error))
    err = ack.all("ERR")[0]
    assert err.text("3") == "101^Required field missing^messageErrorCondition"
    assert (err.text("2"), err.get("4"), err.get("5")) == ("PID^1^3", "E", "")
    assert err.get("8") == "PID-3 est vide | corrigez"


def test_an_application_error_is_207_with_its_detail():
    ack = Message.parse(acknowledgement(order(), "AE", control_id="A1", time=TIME, error=application_error("902")))
    assert [ack.get(f"ERR-3.{n}") for n in (1, 2)] == ["207", MESSAGE_ERRORS["207"]]
    assert ack.all("ERR")[0].text("5") == "902^Identifiant patient inconnu^applicationErrorCondition"


def test_a_message_with_almost_nothing_in_it_is_still_acknowledged():
    ack = Message.parse(acknowledgement(Message.parse(b"MSH|^~\\&|"), "AR", control_id="A1", time=TIME))
    assert (ack.get("MSH-9.1"), ack.get("MSA-1"), ack.get("MSA-2")) == ("ACK", "AR", "")


def test_an_acknowledgement_answers_in_the_set_of_the_message_whatever_its_words():
    latin = order(envelope=replace(ORDER.envelope, charset=LATIN9))
    error = Error(condition="199", text="l’apostrophe n'est pas dans ce jeu")
    ack = Message.parse(acknowledgement(latin, "AE", control_id="A1", time=TIME, error=error))
    assert ack.get("MSH-18") == LATIN9
    assert ack.get("ERR-8").startswith("l?apostrophe")


def test_unknown_sets_and_undecodable_bytes_are_answered_in_utf8():
    broken = Message.parse(b"MSH|^~\\&|DPI\xff|A|P|B|2026||MDM^T02|1|T|2.6|||||FRA|KLINGON\r")
    ack = acknowledgement(broken, "AR", control_id="A1", time=TIME)
    assert Message.parse(ack).get("MSH-18") == "UNICODE UTF-8"
    ack.decode("utf-8")


def test_other_delimiters_do_not_reach_the_answer():
    odd = Message.parse(b"MSH$%~\\&$DPI%1.2%ISO$A$P$B$2026$$MDM%T02%MDM_T02$9$T$2.6\r")
    ack = Message.parse(acknowledgement(odd, "AA", control_id="A1", time=TIME))
    assert (ack.get("MSH-5.1"), ack.get("MSH-5.2"), ack.get("MSA-2")) == ("DPI", "1.2", "9")


def zam(**values) -> Message:
    ack = BusinessAck(envelope=ORDER.envelope, order_control_id="C1", **values)
    return Message.parse(business_acknowledgement(ack))


def test_a_dmp_acknowledgement_has_one_obx_and_no_patient():
    m = zam(kind="Z01")
    assert m.get("MSH-9") == "ZAM^Z01^ZAM_Z01"
    assert (m.get("MSH-12"), m.get("MSH-21")) == ("2.6", "2.1^CISIS_CDA_HL7_V2")
    assert [s.name for s in m] == ["MSH", "EVN", "OBX"]
    assert m.segments[2].raw == (
        "OBX|1|CWE|ACK_RECEPTION_DMP^Accusé de réception DMP^AckMetierZAM|C1|Y^^expandedYes-NoIndicator||||||F"
    )


@pytest.mark.parametrize(
    ("kind", "status", "who", "system"),
    [
        ("Z02", "ACK_RECEPTION_MSS", "DESTINATAIRE_MSS", "SMTPERRORCODE"),
        ("Z03", "ACK_LECTURE_MSS", "LECTEUR_MSS", "applicationErrorCondition"),
    ],
)
def test_a_mail_acknowledgement_names_the_mailbox_and_its_error(kind, status, who, system):
    m = zam(kind=kind, recipient="pro@b.fr", recipient_id="801234567866", error_code="550", error_label="inconnue")
    first, second = m.all("OBX")
    assert (first.get("3.1"), first.get("5.1")) == (status, "N")
    assert (second.get("2"), second.get("3.1"), second.get("4")) == ("XTN", who, "801234567866")
    assert (second.get("5.3"), second.get("5.4")) == ("X.400", "pro@b.fr")
    assert m.get("ERR-3.1") == "207"
    assert m.all("ERR")[0].text("5") == f"550^inconnue^{system}"
