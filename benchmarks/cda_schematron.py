#!/usr/bin/env python3
"""Speed of the official schematrons through our service, as ratios against SaxonC measured in the same run.

    python benchmarks/cda_schematron.py [--documents N] [--rounds N] [--pack NAME[@EDITION]]

Needs an installed pack (`rempart schemas install`) and the published examples in ../shared (or REMPART_SHARED). Exit
code 1 when the ratio misses its target, 2 when something is not there. CPU times of all processes involved, which other
work on the machine disturbs least; wall times, the smallest of several rounds, are printed beside them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from clients import output_of
from lxml import etree

from rempart.formats.cda.read import parse_cda
from rempart.validation.packs.plan import layers
from rempart.validation.packs.store import Installed, find
from rempart.validation.schematron.client import Client
from rempart.validation.schematron.engine import Engine

CORPUS = Path(os.environ.get("REMPART_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "corpus" / "cda"
TARGET = 1.15
_PROCESSES = 2  # documents that a process per schematron is measured on: it takes seconds each
_LIMIT = 300.0  # seconds, for one of them
_ALONE = """
import sys
from saxonche import PySaxonProcessor
saxon = PySaxonProcessor(license=False)
sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=sys.argv[1])
sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=open(sys.argv[2], encoding="utf-8").read()))
"""
Case = tuple[str, list[str]]  # text of a document, schematrons that apply


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pack", default="ci-sis-cda")
    options = parser.parse_args()
    try:
        pack = find(options.pack)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not CORPUS.is_dir():
        print(f"published examples not found in {CORPUS}: put them in ../shared or set REMPART_SHARED", file=sys.stderr)
        return 2
    return 0 if report(pack, options.documents, options.rounds) else 1


def report(pack: Installed, documents: int = 12, rounds: int = 5) -> bool:
    """Prints the table; True when the service is within its target."""
    engine, client = Engine(), Client()
    cases = _cases(engine, pack, documents)
    started = time.perf_counter()
    for text, entries in cases:
        for entry in entries:
            client.run(pack.root, entry, text.encode(), pack.stamp)
    cold = time.perf_counter() - started
    alone, served = partial(_alone, engine, pack), partial(_served, client, pack)
    for case in cases:
        alone(case)
    wall = {"alone": [float("inf")] * len(cases), "served": [float("inf")] * len(cases)}
    cpu = {"alone": 0.0, "served": 0.0}
    for _ in range(rounds):
        for name, run in (("alone", alone), ("served", served)):
            before = _cpu()
            for number, case in enumerate(cases):
                wall[name][number] = min(wall[name][number], _timed(run, case))
            cpu[name] += _cpu() - before
    ratio = cpu["served"] / cpu["alone"]
    runs = sum(len(entries) for _, entries in cases)
    print(f"{len(cases)} published documents, {runs} schematron runs, {pack.label}; first pass {cold:.1f} s (cold)\n")
    each = {name: f"{cpu[name] * 1000 / rounds / len(cases):7.1f} ms CPU" for name in cpu}
    clock = {name: f"{sum(wall[name]) * 1000 / len(cases):7.1f} ms wall" for name in wall}
    print(f"SaxonC alone, in process  {each['alone']}, {clock['alone']} a document")
    print(f"through the service       {each['served']}, {clock['served']} a document, ", end="")
    print(f"{ratio:.2f} times the CPU (target ≤ {TARGET:g}){'' if ratio <= TARGET else ' !'}, ", end="")
    print(f"{sum(wall['served']) / sum(wall['alone']):.2f} times the wall time")
    _report_processes(engine, pack, cases[:_PROCESSES], wall["served"][:_PROCESSES])
    client.close()
    return ratio <= TARGET


def _cpu() -> float:
    """Seconds of this process, of the service and of its worker (Linux; elsewhere of this process alone)."""
    mine = time.process_time()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"rempart.validation.schematron." in command:
            mine += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return mine


def _report_processes(engine: Engine, pack: Installed, cases: list[Case], served: list[float]) -> None:
    with tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as folder:
        seconds = sum(_processes(engine, pack, case, Path(folder)) for case in cases)
    print(f"a process per schematron  {seconds * 1000 / len(cases):8.1f} ms wall a document, ", end="")
    print(f"{seconds / sum(served):.0f} times the service ({len(cases)} documents)")


def _cases(engine: Engine, pack: Installed, documents: int) -> list[Case]:
    """Examples at even distances, with the schematrons that apply to each and compile."""
    files = sorted(CORPUS.glob("*.xml"))
    chosen = files[:: max(1, len(files) // documents)][:documents]
    cases: list[Case] = []
    for file in chosen:
        tree = parse_cda(file.read_bytes())
        text = etree.tostring(tree.root, encoding="unicode", with_tail=False)
        entries = [layer.file for layer in layers(pack, tree.header) if layer.file]
        cases.append((text, [e for e in entries if engine.prepare(pack.root, e, pack.stamp).status == "ok"]))
    return cases


def _alone(engine: Engine, pack: Installed, case: Case) -> None:
    """What SaxonC itself takes: one parse, and a transformation for each schematron."""
    text, entries = case
    node = engine._saxon.parse_xml(xml_text=text)
    for entry in entries:
        _sheet(engine, pack, entry).transform_to_string(xdm_node=node)


def _sheet(engine: Engine, pack: Installed, entry: str) -> Any:
    engine.prepare(pack.root, entry, pack.stamp)
    return engine._ready[pack.root, entry].executable


def _served(client: Client, pack: Installed, case: Case) -> None:
    text, entries = case
    data = text.encode()
    for entry in entries:
        outcome = client.run(pack.root, entry, data, pack.stamp)
        assert outcome.status == "ok", outcome.reason


def _processes(engine: Engine, pack: Installed, case: Case, folder: Path) -> float:
    text, entries = case
    (folder / "document.xml").write_text(text, encoding="utf-8")
    started = time.perf_counter()
    for entry in entries:
        engine.prepare(pack.root, entry, pack.stamp)
        schema = engine._ready[pack.root, entry].schema
        given = ", ".join(f"'{name}': doc('{(pack.root / path).as_uri()}')" for name, path in schema.documents.items())
        sheet = schema.stylesheet.replace('select="map{}"', f'select="map{{{given}}}"', 1)
        (folder / "sheet.xsl").write_text(sheet, encoding="utf-8")
        command = [sys.executable, "-c", _ALONE, str(folder / "sheet.xsl"), str(folder / "document.xml")]
        output_of(command, _LIMIT)
    return time.perf_counter() - started


def _timed(run: Callable[[Case], None], case: Case) -> float:
    started = time.perf_counter()
    run(case)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
