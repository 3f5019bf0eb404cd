"""The writers of the volets: each value at the place that the text gives it, read back through the parser."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cisis_samples import CDA, DIAZ, ORDER, PATIENT, TIME, order

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.charset import LATIN9
from rempart.formats.hl7v2.cisis import (
    FLAGS,
    LPS_FLAGS,
    Ins,
    LpsDelivery,
    MailRecipient,
    Structure,
    lps_message,
    timestamp,
    xds_id,
)

# -- ORU and MDM


@pytest.mark.parametrize(
    ("action", "event", "control", "result", "replaced"),
    [("initial", "T02", "NW", "F", ""), ("replace", "T10", "RO", "C", "2.25.0"), ("delete", "T04", "CA", "D", "")],
)
def test_the_triple_agrees_in_every_action(action, event, control, result, replaced):
    m = order(action=action)
    assert m.get("MSH-9") == f"MDM^{event}^MDM_T02"
    assert (m.get("ORC-1"), m.get("OBX-11"), m.get("TXA-13")) == (control, result, replaced)
    oru = order(action=action, message="ORU")
    assert (oru.kind, oru.get("ORC-1"), oru.get("OBX-11")) == ("ORU^R01", control, result)


def test_an_mdm_has_the_segments_of_its_grammar_in_order():
    m = order(recipients=(MailRecipient(address="a@b.fr", professional=DIAZ),), reply_to="r@b.fr")
    names = [s.name for s in m]
    assert names[:10] == ["MSH", "EVN", "PID", "PV1", "ORC", "OBR", "TXA", "OBX", "PRT", "PRT"]
    assert names[10:] == ["PRT"] + ["OBX"] * 10


def test_an_oru_has_no_evn_and_no_txa():
    assert [s.name for s in order(message="ORU")][:7] == ["MSH", "PID", "PV1", "ORC", "OBR", "OBX", "PRT"]


def test_the_header_says_who_when_and_after_which_edition():
    m = order()
    assert m.segments[0].raw == (
        "MSH|^~\\&|DPI|CHU-X|PFI|CHU-X|20260306111213+0100||MDM^T02^MDM_T02|C1|T|2.6|||||FRA|UNICODE UTF-8"
        "|||2.1^CISIS_CDA_HL7_V2"
    )
    assert order(message="ORU").get("MSH-12") == "2.5"
    assert m.get("EVN-2") == m.get("MSH-7")


def test_the_identity_has_its_identifiers_names_and_birth_place():
    pid = order().all("PID")[0]
    assert pid.text("3[1]") == "000003^^^CHU-X&1.2.250.1.71.4.2.2.120456789.1&ISO^PI"
    assert pid.text("3[2]") == "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
    assert pid.text("5[1]") == "PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L"
    assert pid.text("5[2]") == "PAT-TROIS^DOMINIQUE^^^^^D"
    assert pid.text(11) == "^^^^^^BDL^^51215"
    assert pid.get("18.5") == "AN"
    assert pid.get("32") == "VALI"


def test_a_nia_is_named_after_its_own_register():
    pid = order(patient=replace(PATIENT, ins=Ins(value="1", oid="1.2.250.1.213.1.4.9"))).all("PID")[0]
    assert pid.get("3[2].4.1") == "ASIP-SANTE-INS-NIA"


def test_a_status_may_be_qualified():
    pid = order(patient=replace(PATIENT, ins=None, status="PROV", status_attributes=("DOUT",))).all("PID")[0]
    assert pid.text(32) == "PROV~DOUT"
    assert pid.repetitions(3) == 1


def test_the_visit_has_its_number_and_dates():
    pv1 = order(visit=replace(ORDER.visit, discharged=TIME)).all("PV1")[0]
    assert (pv1.get("2"), pv1.get("3.1"), pv1.get("19.1"), pv1.get("19.5")) == ("I", "6268", "V1", "VN")
    assert pv1.get("44") == pv1.get("45") == timestamp(TIME)


@pytest.mark.parametrize(
    ("unique_id", "txa"),
    [("1.2.3", "1.2.3"), (xds_id("1.2.3", "ABC"), "ABC^^1.2.3^ISO")],
    ids=["root alone", "root and extension"],
)
def test_txa_12_follows_the_shape_of_the_cda_id(unique_id, txa):
    m = order(document=replace(ORDER.document, unique_id=unique_id))
    assert m.all("TXA")[0].text(12) == txa


def test_the_document_is_base64_under_its_type():
    m = order()
    assert m.all("OBX")[0].text("3") == m.all("OBR")[0].text("4") == "34112-3^CR hospitalier (séjour)^LN"
    assert [m.get(f"OBX-5.{n}") for n in (1, 2, 3, 4)] == ["", "text", "XML", "Base64"]
    assert base64.b64decode(m.get("OBX-5.5"), validate=True) == CDA
    assert order(message="ORU").get("OBX-5.2") == "TEXT"
    assert [m.get(f"TXA-{n}") for n in (1, 2, 3, 17)] == ["1", "34112-3", "TEXT", "AU"]
    assert (m.get("TXA-22.1"), m.get("TXA-22.15")) == ("801234567866", timestamp(TIME))


def test_the_sender_is_a_professional_of_a_structure_or_a_device():
    prt = order().all("PRT")[0]
    assert prt.raw == (
        "PRT||UC||SB^Send by^participation"
        "|801234567866^DIAZ^Thierry^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
        "|||CHU-X^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^120456789"
    )
    device = order(author=None, device="AUTOMATE-1")
    assert device.all("PRT")[0].get("10.1") == "AUTOMATE-1"
    assert device.get("TXA-22") == ""
    assert order(author=None, structure=None).all("PRT") == []


def test_each_recipient_is_named_for_what_it_is():
    unit = Structure(name="Urologie", id="3435", id_type="UF", within="120456789")
    m = order(
        recipients=(
            MailRecipient(address="pro@b.fr", professional=DIAZ),
            MailRecipient(address="pat@patient.mssante.fr", patient=PATIENT),
            MailRecipient(address="unit@b.fr", structure=unit),
            MailRecipient(address="app@b.fr", application="LPS-1"),
        )
    )
    pro, pat, uf, app = m.all("PRT")[1:]
    addresses = ["pro@b.fr", "pat@patient.mssante.fr", "unit@b.fr", "app@b.fr"]
    assert {p.text("4") for p in (pro, pat, uf, app)} == {"RCT^Result Copies To^participation"}
    assert [p.get("15.4") for p in (pro, pat, uf, app)] == addresses
    assert {p.get("15.3") for p in (pro, pat, uf, app)} == {"X.400"}
    assert (pro.get("5.13"), pat.get("5.13")) == ("IDNPS", "INS")
    assert (pat.get("5.1"), pat.get("5.9.2")) == ("279035121518989", "1.2.250.1.213.1.4.10")
    assert uf.text("8") == "Urologie^^^^^120456789^UF^^^3435"
    assert app.get("10.1") == "LPS-1"


def test_a_patient_without_ins_cannot_be_a_recipient():
    with pytest.raises(ValueError, match="INS"):
        order(recipients=(MailRecipient(address="a@b.fr", patient=replace(PATIENT, ins=None)),))


def test_the_reply_address_comes_last():
    prt = order(reply_to="retour@b.fr").all("PRT")[-1]
    assert (prt.text("4"), prt.get("15.4")) == ("REPLY^Reply To^participation", "retour@b.fr")


def test_the_ten_flags_are_written_in_the_order_of_the_volet():
    m = order(flags={"DESTDMP": True})
    flags = m.all("OBX")[1:]
    assert [f.get("3.1") for f in flags] == list(FLAGS)
    assert [f.get("1") for f in flags] == [str(n) for n in range(2, 12)]
    assert {f.get("3.1") for f in flags if f.get("5.1") == "Y"} == {"DESTDMP"}
    assert {(f.get("2"), f.get("3.3"), f.get("5.3"), f.get("11")) for f in flags} == {
        ("CWE", "MetaDMPMSS", "expandedYes-NoIndicator", "F")
    }
    assert {f.get("2") for f in order(message="ORU").all("OBX")[1:]} == {"CE"}


def test_an_unknown_flag_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="DESTDMPP"):
        order(flags={"DESTDMPP": True})


def test_a_patient_who_may_not_answer_has_a_note_under_the_flag():
    segments = list(order(no_reply=True))
    at = [s.name for s in segments].index("NTE")
    assert segments[at].get("4") == "FIN"
    assert segments[at - 1].get("3.1") == "DESTMSSANTEPAT"


def test_mail_bodies_follow_the_flags():
    m = order(mail_body_ps="Chère consœur", mail_body_patient="Bonjour")
    ps, patient = m.all("OBX")[-2:]
    assert (ps.get("1"), ps.get("2"), ps.get("3.1"), ps.get("11")) == ("12", "ED", "CORPSMAIL_PS", "F")
    assert base64.b64decode(ps.get("5.5")).decode() == "Chère consœur"
    assert (patient.get("1"), patient.get("3.1"), patient.get("5.4")) == ("13", "CORPSMAIL_PATIENT", "Base64")


def test_delimiters_in_values_do_not_move_anything():
    m = order(patient=replace(PATIENT, birth_name="A|B^C&D~E\\F"))
    assert m.get("PID-5.1") == "A|B^C&D~E\\F"
    assert m.get("PID-5.2") == "DOMINIQUE"


def test_the_declared_set_is_the_one_used():
    m = order(envelope=replace(ORDER.envelope, charset=LATIN9))
    assert m.get("MSH-18") == "8859/15"
    assert "séjour".encode("iso8859-15") in m.data
    assert m.get("OBX-3.2") == "CR hospitalier (séjour)"


# -- LPS


def delivery(**changes) -> Message:
    values = {
        "envelope": ORDER.envelope,
        "action": "initial",
        "patient": PATIENT,
        "document": ORDER.document,
        "message_id": "<1@b.fr>",
        "subject": "XDM/1.0/DDM+CR 07/08/2010 ^",
        "body": "Cher confrère",
        "mail_sender": "pro@b.fr",
    }
    return Message.parse(lps_message(LpsDelivery(**(values | changes))))


def test_a_delivery_has_six_obx_and_a_visit_of_class_n():
    m = delivery(flags={"INVISIBLE_PATIENT": True})
    assert m.get("MSH-21") == "1.1^CISIS_CDA_HL7_LPS"
    assert m.all("PV1")[0].raw == "PV1|1|N"
    obx = m.all("OBX")
    assert [o.get("1") for o in obx] == ["1", "2", "3", "4", "5", "6"]
    assert tuple(o.get("3.1") for o in obx[2:]) == LPS_FLAGS
    assert [o.get("5.1") for o in obx[2:]] == ["N", "Y", "N", "N"]
    assert m.get("PRT-15.4") == "pro@b.fr"


def test_the_mail_is_the_second_obx():
    mail = delivery().all("OBX")[1]
    assert (mail.get("3.1"), mail.get("3.2"), mail.get("4")) == ("<1@b.fr>", "XDM/1.0/DDM+CR 07/08/2010 ^", "")
    assert base64.b64decode(mail.get("5.5")).decode() == "Cher confrère"


def test_flags_of_the_other_volet_have_no_place_in_a_delivery():
    with pytest.raises(ValueError, match="DESTDMP"):
        delivery(flags={"DESTDMP": True})


def test_times_keep_their_zone_when_they_have_one():
    assert timestamp(TIME) == "20260306111213+0100"
    assert timestamp(datetime(2026, 3, 6, tzinfo=UTC)) == "20260306000000+0000"
    assert timestamp(datetime(2026, 3, 6)) == "20260306000000"
