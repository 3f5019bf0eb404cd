"""Evidence is written before anything is parsed, and nobody can change it unseen."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rempart.evidence import store as module
from rempart.evidence.store import EvidenceError, EvidenceStore, load_exchanges
from rempart.model.exchange import Direction, Exchange


def keep(store: EvidenceStore, data: bytes = b"MSH|", **more: str) -> Exchange:
    return store.record(Direction.RECEIVED, "hl7v2/mllp", "PFI simulée", "127.0.0.1:4012", "MDM^T02", data, **more)


def test_bytes_and_sidecar_are_kept(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    exchange = keep(store, b"\x0bMSH|\xff\x1c\r", note="premier envoi", scenario="DPI/CDA/HL7.02.01")
    assert store.read(exchange.sha256) == b"\x0bMSH|\xff\x1c\r"
    assert exchange.sha256 == hashlib.sha256(b"\x0bMSH|\xff\x1c\r").hexdigest()
    assert (tmp_path / "objects" / exchange.sha256[:2] / exchange.sha256).is_file()
    assert load_exchanges(tmp_path) == [exchange]
    assert exchange.id == "main-000001"
    assert exchange.time.utcoffset() is not None and exchange.time.microsecond % 1000 == 0


def test_the_running_scenario_is_stamped_unless_named(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    store.scenario = "running"
    assert [keep(store).scenario, keep(store, scenario="named").scenario] == ["running", "named"]


def test_same_bytes_are_stored_once(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    first, second = keep(store), keep(store)
    assert first.sha256 == second.sha256 and first.id != second.id
    assert [p.name for p in tmp_path.rglob("objects/*/*")] == [first.sha256]


def test_threads_lose_nothing(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda n: keep(store, str(n % 7).encode()), range(200)))
    loaded = load_exchanges(tmp_path)
    assert sorted(e.id for e in loaded) == sorted(e.id for e in written) == [f"main-{n:06d}" for n in range(1, 201)]
    assert [e.id for e in loaded] == sorted(e.id for e in loaded)


def test_workers_are_merged_by_time(tmp_path: Path) -> None:
    workers = [EvidenceStore(tmp_path, "gw0"), EvidenceStore(tmp_path, "gw1")]
    written = [keep(workers[n % 2], str(n).encode()) for n in range(6)]
    loaded = load_exchanges(tmp_path)
    assert {e.id for e in loaded} == {e.id for e in written} and len(loaded) == 6
    assert [e.time for e in loaded] == sorted(e.time for e in loaded)


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_bytes(b"MSH?")], ids=["missing", "altered"])
def test_damaged_evidence_is_refused(tmp_path: Path, damage: object) -> None:
    store = EvidenceStore(tmp_path)
    digest = keep(store).sha256
    damage(tmp_path / "objects" / digest[:2] / digest)  # type: ignore[operator]
    with pytest.raises(EvidenceError, match=digest):
        store.read(digest)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "AB" * 32, "é" * 64])
def test_only_digests_are_read(tmp_path: Path, digest: str) -> None:
    with pytest.raises(EvidenceError, match="empreinte"):
        EvidenceStore(tmp_path).read(digest)


def test_a_truncated_last_line_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    first, _ = keep(store), keep(store)
    sidecar = tmp_path / "exchanges-main.jsonl"
    sidecar.write_bytes(sidecar.read_bytes()[:-20])
    problems: list[str] = []
    assert load_exchanges(tmp_path, problems.append) == [first]
    assert len(problems) == 1 and "exchanges-main.jsonl, ligne 2" in problems[0]


def test_a_store_opened_again_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    first, _ = (keep(store) for store in [EvidenceStore(tmp_path)] * 2)
    sidecar = tmp_path / "exchanges-main.jsonl"
    sidecar.write_bytes(sidecar.read_bytes()[:-20])
    later = keep(EvidenceStore(tmp_path))
    assert later.id == "main-000003"
    assert load_exchanges(tmp_path, lambda _: None) == [first, later]


def test_a_store_opened_again_never_gives_an_id_twice(tmp_path: Path) -> None:
    ids = [keep(EvidenceStore(tmp_path)).id for _ in range(3)]
    assert len(set(ids)) == 3


def test_too_big_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_OBJECT", 10)
    with pytest.raises(EvidenceError, match="11 octets"):
        keep(EvidenceStore(tmp_path), b"x" * 11)
    assert load_exchanges(tmp_path) == []


def test_a_full_disk_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EvidenceStore(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(EvidenceError, match=r"impossible d'écrire les preuves .*No space left"):
        keep(store)
    assert list((tmp_path / "objects").rglob("*/*")) == []  # no half-written object is left


def test_an_impossible_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(EvidenceError, match="impossible d'écrire"):
        EvidenceStore(tmp_path / "file" / "evidence")


def test_what_a_candidate_says_of_itself_is_bounded(tmp_path: Path) -> None:
    assert len(keep(EvidenceStore(tmp_path), note="x" * 100_000).note) < 600


def test_a_worker_name_is_not_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="worker"):
        EvidenceStore(tmp_path, "../gw0")
