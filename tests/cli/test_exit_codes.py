"""The exit code says the worst of what is mandatory, and never success when nothing could be concluded."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rempart.cli.exit_codes import Exit, of_files, of_results
from rempart.cli.progress import Reporter
from rempart.cli.summary import summary
from rempart.model.results import Campaign, Candidate, Results, ScenarioResult
from rempart.model.verdict import Verdict

C, N, U, A, T = (
    Verdict.CONFORME,
    Verdict.NON_CONFORME,
    Verdict.INDETERMINE,
    Verdict.A_ATTESTER,
    Verdict.NON_TESTE,
)


def _results(*verdicts: Verdict, mandatory: bool = True, interrupted: bool = False, problems: int = 0) -> Results:
    scenarios = [
        ScenarioResult(
            key=str(i), dispositif="HOP-DPI-Va2", scenario_id=f"X.{i:02}", requirement_id="X", name="n", feature="f",
            mandatory=mandatory, verdict=v,
        )
        for i, v in enumerate(verdicts)
    ]  # fmt: skip
    candidate = Candidate(name="c", version="1", dispositifs=["HOP-DPI-Va2", "HOP-PFI-Va2"])
    campaign = Campaign(id="1", started=datetime.now(UTC), candidate=candidate, interrupted=interrupted)
    return Results(
        campaign=campaign, requirements=[], scenarios=scenarios, exchanges=[], totals=[], verdict=C,
        problems=[f"problème {i}" for i in range(problems)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("results", "strict", "code"),
    [
        (_results(C, C), False, 0),
        (_results(C, A), False, 0),
        (_results(C, A), True, 1),
        (_results(C, T), False, 0),
        (_results(C, T), True, 1),
        (_results(C, N), False, 1),
        (_results(N, U), False, 1),
        (_results(C, U), False, 3),
        (_results(A, U), True, 1),
        (_results(), False, 3),
        (_results(N, mandatory=False), False, 0),
        (_results(U, mandatory=False), False, 0),
        (_results(C, problems=1), False, 3),
        (_results(C, N, interrupted=True), False, 130),
    ],
)
def test_exit_code_of_a_campaign(results: Results, strict: bool, code: int) -> None:
    assert of_results(results, strict=strict) == code


def test_what_went_wrong_around_scenarios_is_never_a_success() -> None:
    assert of_results(_results(C), anomalies=["x"]) is Exit.INCONCLUSIVE
    assert of_results(_results(N), anomalies=["x"]) is Exit.NON_CONFORME


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [(set(), 0), ({"conforme"}, 0), ({"erreur", "conforme"}, 3), ({"erreur", "non_conforme"}, 1)],
)
def test_exit_code_of_files(verdicts: set[str], code: int) -> None:
    assert of_files(verdicts) == code


def test_the_last_lines_hide_nothing(tmp_path: Path) -> None:
    reports = {"html": tmp_path / "report.html"}
    text = summary(_results(C, C, A, N, U, interrupted=True, problems=10), tmp_path, reports, ["un"])
    assert "HOP-DPI-Va2: 5 scénarios: 2 conformes, 1 à attester, 1 indéterminé, 1 non conforme" in text
    assert "HOP-PFI-Va2" not in text
    assert "personne: HOP-DPI-Va2 X.02" in text and "interrompue" in text
    assert "problème 0" in text and "et 3 autres anomalies" in text
    assert text.splitlines()[-1] == f"Rapport à ouvrir: {tmp_path / 'report.html'}"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _report(when: str = "call", outcome: str = "passed", told: dict[str, str] | None = None, text: str = "") -> Any:
    properties = [("rempart", told)] if told else []
    return pytest.TestReport("x.py::t", ("x.py", 1, "t"), {}, outcome, text or None, when, user_properties=properties)  # type: ignore[arg-type]


TOLD = {"verdict": "non_conforme", "dispositif": "D", "scenario_id": "S.01", "name": "Nom [a]", "reason": "parce que"}


def test_a_scenario_is_told_once_with_its_reason() -> None:
    stream = io.StringIO()
    reporter = Reporter(stream)
    for _ in range(2):
        reporter.pytest_runtest_logreport(_report(outcome="failed", told=TOLD))
    assert stream.getvalue() == f"non conforme    D  S.01{'':<15}  Nom [a]\n{'':16}parce que\n"
    assert reporter.anomalies == []


def test_on_a_terminal_a_bar_counts_the_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    stream = _Terminal()
    reporter = Reporter(stream)
    reporter.pytest_xdist_node_collection_finished(["a", "b"])
    reporter.pytest_runtest_logreport(_report(told=TOLD))
    reporter.pytest_sessionfinish()
    assert "1/2" in stream.getvalue() and "\x1b[" in stream.getvalue()


def test_what_no_scenario_tells_is_an_anomaly() -> None:
    reporter = Reporter(io.StringIO())
    reporter.pytest_runtest_logreport(_report(when="???", outcome="failed", text="worker 'gw0' crashed"))
    reporter.pytest_runtest_logreport(_report(when="teardown", outcome="failed", text="\nE   OSError: fermé\n"))
    assert reporter.anomalies == ["x.py::t: worker 'gw0' crashed", "x.py::t: après le scénario: OSError: fermé"]
