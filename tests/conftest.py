"""Tests judge with the packs that they install themselves, whatever the account has, and leave nothing in it."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Fifteen thousand tests are no garbage: looking for some among them took a quarter of their collection."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(autouse=True)
def no_packs_of_the_account(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty data folder, unless a test or a wider fixture chose another."""
    monkeypatch.setenv("REMPART_DATA", str(tmp_path_factory.getbasetemp() / "no-packs"))
    monkeypatch.delenv("REMPART_PACKS", raising=False)
