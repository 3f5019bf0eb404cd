"""Waiting for the candidate: when its silence is a finding, and when it says nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rempart.campaign.judge import Judge, Stopped
from rempart.campaign.ledger import Identity, Ledger
from rempart.evidence.store import EvidenceStore
from rempart.formats.hl7v2 import build
from rempart.formats.hl7v2.mllp import wrap
from rempart.model.inconclusive import Inconclusive
from rempart.model.verdict import Verdict
from rempart.simulators.errors import NoTraffic
from rempart.simulators.mllp import MllpPartner
from rempart.simulators.sender import MllpSender

MESSAGE = build([("MSH", {"3": "DPI", "9": "MDM^T02^MDM_T02", "10": "1", "11": "T", "12": "2.6"})])


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path)


@pytest.fixture
def judge(store: EvidenceStore) -> Judge:
    identity = Identity("k", "HOP-DPI-Va2", "CDA/HL7.02.01", "CDA/HL7.02", "Le DPI transmet", "a.feature")
    return Judge(Ledger(identity), store.record, store)


@pytest.fixture
def partner(store: EvidenceStore) -> Iterator[MllpPartner]:
    with MllpPartner("PFI simulée", store.record) as listening:
        yield listening


def _reach(partner: MllpPartner, store: EvidenceStore) -> None:
    class Here:
        host, port, tls = partner.host, partner.port, None

    MllpSender("candidat", store.record, Here).send_bytes([wrap(MESSAGE)])


def test_a_message_that_came_is_returned(judge: Judge, partner: MllpPartner, store: EvidenceStore) -> None:
    _reach(partner, store)
    received = judge.await_message(partner, "MDM^T02", timeout=1, rule="HL7-116")
    assert received.message.control_id == "1"
    assert store.read(received.exchange.sha256) == wrap(MESSAGE)


def test_without_a_rule_silence_is_inconclusive(judge: Judge, partner: MllpPartner) -> None:
    with pytest.raises(NoTraffic):
        judge.await_message(partner, "ZAM^Z01", timeout=0.05)


def test_a_candidate_that_never_came_may_have_a_wrong_address(judge: Judge, partner: MllpPartner) -> None:
    with pytest.raises(Inconclusive, match=f"{partner.host}:{partner.port}"):
        judge.await_message(partner, "ZAM^Z01", timeout=0.05, rule="HL7-116")
    assert judge.ledger.findings == []


def test_a_candidate_that_knows_the_way_and_does_not_send_is_at_fault(
    judge: Judge, partner: MllpPartner, store: EvidenceStore
) -> None:
    _reach(partner, store)
    partner.reset()
    with pytest.raises(Stopped):
        judge.await_message(partner, "ZAM^Z01", timeout=0.05, rule="HL7-116")
    verdict, reason = judge.ledger.verdict()
    assert verdict is Verdict.NON_CONFORME
    assert reason.startswith("HL7-116")
    (check,) = judge.ledger.step.checks
    assert check.exchanges  # the silence itself is evidence
