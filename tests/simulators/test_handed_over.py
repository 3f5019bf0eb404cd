"""What neighbours hand over, and the small manners that scenarios ask of them."""

from __future__ import annotations

import pytest

from rempart.formats import mail, xdm
from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import document_message
from rempart.formats.hl7v2.mllp import wrap
from rempart.simulators import behaviours
from rempart.simulators.deliveries import delivery, without_paginated_copy
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.dpi import DMP, SimulatedDpi, to_recipient
from rempart.simulators.errors import CandidateSilent, NoTraffic
from rempart.simulators.gap import Gap
from rempart.simulators.mails import compose, pack
from rempart.simulators.mllp import MllpPartner
from rempart.simulators.patients import patient
from rempart.simulators.pfi import asks, order_to
from rempart.simulators.sender import MllpSender
from rempart.validation.cda.validate import validate_cda
from rempart.validation.checks import run_check
from rempart.validation.document import validate_bytes

PATIENT, OTHER = patient("Dominique PAT-TROIS", ipp="IPP1"), patient("Ruth NESSI", ipp="IPP2")


def order(action="initial", message="MDM") -> Message:
    dpi = SimulatedDpi(lambda *args, **kwargs: None)
    version = first_version(PATIENT)
    version = next_version(version, PATIENT) if action == "replace" else version
    return Message.parse(document_message(dpi.order(PATIENT, version, action=action, message=message, flags=DMP)))


@pytest.mark.parametrize("action", ["initial", "replace", "delete"])
def test_a_delivery_is_sound(action):
    version = first_version(PATIENT)
    version = next_version(version, PATIENT) if action == "replace" else version
    handed = delivery(PATIENT, version, action)
    assert [f for f in run_check("hl7v2.message", [wrap(handed.message)], {}) if f.severity == "error"] == []
    assert handed.unique_id == version.document.unique_id


def test_a_structured_document_loses_its_copy_and_nothing_else():
    version = first_version(PATIENT, level="N3")
    alone = without_paginated_copy(version)
    assert alone.document.unique_id == version.document.unique_id
    assert b"application/pdf" in version.document.cda
    assert b"application/pdf" not in alone.document.cda
    assert not validate_cda(alone.document.cda).unreadable


def test_a_mail_carries_its_documents_twice():
    versions = [first_version(PATIENT), first_version(PATIENT)]
    sent = compose(PATIENT, versions, notify=True)
    read = mail.read(sent.message)
    assert read.message_id == sent.message_id and read.subject == sent.subject and read.wants_notification
    submission = xdm.read(read.archive)
    assert [d.unique_id for d in submission.documents] == [v.document.unique_id for v in versions]
    judged = validate_bytes(read.archive)
    assert judged.verdict == "conforme", [(f.rule, f.location, f.message) for f in judged.findings]
    assert [a.type for a in read.attachments] == ["application/pdf"] * 2
    assert not mail.read(compose(PATIENT, versions).message).wants_notification


def test_the_action_of_a_mail_is_in_its_archive():
    for action in ("", "C", "D"):
        archive = mail.read(compose(PATIENT, [first_version(PATIENT)], action=action).message).archive
        assert [d.action for d in xdm.read(archive).documents] == [action]


def test_an_archive_may_take_the_place_of_the_sound_one():
    archive = pack([first_version(PATIENT), first_version(OTHER)])
    assert len(xdm.read(archive).patients) == 2
    assert mail.read(compose(PATIENT, [first_version(PATIENT)], archive=archive).message).archive == archive


@pytest.mark.parametrize("message", ["MDM", "ORU"])
@pytest.mark.parametrize("action", ["initial", "replace", "delete"])
def test_an_order_is_known_by_its_action(action, message):
    found = [a for a in ("initial", "replace", "delete") if order_to(a)(order(action, message))]
    assert found == [action]
    assert asks("DESTDMP")(order(action, message)) and not asks("DESTMSSANTEPAT")(order(action, message))


def test_a_zam_is_known_by_its_recipient():
    zam = Message.parse(b"MSH|^~\\&|||||||ZAM^Z02\rOBX|1|CWE\rOBX|2|XTN|||^^X.400^A@b.fr\r")
    assert to_recipient("a@B.fr")(zam) and not to_recipient("c@d.fr")(zam)


def send(partner, ledger, at, control_id):
    candidate = MllpSender("candidat", lambda *a: ledger.record(*a), at(partner.host, partner.port), timeout=0.3)
    return candidate.send(f"MSH|^~\\&|A|B|C|D|2026||MDM^T02^MDM_T02|{control_id}|T|2.6\r".encode())


def test_a_partner_that_comes_back(ledger, at):
    with MllpPartner("PFI simulée", ledger.record, behaviour=behaviours.silent_then_accept(1)) as partner:
        with pytest.raises(CandidateSilent):
            send(partner, ledger, at, "1")
        assert send(partner, ledger, at, "1").accepted


def test_what_an_earlier_scenario_heard_is_answered_and_no_longer_heard(ledger, at):
    with MllpPartner("PFI simulée", ledger.record) as partner:
        send(partner, ledger, at, "1")
        partner.reset()
        assert send(partner, ledger, at, "1").accepted
        with pytest.raises(NoTraffic):
            partner.next_message("MDM^T02", timeout=0.05)
        send(partner, ledger, at, "2")
        assert partner.next_message("MDM^T02", timeout=1).message.control_id == "2"


def test_the_gap_erases_a_field(ledger, at):
    with MllpPartner("DPI", ledger.record) as dpi:
        Gap(ledger.record, at(dpi.host, dpi.port), timeout=1).erase(PATIENT, "PID-11")
        heard = dpi.next_message("ADT^A31", timeout=1).message
    assert heard.get("PID-11") == '""'
    assert heard.get("PID-5.1") == "PAT-TROIS"
