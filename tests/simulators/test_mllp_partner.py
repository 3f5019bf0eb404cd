"""The partner keeps every byte, answers as it is told, and says why nothing can be concluded."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from rempart.formats.hl7v2 import Message
from rempart.formats.hl7v2.cisis import Error
from rempart.formats.hl7v2.mllp import unwrap, wrap
from rempart.model.exchange import Direction
from rempart.simulators import behaviours
from rempart.simulators.errors import (
    CandidateGarbage,
    CandidateSilent,
    CandidateUnreachable,
    MissingMessage,
    NoTraffic,
)
from rempart.simulators.loop import Gate
from rempart.simulators.mllp import MllpPartner
from rempart.simulators.sender import MllpSender
from rempart.simulators.wire import label_of, new_control_id

REJECTED = Error(condition="203", location="MSH^1^12")


def message(kind: str = "MDM^T02^MDM_T02", control_id: str = "42") -> bytes:
    head = f"MSH|^~\\&|DPI|A|PFI|B|20260102030405||{kind}|{control_id}|T|2.6|||||FRA|UNICODE UTF-8"
    return f"{head}\rEVN||2026\r".encode()


@pytest.fixture
def partner(ledger):
    with MllpPartner("PFI simulée", ledger.record) as partner:
        yield partner


@pytest.fixture
def candidate(partner, at, ledger):
    """A sender that plays the candidate; what it records goes to the same ledger."""
    return MllpSender("candidat", lambda *a: ledger.record(*a), at(partner.host, partner.port), timeout=0.5)


def test_a_message_is_kept_as_it_came_and_acknowledged(partner, candidate, ledger):
    dialogue = candidate.send(message())
    assert dialogue.accepted
    assert dialogue.acknowledgement.get("MSA-2") == "42"
    assert dialogue.acknowledgement.kind == "ACK^T02"
    received = partner.next_message("MDM^T02", timeout=1)
    assert received.message.data == wrap(message())
    assert received.exchange.role == "PFI simulée"
    assert wrap(message()) in ledger.bytes(Direction.RECEIVED)


def test_a_message_comes_out_once_and_stays_in_the_history(partner, candidate):
    candidate.send(message())
    first = partner.next_message(timeout=1)
    with pytest.raises(MissingMessage):
        partner.next_message(timeout=0)
    assert partner.received() == [first]


def test_messages_are_chosen_by_kind_and_condition(partner, candidate):
    candidate.send_all([message(control_id="1"), message("ORU^R01^ORU_R01", "2"), message(control_id="3")])
    assert partner.next_message("ORU^R01", 1).message.control_id == "2"
    assert partner.next_message("MDM^T02", 1, where=lambda m: m.control_id == "3").message.control_id == "3"
    assert partner.next_message(timeout=1).message.control_id == "1"


def test_a_wait_ends_as_soon_as_the_message_comes(partner, candidate):
    later = threading.Timer(0.05, lambda: candidate.send(message()))
    later.start()
    assert partner.next_message("MDM^T02", timeout=10).message.control_id == "42"
    later.join()


def test_nothing_heard_is_no_traffic(partner, ledger):
    with pytest.raises(NoTraffic) as caught:
        partner.next_message("MDM^T02", timeout=0.01)
    assert caught.value.reason == "PFI simulée: aucun message reçu en 0.01 s, MDM^T02 attendu"
    observed = json.loads(ledger.kept[-1][1])
    assert observed == {"expected": "MDM^T02", "role": "PFI simulée", "seconds": 0.01, "messages": []}
    assert caught.value.exchange == ledger.kept[-1][0]


def test_other_messages_than_the_one_awaited_are_told(partner, candidate, ledger):
    candidate.send(message("ADT^A01^ADT_A01"))
    with pytest.raises(MissingMessage) as caught:
        partner.next_message("MDM^T02", timeout=0.01)
    assert "ADT^A01" in caught.value.reason
    assert [r.message.kind for r in caught.value.received] == ["ADT^A01"]
    assert [m["kind"] for m in json.loads(ledger.kept[-1][1])["messages"]] == ["ADT^A01"]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "hors de tout bloc MLLP"),
        (wrap(message())[:20], "fermée au milieu d'un bloc"),
        (wrap(b"<xml/>"), "le premier segment n'est pas MSH"),
    ],
    ids=["not MLLP", "cut in mid-block", "not HL7"],
)
def test_unreadable_bytes_are_kept_and_are_not_silence(partner, ledger, sent, reason):
    with socket.create_connection((partner.host, partner.port)) as raw:
        raw.sendall(sent)
    with pytest.raises(CandidateGarbage) as caught:
        partner.next_message("MDM^T02", timeout=0.3)
    assert reason in caught.value.reason
    assert sent in ledger.bytes(Direction.RECEIVED)
    observed = json.loads(ledger.bytes(Direction.OBSERVED)[0])
    assert reason in observed["fault"]


def test_silence_is_observed_and_kept(partner, ledger):
    exchange = partner.expect_silence(0.01)
    assert exchange.direction is Direction.OBSERVED
    assert json.loads(ledger.kept[-1][1]) == {"role": "PFI simulée", "seconds": 0.01, "messages": []}


def test_a_silence_that_is_broken_says_by_what(partner, candidate, ledger):
    candidate.send(message())
    partner.expect_silence(5, where=lambda m: m.kind == "MDM^T02")
    [seen] = json.loads(ledger.kept[-1][1])["messages"]
    assert (seen["kind"], seen["control_id"]) == ("MDM^T02", "42")


def test_messages_outside_the_condition_do_not_break_a_silence(partner, candidate, ledger):
    candidate.send(message("ADT^A01^ADT_A01"))
    partner.expect_silence(0.01, where=lambda m: m.kind == "MDM^T02")
    assert json.loads(ledger.kept[-1][1])["messages"] == []


def test_reset_forgets_messages_and_manners(partner, candidate):
    partner.behaviour = behaviours.refuse("AR", REJECTED)
    assert not candidate.send(message()).accepted
    partner.reset()
    assert partner.received() == []
    assert candidate.send(message()).accepted


# -- manners


def test_a_refusal_carries_its_error(partner, candidate):
    partner.behaviour = behaviours.refuse("AE", REJECTED)
    answer = candidate.send(message()).acknowledgement
    assert [answer.get(p) for p in ("MSA-1", "ERR-2.1", "ERR-3.1", "ERR-4")] == ["AE", "MSH", "203", "E"]


def test_refusals_stop_after_their_number(partner, candidate):
    partner.behaviour = behaviours.refuse_then_accept(2, "AR", REJECTED)
    answers = [candidate.send(message(control_id=str(n))).acknowledgement.get("MSA-1") for n in range(4)]
    assert answers == ["AR", "AR", "AA", "AA"]


def test_a_wrong_control_id_is_answered_on_purpose(partner, candidate):
    partner.behaviour = behaviours.wrong_control_id
    assert candidate.send(message()).acknowledgement.get("MSA-2") == "INCONNU"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (behaviours.stay_silent, CandidateSilent),
        (behaviours.hang_up, CandidateSilent),
        (behaviours.cut_in_mid_frame, CandidateGarbage),
        (behaviours.answer_garbage, CandidateGarbage),
        (behaviours.answer_not_hl7, CandidateGarbage),
    ],
    ids=lambda value: value.__name__,
)
def test_bad_manners_are_what_a_sender_reports(partner, candidate, behaviour, error):
    partner.behaviour = behaviour
    with pytest.raises(error):
        candidate.send(message())


def test_an_answer_is_as_late_as_the_gate(partner, candidate):
    gate = Gate()
    partner.behaviour = behaviours.answer_late(gate)
    with pytest.raises(CandidateSilent):
        candidate.send(message(), timeout=0.05)
    threading.Timer(0.05, gate.open).start()
    assert candidate.send(message(), timeout=5).accepted


def test_a_behaviour_that_fails_is_our_error_and_is_not_swallowed(ledger, at):
    async def broken(connection, data, partner):
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="PFI simulée"), MllpPartner("PFI simulée", ledger.record) as partner:
        partner.behaviour = broken
        with pytest.raises(CandidateSilent):
            MllpSender("candidat", ledger.record, at(partner.host, partner.port), timeout=0.1).send(message())
        partner.next_message(timeout=0)


# -- the sender


def test_nobody_listening_is_unreachable_and_observed(nobody, ledger):
    with pytest.raises(CandidateUnreachable) as caught:
        MllpSender("GAM simulée", ledger.record, nobody).send(message())
    assert str(nobody.port) in caught.value.reason
    assert ledger.lines() == [("observed", "anomalie")]


def test_what_is_sent_before_a_failure_is_kept(partner, candidate, ledger):
    partner.behaviour = behaviours.cut_in_mid_frame
    with pytest.raises(CandidateGarbage):
        candidate.send(message(), note="essai")
    by_candidate = [(e.direction.value, e.label, e.note) for e, _ in ledger.kept if e.role == "candidat"]
    assert by_candidate[0] == ("sent", "MDM^T02", "essai")
    assert by_candidate[1][:2] == ("received", "octets")
    assert by_candidate[2][:2] == ("observed", "anomalie")


def test_a_sender_can_break_down_in_mid_block(partner, candidate):
    candidate.throw(wrap(message())[:30], note="bloc coupé")
    with pytest.raises(CandidateGarbage):
        partner.next_message(timeout=0.3)


def test_several_messages_share_a_connection(partner, candidate, ledger):
    candidate.send_all([message(control_id="1"), message(control_id="2")])
    peers = {e.peer for e, _ in ledger.kept if e.role == "PFI simulée" and e.direction is Direction.RECEIVED}
    assert len(peers) == 1


def test_labels_read_what_they_can():
    assert label_of(wrap(message())) == "MDM^T02"
    assert label_of(b"MSH|^~\\&|") == "octets"
    assert label_of(b"") == "octets"
    assert Message.parse(message(control_id=new_control_id())).control_id.isalnum()
    assert unwrap(b"x") == b"x"


def test_an_outage_refuses_connections_until_it_ends_on_the_same_port(partner):
    port = partner.port
    partner.interrupt()
    with pytest.raises(OSError), socket.create_connection((partner.host, port), timeout=1):
        pass
    partner.interrupt()  # it is down already
    partner.reset()  # the end of a scenario ends its outage
    assert partner.port == port
    socket.create_connection((partner.host, port), timeout=1).close()
