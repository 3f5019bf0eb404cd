"""The world of a campaign: what candidate.yaml says holds for every neighbour that is simulated."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rempart.campaign.world import World
from rempart.candidate.actions import DPI
from rempart.candidate.config import Config
from rempart.candidate.embedded import embedded
from rempart.evidence.store import EvidenceStore
from rempart.simulators.errors import CandidateSilent
from rempart.simulators.patients import names, patient


@pytest.fixture
def mute_port() -> Iterator[int]:
    """Of a candidate that takes every message and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_neighbour_waits_for_an_acknowledgement_as_long_as_the_candidate_was_given(
    mute_port: int, tmp_path: Path
) -> None:
    """And not for a time of its own: a slow candidate says so once, in candidate.yaml."""
    told = {
        "version": 1,
        "candidate": {"name": "DPI", "version": "1"},
        "timeouts": {"acknowledgement": 0.3},
        "dispositifs": {
            DPI: {
                "driver": {"kind": "http", "url": "http://127.0.0.1:1"},
                "endpoints": {"hl7v2": {"host": "127.0.0.1", "port": mute_port}},
            }
        },
    }
    config = Config.model_validate(told, context={"base": tmp_path})
    world = World(config, EvidenceStore(tmp_path / "evidence"))
    try:
        with pytest.raises(CandidateSilent, match=r"0\.3 s"):
            world.station(DPI).partner.send(b"MSH|^~\\&|PFI|ES|DPI|ES|20260101120000||MDM^T02|1|T|2.6\r")
    finally:
        assert world.close() == []


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
