"""Time and peak memory of the reports of a large campaign, beside reading the same record and touching its evidence.

    python benchmarks/report.py [--scenarios 10000] [--exchanges 10] [--pdf 500]

Each measure is a process of its own. The baseline does what no report can do without: parse results.json, and stat
each file of the evidence.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from clients import output_of

from rempart.model.exchange import Direction, Exchange
from rempart.model.finding import Finding, Severity
from rempart.model.results import (
    Campaign,
    Candidate,
    CheckResult,
    Preuve,
    RequirementResult,
    Results,
    ScenarioResult,
    StepResult,
)
from rempart.model.verdict import Verdict, worst

TARGET = 30.0  # seconds, what a campaign writes by itself
SCENARIOS_OF_A_REQUIREMENT = 20
DPI = "HOP-DPI-Va2"
_STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_MESSAGE = (
    "MSH|^~\\&|DPI|CHU-X|PFI|CHU-X|20260105101500||MDM^T02^MDM_T02|{n}|T|2.6|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA\r"
    "EVN||20260105101500\rPID|1||{n}^^^CHU-X&1.2.250.1.999.1&ISO^PI||PAT-TROIS^DOMINIQUE^^^^^L\rPV1|1|I\r"
)
# Run in a process of its own: prints seconds, seconds of processor and peak kilobytes.
_MEASURE = """
import json, os, sys, time
from pathlib import Path
folder, what = Path(sys.argv[1]), sys.argv[2]
started = time.perf_counter()
if what == "baseline":
    record = json.loads((folder / "results.json").read_bytes())
    for e in record["exchanges"]:
        os.stat(folder / "evidence" / "objects" / e["sha256"][:2] / e["sha256"])
else:
    from rempart.reporting.build import build_reports
    build_reports(folder, what.split(","))
