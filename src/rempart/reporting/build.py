"""Rebuilds every report of a campaign from its `results.json` and `evidence/`, and from nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rempart.model.results import Results
from rempart.reporting.evidence_pages import EvidencePages, evidence_pages
from rempart.reporting.load import ReportError, load_results
from rempart.reporting.outline import Outline, outline

__all__ = ["FORMATS", "USUAL", "ReportError", "build_reports", "load_results"]

FORMATS = {
    "html": "report.html",
    "pdf": "report.pdf",
    "xlsx": "report.xlsx",
    "junit": "junit.xml",
    "md": "summary.md",
}
USUAL = ("html", "junit", "md")  # what a campaign writes by itself: the others take longer, and are asked for


@dataclass(frozen=True)
class _Record:
    """What every report is built from, read once."""

    run_dir: Path
    results: Results
    digest: str
    plan: Outline

    @cached_property
    def pages(self) -> EvidencePages:
        return evidence_pages(self.results, self.plan, self.run_dir / "evidence")


def build_reports(run_dir: Path, formats: Sequence[str] = USUAL) -> dict[str, Path]:
    """Write the reports of these formats (`FORMATS`) into the campaign's folder; returns them by format.

    Raises ReportError when results.json cannot be read, or PDF cannot be made here, OSError when a report cannot be
    written. Evidence that is missing or altered is said in the HTML and PDF reports.
    """
    results = load_results(run_dir)
    digest = hashlib.sha256((run_dir / "results.json").read_bytes()).hexdigest()
    record = _Record(run_dir, results, digest, outline(results))
    reports = {name: run_dir / FORMATS[name] for name in formats}
    for name, path in reports.items():
        _WRITERS[name](record, path)
    return reports


# Each format is imported when it is asked for: WeasyPrint alone takes half a second.
def _html(r: _Record, path: Path) -> None:
    from rempart.reporting.html import write_html

    write_html(r.results, r.digest, r.plan, r.pages, path)


def _pdf(r: _Record, path: Path) -> None:
    from rempart.reporting.pdf import write_pdf

    write_pdf(r.results, r.digest, r.plan, [*r.results.problems, *r.pages.problems], path)


def _xlsx(r: _Record, path: Path) -> None:
    from rempart.reporting.xlsx import write_xlsx

    write_xlsx(r.results, r.digest, r.plan, path)


def _junit(r: _Record, path: Path) -> None:
    from rempart.reporting.junit import write_junit

    write_junit(r.results, r.plan, path)


def _md(r: _Record, path: Path) -> None:
    from rempart.reporting.markdown import write_markdown

    write_markdown(r.results, r.plan, path)


_WRITERS: dict[str, Callable[[_Record, Path], None]] = {
    "html": _html,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "junit": _junit,
    "md": _md,
}
