"""Many files: how much a second worker adds, and how memory grows with the number of files.

    python benchmarks/bulk.py --examples ../shared/corpus/cda [--copies 12] [--files 50000]

Efficiency is the rate of two workers over twice that of one, on the same copies of the published examples, start of the
processes apart and included. Ideal is what two processes that share nothing reach at the same moment: on a machine that
does something else, or whose cores share a clock, it is below one too; what the parent takes of the CPU says more then.
Memory is the resident size of this process and the largest of its workers, at each fifth of a run over small messages.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import rempart
from rempart.bulk.local import LocalEngine
from rempart.bulk.model import Item, Options
from rempart.bulk.run import Job, judged, record
from rempart.bulk.tasks import judge

MESSAGE = b"MSH|^~\\&|PFI|ES|DPI|ES|20260101120000||ACK^R01^ACK|%d|D|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|42\r"


def job(folder: Path, workers: int) -> Job:
    options = Options(folder=os.getcwd(), version=rempart.__version__)
    return Job(
        paths=[str(folder)], options=options, judged_with={}, workers=workers, engine="local",
        start=lambda: LocalEngine(workers, options),
    )  # fmt: skip


def rate(folder: Path, workers: int) -> tuple[float, float]:
    """Files a second once each worker has judged its first ones, and from the start of the command."""
    started = time.perf_counter()
    done, warm, since = 0, 0, started
    for lines in judged(job(folder, workers), job(folder, workers).work()):
        done += len(lines)
        if not warm and done >= 32 * workers:
            warm, since = done, time.perf_counter()
    now = time.perf_counter()
    return (done - warm) / (now - since), done / (now - started)


def alone(folder: str) -> tuple[float, float]:
    """Files a second of one process that judges everything by itself, after its first ones; and its CPU share."""
    options = Options(folder=os.getcwd(), version=rempart.__version__, timeout=0)
    files = [Item(str(f)) for f in sorted(Path(folder).iterdir())]
    for item in files[:32]:
        judge(item, options)
    started, cpu = time.perf_counter(), time.process_time()
    for item in files[32:]:
        judge(item, options)
    elapsed = time.perf_counter() - started
    return (len(files) - 32) / elapsed, (time.process_time() - cpu) / elapsed


def efficiency(examples: Path, copies: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as name:
        folder = Path(name)
        for file in sorted(examples.glob("*.xml")):
            for n in range(copies):
                shutil.copy(file, folder / f"{n:03d}-{file.name}")
        print(f"{len(list(folder.iterdir()))} files; load of the machine before: {os.getloadavg()[0]:.1f}")
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            for _ in range(rounds):
                one = next(iter(pool.map(alone, [name])))
                two = list(pool.map(alone, [name, name]))
                ideal = sum(r for r, _ in two) / (2 * one[0])
                (warm_1, all_1), cpu = rate(folder, 1), _cpu()
                warm_2, all_2 = rate(folder, 2)
                parent, workers = (after - before for after, before in zip(_cpu(), cpu, strict=True))
                print(
                    f"one process alone {one[0]:6.1f}/s (CPU {one[1]:.0%})   1 worker {warm_1:6.1f}/s   "
                    f"2 workers {warm_2:6.1f}/s   efficiency {warm_2 / (2 * warm_1):.2f} "
                    f"(start included {all_2 / (2 * all_1):.2f}; ideal {ideal:.2f})   "
                    f"CPU of the parent {parent / workers:.1%} of that of its workers"
                )


def _cpu() -> tuple[float, float]:
    """Seconds of CPU of this process, and of its processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), usage.ru_utime + usage.ru_stime


def resident(pid: int) -> float:
    """MiB; 0 for a process that has gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def memory(files: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as name:
        folder = Path(name) / "files"
        for n in range(files):
            place = folder / f"{n // 1000:03d}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{n}.hl7").write_bytes(MESSAGE % n)
        marks = iter([files * n // 5 for n in range(1, 6)])
        state = {"done": 0, "next": next(marks)}

        def advance(count: int) -> None:
            state["done"] += count
            if state["done"] >= state["next"]:
                state["next"] = next(marks, files * 2)
                largest = max((resident(p.pid or 0) for p in multiprocessing.active_children()), default=0)
                said = f"{resident(os.getpid()):6.1f} MiB here, {largest:6.1f} MiB in the largest worker"
                print(f"{state['done']:8} files   {said}")

        started = time.perf_counter()
        record(job(folder, 2), Path(name) / "out", resume=False, advance=advance)
        elapsed = time.perf_counter() - started
        said = f"{resident(os.getpid()):6.1f} MiB here after the tables"
        print(f"{files:8} files   {said}; {files / elapsed:.0f} files/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=Path)
    parser.add_argument("--copies", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=0)
    asked = parser.parse_args()
    if asked.examples:
        efficiency(asked.examples, asked.copies, asked.rounds)
    if asked.files:
        memory(asked.files)


if __name__ == "__main__":
    main()
