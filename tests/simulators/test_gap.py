"""The GAP writes PAM FR 2.11: each field at its place, and what a candidate is told is what was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import Ins
from rempart.simulators import pam
from rempart.simulators.gap import Gap, consent, envelope
from rempart.simulators.mllp import MllpPartner
from rempart.simulators.patients import names, patient

INS = "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"


@pytest.fixture
def candidate(ledger):
    with MllpPartner("candidat", ledger.record) as partner:
        yield partner


@pytest.fixture
def gap(ledger, candidate, at):
    return Gap(ledger.record, at(candidate.host, candidate.port))


@pytest.fixture
def dominique():
    return patient("Dominique PAT-TROIS", "0001")


def told(candidate, kind: str) -> Message:
    return candidate.next_message(kind, timeout=2).message


def test_a_creation_carries_identity_status_and_no_encounter(gap, candidate, dominique):
    assert gap.create(dominique).accepted
    m = told(candidate, "ADT^A28")
    assert m.get("MSH-9") == "ADT^A28^ADT_A05"
    assert m.get("MSH-12") == "2.5^FRA^2.11"
    assert m.get("MSH-21") == "2.11^IHE_FRANCE-2.11-PAM"
    assert m.get("PID-3[1].1") == "0001"
    assert m.segments[2].text("3[2]") == INS
    assert [m.get(f"PID-5.{n}") for n in (1, 2, 3, 7)] == ["PAT-TROIS", "DOMINIQUE", "DOMINIQUE MARIE-LOUISE", "L"]
    assert [m.get(p) for p in ("PID-7", "PID-8", "PID-11.7", "PID-11.9")] == ["19790328", "F", "BDL", "51215"]
    assert m.get("PID-32") == "VALI"
    assert m.all("PV1")[0].raw == "PV1||N"
    assert [s.name for s in m] == ["MSH", "EVN", "PID", "PV1"]
    assert m.get("EVN-1") == ""
    assert m.get("EVN-6") != ""


def test_a_repetition_is_the_same_message_byte_for_byte(gap, candidate, dominique):
    with pytest.raises(ValueError, match="no message"):
        gap.repeat()
    gap.create(dominique)
    first = told(candidate, "ADT^A28")
    gap.repeat()
    assert told(candidate, "ADT^A28").bytes == first.bytes


def test_a_status_may_contradict_the_ins_on_purpose(gap, candidate, dominique):
    gap.update(dominique, status="PROV")
    m = told(candidate, "ADT^A31")
    assert m.get("PID-32") == "PROV"
    assert m.get("PID-3[2].1") == "279035121518989"


def test_a_patient_without_ins_has_one_identifier(gap, candidate):
    gap.create(patient("Dominique PAT-TROIS sans INS", "0002"))
    m = told(candidate, "ADT^A28")
    assert m.all("PID")[0].repetitions(3) == 1
    assert m.get("PID-32") == "PROV"


def test_an_ins_is_deleted_with_two_quotes_and_its_old_value(gap, candidate, dominique):
    gap.delete_ins(dominique)
    m = told(candidate, "ADT^A47")
    assert m.get("MSH-9.3") == "ADT_A30"
    assert m.all("PID")[0].text("3[2]") == INS.replace("279035121518989", '""')
    assert m.all("MRG")[0].text("1") == INS
    assert m.get("PID-32") == "PROV"


def test_an_ins_is_changed_from_the_old_to_the_new(gap, candidate, dominique):
    new = replace(dominique, ins=Ins(value="277076322082910"))
    gap.change_ins(new, Ins(value="279035121518989"))
    m = told(candidate, "ADT^A47")
    assert m.get("PID-3[2].1") == "277076322082910"
    assert m.get("MRG-1.1") == "279035121518989"


def test_a_merge_names_the_ipp_that_disappears(gap, candidate, dominique):
    gap.merge(dominique, replace(dominique, ipp="0009"))
    m = told(candidate, "ADT^A40")
    assert (m.get("PID-3[1].1"), m.get("MRG-1.1"), m.get("MRG-1.5")) == ("0001", "0009", "PI")


def test_an_admission_has_a_movement_a_file_a_visit_and_the_consents(gap, candidate, dominique):
    gap.admit(dominique, consent=consent("INO", "IC"))
    m = told(candidate, "ADT^A01")
    zbe, zfa = m.all("ZBE")[0], m.all("ZFA")[0]
    assert [s.name for s in m] == ["MSH", "EVN", "PID", "PV1", "ZBE", "ZFA"]
    assert (zbe.get("3"), zbe.get("4"), zbe.get("5"), zbe.get("6"), zbe.get("9")) == ("", "INSERT", "N", "", "HMS")
    assert zbe.text("7") == "Chirurgie viscérale^^^^^CHU-X&120456789&N^UF^^^6268"
    assert zbe.get("2") == m.get("EVN-6")
    assert (zfa.get("1"), zfa.get("9"), zfa.get("11")) == ("ACTIF", "INO", "IC")
    assert zfa.get("10") == zfa.get("12") == zfa.get("2") != ""
    assert [zfa.get(n) for n in range(3, 9)] == [""] * 6
    assert m.get("PID-18.5") == "AN"
    assert (m.get("PV1-2"), m.get("PV1-3.1"), m.get("PV1-19.5")) == ("I", "6268", "VN")


@pytest.mark.parametrize(
    ("feeding", "consultation", "dates"),
    [("IO", "INC", (True, True)), ("INO", "NA", (True, False)), ("", "", (False, False))],
)
def test_a_choice_that_was_not_collected_has_no_date(feeding, consultation, dates, dominique):
    m = Message.parse(pam.update(dominique, envelope(), consent(feeding, consultation)))
    assert (m.get("ZFA-9"), m.get("ZFA-11")) == (feeding, consultation)
    assert (bool(m.get("ZFA-10")), bool(m.get("ZFA-12"))) == dates


def test_a_discharge_is_a_new_movement_of_the_same_visit(gap, candidate, dominique):
    gap.admit(dominique)
    gap.discharge(dominique)
    admission, discharge = told(candidate, "ADT^A01"), told(candidate, "ADT^A03")
    assert discharge.get("MSH-9.3") == "ADT_A03"
    assert discharge.get("PV1-19.1") == admission.get("PV1-19.1")
    assert discharge.get("PID-18.1") == admission.get("PID-18.1")
    assert discharge.get("ZBE-1.1") != admission.get("ZBE-1.1")
    assert discharge.get("PV1-45") != ""


def test_a_cancelled_admission_keeps_the_movement_and_says_what_it_cancels(gap, candidate, dominique):
    gap.admit(dominique)
    gap.cancel_admission(dominique)
    admission, cancel = told(candidate, "ADT^A01"), told(candidate, "ADT^A11")
    assert (cancel.get("ZBE-4"), cancel.get("ZBE-6")) == ("CANCEL", "A01")
    assert cancel.get("ZBE-1.1") == admission.get("ZBE-1.1")
    assert cancel.get("EVN-6") == admission.get("EVN-6")
    with pytest.raises(KeyError):
        gap.discharge(dominique)


def test_control_ids_are_never_the_same(gap, candidate, dominique):
    gap.create(dominique)
    gap.update(dominique)
    ids = [r.message.control_id for r in candidate.received()]
    assert len(set(ids)) == 2


def test_an_event_outside_pam_fr_is_sent_as_such(gap, candidate, dominique, ledger):
    gap.unsupported_event(dominique)
    assert told(candidate, "ADT^A08").get("MSH-9.3") == "ADT_A01"
    assert any("A08" in e.note for e, _ in ledger.kept)


def test_identities_are_test_identities_only():
    for name in names():
        person = patient(name, "1")
        assert person.ins is None or person.ins.oid == "1.2.250.1.213.1.4.10"
    with pytest.raises(KeyError):
        patient("Jean Réel", "1")
