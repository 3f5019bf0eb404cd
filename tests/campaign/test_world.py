"""The world of a campaign follows a candidate that was restarted."""

from __future__ import annotations

from pathlib import Path

from rempart.campaign.world import World
from rempart.candidate.embedded import embedded
from rempart.evidence.store import EvidenceStore
from rempart.simulators.patients import names, patient


def test_neighbours_write_to_the_candidate_where_it_listens_now(tmp_path: Path) -> None:
    someone = patient(names()[0], "IPP-1")
    config = embedded().model_copy(update={"certificates": tmp_path / "pki"})
    world = World(config, EvidenceStore(tmp_path / "evidence", "main"))
    try:
        station = world.station("HOP-PFI-Va2")
        gap, before = station.gap, station.link.settings.hl7v2
        assert gap.create(someone).accepted
        station.candidate.ask("restart")
        assert station.link.settings.hl7v2 != before
        assert station.gap is gap and gap.candidate == station.partner.candidate == station.link.settings.hl7v2
        assert gap.update(someone).accepted, "the patient is still known"
    finally:
        assert world.close() == []
