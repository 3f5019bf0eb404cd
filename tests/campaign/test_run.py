"""The hold of one worker on a campaign: what a simulator's thread still records while a scenario is being closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rempart.campaign.ledger import Identity, Ledger, relive
from rempart.campaign.parts import PartWriter, read_parts
from rempart.campaign.run import Run
from rempart.campaign.world import World
from rempart.candidate.attestations import Attestations
from rempart.candidate.embedded import embedded
from rempart.evidence.journal import SCENARIO, Journal, read_journals
from rempart.evidence.store import EvidenceStore, load_exchanges
from rempart.model.exchange import Direction, Exchange

IDENTITY = Identity("k", "HOP-PFI-Va2", "DMP/va1.01.01", "DMP/va1.01", "La PFI alimente le DMP", "a.feature")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    config, store = embedded(), EvidenceStore(tmp_path / "evidence")
    world, parts, journal = World(config, store), PartWriter(tmp_path, "main"), Journal(store.root)
    opened = Run(tmp_path, config, store, world, parts, journal, Attestations.beside(None, "PFI", "1"))
    world.on_exchange = opened.exchange
    return opened


def comes(run: Run, label: str) -> Exchange:
    """As from the thread of the simulated DMP."""
    return run.world.record(Direction.RECEIVED, "http/soap", "DMP simulé", "127.0.0.1:1", label, b"x")


def test_what_comes_while_a_scenario_is_journalled_is_in_neither_record(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each of the moments of its end: before the journal, between journal and results, and once a replay looks."""
    late: list[Exchange] = []

    def around(write: Any) -> Any:
        def written(*told: Any) -> None:
            late.append(comes(run, "TD2.1"))
            write(*told)
            late.append(comes(run, "TD2.1"))

        return written

    monkeypatch.setattr(run.journal, "write", around(run.journal.write))
    monkeypatch.setattr(run.parts, "result", around(run.parts.result))
    ledger = Ledger(IDENTITY)
    run.begin(ledger)
    ledger.start_step("Alors", "le DMP reçoit ce document de la PFI")
    seen = comes(run, "TD2.1")
    ledger.end_step("passed")
    run.end(ledger)
    stated = read_parts(run.folder).results["k"]
    (body,) = read_journals(run.store.root).of(SCENARIO)
    assert [s.exchanges for s in stated.steps] == [[seen.id]]
    assert relive(body, lambda check: []) == stated
    assert len(late) == 4
    kept = {e.id: e.scenario for e in load_exchanges(run.store.root)}
    assert kept == {seen.id: "k"} | {e.id: "" for e in late}


def test_the_result_of_a_scenario_is_that_of_its_moment(run: Run) -> None:
    """A thread that had hold of the ledger before it was closed adds to it, not to what was told of it."""
    ledger = Ledger(IDENTITY)
    run.begin(ledger)
    ledger.start_step("Alors", "le DMP reçoit ce document de la PFI")
    result = ledger.result()
    comes(run, "TD2.1")
    assert len(ledger.steps[0].exchanges) == 1
    assert not result.steps[0].exchanges
    assert not ledger.journal(result)["steps"][0]["exchanges"]
