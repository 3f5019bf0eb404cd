"""One file judged by several editions of the text, and what they say differently."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypedDict

from rempart.model.finding import Finding
from rempart.validation.document import validate_bytes
from rempart.validation.report import Report


class Declared(TypedDict):
    """What is declared about the use of a file: rules that depend on it are silent without it."""

    environment: str  # test | production
    destination: str | None  # "dmp"
    requirements: Collection[str]  # REM ids that a document illustrates: DOC/va1.04


def validate_editions(
    data: bytes,
    editions: Sequence[str],
    *,
    environment: str = "test",
    destination: str | None = None,
    requirements: Collection[str] = (),
) -> list[Report]:
    """A report per edition, in order; without any, that of the edition which the file declares.

    Editions that the text of this file does not have lead to the same one: it is judged once.
    """
    reports: dict[str, Report] = {}
    for edition in editions or (None,):
        report = validate_bytes(
            data, edition=edition, environment=environment, destination=destination, requirements=requirements
        )
        reports.setdefault(report.edition, report)
    return list(reports.values())


def differences(reports: Sequence[Report]) -> list[list[Finding]]:
    """For each report, its findings that not all the others have: same rule, same place, same severity."""
    keys = [{_key(f) for f in report.findings} for report in reports]
    common = set.intersection(*keys) if keys else set()
    return [[f for f in report.findings if _key(f) not in common] for report in reports]


def _key(found: Finding) -> tuple[str, str, str]:
    return found.rule, found.location, str(found.severity)
