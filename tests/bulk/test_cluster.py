"""The same run on a Dask cluster, over TCP: same results, and the work of a lost worker is not lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bulk_tasks import judge_or_die

import rempart
from rempart.bulk import cluster
from rempart.bulk.cluster import ClusterEngine
from rempart.bulk.journal import read_lines
from rempart.bulk.local import LocalEngine
from rempart.bulk.model import BulkError, Options
from rempart.bulk.run import Job, record

dask = pytest.importorskip("dask", reason="the extra `cluster` is not installed")
distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

GOOD = b"MSH|^~\\&|PFI|ES|DPI|ES|20260101120000||ACK^R01^ACK|1|D|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|42\r"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    few = dask.config.set({"distributed.scheduler.allowed-failures": 1})  # deaths before a task is given up
    with few, distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, protocol="tcp", dashboard_address=None, silence_logs=50
    ) as started:
        assert started.scheduler_address.startswith("tcp://")
        yield started


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for n in range(60):
        (folder / f"{n:03d}.hl7").write_bytes((GOOD, GOOD.replace(b"|AA|", b"|XX|"), b"?")[n % 3])
    return folder


def options(**more: Any) -> Options:
    return Options(**{"folder": os.getcwd(), "version": rempart.__version__, **more})


def results(data: Path, out: Path, start: Any, asked: Options) -> dict[str, tuple[Any, ...]]:
    job = Job(paths=[str(data)], options=asked, judged_with={}, workers=2, engine="dask", start=start)
    record(job, out, resume=False)
    lines = list(read_lines(out / "results.jsonl"))
    found = {line["path"]: (line["verdict"], line["kind"], line["findings"], line["reason"]) for line in lines}
    assert len(found) == len(lines)
    return found


def test_a_cluster_gives_what_this_machine_gives(scheduler: Any, data: Path, tmp_path: Path) -> None:
    asked = options()
    local = results(data, tmp_path / "local", lambda: LocalEngine(2, asked), asked)
    there = results(data, tmp_path / "dask", lambda: ClusterEngine(scheduler.scheduler_address, asked), asked)
    assert there == local and len(there) == 60


def test_a_lost_worker_loses_no_file(scheduler: Any, data: Path, tmp_path: Path) -> None:
    """`once` ends its worker the first time, `crash` each time: the cluster starts others."""
    for name in ("once.hl7", "crash.hl7"):
        (data / name).write_bytes(GOOD)
    asked = options()
    start = lambda: ClusterEngine(scheduler.scheduler_address, asked, judge_or_die)  # noqa: E731
    found = {Path(p).name: said for p, said in results(data, tmp_path / "out", start, asked).items()}
    assert found["once.hl7"][0] == "conforme"
    assert found["crash.hl7"][0] == "erreur" and "s'est arrêté" in found["crash.hl7"][3]
    assert sum(said[0] == "conforme" for said in found.values()) == 21


def test_a_worker_of_another_version_is_refused(scheduler: Any, data: Path, tmp_path: Path) -> None:
    asked = options(version="0.0.0")
    with pytest.raises(BulkError, match="another version") as caught:
        results(data, tmp_path / "out", lambda: ClusterEngine(scheduler.scheduler_address, asked), asked)
    assert caught.value.usage


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    with pytest.raises(BulkError, match="no Dask scheduler") as caught:
        ClusterEngine("tcp://127.0.0.1:9", options())
    assert not caught.value.usage
    with pytest.raises(BulkError, match="address"):
        ClusterEngine("nulle part", options())


def test_a_scheduler_that_goes_away_is_said(data: Path, tmp_path: Path) -> None:
    asked = options()
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None, silence_logs=50
    ) as started:
        engine = ClusterEngine(started.scheduler_address, asked)
        engine.submit(())
        assert engine.wait()[0].lines == []
    with pytest.raises(BulkError, match="gone"):
        engine.submit(())
        engine.wait()
    engine.close(now=True)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(BulkError, match=r"rempart\[cluster\]") as caught:
        ClusterEngine("tcp://127.0.0.1:9", options())
    assert caught.value.usage
