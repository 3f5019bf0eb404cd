"""Rebuilds every report of a campaign from its `results.json` and `evidence/`, and from nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rempart.reporting.evidence_pages import evidence_pages
from rempart.reporting.html import write_html
from rempart.reporting.junit import write_junit
from rempart.reporting.load import ReportError, load_results
from rempart.reporting.outline import outline

__all__ = ["ReportError", "build_reports", "load_results"]


def build_reports(run_dir: Path) -> dict[str, Path]:
    """Write `report.html` and `junit.xml`; returns them by name (`html`, `junit`).

    Raises ReportError when results.json cannot be read, OSError when a report cannot be written. Evidence that is
    missing or altered is said in the report.
    """
    results = load_results(run_dir)
    digest = hashlib.sha256((run_dir / "results.json").read_bytes()).hexdigest()
    plan = outline(results)
    pages = evidence_pages(results, plan, run_dir / "evidence")
    reports = {"html": run_dir / "report.html", "junit": run_dir / "junit.xml"}
    write_html(results, digest, plan, pages, reports["html"])
    write_junit(results, plan, reports["junit"])
    return reports
