"""Tests judge with the packs that they install themselves, whatever the account has, and leave nothing in it."""

from __future__ import annotations

import gc
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes tells of the machine, not of the code: on a busy one nothing fails for that.
settings.register_profile("rempart", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rempart")


def pytest_configure() -> None:
    """A shell makes what it puts in the background deaf to Ctrl-C, and that is inherited: our children must hear."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
