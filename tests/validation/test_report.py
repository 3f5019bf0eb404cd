"""The verdict of a file: nothing concludes without a validator that ran to its end."""

import pytest

from rempart.model.finding import Finding, Origin, Severity
from rempart.validation.report import Report


def _finding(severity: Severity, origin: Origin = Origin.CANDIDATE) -> Finding:
    return Finding(rule="CDA-001", severity=severity, location="/", message="défaut", origin=origin)


def _report(*findings: Finding, validators: tuple[str, ...] = ("règles",), unreadable: str = "") -> Report:
    return Report("CDA R2 N1", "1.16", list(findings), list(validators), unreadable)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (_report(), "conforme"),
        (_report(_finding(Severity.WARNING)), "conforme"),
        (_report(_finding(Severity.ERROR)), "non_conforme"),
        (_report(validators=()), "erreur"),
        (_report(unreadable="pas du XML"), "erreur"),
        (_report(_finding(Severity.ERROR, Origin.REFERENCE)), "erreur"),
        (_report(_finding(Severity.ERROR), _finding(Severity.ERROR, Origin.HARNESS)), "erreur"),
        (_report(_finding(Severity.WARNING, Origin.REFERENCE)), "conforme"),
    ],
)
def test_verdict_of_a_file(report: Report, verdict: str) -> None:
    assert report.verdict == verdict
