#!/usr/bin/env python3
"""Speed of the CDA checks on the published examples, as ratios against baselines measured in the same run.

    python benchmarks/cda.py [--rounds N] [--only rules|cold|pdf|schematron]

Reads ../shared (or REMPART_SHARED). Exit code 1 when a ratio misses its target, 2 when the examples are not there.
Times are CPU times, the smallest of several rounds, each candidate in turn; the cold start is wall time, a median.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from rempart.formats.cda import parse_cda
from rempart.formats.pdf.pdfa import check
from rempart.formats.pdf.read import PdfError
from rempart.formats.pdf.render import pages_seen
from rempart.validation.cda import validate_cda

SHARED = Path(os.environ.get("REMPART_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CORPUS = SHARED / "corpus" / "cda"
OFFICIAL = SHARED / "schemas" / "ci-sis-cda" / "infrastructure" / "cda" / "CDA_extended.xsd"
RULES_TARGET, COLD_TARGET = 3.0, 0.4
_COLD_RUNS = 9


def main() -> int:
    options = _options()
    files = sorted(CORPUS.glob("*.xml"))
    if not files or not OFFICIAL.is_file():
        print(f"published examples not found in {CORPUS}: put them in ../shared or set REMPART_SHARED", file=sys.stderr)
        return 2
    parts: dict[str, Callable[[], bool]] = {
        "rules": lambda: report_rules(files, options.rounds),
        "cold": lambda: report_cold(files),
        "pdf": lambda: report_pdf(files),
        "schematron": report_schematron,
    }
    chosen = [options.only] if options.only else list(parts)
    met = [parts[name]() for name in chosen]
    return 0 if all(met) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="times each candidate is measured (%(default)s)")
    parser.add_argument("--only", choices=["rules", "cold", "pdf", "schematron"], help="one part of the benchmark")
    return parser.parse_args()


def report_rules(files: list[Path], rounds: int) -> bool:
    """Parse, our schema and our rules, beside lxml's parse and the official schema; the same documents, by turns."""
    documents = [f.read_bytes() for f in files]
    official = etree.XMLSchema(etree.parse(OFFICIAL))

    def baseline(data: bytes) -> None:
        official.validate(etree.fromstring(data))

    for data in documents:  # warm up: schemas, tables, value sets
        validate_cda(data)
        baseline(data)
    ours, theirs = _least(documents, [validate_cda, baseline], rounds)
    ratios = sorted(o / t for o, t in zip(ours, theirs, strict=True))
    ratio = sum(ours) / sum(theirs)
    print(f"\nParse + our schema + our rules, {len(files)} published examples, beside lxml parse + official schema")
    print(f"  ours {sum(ours) * 1000:.0f} ms, baseline {sum(theirs) * 1000:.0f} ms")
    print(f"  ratio {ratio:.2f} of the total (target <= {RULES_TARGET:g}); per document: median "
          f"{statistics.median(ratios):.2f}, worst {ratios[-1]:.2f}")  # fmt: skip
    return ratio <= RULES_TARGET


def _least(documents: list[bytes], runs: list[Callable[[bytes], object]], rounds: int) -> list[list[float]]:
    """The smallest CPU time of each document, for each of `runs`, by turns: the rest of the machine disturbs both."""
    best = [[float("inf")] * len(documents) for _ in runs]
    for _ in range(rounds):
        for run, least in zip(runs, best, strict=True):
            for index, data in enumerate(documents):
                started = time.process_time()
                run(data)
                least[index] = min(least[index], time.process_time() - started)
    return best


def report_cold(files: list[Path]) -> bool:
    """`rempart validate ONE.xml` in a new process: the N1 example and the median one."""
    met = True
    start = "from rempart.cli.main import main; main()"
    by_size = sorted(files, key=lambda f: f.stat().st_size)
    for name in ("IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml", by_size[len(by_size) // 2].name):
        command = [sys.executable, "-c", start, "validate", str(CORPUS / name)]
        times = []
        for _ in range(_COLD_RUNS):
            started = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False, timeout=60)
            times.append(time.perf_counter() - started)
            if done.returncode not in (0, 1) or b"CDA R2" not in done.stdout:
                print(done.stderr.decode("utf-8", "replace"), file=sys.stderr)
                return False
        median = statistics.median(times)
        met &= median < COLD_TARGET
        print(f"\nCold `rempart validate {name}`: median {median:.3f} s of {_COLD_RUNS} (target < {COLD_TARGET:g} s), "
              f"least {min(times):.3f} s")  # fmt: skip
    return met


def report_pdf(files: list[Path]) -> bool:
    """What DOC/va1.01 and DOC/va1.04 add where they are declared. No target: said so that nobody is surprised."""
    pdfs = [pdf for f in files for pdf in parse_cda(f.read_bytes()).header.pdfs()]
    for what, run in (("PDF/A-1 checks", check), ("pages drawn and read for the datamatrix", pages_seen)):
        times = []
        for pdf in pdfs:
            started = time.process_time()
            try:
                run(pdf)  # type: ignore[operator]
            except PdfError:
                continue
            times.append(time.process_time() - started)
        print(f"\n{what}: {len(times)} published PDFs, median {statistics.median(times) * 1000:.0f} ms, "
              f"worst {max(times) * 1000:.0f} ms")  # fmt: skip
    return True


def report_schematron() -> bool:
    """The official schematrons have their own file; without it or without the pack, nothing is measured."""
    file = Path(__file__).with_name("cda_schematron.py")
    if not file.is_file():
        print("\nOfficial schematrons: benchmarks/cda_schematron.py is not there, nothing measured")
        return True
    spec = importlib.util.spec_from_file_location("cda_schematron", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    from rempart.validation.packs.store import find

    try:
        pack = find("ci-sis-cda")
    except ValueError as error:
        print(f"\nOfficial schematrons: {error}")
        return True
    return bool(module.report(pack))


if __name__ == "__main__":
    sys.exit(main())
