"""What `rempart validate` prints of a file: for a person, for a program (one JSON line), for a CI (JUnit)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.registry import rules
from rempart.validation.report import Report

_SEVERITY = {Severity.ERROR: "ERREUR", Severity.WARNING: "ALERTE", Severity.INFO: "INFO"}
_VERDICT = {"conforme": "conforme", "non_conforme": "non conforme", "erreur": "erreur"}
_WHOSE = {Origin.HARNESS: " (défaut de Rempart)", Origin.REFERENCE: " (défaut d'un référentiel)"}


def text(path: str, report: Report) -> str:
    """Verdict, then each finding with its place, what was expected and read, its source and how to mend it."""
    return "\n".join(_text(path, report))


def json_line(path: str, report: Report, elapsed_ms: float) -> str:
    """`reason` is there for a file that could not be read, `edition` for one that was judged."""
    return json.dumps(
        {
            "path": path,
            "kind": report.kind,
            "verdict": report.verdict,
            "findings": [f.model_dump(mode="json") for f in report.findings],
            "elapsed_ms": elapsed_ms,
            "validators": report.validators,
            "edition": report.edition,
            "reason": report.unreadable,
        },
        ensure_ascii=False,
    )


def junit(files: Iterable[tuple[str, Report, float]]) -> str:
    """One test case per file: a failure when it does not conform, an error when nothing could conclude."""
    suite = ElementTree.Element("testsuite", name="rempart validate")
    counts = {"tests": 0, "failures": 0, "errors": 0}
    for path, report, elapsed in files:
        counts["tests"] += 1
        case = ElementTree.SubElement(
            suite, "testcase", name=_xml(path), classname=_xml(report.kind), time=f"{elapsed / 1000:.3f}"
        )
        if report.verdict == "conforme":
            continue
        wrong = report.verdict == "non_conforme"
        counts["failures" if wrong else "errors"] += 1
        blocking = sum(f.blocks for f in report.findings)
        said = report.unreadable or (f"{blocking} défaut(s)" if wrong else "aucun validateur n'a pu conclure")
        element = ElementTree.SubElement(case, "failure" if wrong else "error", message=_xml(said))
        element.text = _xml(text(path, report))
    for name, count in counts.items():
        suite.set(name, str(count))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode")


def _text(path: str, report: Report) -> Iterator[str]:
    what = report.kind + (f", édition {report.edition}" if report.edition else "")
    yield f"{path}: {_VERDICT[report.verdict]} ({what})"
    if report.unreadable:
        yield f"  {report.unreadable}"
    for finding in report.findings:
        yield from _finding(finding)
    if not report.unreadable:
        yield f"  contrôles passés: {', '.join(report.validators) or 'aucun'}"


def _finding(finding: Finding) -> Iterator[str]:
    times = f" ×{finding.count}" if finding.count > 1 else ""
    yield f"  {_SEVERITY[finding.severity]} {finding.rule} {finding.location}{times}{_WHOSE.get(finding.origin, '')}"
    yield f"    {_printable(finding.message)}"
    if finding.expected or finding.actual:
        yield f"    attendu: {_printable(finding.expected) or '-'}"
        yield f"    lu:      {_printable(finding.actual) or '-'}"
    if finding.source:
        yield f"    source:  {finding.source}"
    info = rules().get(finding.rule)
    if info and info.fix:
        yield f"    à faire: {info.fix}"


def _printable(value: str) -> str:
    """Bytes of a broken message must not drive the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)


def _xml(value: str) -> str:
    """XML 1.0 has no way to write control characters: they are shown as escapes."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in value)
