"""What `rempart validate` prints of a file: for a person, for a program (one JSON line), for a CI (JUnit)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import click

from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.explain import Excerpt, Explainer, printable
from rempart.validation.registry import rules
from rempart.validation.report import STORY, Report, line_of

_SEVERITY = {Severity.ERROR: "ERREUR", Severity.WARNING: "ALERTE", Severity.INFO: "INFO"}
_VERDICT = {"conforme": "conforme", "non_conforme": "non conforme", "erreur": "erreur"}
_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_WHOSE = {Origin.HARNESS: " (défaut de Rempart)", Origin.REFERENCE: " (défaut d'un référentiel)"}


def text(
    path: str, report: Report, data: bytes = b"", *, own: Sequence[Finding] | None = None, colour: bool = False
) -> str:
    """Verdict, then each finding with its place in `data`, what was expected and read, how to mend it, its source.

    `own`: of a file judged by several editions, the findings that not all of them have.
    """
    lines = _story(path, report) if report.kind == STORY else _text(path, report, Explainer(data), colour)
    return "\n".join([*lines, *(_own(report.edition, own) if own is not None else ())])


def json_line(path: str, report: Report, elapsed_ms: float, own: Sequence[Finding] | None = None) -> str:
    """`line_of`; `only_in_edition` is there when several editions judge: the indexes, in `findings`, of those of `own`.
    """
    line = line_of(path, report, elapsed_ms)
    if own is not None:
        line["only_in_edition"] = [n for n, f in enumerate(report.findings) if any(f is o for o in own)]
    return json.dumps(line, ensure_ascii=False)


def junit(files: Iterable[tuple[str, Report, float, str]]) -> str:
    """One test case per file (path, report, milliseconds, its `text`): a failure when it does not conform, an error
    when nothing could conclude."""
    from xml.etree import ElementTree  # on demand: no other format needs it

    suite = ElementTree.Element("testsuite", name="rempart validate")
    counts = {"tests": 0, "failures": 0, "errors": 0}
    for path, report, elapsed, told in files:
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
        element.text = _xml(told)
    for name, count in counts.items():
        suite.set(name, str(count))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode")


def _text(path: str, report: Report, explainer: Explainer, colour: bool) -> Iterator[str]:
    yield _verdict(path, report)
    for finding in report.findings:
        yield from _finding(finding, explainer.excerpt(finding), colour)
    yield from _controls(report)


def _story(path: str, report: Report) -> Iterator[str]:
    """The findings of a story are told in full with their message: here, in one line each."""
    yield _verdict(path, report)
    for finding in report.findings:
        yield f"  {_line(finding)}"
    yield from _controls(report)


def _own(edition: str, findings: Sequence[Finding]) -> Iterator[str]:
    yield f"  propres à l'édition {edition}: {len(findings) or 'aucun constat'}"
    for finding in findings:
        yield f"    {_line(finding)}"


def _line(finding: Finding) -> str:
    return printable(f"{_SEVERITY[finding.severity]} {finding.rule} {finding.location}: {finding.message}")


def _verdict(path: str, report: Report) -> str:
    what = report.kind + (f", édition {report.edition}" if report.edition else "")
    why = f"\n  {printable(report.unreadable)}" if report.unreadable else ""
    return f"{printable(path)}: {_VERDICT[report.verdict]} ({what}){why}"


def _controls(report: Report) -> Iterator[str]:
    if not report.unreadable:
        yield f"  contrôles passés: {', '.join(report.validators) or 'aucun'}"


def _finding(finding: Finding, excerpt: Excerpt | None, colour: bool) -> Iterator[str]:
    times = f" ×{finding.count}" if finding.count > 1 else ""
    paint = _COLOUR[finding.severity] if colour else ""
    severity = _styled(_SEVERITY[finding.severity], paint)
    yield f"  {severity} {finding.rule} {printable(finding.location)}{times}{_WHOSE.get(finding.origin, '')}"
    if excerpt:
        yield from _excerpt(excerpt, paint)
    yield f"    {printable(finding.message)}"
    if finding.expected or finding.actual:
        yield f"    attendu: {printable(finding.expected) or '-'}"
        yield f"    lu:      {printable(finding.actual) or '-'}"
    info = rules().get(finding.rule)
    if info and info.fix:
        yield f"    à faire: {info.fix}"
    if finding.source:
        yield f"    source:  {finding.source}"


def _excerpt(excerpt: Excerpt, paint: str) -> Iterator[str]:
    marked = _styled(excerpt.text[excerpt.start : excerpt.end], paint)
    yield f"    {excerpt.text[: excerpt.start]}{marked}{excerpt.text[excerpt.end :]}"
    yield f"    {_styled(excerpt.underline, paint)}"


def _styled(value: str, paint: str) -> str:
    return click.style(value, fg=paint, bold=True) if paint and value else value


def _xml(value: str) -> str:
    """XML 1.0 has no way to write control characters: they are shown as escapes."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in value)
