"""The bad days of the operator, in SMTP and in IMAP: what the client sees, what is kept, what is delivered."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
import threading

import pytest
from mss_client import APP, DOCTOR, imap, kept, mail, submit

from rempart.simulators import loop
from rempart.simulators.errors import NoTraffic
from rempart.simulators.mssante import behaviours

CUT = (smtplib.SMTPServerDisconnected, ConnectionError, ssl.SSLError)


def inbox(operator, address=DOCTOR):
    return operator.mailbox(address).inbox.messages


# -- behaviours


@pytest.mark.parametrize(("name", "code"), [("refuse pour l'instant", 451), ("refuse le courriel", 554)])
def test_a_mail_that_is_refused_is_kept_and_not_delivered(operator, ledger, name, code):
    operator.behaviour = behaviours.BEHAVIOURS[name]()
    with pytest.raises(smtplib.SMTPDataError) as error:
        submit(operator, mail())
    assert error.value.smtp_code == code
    heard = operator.next_mail(timeout=5)
    assert not heard.accepted and heard.reply.startswith(str(code))
    assert kept(ledger, heard.exchange) == mail()
    assert kept(ledger, heard.answer).startswith(str(code).encode())
    assert inbox(operator) == []


def test_an_operator_that_comes_back(operator):
    operator.behaviour = behaviours.then_obey(1, behaviours.refuse("451 4.3.0 Plus tard"))
    with pytest.raises(smtplib.SMTPDataError):
        submit(operator, mail())
    submit(operator, mail())
    assert [operator.next_mail(timeout=5).accepted for _ in range(2)] == [False, True]


def test_a_recipient_that_is_refused(operator):
    operator.behaviour = behaviours.BEHAVIOURS["refuse le destinataire"]()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        submit(operator, mail())


def test_greylisting_asks_once_for_each_pair(operator):
    operator.behaviour = behaviours.greylist()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        submit(operator, mail())
    assert submit(operator, mail()) == {}
    assert [operator.next_mail(timeout=5).reply[:3] for _ in range(2)] == ["450", "250"]


@pytest.mark.parametrize(
    ("name", "delivered"), [("coupe la connexion", 0), ("prend le courriel puis coupe la connexion", 1)]
)
def test_a_connection_that_is_cut_leaves_no_answer(operator, ledger, name, delivered):
    operator.behaviour = behaviours.BEHAVIOURS[name]()
    with pytest.raises(CUT):
        submit(operator, mail())
    heard = operator.next_mail(timeout=5)
    assert (heard.reply, heard.answer) == ("", None)
    assert kept(ledger, heard.exchange) == mail()
    assert len(inbox(operator)) == delivered
    assert "volontairement" in operator.next_session(timeout=5).problem


def test_an_operator_that_comes_back_after_a_cut_in_the_middle_or_a_closed_door(operator):
    operator.behaviour = behaviours.then_obey(1, behaviours.cut_in_mid_message(10))
    with pytest.raises((*CUT, smtplib.SMTPDataError)):
        submit(operator, mail(body="x" * 900_000))
    assert submit(operator, mail()) == {}
    operator.behaviour = behaviours.then_welcome(2, behaviours.BEHAVIOURS["est indisponible"]())
    for _ in range(2):
        with pytest.raises(smtplib.SMTPConnectError):
            submit(operator, mail())
    assert submit(operator, mail()) == {}


def test_what_the_operator_does_on_purpose_is_no_fault_of_the_client(operator):
    operator.behaviour = behaviours.hang_up
    with pytest.raises(CUT):
        submit(operator, mail())
    session = operator.next_session(timeout=5)
    assert not session.session.closed_by_client
    assert operator.mails.faults() == []


def test_a_careless_client_sends_twice_what_was_taken(operator):
    operator.behaviour = behaviours.then_obey(1, behaviours.BEHAVIOURS["prend le courriel puis coupe la connexion"]())
    with pytest.raises(CUT):
        submit(operator, mail())
    submit(operator, mail())
    assert [m.message_id for m in inbox(operator)] == ["<1@x.mssante.fr>"] * 2


def test_a_connection_that_is_cut_in_the_middle(operator, ledger):
    operator.behaviour = behaviours.cut_in_mid_message(500)
    sent = mail(body="x" * 900_000)
    with pytest.raises((*CUT, smtplib.SMTPDataError)):
        submit(operator, sent)
    heard = operator.next_mail(timeout=5)
    part = kept(ledger, heard.exchange)
    assert heard.exchange.label == "courriel incomplet"
    assert sent.startswith(part) and 400 < len(part) < len(sent)
    assert inbox(operator) == []


def test_a_slow_operator_answers_when_its_gate_opens(operator):
    gate = loop.Gate()
    operator.behaviour = behaviours.slow(gate)
    sender = threading.Thread(target=submit, args=(operator, mail()))
    sender.start()
    with pytest.raises(NoTraffic):
        operator.next_mail(timeout=0.2)
    gate.open()
    sender.join(5)
    assert operator.next_mail(timeout=5).accepted


def test_a_silent_operator_is_told_to_the_step_at_once(operator):
    operator.behaviour = behaviours.stay_silent
    cut = []

    def send():
        with pytest.raises(CUT) as error:
            submit(operator, mail())
        cut.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    assert operator.next_mail(timeout=5).answer is None
    operator.suspend()
    sender.join(5)
    assert cut


def test_an_operator_that_is_unavailable_says_so_at_once(operator):
    operator.behaviour = behaviours.BEHAVIOURS["est indisponible"]()
    with pytest.raises(smtplib.SMTPConnectError) as error:
        submit(operator, mail())
    assert error.value.smtp_code == 421


def test_every_behaviour_that_a_feature_may_name_is_made_anew():
    assert all(callable(make()) for make in behaviours.BEHAVIOURS.values())
    assert behaviours.BEHAVIOURS["met en liste grise"]() is not behaviours.BEHAVIOURS["met en liste grise"]()


# -- the same, of IMAP


def test_a_fetch_that_is_cut_in_the_middle(operator):
    operator.deliver(mail(body="x" * 100_000), APP, sender=DOCTOR)
    operator.imap_behaviour = behaviours.imap_then_obey(1, behaviours.imap_cut("FETCH", after=4096), "FETCH")
    with pytest.raises((imaplib.IMAP4.abort, ssl.SSLError)), imap(operator) as client:
        client.fetch("1", "(BODY.PEEK[])")
    assert "volontairement" in operator.next_session(timeout=5).problem
    with imap(operator) as client:
        assert client.fetch("1", "(BODY.PEEK[])")[0] == "OK"


def test_a_mailbox_that_cannot_be_opened(operator):
    operator.imap_behaviour = behaviours.IMAP_BEHAVIOURS["refuse d'ouvrir la boîte"]()
    with imap(operator, folder="") as client:
        assert client.select()[0] == "NO"


def test_imap_that_is_unavailable_slow_or_cut(operator):
    operator.imap_behaviour = behaviours.IMAP_BEHAVIOURS["est indisponible"]()
    with pytest.raises(imaplib.IMAP4.error, match=r"BYE|indisponible"), imap(operator):
        pass
    gate = loop.Gate()
    operator.imap_behaviour = behaviours.imap_slow(gate, "SELECT")
    opened = []

    def look():
        with imap(operator):
            opened.append(True)

    reader = threading.Thread(target=look)
    reader.start()
    reader.join(0.2)
    assert not opened
    gate.open()
    reader.join(5)
    assert opened
    operator.imap_behaviour = behaviours.imap_cut("SELECT")
    with pytest.raises((imaplib.IMAP4.abort, OSError)), imap(operator):
        pass
