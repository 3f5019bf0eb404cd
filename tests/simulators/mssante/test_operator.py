"""The operator as steps use it: waits, silence, resets, outages."""

from __future__ import annotations

import smtplib

import pytest
from mss_client import (
    DOCTOR,
    SERVICE,
    kept,
    mail,
    smtp,
    submit,
)

from rempart.model.exchange import Direction
from rempart.simulators.errors import MissingMessage, NoTraffic
from rempart.simulators.mssante.crl import PublishedCrl

# -- waits


def test_a_wait_says_what_came_instead(operator, ledger):
    with pytest.raises(NoTraffic, match="opérateur MSSanté simulé"):
        operator.next_mail(timeout=0.05)
    submit(operator, mail())
    with pytest.raises(MissingMessage, match="courriel") as error:
        operator.next_mail(timeout=0.05, where=lambda m: m.subject == "autre")
    assert error.value.exchange.direction is Direction.OBSERVED


def test_silence_and_what_breaks_it(operator, ledger):
    assert b'"mails": []' in kept(ledger, operator.expect_silence(0.05))
    submit(operator, mail())
    assert b"<1@x.mssante.fr>" in kept(ledger, operator.expect_silence(5))


def test_reset_forgets_and_does_not_hear_a_resending(operator):
    submit(operator, mail(1))
    operator.next_mail(timeout=5)
    operator.reset()
    assert operator.mailbox(DOCTOR).inbox.messages == []
    submit(operator, mail(1))
    with pytest.raises(NoTraffic):
        operator.next_mail(timeout=0.1)
    assert len(operator.mailbox(DOCTOR).inbox.messages) == 1
    submit(operator, mail(2))
    assert operator.next_mail(timeout=5).message_id == "<2@x.mssante.fr>"


def test_reset_gives_back_mailboxes_and_settings(operator):
    operator.mailbox(DOCTOR).closed = "départ"
    operator.service.settings.max_size = 10
    del operator.service.space.here.mailboxes[SERVICE]
    operator.reset()
    assert operator.mailbox(SERVICE).kind == "ORG"
    submit(operator, mail())
    assert operator.next_mail(timeout=5).accepted


def test_an_outage_and_its_end_on_the_same_ports(operator):
    before = operator.addresses
    operator.suspend()
    with pytest.raises(OSError):
        submit(operator, mail())
    operator.resume()
    assert operator.addresses == before
    submit(operator, mail())
    assert operator.next_mail(timeout=5).accepted


def test_an_outage_ends_open_sessions(operator):
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)), smtp(operator) as client:
        operator.suspend()
        client.noop()
    assert "arrêté" in operator.next_session(timeout=5).problem


def test_a_list_published_everywhere_is_reached_by_a_name(ledger):
    crl = PublishedCrl(ledger.record, "essai", host="0.0.0.0", port=2080, name="ch-test.example")
    assert crl.url == "http://ch-test.example:2080/root.crl"
    assert PublishedCrl(ledger.record, "essai", host="::1", port=1).url == "http://[::1]:1/root.crl"
