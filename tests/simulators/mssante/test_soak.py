"""Connections cut anywhere, on both sides: no accepted mail is lost, and everything is in the evidence."""

from __future__ import annotations

import pytest
from mss_soak import soak


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_when_connections_are_cut_at_random(tmp_path, seed):
    lines, problems = soak(tmp_path, count=60, kb=10, seed=seed)
    assert problems == [], lines