# not ru_maxrss: a process inherits its parent's
status = Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0])
print(json.dumps([time.perf_counter() - started, time.process_time(), peak]))
"""


def campaign(folder: Path, scenarios: int, exchanges: int) -> None:
    """`results.json` and `evidence/`: one scenario in fifty is non conforming; every exchange has its own bytes."""
    made: list[ScenarioResult] = []
    kept: list[Exchange] = []
    for n in range(scenarios):
        requirement = f"TST/GEN.{n // SCENARIOS_OF_A_REQUIREMENT:03d}"
        key = f"{DPI}/{requirement}.{n:05d}"
        ids = [_exchange(folder, key, kept) for _ in range(exchanges)]
        made.append(_scenario(n, requirement, key, ids))
    results = Results(
        campaign=Campaign(
            id="mesure",
            started=_STARTED,
            candidate=Candidate(name="Dossier Exemple", version="1", dispositifs=[DPI], profiles=["Général"]),
        ),
        requirements=_requirements(made),
        scenarios=made,
        exchanges=kept,
        totals=[],
        verdict=worst(s.verdict for s in made),
    )
    (folder / "results.json").write_text(results.model_dump_json(), "utf-8")


def _exchange(folder: Path, key: str, kept: list[Exchange]) -> str:
    data = _MESSAGE.format(n=len(kept)).encode()
    digest = hashlib.sha256(data).hexdigest()
    place = folder / "evidence" / "objects" / digest[:2]
    place.mkdir(parents=True, exist_ok=True)
    (place / digest).write_bytes(data)
    kept.append(
        Exchange(
            id=f"main-{len(kept) + 1:06d}",
            time=_STARTED,
            direction=Direction.RECEIVED,
            protocol="hl7v2/mllp",
            role="PFI simulée",
            peer="127.0.0.1:4012",
            label="MDM^T02",
            sha256=digest,
            size=len(data),
            scenario=key,
        )
    )
    return kept[-1].id


def _scenario(number: int, requirement: str, key: str, ids: list[str]) -> ScenarioResult:
    bad = number % 50 == 0
    finding = Finding(
        rule="HL7-062", severity=Severity.ERROR, location="PID-5.2", message="prénom inattendu", actual="DOMINIQUE"
    )
    check = CheckResult(check="hl7v2.message", exchanges=ids[:1], findings=[finding] if bad else [])
    return ScenarioResult(
        key=key,
        dispositif=DPI,
        scenario_id=f"{requirement}.{number:05d}",
        requirement_id=requirement,
        name=f"Le DPI transmet le compte rendu numéro {number} à la PFI",
        feature="transmission.feature",
        verdict=Verdict.NON_CONFORME if bad else Verdict.CONFORME,
        reason="HL7-062, PID-5.2: prénom inattendu" if bad else "",
        steps=[
            *(StepResult(keyword="Quand", text=f"étape {k}", status="passed") for k in range(4)),
            StepResult(keyword="Alors", text="le message est conforme", status="passed", exchanges=ids, checks=[check]),
        ],
        started=_STARTED,
        duration_ms=120,
    )


def _requirements(made: list[ScenarioResult]) -> list[RequirementResult]:
    groups: dict[str, list[ScenarioResult]] = {}
    for s in made:
        groups.setdefault(s.requirement_id, []).append(s)
    return [
        RequirementResult(
            dispositif=DPI,
            id=requirement,
            title=f"Exigence {requirement}",
            statement="Le système DOIT transmettre ses documents à la PFI.",
            nature="exigence",
            profile="Général",
            section=f"Section {number // 20}",
            verdict=worst(s.verdict for s in found),
            scenarios=[s.key for s in found],
            preuves=[Preuve(id=f"{requirement}.01.01", kind="demonstration", label="Vidéo", status="to_supply")],
        )
        for number, (requirement, found) in enumerate(groups.items())
    ]


def measure(folder: Path, what: str) -> tuple[float, float, float]:
    """Seconds on the clock and of the processor (on a busy machine the first says little), and peak megabytes."""
    command = [sys.executable, "-c", _MEASURE, str(folder), what]
    seconds, processor, kilobytes = json.loads(output_of(command, 900))
    return seconds, processor, kilobytes / 1024


def report(scenarios: int, exchanges: int, pdf: int) -> bool:
    """Prints a line per measure; True when the usual reports are written within the target."""
    with tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as name:
        folder = Path(name)
        campaign(folder, scenarios, exchanges)
        size = (folder / "results.json").stat().st_size / 1e6
        print(f"{scenarios} scenarios, {scenarios * exchanges} evidence files, results.json of {size:.0f} MB")
        wall, base, base_peak = measure(folder, "baseline")
        print(f"{'baseline (parse, stat)':26} {wall:6.1f} s ({base:5.1f} s of processor)   peak {base_peak:5.0f} MB")
        taken = {}
        for what in ("html,junit,md", "html", "junit", "md", "xlsx"):
            taken[what], processor, peak = measure(folder, what)
            ratios = f"processor {processor / base:4.1f} times the baseline, memory {peak / base_peak:.1f} times"
            print(f"{what:26} {taken[what]:6.1f} s ({processor:5.1f} s of processor)   peak {peak:5.0f} MB   {ratios}")
        page = (folder / "report.html").stat().st_size / 1e6
        met = taken["html,junit,md"] < TARGET
        print(f"report.html: {page:.0f} MB; target for html, junit and md: {TARGET:g} s: {'met' if met else 'MISSED'}")
    if pdf:
        with tempfile.TemporaryDirectory(prefix="rempart-benchmark-") as name:
            campaign(Path(name), pdf, 1)
            seconds, processor, peak = measure(Path(name), "pdf")
            told = f"{seconds:6.1f} s ({processor:5.1f} s of processor)   peak {peak:5.0f} MB"
            print(f"{f'pdf of {pdf} scenarios':26} {told}")
    return met


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=int, default=10_000)
    parser.add_argument("--exchanges", type=int, default=10, help="evidence files of each scenario")
    parser.add_argument("--pdf", type=int, default=500, metavar="N", help="scenarios of the PDF; 0: none")
    options = parser.parse_args()
    sys.exit(0 if report(options.scenarios, options.exchanges, options.pdf) else 1)
