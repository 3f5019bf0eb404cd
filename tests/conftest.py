"""Tests judge with the packs that they install themselves, whatever the account has, and leave nothing in it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_packs_of_the_account(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty data folder, unless a test or a wider fixture chose another."""
    monkeypatch.setenv("REMPART_DATA", str(tmp_path_factory.getbasetemp() / "no-packs"))
    monkeypatch.delenv("REMPART_PACKS", raising=False)
