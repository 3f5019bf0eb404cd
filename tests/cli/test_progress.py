"""What a person sees of a campaign: failures in full, what only she can do counted by section."""

from __future__ import annotations

import io
from typing import Any

import pytest

from rempart.cli.progress import Reporter
from rempart.model.verdict import Verdict


def report(verdict: Verdict, feature: str, section: str, number: int) -> Any:
    told = {"verdict": str(verdict), "reason": f"raison {number}", "dispositif": "HOP-DPI-Va2", "feature": feature}
    told |= {"section": section, "scenario_id": f"X.{number:02}", "name": f"scénario {number}"}
    made = pytest.TestReport(f"x::{number}", ("x", 1, "x"), {}, "passed", None, "call")
    made.user_properties.append(("rempart", told))
    return made


def test_scenarios_of_a_person_are_counted_and_the_others_told_one_by_one() -> None:
    screen = io.StringIO()
    reporter = Reporter(screen)
    feature = "attestations/ins.feature"
    for number in range(40):
        reporter.pytest_runtest_logreport(report(Verdict.A_ATTESTER, feature, "INS", number))
    reporter.pytest_runtest_logreport(report(Verdict.A_ATTESTER, feature, "ANN", 40))
    reporter.pytest_runtest_logreport(report(Verdict.NON_CONFORME, feature, "INS", 41))
    reporter.pytest_runtest_logreport(report(Verdict.INDETERMINE, "dpi/ins.feature", "INS", 42))
    reporter.pytest_runtest_logreport(report(Verdict.A_ATTESTER, "dpi/ins.feature", "INS", 43))
    reporter.pytest_sessionfinish()
    lines = screen.getvalue().splitlines()
    assert [line.split()[0] for line in lines[:6:2]] == ["non", "indéterminé", "à"]
    assert all(f"raison {n}" in screen.getvalue() for n in (41, 42, 43)) and "raison 40" not in screen.getvalue()
    assert [" ".join(line.split()) for line in lines[6:8]] == [
        "à attester HOP-DPI-Va2 ANN 1 scénario à déposer",
        "à attester HOP-DPI-Va2 INS 40 scénarios à déposer",
    ]
    assert "rempart attest --list" in lines[8] and len(lines) == 9
