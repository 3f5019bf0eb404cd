"""The stage of a self-test: a copy of what stands by plays what a campaign of its own plays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rempart import standby
from rempart.campaign.stage import Stage
from rempart.model.verdict import Verdict
from rempart.resources import campaign_root

MUTANT, REQUIREMENT = "tri-par-type-sans-effet", "CDA/INT.04"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage


def test_a_mutant_is_caught_and_the_sound_reference_is_not(stage: Stage) -> None:
    sound = stage.play("HOP-DPI-Va2", None, [REQUIREMENT])
    assert set(sound.values()) == {Verdict.CONFORME}
    seen = stage.play("HOP-DPI-Va2", MUTANT, [REQUIREMENT])
    assert list(seen) == list(sound)
    assert [s for s, v in seen.items() if v is Verdict.NON_CONFORME] == [s for s in sound if "par type" in s]


def test_a_campaign_from_nothing_gives_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = stage.play("HOP-DPI-Va2", "triple-incoherent", ["SEED.CDA.N1N3.1"])
    monkeypatch.setattr(standby, "available", False)
    with Stage() as other:
        assert other.play("HOP-DPI-Va2", "triple-incoherent", ["SEED.CDA.N1N3.1"]) == expected


def test_a_campaign_without_results_tells_its_last_lines(stage: Stage) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)HOP-PFI-Va2: pas de results.json.*exigence inconnue.*X/Y"):
        stage.play("HOP-PFI-Va2", None, ["X/Y"])


def test_a_campaign_that_does_not_end_is_ended() -> None:
    with Stage(timeout=0.01) as stage, pytest.raises(RuntimeError, match=r"inachevée en 0\.01 s"):
        stage.play("HOP-DPI-Va2", MUTANT, [REQUIREMENT])


@pytest.mark.skipif(not standby.available, reason="this system makes no copies of a process")
def test_what_stands_by_and_cannot_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feature that cannot be read stops the collection, before any copy is made."""
    broken = tmp_path / "campaign"
    broken.mkdir()
    for entry in ("conftest.py", "requirements", "steps", "schemas", "reports"):
        os.symlink(campaign_root() / entry, broken / entry)
    (broken / "features").mkdir()
    (broken / "features" / "a.feature").write_text("rien", encoding="utf-8")
    monkeypatch.setenv("REMPART_CAMPAIGN", str(broken))
    with Stage() as stage, pytest.raises(RuntimeError, match=r"(?s)^HOP-DPI-Va2: .*a\.feature: illisible"):
        stage.play("HOP-DPI-Va2", None)
