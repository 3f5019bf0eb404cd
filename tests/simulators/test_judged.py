"""What the simulators send must not be what a candidate is blamed for: the rules find no error in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import (
    BusinessAck,
    Error,
    Ins,
    LpsDelivery,
    acknowledgement,
    business_acknowledgement,
    document_message,
    lps_message,
)
from rempart.formats.hl7v2.mllp import wrap
from rempart.model.finding import Severity
from rempart.simulators import dpi as orders
from rempart.simulators import pam, patients
from rempart.simulators.documents import first_version, next_version
from rempart.simulators.dpi import SimulatedDpi
from rempart.simulators.gap import Gap, consent, envelope
from rempart.simulators.wire import new_control_id, now
from rempart.validation.hl7v2.validate import validate_message

DOMINIQUE = patients.patient("Dominique PAT-TROIS", "0001")
MAIL = (patients.correspondent(), patients.citizen_mailbox(DOMINIQUE))
CANCELLED = {"A38": "A05", "A11": "A01", "A12": "A02", "A13": "A03", "A55": "A54", "A52": "A21", "A53": "A22"}
ORIGINS = CANCELLED | {"Z99": "A01"}


def errors(message: bytes) -> list[str]:
    report = validate_message(wrap(message), on_wire=True)
    assert not report.unreadable
    assert report.validators
    return [f"{f.rule} {f.location}: {f.message}" for f in report.findings if f.severity is Severity.ERROR]


@pytest.fixture
def gap(ledger, nobody):
    return Gap(ledger.record, nobody)


@pytest.fixture
def dpi(ledger):
    return SimulatedDpi(ledger.record)


@pytest.mark.parametrize("name", patients.names())
def test_identities(name):
    person = patients.patient(name, "0001")
    assert errors(pam.create(person, envelope())) == []
    assert errors(pam.update(person, envelope(), consent("INO", "NA"))) == []


def test_changes_of_identifiers():
    other = replace(DOMINIQUE, ins=Ins(value="277076322082910"))
    assert errors(pam.delete_ins(DOMINIQUE, envelope(), "PROV")) == []
    assert errors(pam.change_ins(other, DOMINIQUE.ins, envelope())) == []
    assert errors(pam.merge(DOMINIQUE, replace(DOMINIQUE, ipp="0009"), envelope())) == []


@pytest.mark.parametrize("event", [e for e, (_, action) in pam.EVENTS.items() if action])
def test_movements(event, gap):
    stay = gap.stay(DOMINIQUE)
    visit = replace(stay.visit, class_="O" if event == "A07" else "I")
    stay = replace(stay, visit=visit, movement=replace(stay.movement, cancels=ORIGINS.get(event, "")))
    choices = consent("INO", "IC") if event in ("A01", "A04", "A05") else None
    assert errors(gap.movement(event, DOMINIQUE, stay, choices)) == []


@pytest.mark.parametrize("message", ["MDM", "ORU"])
@pytest.mark.parametrize("level", ["N1", "N3"])
def test_orders(dpi, message, level):
    first = first_version(DOMINIQUE, level=level)
    for action, version in (
        ("initial", first),
        ("replace", next_version(first, DOMINIQUE, level=level)),
        ("delete", first),
    ):
        order = dpi.order(DOMINIQUE, version, action=action, message=message)
        assert errors(document_message(order)) == []


@pytest.mark.parametrize(
    ("flags", "to"),
    [(orders.DMP_AND_MAIL, MAIL), (orders.MAIL_TO_PROFESSIONALS, MAIL[:1]), (orders.MAIL_TO_PATIENT, MAIL[1:])],
    ids=["DMP and mail", "professionals", "patient"],
)
def test_orders_by_mail(dpi, flags, to):
    order = dpi.order(
        DOMINIQUE, first_version(DOMINIQUE), flags=flags, recipients=to, no_reply=MAIL[1] in to, mail_body="Bonjour"
    )
    assert errors(document_message(order)) == []


def test_a_delivery_to_an_lps():
    delivery = LpsDelivery(
        envelope=envelope(),
        action="initial",
        patient=DOMINIQUE,
        document=first_version(DOMINIQUE).document,
        message_id="<1@ch-x.mssante.fr>",
        subject="XDM/1.0/DDM+CR",
        body="Bonjour",
        mail_sender="correspondant@ch-x.mssante.fr",
        author=patients.AUTHOR,
        recipients=MAIL[:1],
    )
    assert errors(lps_message(delivery)) == []


@pytest.mark.parametrize(("kind", "code"), [("Z01", "DMPClosed"), ("Z02", "550"), ("Z03", "902")])
@pytest.mark.parametrize("failed", [False, True])
def test_business_acknowledgements(kind, code, failed):
    failure = {"error_code": code, "error_label": "libellé"} if failed else {}
    ack = BusinessAck(envelope=envelope(), kind=kind, order_control_id="1", recipient="a@b.mssante.fr", **failure)
    assert errors(business_acknowledgement(ack)) == []


@pytest.mark.parametrize("error", [None, Error(condition="101", location="PID^1^3")])
def test_technical_acknowledgements(dpi, error):
    originals = (
        document_message(dpi.order(DOMINIQUE, first_version(DOMINIQUE))),
        document_message(dpi.order(DOMINIQUE, first_version(DOMINIQUE), message="ORU")),
        business_acknowledgement(BusinessAck(envelope=envelope(), kind="Z01", order_control_id="1")),
        pam.create(DOMINIQUE, envelope()),
    )
    for original in originals:
        code = "AE" if error else "AA"
        ack = acknowledgement(Message.parse(original), code, control_id=new_control_id(), time=now(), error=error)
        assert errors(ack) == []
