"""Packs of a test are installed in its own folders; one service judges for all tests, whatever process they run in."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folders(no_packs_of_the_account: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMPART_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """One folder for all the processes of this run: loading the official schematrons takes seconds and memory."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "packs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def one_service(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMPART_RUNTIME", str(shared_folder))
    monkeypatch.setenv("REMPART_CACHE", str(shared_folder / "cache"))
    monkeypatch.setenv("REMPART_SCHEMATRON_LINGER", "3")
