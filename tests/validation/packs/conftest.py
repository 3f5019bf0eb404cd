"""Packs of a test are installed in its own folders, and judged by a service of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folders(no_packs_of_the_account: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One service for all tests of this process: starting SaxonC costs a second."""
    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def own_service(_service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_RUNTIME", str(_service))
    monkeypatch.setenv("REMPART_CACHE", str(_service / "cache"))
    monkeypatch.setenv("REMPART_SCHEMATRON_LINGER", "1")
