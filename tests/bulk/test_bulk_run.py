"""Runs: nothing lost, nothing judged twice, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from bulk_tasks import judge_or_die

import rempart
from rempart.bulk.journal import read_lines
from rempart.bulk.local import LocalEngine
from rempart.bulk.model import BulkError, Options
from rempart.bulk.run import Job, conclude, in_order, record

GOOD = b"MSH|^~\\&|PFI|ES|DPI|ES|20260101120000||ACK^R01^ACK|1|D|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|42\r"
BAD = GOOD.replace(b"MSA|AA|42", b"MSA|XX|")


def fill(folder: Path, count: int) -> Path:
    """Good, bad and unreadable files, in turn."""
    for n in range(count):
        place = folder / f"d{n % 3}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{n:04d}.hl7").write_bytes((GOOD, BAD, b"?")[n % 3])
    return folder


def job(*paths: Path, workers: int = 2, timeout: float = 30.0, judge: Any = None) -> Job:
    options = Options(folder=os.getcwd(), version=rempart.__version__, timeout=timeout)
    more = {"judge": judge} if judge else {}
    return Job(
        paths=[str(p) for p in paths], options=options, judged_with={"rempart": "1"}, workers=workers, engine="local",
        start=lambda: LocalEngine(workers, options, **more),
    )  # fmt: skip


def lines(folder: Path) -> list[dict[str, Any]]:
    return list(read_lines(folder / "results.jsonl"))


def test_a_run_records_every_file_once(tmp_path: Path) -> None:
    data, out = fill(tmp_path / "data", 60), tmp_path / "out"
    told: list[int] = []
    totals = record(job(data), out, resume=False, advance=told.append)
    assert dict(totals.verdicts) == {"conforme": 20, "non_conforme": 20, "erreur": 20}
    found = lines(out)
    assert sorted(line["path"] for line in found) == sorted(map(str, data.rglob("*.hl7")))
    assert sum(told) == 60
    one = next(line for line in found if line["verdict"] == "non_conforme")
    assert {"path", "kind", "verdict", "findings", "elapsed_ms", "validators", "edition", "reason", "file"} == set(one)
    assert one["file"]["size"] == len(BAD)


def test_the_tables_say_what_the_lines_say(tmp_path: Path) -> None:
    out = tmp_path / "out"
    record(job(fill(tmp_path / "data", 30)), out, resume=False)
    files = parquet.read_table(out / "results.parquet").to_pylist()
    findings = parquet.read_table(out / "findings.parquet").to_pylist()
    said = lines(out)
    assert {(f["path"], f["verdict"], f["kind"], f["size"]) for f in files} == {
        (s["path"], s["verdict"], s["kind"], s["file"]["size"]) for s in said
    }
    keys = [(f["path"], f["rule"], f["location"], f["severity"], f["offset"]) for f in findings]
    assert Counter(keys) == Counter(
        (s["path"], f["rule"], f["location"], f["severity"], f["offset"]) for s in said for f in s["findings"]
    )
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["files"] == 30 and sum(f["errors"] for f in files) == sum(
        r["times"] for r in summary["rules"] if r["severity"] == "error"
    )
    before = (out / "results.parquet").read_bytes()
    assert conclude(out).as_dict() == summary and (out / "results.parquet").read_bytes() == before


def test_a_file_that_kills_its_worker_is_said_and_the_run_goes_on(tmp_path: Path) -> None:
    data = fill(tmp_path / "data", 40)
    for name in ("crash-1.hl7", "crash-2.hl7", "once.hl7"):
        (data / "d1" / name).write_bytes(GOOD)
    record(job(data, judge=judge_or_die), tmp_path / "out", resume=False)
    found = {Path(line["path"]).name: line for line in lines(tmp_path / "out")}
    assert len(found) == len(lines(tmp_path / "out"))
    for name in ("crash-1.hl7", "crash-2.hl7"):
        assert found[name]["verdict"] == "erreur" and "s'est arrêté" in found[name]["reason"]
    assert found["once.hl7"]["verdict"] == "conforme"
    assert Counter(line["verdict"] for n, line in found.items() if n[0] == "0") == {
        "conforme": 14, "non_conforme": 13, "erreur": 13,
    }  # fmt: skip


def test_a_file_that_never_ends_is_given_up(tmp_path: Path) -> None:
    data = fill(tmp_path / "data", 6)
    (data / "stuck.hl7").write_bytes(GOOD)
    record(job(data, timeout=0.5, judge=judge_or_die), tmp_path / "out", resume=False)
    found = {Path(line["path"]).name: line for line in lines(tmp_path / "out")}
    assert "pas de résultat en 0.5 s" in found["stuck.hl7"]["reason"] and len(found) == 7


def test_lines_come_in_the_order_of_the_walk(tmp_path: Path) -> None:
    data = fill(tmp_path / "data", 50)
    (data / "d1" / "crash.hl7").write_bytes(GOOD)
    order = [line["path"] for line in in_order(job(data, judge=judge_or_die))]
    assert order == [str(p) for d in ("d0", "d1", "d2") for p in sorted((data / d).iterdir())]


# -- going on with a run


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    data, out = fill(tmp_path / "data", 3), tmp_path / "out"
    record(job(data), out, resume=False)
    with pytest.raises(BulkError, match="--resume"):
        record(job(data), out, resume=False)
    with pytest.raises(BulkError, match="rempart: 1 then, 2 now"):
        record(replace(job(data), judged_with={"rempart": "2"}), out, resume=True)


def test_a_resumed_run_judges_only_what_is_new_or_changed(tmp_path: Path) -> None:
    data, out = fill(tmp_path / "data", 9), tmp_path / "out"
    record(job(data), out, resume=False)
    (data / "d0" / "0000.hl7").write_bytes(BAD)
    (data / "new.hl7").write_bytes(GOOD)
    (data / "d1" / "0001.hl7").unlink()
    told: list[int] = []
    record(job(data), out, resume=True, advance=told.append)
    assert told[0] == 8 and sum(told[1:]) == 2
    found = {Path(line["path"]).name: line["verdict"] for line in lines(out)}
    assert found["0000.hl7"] == "non_conforme" and found["new.hl7"] == "conforme"
    assert found["0001.hl7"] == "non_conforme" and len(lines(out)) == 10  # judged, though no longer there


@pytest.mark.parametrize("keep", [0, 1, 10, 700, 1500], ids=lambda n: f"{n} bytes lost")
def test_a_torn_journal_loses_nothing_and_repeats_nothing(tmp_path: Path, keep: int) -> None:
    data, out = fill(tmp_path / "data", 12), tmp_path / "out"
    record(job(data), out, resume=False)
    whole = (out / "results.jsonl").read_bytes()
    (out / "results.jsonl").write_bytes(whole[: len(whole) - keep])
    record(job(data), out, resume=True)
    paths = Counter(line["path"] for line in lines(out))
    assert set(paths) == set(map(str, data.rglob("*.hl7"))) and set(paths.values()) == {1}


def test_noise_in_the_journal_is_dropped(tmp_path: Path) -> None:
    data, out = fill(tmp_path / "data", 6), tmp_path / "out"
    record(job(data), out, resume=False)
    path = out / "results.jsonl"
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first[:50] + b"\n" + b'{"path": 3}\n[]\n' + b"\0" * 40 + b"\n" + rest)
    record(job(data), out, resume=True)
    assert len(lines(out)) == 6 and path.read_bytes().count(b"\n") == 6


COMMAND = [sys.executable, "-m", "rempart.cli.main", "validate", "--workers", "2"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def _killed(data: Path, out: Path, number: int, *more: str) -> int:
    """Start, wait for the first results, kill; the exit code."""
    process = subprocess.Popen(
        [*COMMAND, str(data), "--output", str(out), *more], env=ENVIRONMENT, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    journal = out / "results.jsonl"
    start = journal.stat().st_size if journal.exists() else 0
    while process.poll() is None and time.monotonic() < deadline:
        if journal.exists() and journal.stat().st_size > start:
            process.send_signal(number)
            break
        try:
            process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
    return process.wait(60)


def test_kill_9_then_resume_gives_the_same_as_one_run(tmp_path: Path) -> None:
    data, out = fill(tmp_path / "data", 1500), tmp_path / "out"
    assert _killed(data, out, signal.SIGKILL) == -signal.SIGKILL
    assert _killed(data, out, signal.SIGKILL, "--resume") in (-signal.SIGKILL, 1)
    before = Counter(line["path"] for line in lines(out))
    assert len(before) > 0
    record_of = subprocess.run(
        [*COMMAND, str(data), "--output", str(out), "--resume"],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert record_of.returncode == 1, record_of.stderr
    paths = Counter(line["path"] for line in lines(out))
    assert len(paths) == 1500 and set(paths.values()) == {1}
    sessions = json.loads((out / "run.json").read_text("utf-8"))["sessions"]
    assert sessions[-1]["files"] == 1500 - len(before)


def test_ctrl_c_exits_130_and_keeps_what_is_done(tmp_path: Path) -> None:
    data, out = fill(tmp_path / "data", 1500), tmp_path / "out"
    assert _killed(data, out, signal.SIGINT) == 130
    assert 0 < len(lines(out)) < 1500
    assert json.loads((out / "run.json").read_text("utf-8"))["sessions"][0]["ended"] == "interrompu"


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    from rempart.bulk.journal import Journal

    with Journal(tmp_path, resume=False), pytest.raises(BulkError, match="another run"):
        Journal(tmp_path, resume=True)


def test_a_name_that_is_no_text_is_recorded(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    Path(os.fsdecode(os.fsencode(data) + b"/\xff\xfe.hl7")).write_bytes(GOOD)
    record(job(data), out, resume=False)
    (line,) = lines(out)
    assert line["verdict"] == "conforme" and os.fsencode(line["path"]).endswith(b"\xff\xfe.hl7")
    (row,) = parquet.read_table(out / "results.parquet").to_pylist()
    assert row["path"].endswith("\\udcff\\udcfe.hl7")
    told: list[int] = []
    record(job(data), out, resume=True, advance=told.append)
    assert told == [1]
